#include "adapters/openai/journal.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/temporary_folder.hpp"

#include "adapters/io/input_error.hpp"

namespace truegap::test {

using adapters::Journal;
using adapters::JournalEntry;

namespace {

JournalEntry entry(const std::string& key, const std::string& reply) {
    return {.key = key,
            .predictor = "p",
            .context_id = "0/1",
            .user = "",
            .sample = 3,
            .request = "{}",
            .reply = reply,
            .finish = "stop",
            .fingerprint = "fp",
            .model = "m",
            .prompt_tokens = 5,
            .completion_tokens = 6,
            .attempts = 2};
}

std::string key_of(int round, std::uint64_t number) {
    return std::to_string(round) + "-" + std::to_string(number);
}

// Writes a byte of a file.
void patch(const std::filesystem::path& file, std::streamoff place, char value) {
    std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(place);
    out.put(value);
}

// Stores answers one after another in another process, which tells of each one once it is stored.
class Storing {
  public:
    Storing(const std::filesystem::path& file, int round, rlim_t largest_file = RLIM_INFINITY) {
        std::array<int, 2> ends{};
        REQUIRE(::pipe(ends.data()) == 0);
        child_ = ::fork();
        if (child_ == 0) {
            std::signal(SIGXFSZ, SIG_IGN);
            const rlimit limit{.rlim_cur = largest_file, .rlim_max = largest_file};
            ::setrlimit(RLIMIT_FSIZE, &limit);
            ::_exit(store(file, round, ends[1]));
        }
        ::close(ends[1]);
        told_ = ends[0];
    }
    Storing(const Storing&) = delete;
    Storing& operator=(const Storing&) = delete;
    Storing(Storing&&) = delete;
    Storing& operator=(Storing&&) = delete;
    ~Storing() { ::close(told_); }

    // Kills it after a while, or waits for its end; how many answers it told of.
    std::uint64_t end(std::optional<unsigned> kill_after_us) {
        if (kill_after_us) {
            ::usleep(*kill_after_us);
            ::kill(child_, SIGKILL);
        }
        std::uint64_t count = 0;
        char byte = 0;
        while (::read(told_, &byte, 1) == 1) ++count;
        ::waitpid(child_, &status_, 0);
        return count;
    }
    [[nodiscard]] int status() const { return status_; }

  private:
    static int store(const std::filesystem::path& file, int round, int tell) {
        constexpr std::uint64_t most = 20'000;
        try {
            Journal journal = Journal::to_write(file);
            for (std::uint64_t i = 0; i < most; ++i) {
                const JournalEntry one = entry(key_of(round, i), std::string(300, 'x'));
                journal.store({&one, 1});
                if (::write(tell, "+", 1) != 1) return 3;
            }
            return 0;
        } catch (const adapters::SystemError&) {
            return 1;
        } catch (...) {
            return 2;
        }
    }

    pid_t child_ = -1;
    int told_ = -1;
    int status_ = 0;
};

}  // namespace

TEST_CASE("Journal: what is stored is read back, also by the next one", "[openai][journal]") {
    const TemporaryFolder folder;
    const auto file = folder / "deep" / "j.sqlite";
    const std::string bytes("a\0b\xFF\xC3\xA9", 6);
    {
        Journal journal = Journal::to_write(file);
        const std::vector<JournalEntry> entries{entry("k1", bytes), entry("k2", "two")};
        CHECK(journal.store(entries) == 2);
        CHECK(journal.reply("k1") == bytes);
    }
    // One plain file, as it can be copied.
    CHECK(std::distance(std::filesystem::directory_iterator(file.parent_path()), {}) == 1);
    auto journal = Journal::to_read(file);
    REQUIRE(journal);
    CHECK(journal->reply("k1") == bytes);
    CHECK(journal->holds("k2"));
    CHECK_FALSE(journal->holds("k3"));
    CHECK_FALSE(journal->reply("k3"));
    CHECK(journal->size() == 2);
}

TEST_CASE("Journal: an answer is never replaced", "[openai][journal]") {
    const TemporaryFolder folder;
    Journal journal = Journal::to_write(folder / "j.sqlite");
    const std::vector<JournalEntry> first{entry("k", "first")};
    const std::vector<JournalEntry> second{entry("k", "second"), entry("other", "x")};
    CHECK(journal.store(first) == 1);
    CHECK(journal.store(second) == 1);
    CHECK(journal.reply("k") == "first");
    CHECK(journal.size() == 2);
}

TEST_CASE("Journal: failures are counted by kind and are no answers", "[openai][journal]") {
    const TemporaryFolder folder;
    Journal journal = Journal::to_write(folder / "j.sqlite");
    using Failure = adapters::JournalFailure;
    const std::vector<Failure> some{{.predictor = "p", .kind = "timed out", .detail = "a"},
                                    {.predictor = "p", .kind = "timed out", .detail = "b"},
                                    {.predictor = "q", .kind = "status 400", .detail = "c"}};
    CHECK(journal.store({}, some) == 0);
    CHECK(journal.store({}, some) == 0);
    const auto counted = journal.failures();
    REQUIRE(counted.size() == 2);
    CHECK(counted[0].count == 4);
    CHECK(counted[0].detail == "b");
    CHECK(counted[1].count == 2);
    CHECK(journal.size() == 0);
}

TEST_CASE("Journal: capabilities are kept by server and model", "[openai][journal]") {
    const TemporaryFolder folder;
    Journal journal = Journal::to_write(folder / "j.sqlite");
    CHECK_FALSE(journal.capabilities("u", "m"));
    adapters::Capabilities known;
    known.logprobs = 5;
    known.several = false;
    known.schema = true;
    journal.store_capabilities("u", "m", known);
    CHECK(journal.capabilities("u", "m") == known);
    CHECK_FALSE(journal.capabilities("u", "m2"));
    CHECK_FALSE(journal.capabilities("v", "m"));
}

TEST_CASE("Journal: nobody else may have it while it is written to", "[openai][journal]") {
    const TemporaryFolder folder;
    const auto file = folder / "j.sqlite";
    const auto in_use = Catch::Contains("in use by another truegap");
    {
        const Journal journal = Journal::to_write(file);
        CHECK_THROWS_WITH(Journal::to_write(file), in_use);
        CHECK_THROWS_WITH(Journal::to_read(file), in_use);
    }
    CHECK(Journal::to_read(file));
    CHECK_NOTHROW(Journal::to_write(file));
}

TEST_CASE("Journal: a file that is none is refused and left as it was", "[openai][journal]") {
    const TemporaryFolder folder;
    CHECK_FALSE(Journal::to_read(folder / "none.sqlite"));
    const auto text = folder / "notes.txt";
    write_file(text, std::string(5000, 'n'));
    CHECK_THROWS_AS(Journal::to_write(text), adapters::InputError);
    CHECK_THROWS_AS(Journal::to_read(text), adapters::InputError);
    CHECK(read_file(text) == std::string(5000, 'n'));
    CHECK_THROWS_AS(Journal::to_write(folder.path()), adapters::InputError);
    const auto file = folder / "j.sqlite";
    {
        Journal journal = Journal::to_write(file);
        const std::vector<JournalEntry> one{entry("k", "x")};
        journal.store(one);
    }
    const std::string sound = read_file(file);
    // Where SQLite keeps user_version and application_id (its file format, 1.3).
    constexpr std::streamoff user_version = 63;
    constexpr std::streamoff application_id = 71;
    patch(file, user_version, '\x02');
    CHECK_THROWS_WITH(Journal::to_read(file), Catch::Contains("is a journal of format 2"));
    CHECK_THROWS_AS(Journal::to_write(file), adapters::InputError);
    write_file(file, sound);
    patch(file, application_id, '\x01');
    const std::string other = read_file(file);
    CHECK_THROWS_WITH(Journal::to_write(file), Catch::Contains("a database but no journal"));
    CHECK(read_file(file) == other);
    write_file(file, sound);
    CHECK(Journal::to_read(file)->reply("k") == "x");
}

TEST_CASE("Journal: killed at any moment, everything stored is there", "[openai][journal]") {
    const TemporaryFolder folder;
    const auto file = folder / "j.sqlite";
    std::uint64_t all = 0;
    std::uint64_t state = 12345;
    for (int round = 0; round < 20; ++round) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        Storing storing(file, round);
        const std::uint64_t told = storing.end(static_cast<unsigned>((state >> 33U) % 30'000));
        all += told;
        INFO("round " << round << ", " << told << " told");
        if (told == 0) continue;
        auto journal = Journal::to_read(file);
        REQUIRE(journal);
        for (std::uint64_t i = 0; i < told; ++i) REQUIRE(journal->holds(key_of(round, i)));
        // What was stored but not told of any more is at most one.
        CHECK_FALSE(journal->holds(key_of(round, told + 1)));
        CHECK(journal->reply(key_of(round, 0)) == std::string(300, 'x'));
    }
    CHECK(all > 0);
    CHECK(Journal::to_write(file).size() >= all);
}

TEST_CASE("Journal: a full disk is a failure that loses nothing", "[openai][journal]") {
    const TemporaryFolder folder;
    const auto file = folder / "j.sqlite";
    { const Journal made = Journal::to_write(file); }
    constexpr rlim_t small = 200'000;
    Storing storing(file, 0, small);
    const std::uint64_t told = storing.end({});
    REQUIRE(WIFEXITED(storing.status()));
    CHECK(WEXITSTATUS(storing.status()) == 1);
    CHECK(told > 10);
    CHECK(told < 5000);
    Journal journal = Journal::to_write(file);
    for (std::uint64_t i = 0; i < told; ++i) REQUIRE(journal.holds(key_of(0, i)));
    const std::vector<JournalEntry> more{entry("more", "x")};
    CHECK(journal.store(more) == 1);
}

}  // namespace truegap::test
