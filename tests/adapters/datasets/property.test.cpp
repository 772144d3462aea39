#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/adapters/datasets/made.hpp"
#include "tests/adapters/datasets/naive.hpp"
#include "tests/temporary_folder.hpp"

using namespace truegap;
using namespace truegap::test;

namespace {

constexpr int cases = 60;

adapters::DatasetOptions random_options(const std::string& dataset, Rolls& rolls) {
    adapters::DatasetOptions options;
    options.name = dataset;
    options.histories = {3, 0, 1};
    options.candidates = 2 + rolls.below(5);
    options.asked = 1000;
    options.seed = rolls.bits();
    options.pool = rolls.one_in(2) ? adapters::PoolOf::group : adapters::PoolOf::everybody;
    options.choice =
        rolls.one_in(2) ? adapters::ChoiceRule::next : adapters::ChoiceRule::next_in_pool;
    options.groups = {{}};
    if (dataset == "movielens_25m") return options;
    const bool lastfm = dataset.starts_with("lastfm");
    options.groups.push_back({"age"});
    options.groups.push_back({"age", "gender"});
    options.groups.push_back({lastfm ? "continent" : "occupation"});
    if (lastfm) options.groups.push_back({"gender", "country"});
    if (dataset == "lastfm_1k" && rolls.one_in(2)) options.items = adapters::ItemKind::tracks;
    return options;
}

// What only the oracle of a data set counts is 0 in the others'.
std::uint64_t found(const Naive& naive, const std::string& key) {
    const auto place = naive.found.find(key);
    return place == naive.found.end() ? 0 : place->second;
}

void check_same_counts(const Made& made, const Naive& naive) {
    using adapters::Found;
    for (const Found what : {Found::events,
                             Found::users,
                             Found::malformed_lines,
                             Found::stray_user_lines,
                             Found::unnamed_items,
                             Found::no_plays,
                             Found::duplicate_events,
                             Found::users_without_profile,
                             Found::profiles_without_events,
                             Found::missing_ages,
                             Found::absurd_ages,
                             Found::missing_genders,
                             Found::missing_countries,
                             Found::unknown_countries}) {
        INFO(adapters::name_of(what).key);
        CHECK(made.found(what) == found(naive, std::string(adapters::name_of(what).key)));
    }
}

}  // namespace

TEST_CASE("datasets: random dirty files of all five formats give the naive answer",
          "[adapters][datasets]") {
    for (const std::string& dataset : adapters::dataset_names()) {
        Rolls rolls(7);
        std::uint64_t contexts = 0, listed = 0, scattered = 0, suffixed = 0;
        for (int i = 0; i < cases; ++i) {
            INFO(dataset << ", case " << i);
            const TemporaryFolder folder;
            make_files(dataset, folder.path(), 4 + rolls.below(30), 5 + rolls.below(8), rolls);
            const adapters::DatasetOptions options = random_options(dataset, rolls);
            const Naive naive = naive_targets(options, folder.path());
            const Made made = make(options, folder.path());
            REQUIRE(made.described_all() == naive.contexts);
            check_same_counts(made, naive);
            contexts += naive.contexts.size();
            for (const auto& target : made.targets) listed += target.users.size();
            scattered += made.found(adapters::Found::scattered_users);
            suffixed += made.found(adapters::Found::suffixed_names);
        }
        // The cases are not all trivial.
        CHECK(contexts > 2 * cases);
        CHECK(listed > 10 * cases);
        CHECK(scattered > cases);
        CHECK(suffixed > 0);
    }
}

TEST_CASE("datasets: the order of lines does not matter where times tell the order",
          "[adapters][datasets]") {
    // Distinct times; the users' numbers, and so who is asked, may change, but all are asked.
    std::vector<std::string> lines;
    Rolls rolls(3);
    for (int user = 1; user <= 20; ++user)
        for (int i = 0; i < 10; ++i)
            lines.push_back(std::to_string(user) + "\t" + std::to_string(1 + rolls.below(9)) +
                            "\t4\t" + std::to_string(100 + i));
    std::string titles;
    for (int item = 1; item <= 9; ++item)
        titles += std::to_string(item) + "|Title " + std::to_string(item) + "|\n";
    adapters::DatasetOptions options;
    options.name = "movielens_100k";
    options.candidates = 6;
    options.asked = 1000;
    std::vector<std::string> first;
    for (int shuffle = 0; shuffle < 5; ++shuffle) {
        const TemporaryFolder folder;
        std::string text, profiles;
        for (const std::string& line : lines) text += line + "\n";
        for (int user = 1; user <= 20; ++user)
            profiles += std::to_string(user) + "|" + std::to_string(10 + 2 * user) + "|M|other|1\n";
        write_file(folder / "u.data", text);
        write_file(folder / "u.user", profiles);
        write_file(folder / "u.item", titles);
        std::vector<std::string> all;
        for (adapters::Target target : make(options, folder.path()).targets) {
            std::sort(target.users.begin(), target.users.end(), [](const auto& a, const auto& b) {
                return a.user < b.user;
            });
            all.push_back(described(target));
        }
        if (shuffle == 0) first = all;
        CHECK(all == first);
        for (std::size_t i = lines.size(); i > 1; --i)
            std::swap(lines[i - 1], lines[rolls.below(i)]);
    }
    CHECK(first.size() > 20);
}
