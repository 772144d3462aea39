#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <sstream>

#include "tests/cli/predict_support.hpp"

using namespace truegap::test;

namespace {

const Json logprobs{{"form", "logprobs"}};

void check_one_line(const Finished& finished, int code, const std::vector<std::string>& says) {
    INFO(finished.out << finished.err);
    CHECK(finished.code == code);
    for (const std::string& part : says) CHECK(finished.err.find(part) != std::string::npos);
    CHECK(std::count(finished.err.begin(), finished.err.end(), '\n') == 1);
    CHECK(finished.err.starts_with("truegap: "));
}

// Results of a batch in reversed order, made of the file of requests.
std::string batch_results(const std::string& requests, std::size_t leave_out) {
    std::vector<std::string> lines;
    std::istringstream in(requests);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    std::string results;
    for (std::size_t i = lines.size(); i-- > leave_out;) {
        const Json request = Json::parse(lines[i]);
        results += Json{{"custom_id", request["custom_id"]},
                        {"response",
                         {{"status_code", 200},
                          {"body", {{"choices", {{{"message", {{"content", "Beta"}}}}}}}}}},
                        {"error", nullptr}}
                       .dump() +
                   "\n";
    }
    return results;
}

}  // namespace

TEST_CASE("predict: --dry-run sends nothing and makes nothing", "[cli][predict]") {
    const FaultServer server(opinion);
    const TemporaryFolder folder;
    write_data_study(folder.path(), openai_predictor(server, logprobs), 30);
    const auto before = entries_below(folder.path());
    ::unsetenv("TRUEGAP_TEST_SECRET");
    const Finished dry = run({"predict", "s.json", "--dry-run"}, folder.path());
    INFO(dry.out << dry.err);
    CHECK(dry.code == 0);
    CHECK(dry.out.starts_with("m: 30 requests, 0 of them answered"));
    CHECK(dry.out.find(" prompt tokens, at most 30 answer tokens\n") != std::string::npos);
    CHECK(server.requests() == 0);
    CHECK(entries_below(folder.path()) == before);
    check_one_line(run({"predict", "s.json", "--quiet"}, folder.path()),
                   2,
                   {"/predictors/0/key_env", "TRUEGAP_TEST_SECRET"});
    CHECK(entries_below(folder.path()) == before);
    REQUIRE(predict(folder.path(), {"--quiet"}).code == 0);
    CHECK(run({"predict", "s.json", "--dry-run"}, folder.path())
              .out.starts_with("m: 30 requests, 30 of them answered"));
}

TEST_CASE("run: answers that are missing are said with the command that asks for them",
          "[cli][predict]") {
    const FaultServer server(opinion);
    const TemporaryFolder folder;
    write_file(folder / "s.json", asked_study(openai_predictor(server, logprobs), 12).dump());
    check_one_line(run({"run", "s.json"}, folder.path()),
                   2,
                   {"/predictors/0", "truegap predict s.json --predictor 'm'", "--partial"});
    CHECK(run({"validate", "s.json"}, folder.path()).code == 0);
    REQUIRE(predict(folder.path(), {"--journal", "j.sqlite", "--quiet"}).code == 0);
    CHECK(run({"run", "s.json"}, folder.path()).code == 2);
    CHECK(run({"run", "s.json", "--journal", "j.sqlite"}, folder.path()).code == 0);
    // All is answered: no key, no server.
    ::unsetenv("TRUEGAP_TEST_SECRET");
    CHECK(run({"predict", "s.json", "--journal", "j.sqlite", "--resume"}, folder.path()).code == 0);
}

TEST_CASE("predict: a server that refuses ends with its words, exit code 1 and without the key",
          "[cli][predict]") {
    FaultServer server(opinion);
    const TemporaryFolder folder;
    write_data_study(folder.path(), openai_predictor(server, logprobs), 40);
    REQUIRE(predict(folder.path(), {"--quiet", "--journal", "good.sqlite"}).code == 0);
    server.faults(1.0, 1, {Fault::internal_error});
    Json study = Json::parse(read_file(folder / "s.json"));
    study["predictors"][0]["limits"]["attempts"] = 2;
    study["predictors"][0]["sampling"] = {{"seed", 5}};
    write_file(folder / "s.json", study.dump());
    const Finished finished =
        predict(folder.path(), {"--quiet", "--journal", "good.sqlite", "--out", "r.jsonl"});
    check_one_line(finished, 1, {"status 500", "same failure", "--resume"});
    CHECK_FALSE(std::filesystem::exists(folder / "r.jsonl"));
    FaultServer::Settings settings;
    settings.key = "sk-another";
    server.settings(settings);
    server.faults(0.0, 1, {});
    check_one_line(predict(folder.path(), {"--quiet", "--journal", "new.sqlite"}),
                   1,
                   {"status 401", "/predictors/0"});
    CHECK_FALSE(stands_below(folder.path(), secret));
}

TEST_CASE("predict: names that are none", "[cli][predict]") {
    const FaultServer server(opinion);
    const TemporaryFolder folder;
    Json study = asked_study(openai_predictor(server, logprobs), 12);
    study["predictors"].push_back({{"kind", "bayes"}});
    write_file(folder / "s.json", study.dump());
    check_one_line(
        predict(folder.path(), {"--predictor", "n"}), 2, {"the nearest is \"m\"", "/predictors"});
    check_one_line(predict(folder.path(), {"--predictor", "bayes"}), 2, {"truegap run answers"});
    write_file(folder / "j.sqlite", std::string(4096, 'j'));
    check_one_line(predict(folder.path(), {"--journal", "j.sqlite", "--quiet"}),
                   2,
                   {"j.sqlite: is no journal"});
    CHECK(server.requests() == 0);
    study["predictors"].erase(0);
    write_file(folder / "s.json", study.dump());
    check_one_line(predict(folder.path(), {}), 2, {"none of them is outside"});
}

TEST_CASE("prompts: a batch file goes out and its results come back in any order",
          "[cli][predict]") {
    const FaultServer server(opinion);
    const TemporaryFolder folder;
    write_data_study(
        folder.path(), openai_predictor(server, {{"form", "choice"}, {"samples", 2}}), 5);
    REQUIRE(run({"prompts", "s.json", "--out", "b.jsonl"}, folder.path()).code == 0);
    const std::string requests = read_file(folder / "b.jsonl");
    CHECK(std::count(requests.begin(), requests.end(), '\n') == 10);
    write_file(folder / "r1.jsonl", batch_results(requests, 3));
    const Finished some = predict(folder.path(), {"--batch", "r1.jsonl"});
    INFO(some.out << some.err);
    CHECK(some.code == 1);
    CHECK(some.out.find("7 answers stored") != std::string::npos);
    CHECK(some.err.find("3 answers missing") != std::string::npos);
    // Those open go out again.
    REQUIRE(run({"prompts", "s.json", "--out", "b.jsonl"}, folder.path()).code == 0);
    const std::string rest = read_file(folder / "b.jsonl");
    CHECK(std::count(rest.begin(), rest.end(), '\n') == 3);
    write_file(folder / "r2.jsonl", batch_results(rest, 0));
    const Finished all = predict(folder.path(), {"--batch", "r2.jsonl", "--out", "r.jsonl"});
    INFO(all.out << all.err);
    CHECK(all.code == 0);
    const std::string responses = read_file(folder / "r.jsonl");
    CHECK(responses.find(R"("samples":["Beta","Beta"])") != std::string::npos);
    CHECK(server.requests() == 0);
}

TEST_CASE("prompts: shows the prompt of a context", "[cli][predict]") {
    const FaultServer server(opinion);
    const TemporaryFolder folder;
    write_data_study(folder.path(), openai_predictor(server, logprobs), 5);
    const Finished shown = run({"prompts", "s.json", "--context", "c3"}, folder.path());
    INFO(shown.err);
    CHECK(shown.code == 0);
    CHECK(shown.out.find("context c3") != std::string::npos);
    CHECK(shown.out.find("Film 3") != std::string::npos);
    check_one_line(
        run({"prompts", "s.json", "--context", "c9"}, folder.path()), 2, {"--context", "\"c"});
    CHECK(server.requests() == 0);
}
