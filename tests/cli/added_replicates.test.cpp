#include <catch2/catch.hpp>
#include <cmath>

#include "tests/cli/support.hpp"

using namespace truegap::test;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> compared{
    "cells.csv", "decomposition.csv", "summary.csv", "results.json", "replicates.state"};

std::vector<std::string> without_state(std::vector<std::string> files) {
    files.pop_back();
    return files;
}

/// A folder into which a study is run again and again.
class Place {
  public:
    explicit Place(Json scenario) : scenario_(std::move(scenario)) {}

    Finished go(std::vector<std::string> options) {
        options.insert(options.begin(), {"run", "-", "--out", "out"});
        Finished finished = run(options, folder_.path(), scenario_.dump());
        INFO(finished.err);
        REQUIRE(finished.code == 0);
        return finished;
    }
    /// Blocks taken over by the last run.
    [[nodiscard]] int taken_over() const {
        return Json::parse(read_file(path("timings.json")))["blocks_taken_over"];
    }
    [[nodiscard]] fs::path path(const std::string& name) const { return folder_ / "out" / name; }
    [[nodiscard]] std::vector<std::string> files() const {
        std::vector<std::string> texts;
        for (const std::string& name : compared)
            texts.push_back(fs::exists(path(name)) ? read_file(path(name)) : std::string{});
        // Bytes that no terminal is to be shown.
        texts.back() = std::to_string(std::hash<std::string>{}(texts.back()));
        return texts;
    }
    [[nodiscard]] std::vector<std::string> results() const { return without_state(files()); }
    [[nodiscard]] Table cells() const { return read_table(read_file(path("cells.csv"))); }
    Json& scenario() { return scenario_; }

  private:
    TemporaryFolder folder_;
    Json scenario_;
};

std::vector<std::string> from_scratch(const Json& scenario,
                                      const std::vector<std::string>& options) {
    Place place(scenario);
    place.go(options);
    REQUIRE(place.taken_over() == 0);
    return place.files();
}

/// Studies that use every kind of statistic.
std::vector<Json> studies() {
    Json pooled = small_scenario();
    pooled["approximations"].push_back("recommended");
    pooled["approximations"].push_back(Json::parse(R"({"kind": "plackett_luce", "rankings": 2})"));
    Json users = with(small_scenario(), "/design", {{"users", {30, 200}}});
    Json grid = with(small_scenario(), "/vary", {{"/predictors/1/temperature", {1.5, 2}}});
    return {pooled, users, grid};
}

}  // namespace

TEST_CASE("run: replicates added later give the bytes of a run from scratch", "[cli][replicates]") {
    for (const Json& scenario : studies()) {
        Place place(scenario);
        const int levels = scenario.contains("vary") ? 8 : 4;  // points x worlds x n
        place.go({"--replicates", "200", "--threads", "1"});   // three blocks and a part of one
        CHECK(place.taken_over() == 0);
        const Finished more = place.go({"--replicates", "500", "--threads", "2"});
        CHECK(place.taken_over() == 3 * levels);
        CHECK(more.err.find("taken over") != std::string::npos);
        CHECK(place.files() == from_scratch(scenario, {"--replicates", "500", "--threads", "3"}));
        place.go({"--replicates", "512", "--threads", "2"});
        CHECK(place.taken_over() == 7 * levels);
        CHECK(place.files() == from_scratch(scenario, {"--replicates", "512"}));
        place.go({"--replicates", "512"});
        CHECK(place.taken_over() == 8 * levels);
        CHECK(place.files() == from_scratch(scenario, {"--replicates", "512"}));
    }
}

TEST_CASE("run: fewer replicates than are there are drawn anew, and nothing is forgotten",
          "[cli][replicates]") {
    Place place(small_scenario());
    place.go({"--replicates", "300"});
    place.go({"--replicates", "100"});
    CHECK(place.taken_over() == 0);
    // All but the state, which still knows the 300.
    CHECK(place.results() ==
          without_state(from_scratch(small_scenario(), {"--replicates", "100"})));
    place.go({"--replicates", "320"});
    CHECK(place.taken_over() == 4 * 4);
    CHECK(place.files() == from_scratch(small_scenario(), {"--replicates", "320"}));
}

TEST_CASE("run: worlds and values of a factor added later leave the others as they are",
          "[cli][replicates]") {
    Place place(small_scenario());
    place.go({"--replicates", "128"});
    place.scenario()["worlds"] = 3;
    place.scenario()["question"] = "Anything else?";
    place.scenario()["vary"] = {{"/predictors/1/temperature", {2.0, 3.0}}};
    place.go({"--replicates", "128"});
    CHECK(place.taken_over() == 2 * 2 * 2);
    CHECK(place.files() == from_scratch(place.scenario(), {"--replicates", "128"}));
}

TEST_CASE("run: a state that does not belong or is damaged is left alone, with a word about it",
          "[cli][replicates]") {
    Place place(small_scenario());
    place.go({"--replicates", "128"});
    const std::string good = read_file(place.path("replicates.state"));
    const auto check_useless = [&](const std::string& why) {
        const Finished finished = place.go({"--replicates", "192", "--quiet"});
        CHECK(place.taken_over() == 0);
        CHECK(finished.err.find("replicates.state there " + why) != std::string::npos);
        CHECK(place.files() == from_scratch(place.scenario(), {"--replicates", "192"}));
    };
    for (const std::size_t byte : {std::size_t{3}, good.size() / 2, good.size() - 3}) {
        std::string bad = good;
        bad[byte] = static_cast<char>(bad[byte] ^ 1);
        write_file(place.path("replicates.state"), bad);
        check_useless("is damaged");
    }
    for (const std::string& bad : {std::string{}, good.substr(0, good.size() - 1), good + "x"}) {
        write_file(place.path("replicates.state"), bad);
        check_useless("is damaged");
    }
    place.scenario()["seed"] = 2;
    check_useless("is of another study");
    // Asked for, and so without a word.
    const Finished fresh = place.go({"--replicates", "256", "--fresh", "--quiet"});
    CHECK(place.taken_over() == 0);
    CHECK(fresh.err.empty());
}

TEST_CASE("run: replicates are added until every row's error is small enough",
          "[cli][replicates]") {
    const std::vector<std::string> options{"--target-mcse", "0.012"};
    Place place(small_scenario());
    const Finished finished = place.go(options);
    CHECK(finished.out.find("reached in all") != std::string::npos);
    const Table cells = place.cells();
    double largest = 0.0;
    double least = 1e9;
    double most = 0.0;
    for (std::size_t row = 0; row < cells.rows.size(); ++row) {
        largest = std::max(largest, cells.number(row, "gap_bias_mcse"));
        least = std::min(least, cells.number(row, "replicates"));
        most = std::max(most, cells.number(row, "replicates"));
        CHECK(std::fmod(cells.number(row, "replicates"), 64.0) == 0.0);
    }
    CHECK(largest <= 0.012);
    CHECK(least >= 70);
    CHECK(least < most);  // 20 users need fewer replicates than 5
    const Json results = Json::parse(read_file(place.path("results.json")));
    CHECK(results["target_mcse"] == 0.012);
    CHECK(results["max_replicates"] == 1000000);
    // Not one world and n with more than it needed: with a block fewer of the schedule some row of it
    // is above the target. A run of fixed length says so.
    Place shorter(small_scenario());
    shorter.go({"--replicates", std::to_string(static_cast<int>(most) * 2 / 3 / 64 * 64)});
    const Table before = shorter.cells();
    double largest_before = 0.0;
    for (std::size_t row = 0; row < before.rows.size(); ++row)
        largest_before = std::max(largest_before, before.number(row, "gap_bias_mcse"));
    CHECK(largest_before > 0.012);
}

TEST_CASE("run: a target's bytes depend neither on threads nor on what was there before",
          "[cli][replicates]") {
    const std::vector<std::string> fine{"--target-mcse", "0.012"};
    const std::vector<std::string> coarse{"--target-mcse", "0.03"};
    const auto one_thread =
        from_scratch(small_scenario(), {"--target-mcse", "0.012", "--threads", "1"});
    CHECK(from_scratch(small_scenario(), {"--target-mcse", "0.012", "--threads", "3"}) ==
          one_thread);
    Place place(small_scenario());
    place.go(coarse);
    place.go(fine);
    CHECK(place.taken_over() > 0);
    CHECK(place.files() == one_thread);
    // From a number of replicates at which the schedule has no stop.
    Place fixed(small_scenario());
    fixed.go({"--replicates", "330"});
    fixed.go(fine);
    CHECK(fixed.taken_over() > 0);
    CHECK(fixed.results() == without_state(one_thread));
    // Back to the coarse one: as from scratch, though more is known.
    place.go(coarse);
    CHECK(place.results() == without_state(from_scratch(small_scenario(), coarse)));
}

TEST_CASE("run: a target out of reach is reported", "[cli][replicates]") {
    Place place(small_scenario());
    const Finished finished = place.go({"--target-mcse", "1e-5", "--max-replicates", "150"});
    CHECK(finished.out.find("not reached in") != std::string::npos);
    const Table cells = place.cells();
    for (std::size_t row = 0; row < cells.rows.size(); ++row)
        REQUIRE(cells.at(row, "replicates") == "150");
    Place plain(small_scenario());
    plain.go({"--replicates", "150"});
    CHECK(plain.files()[0] == place.files()[0]);
    const auto refused = [&](const std::vector<std::string>& options) {
        std::vector<std::string> arguments{"run", "-"};
        arguments.insert(arguments.end(), options.begin(), options.end());
        const TemporaryFolder folder;
        return run(arguments, folder.path(), small_scenario().dump()).code == 2;
    };
    CHECK(refused({"--max-replicates", "100"}));
    CHECK(refused({"--target-mcse", "0"}));
    CHECK(refused({"--target-mcse", "nan"}));
    CHECK(refused({"--target-mcse", "0.1", "--max-replicates", "69"}));
}
