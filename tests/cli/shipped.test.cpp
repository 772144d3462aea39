#include <catch2/catch.hpp>

#include "tests/cli/support.hpp"

using namespace truegap::test;

TEST_CASE("help: every command has an example, and exits 0", "[cli][help]") {
    for (const std::string command : {"run",
                                      "truth",
                                      "expect",
                                      "estimate",
                                      "validate",
                                      "scenarios",
                                      "population",
                                      "predict",
                                      "prompts",
                                      "score",
                                      "report",
                                      "dataset",
                                      "draw",
                                      "fit"}) {
        for (const std::string option : {"--help", "-h"}) {
            const Finished finished = run({command, option}, {});
            INFO(command << ' ' << finished.out);
            CHECK(finished.code == 0);
            CHECK(finished.err.empty());
            const auto example = finished.out.find("Example:\n");
            REQUIRE(example != std::string::npos);
            CHECK(finished.out.find("truegap " + command, example) != std::string::npos);
        }
        CHECK(run({"--help"}, {}).out.find("\n  " + command + " ") != std::string::npos);
    }
    CHECK(run({"--help"}, {}).code == 0);
    CHECK(run({"--help"}, {}).out.find("Example:\n") != std::string::npos);
}

TEST_CASE("help: the examples work as they stand", "[cli][help]") {
    const TemporaryFolder folder;
    const std::string program_folder = std::filesystem::path(TRUEGAP_PROGRAM).parent_path();
    for (const std::string command : {"scenarios",
                                      "estimate",
                                      "expect",
                                      "validate",
                                      "truth",
                                      "population",
                                      "run",
                                      "report",
                                      "prompts",
                                      "predict"}) {
        const std::string help = run({command, "--help"}, {}).out;
        const std::string example = help.substr(help.find("Example:\n") + 9);
        INFO(example);
        // As typed in a shell that finds the program.
        const Finished finished = run(
            {.folder = folder.path(),
             .wrapper = {"/bin/sh", "-c", "PATH=" + program_folder + ":$PATH; " + example, "sh"}});
        INFO(finished.err);
        CHECK(finished.code == 0);
    }
}

namespace {

const std::vector<std::string> library{"approximation_ablation",
                                       "biased_coin",
                                       "calibration_blindness",
                                       "candidate_pool_size",
                                       "chaotic_behavior",
                                       "click_patterns",
                                       "contamination",
                                       "estimator_choice",
                                       "four_scripts",
                                       "history_length_sparsity",
                                       "inversion_detection",
                                       "lastfm_like",
                                       "lost_in_context",
                                       "missing_demographics",
                                       "movielens_1m",
                                       "own_program",
                                       "proxy_inadequacy",
                                       "proxy_sparsity",
                                       "quickstart",
                                       "survey_responses",
                                       "temporal_drift",
                                       "weakest_average_strongest"};

}  // namespace

TEST_CASE("version: name and number", "[cli][help]") {
    const Finished finished = run({"--version"}, {});
    CHECK(finished.code == 0);
    CHECK(finished.out.starts_with("truegap "));
    CHECK(finished.out.find_first_of("0123456789") == 8);
}

TEST_CASE("scenarios: the shipped studies are listed with their questions", "[cli][scenarios]") {
    const Finished listed = run({"scenarios"}, {});
    CHECK(listed.code == 0);
    std::size_t names = 0;
    for (const char first : listed.out) names += first == '?' ? 1U : 0U;
    CHECK(names >= library.size());
    for (const std::string& name : library) {
        INFO(name);
        const Finished printed = run({"scenarios", name}, {});
        CHECK(printed.code == 0);
        const Json scenario = Json::parse(printed.out);
        CHECK(scenario["name"] == name);
        const std::string question = scenario["question"];
        CHECK(question.ends_with("?"));
        CHECK(listed.out.find(name + "\n    " + question + "\n") != std::string::npos);
        CHECK(run({"validate", name}, {}).code == 0);
    }
}

TEST_CASE("scenarios: what is printed is a file to start from", "[cli][scenarios]") {
    const TemporaryFolder folder;
    for (const std::string name : {"quickstart", "movielens_1m"}) {
        write_file(folder / "mine.json", run({"scenarios", name}, {}).out);
        const Finished finished = run({"validate", "mine.json"}, folder.path());
        INFO(finished.err);
        CHECK(finished.code == 0);
    }
}

TEST_CASE("scenarios: the program finds them beside itself, from any folder", "[cli][scenarios]") {
    const Finished finished = run({.arguments = {"scenarios"}, .shipped_beside = true});
    CHECK(finished.code == 0);
    CHECK(finished.out.find("quickstart\n") != std::string::npos);
    const TemporaryFolder elsewhere;  // a build folder of another name and depth
    const auto build = elsewhere.path() / "b";
    std::filesystem::create_directories(build);
    std::filesystem::create_directory(elsewhere / "scenarios");
    write_file(elsewhere / "scenarios/quickstart.json", small_scenario().dump());
    std::filesystem::copy_file(TRUEGAP_PROGRAM, build / "truegap");
    const std::string command = (build / "truegap").string() + " scenarios";
    const Finished there =
        run({.wrapper = {"/bin/sh", "-c", command, "sh"}, .shipped_beside = true});
    INFO(there.out << there.err);
    CHECK(there.out.find("quickstart\n") != std::string::npos);
}

TEST_CASE("shipped studies: each runs, and has a page with its question and its answer",
          "[cli][scenarios]") {
    const TemporaryFolder folder;
    const auto pages =
        std::filesystem::path(TRUEGAP_SCENARIO_FOLDER).parent_path() / "docs/studies";
    for (const std::string& name : library) {
        std::vector<std::string> arguments{"run", name, "--replicates", "3"};
        if (name == "four_scripts") arguments.emplace_back("--partial");  // nobody was asked
        std::string input;
        if (name == "inversion_detection") {  // its thousands of worlds take minutes
            Json scenario = Json::parse(run({"scenarios", name}, {}).out);
            scenario["inversion"]["worlds"] = 4;
            scenario["inversion"]["twin"]["worlds"] = 1;
            arguments[1] = "-";
            input = scenario.dump();
        }
        const Finished finished =
            run({.arguments = arguments, .input = input, .folder = folder.path()});
        INFO(name << finished.err);
        CHECK(finished.code == 0);
        CHECK(finished.out.find("SHA-256") != std::string::npos);
        CHECK(finished.out.find("nan") == std::string::npos);
        const Table summary =
            read_table(read_file(folder.path() / "truegap-results" / name / "summary.csv"));
        CHECK(summary.rows.size() >= 10);
        if (name == "quickstart" || name == "movielens_1m" || name == "estimator_choice") continue;
        const std::string page = read_file(pages / (name + ".md"));
        const std::string question = Json::parse(read_file(
            std::filesystem::path(TRUEGAP_SCENARIO_FOLDER) / (name + ".json")))["question"];
        CHECK(page.find(question) != std::string::npos);
        CHECK(page.find("**Answer.**") != std::string::npos);
    }
}

TEST_CASE("validate: says how large the study is", "[cli][scenarios]") {
    const Finished finished = run({"validate", "-"}, {}, small_scenario().dump());
    CHECK(finished.code == 0);
    CHECK(finished.err.empty());
    CHECK(finished.out.starts_with("-: ok: 2 worlds, 9 contexts"));
    CHECK(finished.out.find("about 144 result rows\n") != std::string::npos);
}
