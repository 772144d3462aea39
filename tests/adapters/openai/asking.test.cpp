#include "adapters/openai/asking.hpp"

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/adapters/openai/fault_server.hpp"
#include "tests/adapters/openai/questions.hpp"
#include "tests/temporary_folder.hpp"

#include "adapters/io/line_source.hpp"
#include "adapters/openai/batch.hpp"
#include "adapters/openai/journal_predictor.hpp"

namespace truegap::test {

using adapters::Asked;
using adapters::Journal;
using adapters::Json;
using adapters::RequestPlan;

namespace {

const std::atomic<bool> go_on{false};

Asked asked_of(const std::string& base_url, std::size_t questions, const std::string& more = "") {
    Asked asked{.settings = settings_of(R"({"name": "p", "answer": {"form": "choice", "samples": 2},
            "limits": {"first_pause": 0.001, "longest_pause": 0.01, "in_flight": 8)" +
                                            more + "}}",
                                        base_url),
                .prompts = default_prompts(),
                .capabilities = able(),
                .questions = {}};
    for (std::size_t i = 0; i < questions; ++i) {
        asked.questions.push_back(small_question("0/" + std::to_string(i)));
        asked.questions.back().history.push_back("item " + std::to_string(i));
    }
    return asked;
}

RequestPlan plan(const Asked& asked, Journal* journal) {
    std::unordered_set<std::string> seen;
    return adapters::plan_requests(asked, journal, seen);
}

ChatAnswer mira(const Json& /*request*/) {
    return {.content = "Mira"};
}

adapters::AskOutcome ask(const Asked& asked, Journal& journal, const std::string& key = {}) {
    adapters::AskProgress progress;
    return adapters::ask(asked, plan(asked, &journal), journal, key, progress, go_on);
}

// A result line as the API writes it.
std::string result_line(const std::string& id, int status, const Json& body) {
    return Json{{"id", "batch_req_1"},
                {"custom_id", id},
                {"response", {{"status_code", status}, {"request_id", "r"}, {"body", body}}},
                {"error", nullptr}}
               .dump() +
           "\n";
}

Json completion(const std::string& content) {
    return {{"choices", {{{"index", 0}, {"message", {{"content", content}}}}}}, {"model", "m"}};
}

}  // namespace

TEST_CASE("ask: under faults every request is answered once and kept", "[openai][asking]") {
    FaultServer server(mira);
    std::vector<Fault> kinds = transport_faults();
    kinds.push_back(Fault::invalid_json);
    kinds.push_back(Fault::empty_choices);
    server.faults(0.2, 5, kinds);
    const TemporaryFolder folder;
    Journal journal = Journal::to_write(folder / "j.sqlite");
    const Asked asked = asked_of(server.base_url(), 60);
    const adapters::AskOutcome outcome = ask(asked, journal);
    CHECK(outcome.end == adapters::SendEnd::complete);
    CHECK(outcome.failures.empty());
    CHECK(journal.size() == 120);
    CHECK(server.requests() > 120);
    for (const auto& seen : server.seen()) REQUIRE(server.answered(seen.body) == 1);
    CHECK(plan(asked, &journal).open.empty());
    const auto read = adapters::journal_responses(asked, &journal);
    CHECK(read.missing == 0);
    for (const auto& response : read.responses)
        REQUIRE(response.choices == std::vector<std::uint32_t>{0, 0});
    // Another approximation, another form of reading: nothing is asked again.
    const std::size_t before = server.requests();
    CHECK(ask(asked, journal).end == adapters::SendEnd::complete);
    CHECK(server.requests() == before);
}

TEST_CASE("ask: what fails for good is counted, is no answer, and is asked again another time",
          "[openai][asking]") {
    FaultServer server(mira);
    FaultServer::Settings settings;
    settings.key = "sk-right-key";
    server.settings(settings);
    const TemporaryFolder folder;
    Journal journal = Journal::to_write(folder / "j.sqlite");
    const Asked asked = asked_of(server.base_url(), 3, R"(, "same_failures": 100)");
    const adapters::AskOutcome refused = ask(asked, journal, "sk-wrong-key");
    REQUIRE(refused.failures.count("status 401") == 1);
    CHECK(refused.failures.at("status 401").count == 6);
    CHECK(refused.failures.at("status 401").first.find("sk-wrong") == std::string::npos);
    CHECK(journal.size() == 0);
    REQUIRE(journal.failures().size() == 1);
    CHECK(journal.failures()[0].count == 6);
    CHECK(ask(asked, journal, "sk-right-key").failures.empty());
    CHECK(journal.size() == 6);
}

TEST_CASE("ask: a server that never answers ends it after a few", "[openai][asking]") {
    FaultServer server(mira);
    server.faults(1.0, 1, {Fault::invalid_json});
    const TemporaryFolder folder;
    Journal journal = Journal::to_write(folder / "j.sqlite");
    const Asked asked = asked_of(server.base_url(), 100, R"(, "attempts": 2, "same_failures": 5)");
    const adapters::AskOutcome outcome = ask(asked, journal);
    CHECK(outcome.end == adapters::SendEnd::same_failures);
    CHECK(outcome.failures.count("status 200 without an answer") == 1);
    CHECK(server.requests() < 100);
    CHECK(journal.size() == 0);
}

TEST_CASE("journal predictor: answers from the journal, and says what is missing",
          "[openai][asking]") {
    const FaultServer server(mira);
    const TemporaryFolder folder;
    const auto file = folder / "j.sqlite";
    Asked asked = asked_of(server.base_url(), 3);
    {
        Journal journal = Journal::to_write(file);
        static_cast<void>(ask(asked, journal));
        journal.store_capabilities(server.base_url(), "test-model", able());
    }
    asked.questions.push_back(small_question("0/99"));
    const auto answers = [&](bool partial) {
        return adapters::journal_predictor(
                   asked.settings,
                   asked.prompts,
                   {.path = file, .partial = partial, .command = "truegap predict s.json"})
            ->answer(asked.questions);
    };
    CHECK_THROWS_WITH(answers(false),
                      Catch::Contains("2 of 8 answers") && Catch::Contains("\"0/99\"") &&
                          Catch::Contains("truegap predict s.json") &&
                          Catch::Contains("--partial"));
    const auto some = answers(true);
    REQUIRE(some.size() == 4);
    CHECK(some[0].choices.size() == 2);
    CHECK(some[3].faults->no_answer == metrics::NoAnswer::failed);
}

TEST_CASE("batch: results come back in any order, whatever else is in the file",
          "[openai][batch]") {
    const TemporaryFolder folder;
    Journal journal = Journal::to_write(folder / "j.sqlite");
    const Asked asked = asked_of("https://api.example/v1", 4);  // 8 requests
    const RequestPlan all = plan(asked, nullptr);
    std::vector<std::string> ids;
    for (const auto& request : all.open) {
        const Json line = Json::parse(adapters::batch_line(asked, request));
        CHECK(line["method"] == "POST");
        CHECK(line["url"] == "/v1/chat/completions");
        CHECK(line["body"] ==
              Json::parse(adapters::write_request(asked, request.question, request.sample).body));
        ids.push_back(line["custom_id"]);
    }
    REQUIRE(ids.size() == 8);
    std::string results;
    for (std::size_t i = 8; i-- > 3;)
        results += result_line(ids[i], 200, completion(i % 2 == 0 ? "Mira" : "Vanu"));
    results += "\n" + result_line(ids[5], 200, completion("Tosk"));
    results += result_line("f00", 200, completion("Mira"));
    results += result_line(ids[2], 429, {{"error", {{"message", "slow down"}}}});
    results += result_line(ids[1], 200, {{"choices", Json::array()}});
    results +=
        Json{{"custom_id", ids[0]}, {"response", nullptr}, {"error", {{"message", "expired"}}}}
            .dump();  // and no end of the line
    adapters::TextSource source(results);
    const adapters::BatchRead read =
        adapters::read_batch(source, "r.jsonl", asked, all, journal, "");
    CHECK(read.stored == 5);
    CHECK(read.repeated == 1);
    CHECK(read.unknown == 1);
    CHECK(read.first_unknown == "f00");
    CHECK(read.failures.at("status 429").first == "slow down");
    CHECK(read.failures.at("no response").first == "expired");
    CHECK(read.failures.at("status 200 without an answer").count == 1);
    CHECK(plan(asked, &journal).open.size() == 3);
    CHECK(adapters::read_reply(*journal.reply(ids[5]), 1).reply->choices[0].content == "Vanu");
    adapters::TextSource again(results);
    CHECK(adapters::read_batch(again, "r.jsonl", asked, all, journal, "").known == 5);
    const auto responses = adapters::journal_responses(asked, &journal);
    CHECK(responses.missing == 3);
    CHECK(responses.responses[3].choices == std::vector<std::uint32_t>{0, 2});
}

TEST_CASE("batch: a line that is no result is named", "[openai][batch]") {
    const TemporaryFolder folder;
    Journal journal = Journal::to_write(folder / "j.sqlite");
    const Asked asked = asked_of("https://api.example/v1", 1);
    const RequestPlan all = plan(asked, nullptr);
    const std::string sound = result_line(all.open[0].key, 200, completion("Mira"));
    for (const std::string& bad : {std::string("{\"custom_id\": 5}"),
                                   std::string("nonsense"),
                                   R"({"custom_id": ")" + all.open[1].key + "\"}",
                                   sound.substr(0, 40)}) {
        INFO(bad);
        const std::string text = "\n" + bad;
        adapters::TextSource wrong(text);
        CHECK_THROWS_WITH(adapters::read_batch(wrong, "r.jsonl", asked, all, journal, ""),
                          Catch::StartsWith("r.jsonl: line 2"));
    }
}

}  // namespace truegap::test
