#include <catch2/catch.hpp>

#include "tests/adapters/datasets/made.hpp"
#include "tests/adapters/datasets/naive.hpp"
#include "tests/temporary_folder.hpp"

using namespace truegap;
using namespace truegap::test;
using Texts = std::vector<std::string>;

namespace {

// Four users of MovieLens 1M. In order of time:
//   1 (F, 25): Toy 10, Heat 20, Seven 30, Heat 40        2 (M, 1): Heat 5, Seven 6
//   3 (F, 25): Seven 1                                    4 (no profile): Heat 1, Toy 2, Café 3
void write_four_users(const std::filesystem::path& folder) {
    write_file(folder / "movies.dat",
               "1::Toy (1995)::Animation\n6::Heat (1995)::Crime\n47::Seven (1995)::Crime\n"
               "70::Caf\xE9 (1999)::Drama\n99::Nobody's (1990)::Drama\n");
    write_file(folder / "users.dat",
               "1::F::25::0::1\n2::M::1::10::2\n3::F::25::20::3\n8::M::56::1::4\n");
    write_file(folder / "ratings.dat",
               "1::6::5::40\n1::1::5::10\n1::6::3::20\n1::47::1::30\n"
               "2::6::4::5\n2::47::4::6\n3::47::2::1\n4::70::5::3\n4::6::5::1\n4::1::5::2\n");
}

adapters::DatasetOptions four_users_options() {
    adapters::DatasetOptions options;
    options.name = "movielens_1m";
    options.histories = {0, 1, 2};
    options.candidates = 3;
    options.groups = {{}, {"age", "gender"}};
    return options;
}

}  // namespace

// Worked by hand. Chosen by 3 users each: Heat, Seven; by 2: Toy. So the pool is Heat, Seven, Toy.
TEST_CASE("datasets: four users of MovieLens 1M, worked by hand", "[adapters][datasets]") {
    const TemporaryFolder folder;
    write_four_users(folder.path());
    const Made made = make(four_users_options(), folder.path());
    CHECK(made.described_all() ==
          Texts{
              "all/0 | | 0 | [Heat (1995)] 2 [Seven (1995)] 1 [Toy (1995)] 1",
              "all/1 | | 1 | [Heat (1995)] 1 [Seven (1995)] 1 [Toy (1995)] 1"
              " | 1 chose [Heat (1995)] after [Toy (1995)]"
              " | 2 chose [Seven (1995)] after [Heat (1995)]"
              " | 4 chose [Toy (1995)] after [Heat (1995)]",
              "all/2 | | 2 | [Heat (1995)] 0 [Seven (1995)] 1 [Toy (1995)] 0"
              " | 1 chose [Seven (1995)] after [Toy (1995)] [Heat (1995)]",
              "age=Under 18;gender=M/0 | age:Under 18 gender:M | 0 |"
              " [Heat (1995)] 1 [Seven (1995)] 0 [Toy (1995)] 0",
              "age=Under 18;gender=M/1 | age:Under 18 gender:M | 1 |"
              " [Heat (1995)] 0 [Seven (1995)] 1 [Toy (1995)] 0"
              " | 2 chose [Seven (1995)] after [Heat (1995)]",
              "age=25-34;gender=F/0 | age:25-34 gender:F | 0 |"
              " [Heat (1995)] 0 [Seven (1995)] 1 [Toy (1995)] 1",
              "age=25-34;gender=F/1 | age:25-34 gender:F | 1 |"
              " [Heat (1995)] 1 [Seven (1995)] 0 [Toy (1995)] 0"
              " | 1 chose [Heat (1995)] after [Toy (1995)]",
              "age=25-34;gender=F/2 | age:25-34 gender:F | 2 |"
              " [Heat (1995)] 0 [Seven (1995)] 1 [Toy (1995)] 0"
              " | 1 chose [Seven (1995)] after [Toy (1995)] [Heat (1995)]",
          });
    // For everybody with a history of 2: users 2 and 3 have no event left; after it user 4 has only Café.
    const auto& tally = made.summary.tallies.at(2);
    CHECK(tally.history_length == 2);
    CHECK(tally.users == 1);
    CHECK(tally.too_few_events == 2);
    CHECK(tally.no_choice == 1);
    CHECK(tally.unknown_group == 0);
    CHECK(made.summary.tallies.at(5).unknown_group == 1);
    CHECK(made.found(adapters::Found::users_without_profile) == 1);
    CHECK(made.found(adapters::Found::profiles_without_events) == 1);
    CHECK(made.found(adapters::Found::latin_1_names) == 1);
    CHECK(made.found(adapters::Found::items) == 4);
}

TEST_CASE("datasets: the very next event, or none", "[adapters][datasets]") {
    const TemporaryFolder folder;
    write_four_users(folder.path());
    adapters::DatasetOptions options = four_users_options();
    options.groups = {{}};
    options.histories = {2, 3};
    options.choice = adapters::ChoiceRule::next;
    // After three events user 1 chose Heat again: the rule does not look at the history.
    CHECK(make(options, folder.path()).described_all() ==
          Texts{"all/2 | | 2 | [Heat (1995)] 0 [Seven (1995)] 1 [Toy (1995)] 0"
                " | 1 chose [Seven (1995)] after [Toy (1995)] [Heat (1995)]",
                "all/3 | | 3 | [Heat (1995)] 1 [Seven (1995)] 0 [Toy (1995)] 0"
                " | 1 chose [Heat (1995)] after [Toy (1995)] [Heat (1995)] [Seven (1995)]"});
    options.choice = adapters::ChoiceRule::next_in_pool;
    CHECK(make(options, folder.path()).targets.size() == 1);
}

TEST_CASE("datasets: a pool of the group's own", "[adapters][datasets]") {
    const TemporaryFolder folder;
    write_four_users(folder.path());
    adapters::DatasetOptions options = four_users_options();
    options.histories = {0};
    options.candidates = 2;
    options.groups = {{"gender"}, {}};
    options.pool = adapters::PoolOf::group;
    // Women: Seven 2, Heat and Toy 1 each. The man: Heat and Seven 1 each. All: Heat, Seven.
    CHECK(make(options, folder.path()).described_all() ==
          Texts{"gender=F/0 | gender:F | 0 | [Seven (1995)] 1 [Heat (1995)] 1",
                "gender=M/0 | gender:M | 0 | [Heat (1995)] 1 [Seven (1995)] 0",
                "all/0 | | 0 | [Heat (1995)] 3 [Seven (1995)] 1"});
}

TEST_CASE("datasets: small groups are left out and counted", "[adapters][datasets]") {
    const TemporaryFolder folder;
    write_four_users(folder.path());
    adapters::DatasetOptions options = four_users_options();
    options.min_users = 2;
    const Made made = make(options, folder.path());
    CHECK(made.targets.size() == 3);  // all/0, all/1, age=25-34;gender=F/0
    CHECK(made.found(adapters::Found::small_contexts) == 5);
}

TEST_CASE("datasets: plays of Last.fm 1K are put in order, artists or tracks",
          "[adapters][datasets]") {
    const TemporaryFolder folder;
    write_file(folder / "userid-profile.tsv",
               "#id\tgender\tage\tcountry\tregistered\n"
               "user_000001\tm\t22\tCote D'Ivoire\tAug 13, 2006\n"
               "user_000002\tf\t\tPeru\tFeb 24, 2006\n");
    write_file(folder / "userid-timestamp-artid-artname-traid-traname.tsv",
               "user_000001\t2009-05-04T23:08:57Z\tb1\tBee\tt2\tTwo\n"
               "user_000001\t2008-05-04T13:54:10Z\t\tAnt\t\tOne\n"
               "user_000001\t2009-05-04T13:54:10Z\tb1\tBee\tt1\tOne\n"
               "user_000002\t2009-05-04T13:52:04Z\t\tAnt\t\tOne\n"
               "user_000002\t2009-05-04T13:52:04Z\tb1\tBee\tt2\tTwo\n");
    adapters::DatasetOptions options;
    options.name = "lastfm_1k";
    options.histories = {1};
    options.groups = {{"continent"}, {"age"}};
    CHECK(make(options, folder.path()).described_all() ==
          Texts{"continent=Africa/1 | continent:Africa | 1 | [Ant] 0 [Bee] 1"
                " | user_000001 chose [Bee] after [Ant]",
                "continent=South America/1 | continent:South America | 1 | [Ant] 0 [Bee] 1"
                " | user_000002 chose [Bee] after [Ant]",
                "age=18-24/1 | age:18-24 | 1 | [Ant] 0 [Bee] 1"
                " | user_000001 chose [Bee] after [Ant]"});
    options.items = adapters::ItemKind::tracks;
    options.groups = {{"age"}};
    CHECK(make(options, folder.path()).described_all() ==
          Texts{"age=18-24/1 | age:18-24 | 1 | [Ant - One] 0 [Bee - Two] 0 [Bee - One] 1"
                " | user_000001 chose [Bee - One] after [Ant - One]"});
}

TEST_CASE("datasets: quotes of MovieLens 25M, titles told twice", "[adapters][datasets]") {
    const TemporaryFolder folder;
    write_file(folder / "movies.csv",
               "movieId,title,genres\r\n1,\"Say \"\"Hi\"\", Bob (1995)\",Comedy\r\n"
               "2,Twin (1950),Drama\r\n3,TWIN (1950),Drama\r\n");
    write_file(
        folder / "ratings.csv",
        "userId,movieId,rating,timestamp\r\n1,1,0.5,9\r\n1,2,5.0,10\r\n2,2,5.0,1\r\n2,3,1.0,2\r\n");
    adapters::DatasetOptions options;
    options.name = "movielens_25m";
    options.histories = {0};
    const Made made = make(options, folder.path());
    CHECK(made.described_all() ==
          Texts{"all/0 | | 0 | [Twin (1950)] 1 [Say \"Hi\", Bob (1995)] 1 [TWIN (1950) (2)] 0"});
    CHECK(made.found(adapters::Found::suffixed_names) == 1);
    CHECK(made.found(adapters::Found::malformed_lines) == 0);
}
