#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <csignal>
#include <set>
#include <sstream>
#include <thread>

#include "tests/cli/predict_support.hpp"

using namespace truegap::test;
namespace fs = std::filesystem;

namespace {

const Json logprobs{{"form", "logprobs"}};

std::size_t lines(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

void check_says(const Finished& finished, int code, const std::string& says) {
    INFO(finished.out << finished.err);
    CHECK(finished.code == code);
    CHECK(finished.err.find(says) != std::string::npos);
}

}  // namespace

TEST_CASE("predict: 2,000 contexts under 20 % faults end complete, each answered once",
          "[cli][predict]") {
    FaultServer server(opinion);
    FaultServer::Settings settings;
    settings.key = secret;
    settings.slow_seconds = 0.02;
    server.settings(settings);
    const TemporaryFolder folder;
    constexpr std::size_t contexts = 2000;
    Json predictor = openai_predictor(server, logprobs);
    predictor["limits"]["in_flight"] = 32;
    write_data_study(folder.path(), predictor, contexts);
    std::vector<Fault> kinds = transport_faults();
    kinds.push_back(Fault::invalid_json);
    kinds.push_back(Fault::empty_choices);
    server.faults(0.2, 11, kinds);
    const Finished finished = predict(folder.path(), {"--out", "r.jsonl", "--quiet"});
    INFO(finished.out << finished.err);
    REQUIRE(finished.code == 0);
    CHECK(finished.out.find("2000 requests, 0 answered before, 2000 now") != std::string::npos);
    CHECK(finished.out.find("tried again: ") != std::string::npos);
    CHECK(finished.out.find("answers: 2000 could be read\n") != std::string::npos);
    std::set<std::string> asked;
    std::size_t faults = 0;
    for (const auto& seen : server.seen()) {
        if (seen.fault != Fault::none && seen.fault != Fault::slow) ++faults;
        if (!Json::parse(seen.body)["messages"].dump().starts_with("[{\"role\":\"system\""))
            continue;
        asked.insert(seen.body);
        REQUIRE(server.answered(seen.body) == 1);
    }
    CHECK(asked.size() == contexts);
    CHECK(faults > contexts / 10);
    const std::string responses = read_file(folder / "r.jsonl");
    CHECK(lines(responses) == contexts);
    CHECK(responses.starts_with("{\"context_id\":\"c0\""));
    CHECK_FALSE(stands_below(folder.path(), secret));
    CHECK((finished.out + finished.err).find(secret) == std::string::npos);
}

TEST_CASE("predict: killed at 20 random moments, the results are those of a run in peace",
          "[cli][predict]") {
    FaultServer server(opinion);
    FaultServer::Settings settings;
    settings.latency_seconds = 0.03;
    server.settings(settings);
    Json predictor = openai_predictor(server, logprobs);
    predictor["limits"]["in_flight"] = 3;
    const TemporaryFolder peace;
    const TemporaryFolder trouble;
    const std::string study = asked_study(predictor, 300).dump();
    for (const TemporaryFolder* folder : {&peace, &trouble}) write_file(*folder / "s.json", study);
    REQUIRE(predict(peace.path(), {"--out", "r.jsonl", "--quiet"}).code == 0);

    ::setenv("TRUEGAP_TEST_SECRET", secret.c_str(), 1);
    Dice dice(3);
    std::size_t asked_before = server.requests();
    std::set<std::string> open;
    std::size_t contexts = 0;
    std::size_t killed_amid = 0;
    const auto check_open = [&] {
        // Since the journal was looked at last, nothing was asked that it held.
        const auto seen = server.seen();
        for (std::size_t i = asked_before; i < seen.size(); ++i)
            if (seen[i].body.find("\"system\"") != std::string::npos && open.size() < contexts)
                REQUIRE(open.count(seen[i].body) == 1);
        asked_before = seen.size();
    };
    for (int kill = 0; kill < 20; ++kill) {
        Running running(
            {.arguments = {"predict", "s.json", "--resume", "--quiet"}, .folder = trouble.path()});
        // Half of them at any moment, half once something has been answered.
        constexpr std::size_t probes_and_some = 10;
        const std::size_t asked = asked_before + (open.size() < contexts ? 4 : probes_and_some);
        for (int wait = 0; kill % 2 == 1 && wait < 2000 && server.requests() < asked; ++wait)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        std::this_thread::sleep_for(std::chrono::milliseconds(dice.below(200)));
        running.send(SIGKILL);
        static_cast<void>(running.wait());
        check_open();
        fs::remove(trouble / "open.jsonl");
        const Finished listed = run({"prompts", "s.json", "--out", "open.jsonl"}, trouble.path());
        INFO(listed.err);
        REQUIRE(listed.code == 0);
        const std::size_t before = open.size();
        open.clear();
        const std::string text = read_file(trouble / "open.jsonl");
        for (std::size_t place = 0; place < text.size(); place = text.find('\n', place) + 1)
            open.insert(
                Json::parse(text.substr(place, text.find('\n', place) - place))["body"].dump());
        contexts = std::max(contexts, open.size());
        if (!open.empty() && open.size() < before) ++killed_amid;
    }
    CHECK(killed_amid >= 3);
    const Finished finished = predict(trouble.path(), {"--resume", "--out", "r.jsonl", "--quiet"});
    INFO(finished.out << finished.err);
    REQUIRE(finished.code == 0);
    check_open();
    CHECK(read_file(trouble / "r.jsonl") == read_file(peace / "r.jsonl"));
    for (const TemporaryFolder* folder : {&peace, &trouble}) {
        const Finished scored = run({"run", "s.json", "--out", "out"}, folder->path());
        INFO(scored.err);
        REQUIRE(scored.code == 0);
    }
    for (const std::string file : {"cells.csv", "decomposition.csv", "summary.csv", "results.json"})
        CHECK(read_file(trouble / "out" / file) == read_file(peace / "out" / file));
    // Without one request: scoring is a function of the journal.
    CHECK(server.requests() == asked_before);
}

TEST_CASE("predict: a server that answers with the truth gives the rows of the Bayes predictor",
          "[cli][predict]") {
    std::map<std::string, std::map<std::string, double>> truth;  // by prompt, by label
    const FaultServer server([&truth](const Json& request) {
        const auto found = truth.find(user_text(request));
        if (found == truth.end()) return opinion(request);
        ChatAnswer answer{.content = "A"};
        for (const auto& [label, p] : found->second)
            answer.first_token.emplace_back(label, p > 0.0 ? std::log(p) : -9999.0);
        return answer;
    });
    const TemporaryFolder folder;
    Json study = explicit_scenario();
    study["worlds"] = 1;
    study["replicates"] = 64;
    study["approximations"].push_back({{"kind", "probabilities"}});
    study["predictors"] = Json::array({{{"kind", "bayes"}}, openai_predictor(server, logprobs)});
    write_file(folder / "s.json", study.dump());
    study["predictors"] = Json::parse(R"([{"kind": "process", "name": "p", "command": ["true"]}])");
    write_file(folder / "questions.json", study.dump());
    ::setenv("TRUEGAP_TEST_SECRET", secret.c_str(), 1);
    REQUIRE(run({"prompts", "s.json", "--out", "b.jsonl"}, folder.path()).code == 0);
    REQUIRE(run({"prompts", "questions.json", "--out", "q.jsonl"}, folder.path()).code == 0);
    const Json contexts = Json::parse(run({"truth", "s.json"}, folder.path()).out)["contexts"];
    std::istringstream bodies(read_file(folder / "b.jsonl"));
    std::istringstream questions(read_file(folder / "q.jsonl"));
    for (const Json& context : contexts) {
        std::string body;
        std::string question;
        REQUIRE(std::getline(bodies, body));
        REQUIRE(std::getline(questions, question));
        const std::string text = user_text(Json::parse(body)["body"]);
        const auto labels = options_shown(text);
        const Json names = Json::parse(question)["candidates"];
        REQUIRE(names.size() == labels.size());
        for (std::size_t k = 0; k < names.size(); ++k)
            truth[text][labels.at(names[k].get<std::string>())] = context["distribution"][k];
    }
    const Finished asked = predict(folder.path(), {"--quiet"});
    INFO(asked.out << asked.err);
    REQUIRE(asked.code == 0);
    CHECK(asked.out.find("cover 100 % of the mass") != std::string::npos);
    const Finished scored = run({"run", "s.json", "--out", "out"}, folder.path());
    INFO(scored.err);
    REQUIRE(scored.code == 0);
    check_same_rows(read_table(read_file(folder / "out/cells.csv")), "bayes", "m");
}

TEST_CASE("predict: Ctrl-C keeps what was answered and says how to go on", "[cli][predict]") {
    FaultServer server(opinion);
    FaultServer::Settings settings;
    settings.latency_seconds = 0.02;
    server.settings(settings);
    const TemporaryFolder folder;
    Json predictor = openai_predictor(server, logprobs);
    predictor["limits"]["in_flight"] = 2;
    write_data_study(folder.path(), predictor, 500);
    ::setenv("TRUEGAP_TEST_SECRET", secret.c_str(), 1);
    Running running({.arguments = {"predict", "s.json", "--quiet"}, .folder = folder.path()});
    for (int i = 0; i < 3000 && server.requests() < 20; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    running.send(SIGINT);
    check_says(running.wait(), 130, "truegap: interrupted; ");
    const std::size_t before = server.requests();
    CHECK(before < 500);
    check_says(predict(folder.path(), {"--quiet"}), 2, "--resume");
    settings.latency_seconds = 0.0;
    server.settings(settings);
    const Finished finished = predict(folder.path(), {"--resume", "--quiet"});
    INFO(finished.out << finished.err);
    CHECK(finished.code == 0);
    // What was in flight at Ctrl-C was waited for and kept.
    std::set<std::string> bodies;
    for (const auto& seen : server.seen()) bodies.insert(seen.body);
    CHECK(server.requests() == bodies.size());
}
