#include "adapters/io/responses.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "metrics/approximation/top_logprobs.hpp"
#include "adapters/io/input_error.hpp"
#include "adapters/io/json_node.hpp"
#include "adapters/prompt/read_answer.hpp"

namespace truegap::adapters {

namespace {

using metrics::no_candidate;
using metrics::NoAnswer;

const std::vector<std::string>& response_keys() {
    static const std::vector<std::string> keys{"context_id",
                                               "user",
                                               "predictor",
                                               "ranking",
                                               "rankings",
                                               "logits",
                                               "probabilities",
                                               "percentages",
                                               "logprobs",
                                               "samples",
                                               "text",
                                               "no_answer",
                                               "cut",
                                               "faults",
                                               "error"};
    return keys;
}

const std::vector<std::string>& no_answer_words() {
    static const std::vector<std::string> words{"refused", "empty", "unreadable", "failed"};
    return words;
}

Json group_json(const std::vector<Shown>& group) {
    Json json = Json::object();
    for (const Shown& shown : group) json[shown.name] = shown.value;
    return json;
}

std::string line_of(const Json& json) {
    std::ostringstream out;
    write_json(out, json);
    return out.str() + '\n';
}

// Candidates by name: exact, since a program is told the names.
class Names {
  public:
    explicit Names(const Question& question) {
        for (std::uint32_t k = 0; k < question.candidates.size(); ++k)
            numbers_.emplace(question.candidates[k], k);
    }
    [[nodiscard]] std::uint32_t operator()(const std::string& name) const {
        const auto found = numbers_.find(name);
        return found == numbers_.end() ? no_candidate : found->second;
    }

  private:
    std::map<std::string_view, std::uint32_t> numbers_;
};

// A list of names as places: an unknown name and a repeated one waste theirs. Faults are counted among the
// first `top`.
std::vector<std::uint32_t> read_places(const JsonNode& node,
                                       const Names& names,
                                       std::size_t top,
                                       metrics::AnswerFaults& faults) {
    std::vector<std::uint32_t> places;
    for (const JsonNode& element : node.elements()) {
        std::uint32_t item = names(element.text());
        const bool counts = places.size() < top;
        if (item == no_candidate) {
            if (counts) ++faults.unknown;
        } else if (std::find(places.begin(), places.end(), item) != places.end()) {
            if (counts) ++faults.duplicates;
            item = no_candidate;
        }
        places.push_back(item);
    }
    if (places.size() < top) faults.missing += static_cast<std::uint32_t>(top - places.size());
    return places;
}

// A number for every candidate. `otherwise`: what null stands for, where it is allowed.
std::vector<double> read_numbers(const JsonNode& node,
                                 std::size_t candidates,
                                 std::optional<double> otherwise,
                                 bool infinite) {
    std::vector<double> numbers;
    for (const JsonNode& element : node.elements()) {
        if (otherwise && element.json().is_null()) {
            numbers.push_back(*otherwise);
        } else if (infinite && element.is_string() && element.text() == "-inf") {
            numbers.push_back(-std::numeric_limits<double>::infinity());
        } else {
            numbers.push_back(element.number());
        }
    }
    if (numbers.size() != candidates)
        node.fail("has " + std::to_string(numbers.size()) +
                  " numbers (allowed: one a candidate, which are " + std::to_string(candidates) +
                  ")");
    return numbers;
}

void read_stated(const JsonNode& node, std::size_t candidates, metrics::Response& response) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    if (node.has("logits")) {
        response.logits = read_numbers(node["logits"], candidates, std::nullopt, true);
        if (std::none_of(response.logits.begin(), response.logits.end(), [](double value) {
                return std::isfinite(value);
            }))
            node["logits"].fail("has no finite number (allowed: at least one)");
    }
    if (node.has("probabilities")) {
        response.probabilities =
            read_numbers(node["probabilities"], candidates, std::nullopt, false);
        double sum = 0.0;
        for (const double value : response.probabilities) {
            if (value < 0.0)
                node["probabilities"].fail("has a negative number (allowed: 0 or more)");
            sum += value;
        }
        if (!(sum > 0.0) || !std::isfinite(sum))
            node["probabilities"].fail("has no sum to divide by (allowed: a positive sum)");
    }
    if (node.has("percentages"))
        response.percentages = read_numbers(node["percentages"], candidates, nan, false);
    if (!node.has("logprobs")) return;
    response.logprobs = read_numbers(node["logprobs"], candidates, nan, true);
    if (!node.has("probabilities"))
        response.probabilities =
            metrics::complete_logprobs(response.logprobs).value_or(std::vector<double>{});
}

// Faults as counted by whoever wrote the line: places without a candidate do not tell why.
void read_faults(const JsonNode& node, metrics::AnswerFaults& faults) {
    node.require_keys({"missing", "duplicates", "unknown"});
    const auto read = [&](const char* key, std::uint32_t& count) {
        count = node.has(key) ? static_cast<std::uint32_t>(
                                    node[key].integer(0, std::numeric_limits<std::uint32_t>::max()))
                              : 0U;
    };
    read("missing", faults.missing);
    read("duplicates", faults.duplicates);
    read("unknown", faults.unknown);
}

bool says_anything(const metrics::Response& response) {
    const auto named = [](std::uint32_t item) { return item != no_candidate; };
    const auto stated = [](double value) { return !std::isnan(value); };
    return !response.logits.empty() || !response.probabilities.empty() ||
           std::any_of(response.percentages.begin(), response.percentages.end(), stated) ||
           std::any_of(response.choices.begin(), response.choices.end(), named) ||
           std::any_of(response.rankings.begin(), response.rankings.end(), [&](const auto& places) {
               return std::any_of(places.begin(), places.end(), named);
           });
}

JsonNode labelled(const Json& json, const ResponseLine& line, const std::string& file) {
    return {json, file + ": line " + std::to_string(line.number)};
}

Json numbers_json(const std::vector<double>& numbers) {
    Json list = Json::array();
    for (const double value : numbers) {
        if (std::isnan(value)) {
            list.push_back(nullptr);
        } else {
            list.push_back(value);
        }
    }
    return list;
}

// A place without a candidate is an empty name, which no candidate has.
Json places_json(const std::vector<std::uint32_t>& places, const Question& question) {
    Json list = Json::array();
    for (const std::uint32_t item : places)
        list.push_back(item == no_candidate ? std::string() : question.candidates[item]);
    return list;
}

}  // namespace

std::string no_answer_word(NoAnswer reason) {
    return reason == NoAnswer::none ? "" : no_answer_words()[static_cast<std::size_t>(reason) - 1];
}

std::string question_line(const Question& question) {
    Json json;
    json["context_id"] = question.context_id;
    if (!question.user.empty()) json["user"] = question.user;
    json["group"] = group_json(question.group);
    json["history"] = question.history;
    json["candidates"] = question.candidates;
    json["shown"] = question.order;
    json["examples"] = Json::array();
    for (const ExampleUser& user : question.examples)
        json["examples"].push_back({{"group", group_json(user.group)},
                                    {"history", user.history},
                                    {"choice", user.choice}});
    json["top"] = question.top;
    return line_of(json);
}

std::string question_name(const Question& question) {
    return in_quotes(question.context_id) +
           (question.user.empty() ? "" : ", user " + in_quotes(question.user));
}

ResponseLine read_response_line(std::string_view line,
                                const std::string& file,
                                std::size_t number) {
    const Json json = parse_json(line, file, number);
    ResponseLine result{
        .predictor = {}, .context_id = {}, .user = {}, .json = std::string(line), .number = number};
    const JsonNode node = labelled(json, result, file);
    node.require_keys(response_keys());
    result.context_id = node["context_id"].nonempty_text();
    if (node.has("user")) result.user = node["user"].nonempty_text();
    if (node.has("predictor")) result.predictor = node["predictor"].nonempty_text();
    return result;
}

metrics::Response read_response(const ResponseLine& line,
                                const Question& question,
                                const std::string& file) {
    const Json json = parse_json(line.json, file, line.number);
    const JsonNode node = labelled(json, line, file);
    metrics::Response response;
    metrics::AnswerFaults faults;
    const Names names(question);
    const std::size_t candidates = question.candidates.size();
    if (node.has("text")) {
        const Prompt prompt{.system = {}, .user = {}, .labels = {}};
        response = read_ranking(node["text"].text(), question, prompt);
        if (response.faults) faults = *response.faults;
    }
    if (node.has("ranking"))
        response.rankings = {read_places(node["ranking"], names, question.top, faults)};
    if (node.has("rankings")) {
        response.rankings.clear();
        for (const JsonNode& one : node["rankings"].elements())
            response.rankings.push_back(read_places(one, names, question.top, faults));
    }
    if (node.has("samples"))
        for (const JsonNode& sample : node["samples"].elements()) {
            response.choices.push_back(names(sample.text()));
            if (response.choices.back() == no_candidate) ++faults.unknown;
        }
    read_stated(node, candidates, response);
    if (node.has("cut")) faults.cut = node["cut"].boolean();
    if (node.has("faults")) read_faults(node["faults"], faults);
    if (node.has("error")) {
        static_cast<void>(node["error"].text());
        faults.no_answer = NoAnswer::failed;
    } else if (node.has("no_answer")) {
        faults.no_answer = static_cast<NoAnswer>(1 + node["no_answer"].choice(no_answer_words()));
    } else if (!says_anything(response)) {
        faults.no_answer = NoAnswer::unreadable;
    }
    response.faults = faults;
    return response;
}

std::string response_line(const std::string& predictor,
                          const Question& question,
                          const metrics::Response& response) {
    Json json;
    json["context_id"] = question.context_id;
    if (!question.user.empty()) json["user"] = question.user;
    if (!predictor.empty()) json["predictor"] = predictor;
    if (response.rankings.size() == 1)
        json["ranking"] = places_json(response.rankings.front(), question);
    if (response.rankings.size() > 1) {
        json["rankings"] = Json::array();
        for (const auto& places : response.rankings)
            json["rankings"].push_back(places_json(places, question));
    }
    if (!response.choices.empty()) json["samples"] = places_json(response.choices, question);
    if (!response.logits.empty()) json["logits"] = numbers_json(response.logits);
    if (!response.logprobs.empty())
        json["logprobs"] = numbers_json(response.logprobs);
    else if (!response.probabilities.empty())
        json["probabilities"] = numbers_json(response.probabilities);
    if (!response.percentages.empty()) json["percentages"] = numbers_json(response.percentages);
    const metrics::AnswerFaults faults = response.faults.value_or(metrics::AnswerFaults{});
    if (faults.no_answer != NoAnswer::none) json["no_answer"] = no_answer_word(faults.no_answer);
    if (faults.cut) json["cut"] = true;
    if (faults.missing + faults.duplicates + faults.unknown > 0)
        json["faults"] = {{"missing", faults.missing},
                          {"duplicates", faults.duplicates},
                          {"unknown", faults.unknown}};
    return line_of(json);
}

void ResponseBook::add(ResponseLine&& line) {
    const auto [place, fresh_predictor] = lines_.try_emplace(line.predictor);
    if (fresh_predictor) predictors_.push_back(line.predictor);
    const Key key{line.context_id, line.user};
    const std::size_t number = line.number;
    const auto [found, fresh] = place->second.try_emplace(key, std::move(line));
    if (!fresh)
        throw InputError(file_,
                         "line " + std::to_string(number),
                         "answers " + in_quotes(key.first) +
                             (key.second.empty() ? "" : ", user " + in_quotes(key.second)) +
                             " a second time, after line " + std::to_string(found->second.number) +
                             " (allowed: once)");
}

void ResponseBook::read(ByteSource& source) {
    for_each_line(source, [&](std::string_view line, std::size_t number) {
        add(read_response_line(line, file_, number));
    });
}

ResponseBook::Answers ResponseBook::answers(const std::string& predictor,
                                            std::span<const Question> questions) const {
    Answers result;
    result.responses.reserve(questions.size());
    const auto found = lines_.find(predictor);
    std::size_t used = 0;
    for (const Question& question : questions) {
        const ResponseLine* line = nullptr;
        if (found != lines_.end()) {
            const auto own = found->second.find({question.context_id, question.user});
            if (own != found->second.end()) line = &own->second;
        }
        if (line != nullptr) {
            ++used;
            result.responses.push_back(read_response(*line, question, file_));
            continue;
        }
        if (result.missing++ == 0) result.first_missing = question_name(question);
        metrics::Response& response = result.responses.emplace_back();
        response.faults = metrics::AnswerFaults{.no_answer = NoAnswer::failed};
    }
    if (found != lines_.end()) result.unused = found->second.size() - used;
    return result;
}

}  // namespace truegap::adapters
