#include <array>
#include <catch2/catch.hpp>
#include <unistd.h>

#include "tests/cli/support.hpp"

using namespace truegap::test;
namespace fs = std::filesystem;

namespace {

// cells, decomposition, summary, results.json, curve, inversion.json
using Files = std::array<std::string, 6>;

Files files_of(const fs::path& folder) {
    return {read_file(folder / "cells.csv"),
            read_file(folder / "decomposition.csv"),
            read_file(folder / "summary.csv"),
            read_file(folder / "results.json"),
            read_file(folder / "curve.csv"),
            read_file(folder / "inversion.json")};
}

Files files_of_run(const Json& scenario, std::vector<std::string> options = {}) {
    const TemporaryFolder folder;
    options.insert(options.begin(), {"run", "-", "--out", "some/where"});
    const Finished finished = run(options, folder.path(), scenario.dump());
    INFO(finished.err);
    REQUIRE(finished.code == 0);
    return files_of(folder / "some/where");
}

Json tables(const Files& files) {
    return Json::parse(files[3]).at("tables");
}

/// One scenario for each way in which randomness is used.
std::vector<Json> scenarios() {
    Json users = with(small_scenario(), "/design", {{"users", {30, 200}}});
    users["predictors"] = Json::parse(R"([{"kind": "noisy", "sigma": 1}, {"kind": "uniform"},
                                          {"kind": "memorizer", "m": 5, "alpha": 0.5},
                                          {"kind": "back_off", "users": 50, "strength": 2},
                                          {"kind": "overconfident", "share": 0.1, "of":
                                              {"kind": "noisy", "sigma": 1}}])");
    Json listed = explicit_scenario();
    listed["replicates"] = 200;
    return {with(small_scenario(), "/replicates", 200), users, listed};
}

}  // namespace

TEST_CASE("run: the files are the same bytes for any number of threads and from run to run",
          "[cli][determinism]") {
    for (const Json& scenario : scenarios()) {
        INFO(scenario["name"] << " " << scenario["design"]);
        const Files one = files_of_run(scenario, {"--threads", "1"});
        CHECK(files_of_run(scenario, {"--threads", "1"}) == one);
        CHECK(files_of_run(scenario, {"--threads", "2"}) == one);
        CHECK(files_of_run(scenario, {"--threads", "8"}) == one);
        CHECK(files_of_run(scenario) == one);
    }
}

TEST_CASE("run: the files do not depend on where the scenario comes from or the result goes",
          "[cli][determinism]") {
    const TemporaryFolder folder;
    const Json scenario = small_scenario();
    write_file(folder / "my study.json", scenario.dump(4));
    REQUIRE(run({"run", "my study.json"}, folder.path()).code == 0);
    REQUIRE(run({"run", "my study.json", "--out", "a b/c"}, folder.path()).code == 0);
    REQUIRE(run({"run", "-", "--out", (folder / "absolute").string()}, {}, scenario.dump()).code ==
            0);
    const Files files = files_of(folder / "truegap-results/small");
    CHECK(files_of(folder / "a b/c") == files);
    CHECK(files_of(folder / "absolute") == files);
}

TEST_CASE("run: another seed gives other numbers and the same labels", "[cli][determinism]") {
    const Json scenario = small_scenario();
    const Json first = tables(files_of_run(scenario));
    const Json second = tables(files_of_run(with(scenario, "/seed", 2)));
    CHECK(first["cells"]["users"] == second["cells"]["users"]);
    CHECK(first["cells"]["predictor"] == second["cells"]["predictor"]);
    const auto differ = [](const Json& a, const Json& b, const std::string& column) {
        std::size_t different = 0;
        for (std::size_t row = 0; row < a["cells"][column].size(); ++row)
            if (a["cells"][column][row] != b["cells"][column][row]) ++different;
        return different;
    };
    const std::size_t rows = first["cells"]["users"].size();
    CHECK(differ(first, second, "true_entropy") == rows);
    CHECK(differ(first, second, "gap_mean") == rows);
    // Given outright, the truth does not move with the seed; the draws do.
    const Json here = tables(files_of_run(explicit_scenario()));
    const Json there = tables(files_of_run(with(explicit_scenario(), "/seed", 2)));
    CHECK(differ(here, there, "true_entropy") == 0);
    CHECK(differ(here, there, "gap_mean") > here["cells"]["users"].size() * 9 / 10);
}

TEST_CASE("run: neither time nor host nor path is in what must be the same", "[cli][determinism]") {
    const TemporaryFolder folder;
    write_file(folder / "s.json", small_scenario().dump());
    REQUIRE(run({"run", "s.json", "--out", "somewhere-special"}, folder.path()).code == 0);
    std::array<char, 256> host{};
    REQUIRE(::gethostname(host.data(), host.size() - 1) == 0);
    std::vector<std::string> forbidden{
        folder.path().filename().string(), "somewhere-special", "s.json", "seconds", "threads"};
    if (std::string(host.data()).size() > 3) forbidden.emplace_back(host.data());
    for (const std::string& text : files_of(folder / "somewhere-special"))
        for (const std::string& word : forbidden) {
            INFO(word);
            CHECK(text.find(word) == std::string::npos);
        }
    const Json timings = Json::parse(read_file(folder / "somewhere-special/timings.json"));
    CHECK(timings.contains("threads"));
    CHECK(timings["study_seconds"].get<double>() > 0.0);
}

TEST_CASE("run: overrides are recorded, and the recorded scenario gives the same tables",
          "[cli][determinism]") {
    const std::string large = "18446744073709551615";
    for (const std::vector<std::string>& options : {std::vector<std::string>{},
                                                    {"--seed", "7", "--replicates", "9"},
                                                    {"--seed", large},
                                                    {"--replicates", "1e1"}}) {
        const Files files = files_of_run(small_scenario(), options);
        const Json results = Json::parse(files[3]);
        const Json recorded = results.at("scenario");
        if (options.size() == 4) {
            CHECK(recorded["seed"] == 7);
            CHECK(recorded["replicates"] == 9);
            CHECK(results["tables"]["cells"]["replicates"][0] == 9);
        } else if (options.size() == 2 && options[0] == "--seed") {
            CHECK(recorded["seed"].dump() == large);
        }
        CHECK(results["seed"] == recorded["seed"]);
        CHECK(files_of_run(recorded) == files);
    }
}

TEST_CASE("run: what a default is written out in the recorded scenario", "[cli][determinism]") {
    const Json scenario = without(without(small_scenario(), "/worlds"), "/dynamics");
    const Json recorded = Json::parse(files_of_run(scenario)[3]).at("scenario");
    CHECK(recorded["worlds"] == 1);
    CHECK(recorded["dynamics"] == Json{{"kind", "static"}});
    CHECK(recorded["contexts"]["repeat"] == true);
}

TEST_CASE("run: the recorded scenario of counted group sizes can be run again elsewhere",
          "[cli][determinism]") {
    const TemporaryFolder folder;
    fs::create_directory(folder / "in");
    fs::create_directory(folder / "elsewhere");
    write_file(folder / "in/sizes.csv", "age,users\nyoung,5\nold,7\n");
    const Json scenario = with(small_scenario(), "/design", {{"group_sizes", "sizes.csv"}});
    write_file(folder / "in/study.json", scenario.dump());
    REQUIRE(run({"run", "in/study.json", "--out", "out"}, folder.path()).code == 0);
    const Json recorded = Json::parse(read_file(folder / "out/results.json")).at("scenario");
    const Finished again =
        run({"run", "-", "--out", "again"}, folder / "elsewhere", recorded.dump());
    INFO(again.err);
    REQUIRE(again.code == 0);
    CHECK(files_of(folder / "elsewhere/again")[0] == files_of(folder / "out")[0]);
}

TEST_CASE("run: an earlier result is replaced whole", "[cli][run]") {
    const TemporaryFolder folder;
    const std::vector<std::string> command{"run", "-", "--out", "out/"};
    REQUIRE(run(command, folder.path(), small_scenario().dump()).code == 0);
    const Files first = files_of(folder / "out");
    fs::remove(folder / "out/timings.json");
    REQUIRE(run(command, folder.path(), with(small_scenario(), "/seed", 5).dump()).code == 0);
    const Files second = files_of(folder / "out");
    CHECK(first[0] != second[0]);
    CHECK(second == files_of_run(with(small_scenario(), "/seed", 5)));
    CHECK(entries_below(folder.path()).size() == 10);
}
