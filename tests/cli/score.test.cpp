#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>

#include "tests/cli/refusal.hpp"
#include "tests/cli/support.hpp"

using namespace truegap::test;

namespace {

// Two proxies, five contexts; one with users who have their own histories.
const std::string targets_text =
    R"({"context_id":"all","candidates":["a","b","c"],"counts":[6,3,1]}
{"context_id":"f","group":{"gender":"F"},"candidates":["c","b","a"],"counts":[1,1,3]}
{"context_id":"m","group":{"gender":"M"},"candidates":["a","b","c"],"counts":[3,2,0]}
{"context_id":"f/1","group":{"gender":"F"},"history_length":1,"candidates":["a","b","c"],"counts":[2,0,0],"users":[{"user":"1","history":["b"],"choice":"a"},{"user":"2","history":["c"],"choice":"a"}]}
{"context_id":"m/1","group":{"gender":"M"},"history_length":1,"candidates":["a","b","c"],"counts":[1,1,1]}
)";
const std::string stated_text =
    R"({"context_id":"m/1","probabilities":[0.2,0.3,0.5]}
{"context_id":"all","probabilities":[0.5,0.3,0.2]}
{"context_id":"f","probabilities":[0.25,0.25,0.5]}
{"context_id":"m","probabilities":[0.5,0.25,0.25]}
{"context_id":"f/1","user":"2","probabilities":[0.25,0.25,0.5]}
{"context_id":"f/1","user":"1","probabilities":[0.5,0.25,0.25]}
{"context_id":"elsewhere","probabilities":[1]}
)";
const std::string ranked_text =
    R"({"context_id":"all","predictor":"ranker","ranking":["a","b"]}
{"context_id":"f","predictor":"ranker","ranking":["a","nothing","a","b"]}
{"context_id":"m","predictor":"ranker","no_answer":"refused"}
{"context_id":"f/1","user":"1","predictor":"ranker","ranking":["a","c"]}
{"context_id":"f/1","user":"2","predictor":"ranker","ranking":["a","c"]}
{"context_id":"m/1","predictor":"ranker","error":"timeout"}
)";

struct Files {
    TemporaryFolder folder;
    Files() {
        write_file(folder / "targets.jsonl", targets_text);
        write_file(folder / "stated.jsonl", stated_text);
        write_file(folder / "ranked.jsonl", ranked_text);
    }
    [[nodiscard]] Finished score(std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{
            "score", "--targets", "targets.jsonl", "--responses", "stated.jsonl", "ranked.jsonl"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(arguments, folder.path());
    }
    [[nodiscard]] Table table(const std::string& name,
                              const std::string& out = "truegap-results/score") const {
        return read_table(read_file(folder.path() / out / name));
    }
};

std::size_t row_of(const Table& table, const std::vector<std::pair<std::string, std::string>>& is) {
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        bool same = true;
        for (const auto& [column, value] : is) same = same && table.at(row, column) == value;
        if (same) return row;
    }
    throw std::runtime_error("no such row");
}

}  // namespace

TEST_CASE("score: tables of contexts, proxies and answers", "[cli][score]") {
    const Files files;
    const Finished finished = files.score();
    INFO(finished.err);
    REQUIRE(finished.code == 0);
    CHECK(finished.out.find("stated: 6 of 6 questions answered; 1 responses are about no target") !=
          std::string::npos);
    CHECK(finished.out.find("ranker: 4 of 6 questions answered, 1 refused, 1 failed") !=
          std::string::npos);
    CHECK(finished.out.find("perfect predictor is not 0") != std::string::npos);
    const Table contexts = files.table("contexts.csv");
    // rank_matched and probabilities with three estimators, recommended with its own.
    CHECK(contexts.rows.size() == 5 * 2 * (3 + 3 + 1));
    const std::size_t stated = row_of(contexts,
                                      {{"context_id", "f"},
                                       {"predictor", "stated"},
                                       {"approximation", "probabilities"},
                                       {"estimator", "plug_in"}});
    const double entropy = -(0.6 * std::log(0.6) + 0.4 * std::log(0.2));
    const double loss = -(0.6 * std::log(0.5) + 0.4 * std::log(0.25));
    CHECK(contexts.number(stated, "entropy") == Approx(entropy));
    CHECK(contexts.number(stated, "cross_entropy") == Approx(loss));
    CHECK(contexts.number(stated, "gap") == Approx(loss - entropy));
    CHECK(contexts.at(stated, "proxy") == "gender");
    CHECK(contexts.at(stated, "group") == "gender=F");
    CHECK(contexts.at(stated, "n") == "5");
    CHECK(contexts.at(stated, "items") == "3");
    // Two users with their own answers: the mean of these.
    const std::size_t users = row_of(contexts,
                                     {{"context_id", "f/1"},
                                      {"predictor", "stated"},
                                      {"approximation", "probabilities"},
                                      {"estimator", "plug_in"}});
    CHECK(contexts.number(users, "cross_entropy") == Approx(-std::log(0.375)));
    CHECK(contexts.at(users, "asked") == "2");
    const std::size_t ranked =
        row_of(contexts, {{"context_id", "f"}, {"predictor", "ranker"}, {"estimator", "plug_in"}});
    CHECK(contexts.number(ranked, "places_unknown") == 1.0);
    CHECK(contexts.number(ranked, "places_duplicated") == 1.0);
    const std::size_t refused =
        row_of(contexts, {{"context_id", "m"}, {"predictor", "ranker"}, {"estimator", "plug_in"}});
    CHECK(contexts.at(refused, "gap").empty());
    CHECK(contexts.at(refused, "no_answer") == "refused");
    const std::size_t recommended =
        row_of(contexts, {{"context_id", "f"}, {"approximation", "recommended"}});
    CHECK(contexts.number(recommended, "gap_low") ==
          Approx(contexts.number(recommended, "gap") -
                 1.959964 * contexts.number(recommended, "gap_se")));

    const Table proxies = files.table("proxies.csv");
    CHECK(proxies.rows.size() == 3 * 2 * 7);
    const std::size_t proxy = row_of(proxies,
                                     {{"proxy", "gender"},
                                      {"history_length", "0"},
                                      {"predictor", "stated"},
                                      {"approximation", "probabilities"},
                                      {"estimator", "plug_in"}});
    const std::size_t other = row_of(contexts,
                                     {{"context_id", "m"},
                                      {"predictor", "stated"},
                                      {"approximation", "probabilities"},
                                      {"estimator", "plug_in"}});
    const double gap_f = loss - entropy;
    const double gap_m = contexts.number(other, "gap");
    CHECK(proxies.at(proxy, "contexts") == "2");
    CHECK(proxies.at(proxy, "users") == "10");
    CHECK(proxies.number(proxy, "gap") == Approx(0.5 * (gap_f + gap_m)));
    CHECK(proxies.number(proxy, "gap_low") <= proxies.number(proxy, "gap"));

    const Table answers = files.table("answers.csv");
    CHECK(answers.at(1, "predictor") == "ranker");
    CHECK(answers.at(1, "refused") == "1");
    CHECK(answers.at(1, "failed") == "1");
    CHECK(answers.at(0, "without_target") == "1");
    const Json json = Json::parse(read_file(files.folder / "truegap-results/score/score.json"));
    CHECK(json["tables"]["contexts"]["gap"].size() == contexts.rows.size());
    CHECK(finished.out.find(json["sha256"].get<std::string>()) != std::string::npos);
}

TEST_CASE("score: the same bytes for any number of threads; an earlier result is replaced",
          "[cli][score]") {
    const Files files;
    REQUIRE(files.score({"--threads", "1"}).code == 0);
    const std::string first = read_file(files.folder / "truegap-results/score/score.json");
    const Finished again = files.score({"--threads", "3"});
    CHECK(again.code == 0);
    CHECK(read_file(files.folder / "truegap-results/score/score.json") == first);
    REQUIRE(files.score({"--seed", "2"}).code == 0);
    CHECK(read_file(files.folder / "truegap-results/score/score.json") != first);
    write_file(files.folder / "truegap-results/score/mine.txt", "x");
    check_refused(files.score(), "", {"truegap-results/score", "mine.txt"});
}

TEST_CASE("score: methods by name, by file, and bits", "[cli][score]") {
    const Files files;
    write_file(files.folder / "methods.json",
               R"({"approximations":[{"kind":"per_event"},{"kind":"probabilities"}],
                   "estimators":["plug_in"]})");
    REQUIRE(files.score({"--methods", "methods.json", "--out", "nats"}).code == 0);
    REQUIRE(files
                .score({"--approximation",
                        R"({"kind":"per_event"})",
                        "probabilities",
                        "--estimator",
                        "plug_in",
                        "--unit",
                        "bit",
                        "--out",
                        "bits"})
                .code == 0);
    const Table nats = files.table("contexts.csv", "nats");
    const Table bits = files.table("contexts.csv", "bits");
    REQUIRE(nats.rows.size() == 5 * 2 * 2);
    REQUIRE(bits.rows.size() == nats.rows.size());
    std::size_t defined = 0;
    for (std::size_t row = 0; row < nats.rows.size(); ++row) {
        const double nat = nats.number(row, "cross_entropy");
        if (std::isnan(nat)) continue;
        ++defined;
        CHECK(bits.number(row, "cross_entropy") == Approx(nat / std::log(2.0)));
    }
    CHECK(defined == 10);
    // Each user's own loss, whose entropy is not known.
    const std::size_t event = row_of(
        nats, {{"context_id", "f/1"}, {"predictor", "stated"}, {"approximation", "per_event"}});
    CHECK(nats.number(event, "cross_entropy") == Approx(-0.5 * (std::log(0.5) + std::log(0.25))));
    CHECK(nats.at(event, "gap").empty());
    CHECK(nats.at(event, "estimator").empty());
}

TEST_CASE("score: responses that are missing are refused, or counted", "[cli][score]") {
    const Files files;
    write_file(files.folder / "few.jsonl", R"({"context_id":"f","probabilities":[0.2,0.3,0.5]})");
    const std::vector<std::string> call{
        "score", "--targets", "targets.jsonl", "--responses", "few.jsonl"};
    check_refused(run(call, files.folder.path()),
                  "few.jsonl: ",
                  {"no response of \"few\" to 5 of 6 questions", "\"all\"", "--partial"});
    auto partial = call;
    partial.emplace_back("--partial");
    const Finished finished = run(partial, files.folder.path());
    REQUIRE(finished.code == 0);
    CHECK(finished.out.find("few: 1 of 6 questions answered, 5 failed (5 without a response)") !=
          std::string::npos);
    const Table proxies = files.table("proxies.csv");
    CHECK(proxies.at(0, "contexts") == "0");
    CHECK(proxies.at(0, "undefined") == "1");
}

TEST_CASE("score: bad input is one line", "[cli][score]") {
    const Files files;
    const auto refused = [&](const std::string& file,
                             const std::string& text,
                             const std::vector<std::string>& arguments,
                             const std::string& lead,
                             const std::vector<std::string>& says) {
        write_file(files.folder / file, text);
        CAPTURE(file, text);
        check_refused(run(arguments, files.folder.path()), lead, says);
        CHECK_FALSE(std::filesystem::exists(files.folder / "truegap-results"));
    };
    const std::vector<std::string> bad_targets{
        "score", "--targets", "bad.jsonl", "--responses", "stated.jsonl"};
    refused("bad.jsonl",
            R"({"context_id":"x","candidates":["a","b"],"counts":[1,2,3]})",
            bad_targets,
            "bad.jsonl: line 1",
            {"/counts", "3 counts"});
    refused("bad.jsonl", "", bad_targets, "bad.jsonl: ", {"no targets"});
    const std::vector<std::string> bad_responses{
        "score", "--targets", "targets.jsonl", "--responses", "bad.jsonl"};
    refused("bad.jsonl",
            stated_text + R"({"context_id":"f","probabilities":[0.2,0.3,0.5]})",
            bad_responses,
            "bad.jsonl: line 8",
            {"a second time"});
    refused("bad.jsonl", "\n", bad_responses, "bad.jsonl: ", {"no responses"});
    refused("bad.jsonl",
            stated_text,
            {"score", "--targets", "targets.jsonl", "--responses", "bad.jsonl", "--top", "4"},
            "targets.jsonl: ",
            {"only 3 candidates", "--top is 4"});
    refused("bad.jsonl",
            stated_text,
            {"score", "--targets", "targets.jsonl", "--responses", "stated.jsonl", "stated.jsonl"},
            "stated.jsonl: ",
            {"predictor \"stated\""});
    refused("bad.json",
            R"({"approximation":[]})",
            {"score",
             "--targets",
             "targets.jsonl",
             "--responses",
             "stated.jsonl",
             "--methods",
             "bad.json"},
            "bad.json: /approximation: ",
            {"approximations"});
    refused("bad.json",
            R"({"estimators":["nsb"]})",
            {"score",
             "--targets",
             "targets.jsonl",
             "--responses",
             "stated.jsonl",
             "--methods",
             "bad.json",
             "--estimator",
             "nsb"},
            "bad.json: /estimators: ",
            {"--estimator"});
    refused("bad.json",
            "",
            {"score",
             "--targets",
             "targets.jsonl",
             "--responses",
             "stated.jsonl",
             "--approximation",
             "rank_mached"},
            "--approximation: /0/kind: ",
            {"rank_matched"});
}
