#include "tests/cli/predict_support.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>
#include <sstream>

namespace truegap::test {

namespace fs = std::filesystem;

namespace {

// FNV-1a: the same everywhere.
std::uint64_t hash_of(const std::string& text) {
    std::uint64_t hash = 14695981039346656037U;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    return hash;
}

bool is_label(const std::string& text) {
    return !text.empty() && text.size() <= 2 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

Json openai_predictor(const FaultServer& server, const Json& answer) {
    return {{"kind", "openai"},
            {"name", "m"},
            {"base_url", server.base_url()},
            {"model", "test-model"},
            {"key_env", "TRUEGAP_TEST_SECRET"},
            {"answer", answer},
            {"limits", {{"in_flight", 8}, {"first_pause", 0.002}, {"longest_pause", 0.02}}}};
}

Json asked_study(const Json& predictor, std::size_t contexts) {
    constexpr std::size_t groups_and_worlds = 6;
    Json scenario = small_scenario();
    scenario["replicates"] = 20;
    scenario["contexts"]["history_lengths"] = {6};
    scenario["contexts"]["histories_per_group"] = contexts / groups_and_worlds;
    scenario["design"] = {{"users_per_group", {5}}};
    scenario["estimators"] = {"plug_in"};
    scenario["predictors"] = Json::array({predictor});
    return scenario;
}

void write_data_study(const fs::path& folder, const Json& predictor, std::size_t contexts) {
    std::ostringstream targets;
    for (std::size_t i = 0; i < contexts; ++i)
        targets << Json{{"context_id", "c" + std::to_string(i)},
                        {"history_length", 1},
                        {"history", {"Film " + std::to_string(i)}},
                        {"candidates", {"Alpha", "Beta", "Gamma"}},
                        {"counts", {1, 2, 3}}}
                       .dump()
                << '\n';
    write_file(folder / "targets.jsonl", targets.str());
    write_file(folder / "s.json",
               Json{{"name", "data"},
                    {"targets", "targets.jsonl"},
                    {"responses", {{"top", 2}}},
                    {"predictors", Json::array({predictor})}}
                   .dump());
}

std::map<std::string, std::string> options_shown(const std::string& user_text) {
    std::map<std::string, std::string> options;
    std::istringstream lines(user_text);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t dot = line.find(". ");
        if (dot != std::string::npos && is_label(line.substr(0, dot)))
            options[line.substr(dot + 2)] = line.substr(0, dot);
    }
    return options;
}

std::string user_text(const adapters::Json& request) {
    return request["messages"].back()["content"].get<std::string>();
}

ChatAnswer opinion(const adapters::Json& request) {
    const std::string text = user_text(request);
    ChatAnswer answer{.content = "none"};
    std::vector<std::pair<double, std::string>> weights;
    double sum = 0.0;
    for (const auto& [name, label] : options_shown(text)) {
        weights.emplace_back(1.0 + static_cast<double>(hash_of(text + label) % 1000), label);
        sum += weights.back().first;
    }
    std::sort(weights.rbegin(), weights.rend());
    for (const auto& [weight, label] : weights)
        answer.first_token.emplace_back(label, std::log(weight / sum));
    if (!weights.empty()) answer.content = weights.front().second;
    if (answer.first_token.empty()) answer.first_token.emplace_back("none", -0.1);
    if (request.contains("response_format")) answer.content = R"({"letter": "A"})";
    return answer;
}

Finished predict(const fs::path& folder,
                 const std::vector<std::string>& more,
                 const std::string& scenario) {
    ::setenv("TRUEGAP_TEST_SECRET", secret.c_str(), 1);
    std::vector<std::string> arguments{"predict", scenario};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments, folder);
}

void check_same_rows(const Table& cells, const std::string& mock, const std::string& outside) {
    const std::set<std::string> of_outside{"predictor",
                                           "refused",
                                           "items_missing",
                                           "items_duplicated",
                                           "items_unknown",
                                           "answers_short",
                                           "no_answer",
                                           "covered_mass"};
    std::map<std::string, std::vector<std::size_t>> rows;
    for (std::size_t row = 0; row < cells.rows.size(); ++row)
        rows[cells.at(row, "predictor")].push_back(row);
    REQUIRE(rows[mock].size() == rows[outside].size());
    REQUIRE(rows[mock].size() > 10);
    for (std::size_t i = 0; i < rows[mock].size(); ++i)
        for (const std::string& column : cells.columns) {
            if (of_outside.contains(column)) continue;
            const std::string& one = cells.at(rows[mock][i], column);
            const std::string& other = cells.at(rows[outside][i], column);
            if (one == other) continue;
            // Answers that are scored replicate by replicate have no exact expectation to compare with.
            if (column == "gap_z" && other.empty()) continue;
            INFO(column << ": " << one << " and " << other);
            REQUIRE_FALSE((one.empty() || other.empty()));
            CHECK(cells.number(rows[outside][i], column) ==
                  Approx(cells.number(rows[mock][i], column)).epsilon(1e-9).margin(1e-12));
        }
}

bool stands_below(const fs::path& folder, const std::string& text) {
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && read_file(entry.path()).find(text) != std::string::npos)
            return true;
    return false;
}

}  // namespace truegap::test
