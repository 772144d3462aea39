#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <sstream>

#include "tests/cli/refusal.hpp"
#include "tests/cli/support.hpp"

using namespace truegap::test;

namespace {

// 30 users, who each rated 12 of 15 movies.
void write_movielens_1m(const std::filesystem::path& folder) {
    std::filesystem::create_directory(folder);
    std::string ratings, users, movies;
    for (int movie = 1; movie <= 15; ++movie)
        movies += std::to_string(movie) + "::Caf\xE9 " + std::to_string(movie) + " (1999)::Drama\n";
    for (int user = 1; user <= 30; ++user) {
        const std::string name = std::to_string(user);
        users += name + (user % 2 == 0 ? "::F::" : "::M::") + (user % 3 == 0 ? "25" : "56") +
                 "::" + std::to_string(user % 21) + "::12345\n";
        for (int i = 0; i < 12; ++i)
            ratings += name + "::" + std::to_string(1 + (7 * i + user * user) % 15) +
                       "::4::" + std::to_string(978300000 + (i * 5) % 12) + "\n";
    }
    ratings += "0::1::3::978300000\nnonsense\n";
    write_file(folder / "ratings.dat", ratings);
    write_file(folder / "users.dat", users);
    write_file(folder / "movies.dat", movies);
}

std::vector<Json> json_lines(const std::string& text) {
    std::vector<Json> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(Json::parse(line));
    return lines;
}

std::string repeated(const std::string& text, std::size_t times) {
    std::string result;
    result.reserve(text.size() * times);
    for (std::size_t i = 0; i < times; ++i) result += text;
    return result;
}

}  // namespace

TEST_CASE("dataset: targets, a summary beside them, and a table", "[cli][dataset]") {
    const TemporaryFolder folder;
    write_movielens_1m(folder / "ml");
    const Finished finished =
        run({"dataset", "movielens_1m", "ml", "--out", "t.jsonl", "--quiet"}, folder.path());
    REQUIRE(finished.code == 0);
    CHECK(finished.err.empty());
    const std::vector<Json> targets = json_lines(read_file(folder / "t.jsonl"));
    REQUIRE(targets.size() > 50);
    CHECK(targets[0]["context_id"] == "all/0");
    CHECK_FALSE(targets[0].contains("users"));
    CHECK(targets[1]["context_id"] == "all/1");
    CHECK(targets[1]["users"].size() == 20);
    CHECK(targets[1]["users"][0]["history"].size() == 1);
    std::size_t both = 0;
    for (const Json& target : targets) {
        std::uint64_t n = 0;
        for (const Json& count : target["counts"]) n += count.get<std::uint64_t>();
        CHECK(n >= std::max<std::size_t>(1, target.value("users", Json::array()).size()));
        CHECK(target["candidates"].size() == 15);
        both += target["context_id"].get<std::string>().starts_with("age=25-34;gender=F/") ? 1 : 0;
    }
    CHECK(targets[0]["candidates"][0].get<std::string>().starts_with("Caf\xC3\xA9 "));
    CHECK(both == 5);  // at length 20 nobody has events enough

    const Json summary = Json::parse(read_file(folder / "t.summary.json"));
    CHECK(summary["truegap_dataset"] == "movielens_1m");
    CHECK(summary["counts"]["events"] == 360);
    CHECK(summary["counts"]["users"] == 30);
    CHECK(summary["counts"]["stray_user_lines"] == 1);
    CHECK(summary["counts"]["malformed_lines"] == 1);
    CHECK(summary["counts"]["latin_1_names"] == 15);
    CHECK(summary["first_malformed"][0].get<std::string>().find("ratings.dat: line 362: ") !=
          std::string::npos);
    for (const Json& tally : summary["tallies"])
        if (tally["history_length"] == 20) CHECK(tally["too_few_events"] == 30);
    CHECK(finished.out.find("lines of user 0") != std::string::npos);
    CHECK(finished.out.find("age+gender") != std::string::npos);
    CHECK(
        entries_below(folder.path()) ==
        std::vector<std::string>{
            "ml", "ml/movies.dat", "ml/ratings.dat", "ml/users.dat", "t.jsonl", "t.summary.json"});
}

TEST_CASE("dataset: same input, same bytes; options change what they say", "[cli][dataset]") {
    const TemporaryFolder folder;
    write_movielens_1m(folder / "ml");
    const auto make = [&](std::vector<std::string> more) {
        std::vector<std::string> all{"dataset", "movielens_1m", "ml", "--out", "t.jsonl"};
        all.insert(all.end(), more.begin(), more.end());
        const Finished finished = run(all, folder.path());
        INFO(finished.err);
        REQUIRE(finished.code == 0);
        return read_file(folder / "t.jsonl");
    };
    const std::string first = make({});
    const std::string summary = read_file(folder / "t.summary.json");
    CHECK((make({}) == first));
    CHECK(read_file(folder / "t.summary.json") == summary);
    CHECK((make({"--seed", "2"}) != first));

    const auto small = json_lines(make({"--history",
                                        "0,2",
                                        "--groups",
                                        "none",
                                        "--groups",
                                        "gender",
                                        "--candidates",
                                        "5",
                                        "--asked",
                                        "3",
                                        "--summary",
                                        "s.json"}));
    REQUIRE(small.size() == 6);
    std::vector<std::string> ids;
    for (const Json& target : small) ids.push_back(target["context_id"]);
    CHECK(ids == std::vector<std::string>{
                     "all/0", "all/2", "gender=F/0", "gender=F/2", "gender=M/0", "gender=M/2"});
    CHECK(small[1]["users"].size() == 3);
    CHECK(small[1]["candidates"].size() == 5);
    CHECK(Json::parse(read_file(folder / "s.json"))["options"]["asked"] == 3);
    const std::string four = make({"--candidates", "4"});
    CHECK((make({"--candidates", "4", "--target", "next"}) != four));
    CHECK((make({"--candidates", "4", "--pool", "group"}) != four));
    CHECK(json_lines(make({"--min-users", "30"})).size() == 5);
}

TEST_CASE("dataset: what cannot be done is one line, exit 2, and nothing is written",
          "[cli][dataset]") {
    const TemporaryFolder folder;
    write_movielens_1m(folder / "ml");
    write_file(folder / "mine.txt", "mine\n");
    const auto before = entries_below(folder.path());
    const auto check = [&](std::vector<std::string> arguments, const std::string& says) {
        arguments.insert(arguments.begin(), "dataset");
        const Finished finished = run(arguments, folder.path());
        INFO(says << " in " << finished.err);
        CHECK(finished.code == 2);
        CHECK(finished.err.starts_with("truegap: "));
        CHECK(std::count(finished.err.begin(), finished.err.end(), '\n') == 1);
        CHECK(finished.err.find(says) != std::string::npos);
        CHECK(entries_below(folder.path()) == before);
    };
    check({"movielens_1m", "ml"}, "--out is required");
    check({"movielens_2m", "ml", "--out", "t.jsonl"}, "the nearest is");
    check({"lastfm_1k", "ml", "--out", "t.jsonl"}, "\"Last.fm Dataset - 1K users\"");
    check({"movielens_1m", "no", "--out", "t.jsonl"}, "no/ratings.dat: is not there");
    check({"movielens_1m", "ml", "--out", "mine.txt"}, "is not a file of targets");
    check({"movielens_1m", "ml", "--out", "t.jsonl", "--summary", "mine.txt"}, "is not a summary");
    check({"movielens_1m", "ml", "--out", "none/t.jsonl"}, "cannot be written");
    check({"movielens_1m", "ml", "--out", "t.jsonl", "--groups", "country"}, "names \"country\"");
    check({"movielens_1m", "ml", "--out", "t.jsonl", "--history", "1,x"}, "--history: is x");
    check({"movielens_1m", "ml", "--out", "t.jsonl", "--history", "1,"}, "--history: is ");
    check({"movielens_1m", "ml", "--out", "t.jsonl", "--candidates", "1"}, "--candidates: is 1");
    check({"movielens_1m", "ml", "--out", "t.jsonl", "--asked", "0"}, "--asked: is 0");
    check({"movielens_1m", "ml", "--out", "t.jsonl", "--items", "tracks"}, "only lastfm_1k");
    check({"movielens_1m", "ml", "--out", "t.jsonl", "--pool", "mine"}, "--pool");
    check({"movielens_1m", "ml", "--out", "t.jsonl", "--min-users", "31"}, "gives no target");
    CHECK(read_file(folder / "mine.txt") == "mine\n");
}

TEST_CASE("dataset: Ctrl-C ends with 130 and leaves nothing", "[cli][dataset]") {
    const TemporaryFolder folder;
    write_movielens_1m(folder / "ml");
    // Large enough that it is still reading when the signal comes: about 80 MB of one user.
    write_file(folder / "ml/ratings.dat", repeated("1::2::3::978300000\n", 4'000'000));
    const auto before = entries_below(folder.path());
    Running running({.arguments = {"dataset", "movielens_1m", "ml", "--out", "t.jsonl", "--quiet"},
                     .folder = folder.path()});
    REQUIRE(Running::appears(folder.path(), ".t.summary.json.unfinished-"));
    running.send(SIGINT);
    const Finished finished = running.wait();
    CHECK(finished.code == 130);
    CHECK(finished.out.empty());
    CHECK(finished.err == "truegap: interrupted; nothing was written\n");
    CHECK(entries_below(folder.path()) == before);
}
