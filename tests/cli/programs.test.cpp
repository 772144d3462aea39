#include <catch2/catch.hpp>
#include <filesystem>
#include <sstream>

#include "tests/cli/predict_support.hpp"

using namespace truegap::test;

namespace {

// A study with one world, its contexts asked of these predictors.
Json study_of(const Json& predictors) {
    Json study = explicit_scenario();
    study["worlds"] = 1;
    study["replicates"] = 64;
    study["approximations"].push_back({{"kind", "probabilities"}});
    study["approximations"].push_back({{"kind", "recommended"}});
    study["predictors"] = predictors;
    return study;
}

// The exact distributions as response lines: what a perfect predictor would say.
std::string true_responses(const std::filesystem::path& folder, const std::string& scenario) {
    const Json contexts = Json::parse(run({"truth", scenario}, folder).out)["contexts"];
    std::string lines;
    for (const Json& context : contexts)
        lines += Json{{"context_id", "0/" + std::to_string(context["id"].get<int>())},
                      {"probabilities", context["distribution"]}}
                     .dump() +
                 '\n';
    return lines;
}

std::filesystem::path program(const std::string& name) {
    return std::filesystem::path(TRUEGAP_SCENARIO_FOLDER) / "programs" / name;
}

}  // namespace

TEST_CASE("a program, or a file, that says the Bayes distribution has the rows of bayes",
          "[cli][programs]") {
    const TemporaryFolder folder;
    const Json bayes{{"kind", "bayes"}};
    write_file(folder / "plain.json", study_of(Json::array({bayes})).dump());
    const std::string truth = true_responses(folder.path(), "plain.json");
    write_file(folder / "truth.jsonl", truth);
    const Json process{{"kind", "process"},
                       {"name", "program"},
                       {"command", {"sh", "-c", "cat > /dev/null; cat truth.jsonl"}}};
    const Json files{{"kind", "files"}, {"name", "file"}, {"responses", "truth.jsonl"}};
    write_file(folder / "s.json", study_of(Json::array({bayes, process, files})).dump());
    const Finished finished = run({"run", "s.json", "--out", "out"}, folder.path());
    INFO(finished.err);
    REQUIRE(finished.code == 0);
    const Table cells = read_table(read_file(folder / "out/cells.csv"));
    check_same_rows(cells, "bayes", "program");
    check_same_rows(cells, "bayes", "file");
    // Replicates are kept for scenarios, and a file of answers may change.
    CHECK_FALSE(std::filesystem::exists(folder / "out/replicates.state"));
    // And again, with any number of threads.
    REQUIRE(run({"run", "s.json", "--out", "again", "--threads", "1"}, folder.path()).code == 0);
    CHECK(read_file(folder / "again/results.json") == read_file(folder / "out/results.json"));
}

TEST_CASE("predict: a program's answers, written as lines, are what run makes of it",
          "[cli][programs]") {
    const TemporaryFolder folder;
    const std::string learner = program("learner.py").string();
    const Json process{{"kind", "process"},
                       {"name", "p"},
                       {"command", {"python3", learner}},
                       {"prompts", {{"examples", 30}}}};
    write_file(folder / "s.json", study_of(Json::array({process})).dump());
    const Finished asked = run({"predict", "s.json", "--out", "r.jsonl"}, folder.path());
    INFO(asked.err);
    REQUIRE(asked.code == 0);
    REQUIRE(run({"run", "s.json", "--out", "live"}, folder.path()).code == 0);
    const Json files{{"kind", "files"}, {"name", "p"}, {"responses", "r.jsonl"}};
    write_file(folder / "f.json", study_of(Json::array({files})).dump());
    const Finished scored = run({"run", "f.json", "--out", "filed"}, folder.path());
    INFO(scored.err);
    REQUIRE(scored.code == 0);
    for (const std::string table : {"cells.csv", "decomposition.csv", "summary.csv"})
        CHECK(read_file(folder.path() / "live" / table) ==
              read_file(folder.path() / "filed" / table));
}

TEST_CASE("the example in R ranks as the one in Python states", "[cli][programs]") {
    if (run({.wrapper = {"/bin/sh", "-c", "Rscript -e 'library(jsonlite)'"}}).code != 0) {
        WARN("no R with jsonlite here: the example in R is not tried");
        return;
    }
    const TemporaryFolder folder;
    const auto predictor = [](const std::string& name, const Json& command) {
        return Json{{"kind", "process"},
                    {"name", name},
                    {"command", command},
                    {"prompts", {{"examples", 30}}}};
    };
    write_file(folder / "s.json",
               study_of(Json::array({predictor("py", {"python3", program("learner.py")}),
                                     predictor("R", {"Rscript", program("learner.R")})}))
                   .dump());
    for (const std::string name : {"py", "R"}) {
        const Finished asked = run(
            {"predict", "s.json", "--predictor", name, "--out", name + ".jsonl"}, folder.path());
        INFO(asked.err);
        REQUIRE(asked.code == 0);
    }
    std::istringstream stated(read_file(folder / "py.jsonl"));
    std::istringstream ranked(read_file(folder / "R.jsonl"));
    REQUIRE(
        run({"prompts", "s.json", "--predictor", "R", "--out", "q.jsonl"}, folder.path()).code ==
        0);
    std::istringstream questions(read_file(folder / "q.jsonl"));
    std::size_t lines = 0;
    for (std::string one, other, question; std::getline(stated, one); ++lines) {
        REQUIRE(std::getline(ranked, other));
        REQUIRE(std::getline(questions, question));
        const Json q = Json::parse(one)["probabilities"];
        const Json names = Json::parse(question)["candidates"];
        double last = 1.0;
        for (const Json& name : Json::parse(other)["ranking"]) {
            const auto k = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) -
                                                    names.begin());
            REQUIRE(k < names.size());
            CHECK(q[k].get<double>() <= last + 1e-12);
            last = q[k];
        }
    }
    CHECK(lines == 3);
}
