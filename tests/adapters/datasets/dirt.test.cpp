#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <sstream>

#include "sim/study.hpp"

#include "tests/adapters/datasets/made.hpp"
#include "tests/adapters/datasets/naive.hpp"
#include "tests/temporary_folder.hpp"

using namespace truegap;
using namespace truegap::test;
using adapters::Found;

namespace {

adapters::DatasetOptions options_of(const std::string& dataset) {
    adapters::DatasetOptions options;
    options.name = dataset;
    options.histories = {0, 1};
    return options;
}

void write_360k(const std::filesystem::path& folder,
                const std::string& plays,
                const std::string& profiles) {
    write_file(folder / "usersha1-artmbid-artname-plays.tsv", plays);
    write_file(folder / "usersha1-profile.tsv", profiles);
}

// 200 good lines of 20 users.
std::string good_plays() {
    std::ostringstream out;
    for (int user = 1; user <= 20; ++user)
        for (int artist = 1; artist <= 10; ++artist)
            out << 'u' << user << "\t\tArtist " << artist << '\t' << artist << '\n';
    return out.str();
}

}  // namespace

TEST_CASE("dataset dirt: each kind is counted once", "[adapters][datasets]") {
    const TemporaryFolder folder;
    write_360k(folder.path(),
               "u1\tm1\tBj\xF6rk\t5\n"
               "u1\tm2\tAir\t3\n"
               "u1\tm2\tAir\t4\n"            // an artist told twice
               "sep 20, 2008\tm2\tAir\t4\n"  // no user
               "u2\tm2\tAir\t0\n"            // no plays
               "u2\tm3\t \t7\n"              // no name
               "u2\tm2\tAir\tmany\n"         // malformed
               "u2\tm1\tBj\xF6rk\t1\n"
               "u3\tm2\tAir\t1\n"
               "u2\tm2\tAir\t1\n"   // u2 again: scattered
               "u4\tm2\tAir\t1\n",  // no profile
               "u1\tf\t22\tGermany\tFeb 1, 2007\n"
               "u1\tm\t30\tGermany\tFeb 1, 2007\n"  // a second profile
               "u2\t\t\t\tDec 4, 2007\n"
               "u3\tm\t1337\tAtlantis\tDec 4, 2007\n"
               "u9\tm\t-5\tPeru\tDec 4, 2007\n"
               "u8\n");  // malformed
    const Made made = make(options_of("lastfm_360k"), folder.path());
    const std::vector<std::pair<Found, std::uint64_t>> expected{
        {Found::lines, 11},
        {Found::events, 6},
        {Found::users, 4},
        {Found::items, 2},
        {Found::profiles, 4},
        {Found::malformed_lines, 2},
        {Found::stray_user_lines, 1},
        {Found::unnamed_items, 1},
        {Found::no_plays, 1},
        {Found::duplicate_events, 1},
        {Found::scattered_users, 1},
        {Found::repaired_names, 1},
        {Found::repeated_profiles, 1},
        {Found::users_without_profile, 1},
        {Found::profiles_without_events, 1},
        {Found::missing_ages, 1},
        {Found::absurd_ages, 2},
        {Found::missing_genders, 1},
        {Found::missing_countries, 1},
        {Found::unknown_countries, 1},
    };
    for (const auto& [what, count] : expected) {
        INFO(adapters::name_of(what).key);
        CHECK(made.found(what) == count);
    }
    const auto& first = made.summary.findings.first_malformed();
    REQUIRE(first.size() == 2);
    CHECK(first[0].find("usersha1-profile.tsv: line 6: not a profile") != std::string::npos);
    CHECK(first[1].find("plays.tsv: line 7: not a user's artist") != std::string::npos);
    CHECK(made.summary.findings.strange_countries() == std::vector<std::string>{"\"Atlantis\""});
    CHECK(made.targets.front().candidates == std::vector<std::string>{"Air", "Bj\xEF\xBF\xBDrk"});
    CHECK(made.targets.front().n() == 4);
}

TEST_CASE("dataset dirt: more than one line in a hundred is another data set",
          "[adapters][datasets]") {
    const TemporaryFolder folder;
    const auto with_bad = [&](int bad) {
        std::string text = good_plays();
        for (int i = 0; i < bad; ++i) text += "1::2::3::4\n";
        write_360k(folder.path(), text, "u1\tf\t22\tGermany\t\n");
        return refusal(options_of("lastfm_360k"), folder.path());
    };
    CHECK(with_bad(10).empty());
    const std::string says = with_bad(11);
    CHECK(says.find("11 of 211 lines are malformed: is this the right data set?") !=
          std::string::npos);
    CHECK(says.find("line 201") != std::string::npos);
    write_360k(folder.path(), "1::2::3::4\n", "");
    CHECK(refusal(options_of("lastfm_360k"), folder.path()).find("1 of 1 lines") !=
          std::string::npos);
}

TEST_CASE("dataset dirt: missing files, and options that do not fit", "[adapters][datasets]") {
    const TemporaryFolder folder;
    for (const std::string& dataset : adapters::dataset_names()) {
        const std::string says = refusal(options_of(dataset), folder.path());
        CHECK(says.find("is not there (allowed: a folder with the files of \"") !=
              std::string::npos);
        CHECK(says.find(dataset.starts_with("movielens") ? "MovieLens" : "Last.fm") !=
              std::string::npos);
    }
    CHECK(refusal(options_of("movielens_1b"), folder.path()).find("movielens_1m") !=
          std::string::npos);
    write_360k(folder.path(), good_plays(), "");
    adapters::DatasetOptions options = options_of("lastfm_360k");
    options.groups = {{"aeg"}};
    CHECK(refusal(options, folder.path()).find("the nearest is \"age\"") != std::string::npos);
    write_file(folder / "movies.csv", "movieId,title,genres\n1,A,x\n2,B,x\n");
    write_file(folder / "ratings.csv", "userId,movieId,rating,timestamp\n1,1,3,3\n1,2,3,4\n");
    options = options_of("movielens_25m");
    options.groups = {{"age"}};
    CHECK(refusal(options, folder.path()).find("does not say who its users are") !=
          std::string::npos);
    options.groups = {};
    CHECK(refusal(options, folder.path()).empty());
    write_file(folder / "ratings.csv", "userId,movieId,rating,timestamp\n1,1,3,3\n");
    CHECK(refusal(options, folder.path()).find("fewer than two items") != std::string::npos);
    write_file(folder / "ratings.csv", "");
    CHECK(refusal(options, folder.path()).find("fewer than two items") != std::string::npos);
}

TEST_CASE("datasets: who is asked is drawn by the seed; counts are of all",
          "[adapters][datasets]") {
    const TemporaryFolder folder;
    write_360k(folder.path(), good_plays(), "");
    adapters::DatasetOptions options = options_of("lastfm_360k");
    options.histories = {1, 2, 4};
    options.asked = 6;
    const auto asked = [&](std::uint64_t seed) {
        options.seed = seed;
        std::vector<std::set<std::string>> users;
        for (const auto& target : make(options, folder.path()).targets) {
            CHECK(target.n() == 20);
            users.emplace_back();
            for (const auto& user : target.users) users.back().insert(user.user);
            CHECK(users.back().size() == 6);
        }
        return users;
    };
    const auto first = asked(1);
    REQUIRE(first.size() == 3);
    // Everybody has a choice at each length: then the same users are asked at each.
    CHECK(first[0] == first[1]);
    CHECK(first[0] == first[2]);
    CHECK(asked(1) == first);
    CHECK(asked(2) != first);
}

TEST_CASE("datasets: a lost order of time is noticed", "[adapters][datasets]") {
    // What a reader would give that took lines as they stand: another history.
    const TemporaryFolder folder;
    write_file(folder / "movies.csv", "movieId,title,genres\n1,A,x\n2,B,x\n3,C,x\n");
    write_file(folder / "ratings.csv", "1,3,3,30\n1,1,3,10\n1,2,3,20\n");
    adapters::DatasetOptions options = options_of("movielens_25m");
    options.histories = {2};
    CHECK(make(options, folder.path()).described_all() ==
          std::vector<std::string>{"all/2 | | 2 | [A] 0 [B] 0 [C] 1 | 1 chose [C] after [A] [B]"});
}

TEST_CASE("datasets: a request to stop ends the reading", "[adapters][datasets]") {
    const TemporaryFolder folder;
    write_360k(folder.path(), good_plays(), "");
    const std::atomic<bool> stop{true};
    adapters::ReadingProgress progress;
    CHECK_THROWS_AS(adapters::make_targets(options_of("lastfm_360k"),
                                           folder.path(),
                                           stop,
                                           progress,
                                           [](const adapters::Target&) {}),
                    sim::Interrupted);
}
