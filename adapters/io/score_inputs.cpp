#include "adapters/io/score_inputs.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/given_answer.hpp"
#include "sim/mean_answer.hpp"
#include "sim/samplers.hpp"
#include "sim/stream.hpp"
#include "adapters/io/input_error.hpp"
#include "adapters/io/json_node.hpp"
#include "adapters/io/methods_json.hpp"

namespace truegap::adapters {

namespace {

constexpr std::size_t default_top = 10;

std::string without_folders(const std::string& name) {
    return std::filesystem::path(name).stem().string();
}

std::size_t top_of(const std::vector<Target>& targets,
                   const std::string& file,
                   const ScoreReading& reading) {
    const auto fewest =
        std::min_element(targets.begin(), targets.end(), [](const Target& a, const Target& b) {
            return a.candidates.size() < b.candidates.size();
        });
    const std::size_t candidates = fewest->candidates.size();
    if (!reading.top) return std::min(default_top, candidates);
    if (*reading.top > candidates)
        throw InputError(file,
                         "",
                         "has only " + std::to_string(candidates) + " candidates in context " +
                             in_quotes(fewest->context_id) + ", and --top is " +
                             std::to_string(*reading.top) + " (allowed: --top up to " +
                             std::to_string(candidates) + ")");
    return *reading.top;
}

void add_predictors(const NamedText& file, bool partial, ScoreInputs& inputs) {
    ResponseBook book(file.name);
    TextSource source(file.text);
    book.read(source);
    if (book.predictors().empty())
        throw InputError(file.name, "", "has no responses (allowed: one JSON object a line)");
    for (const std::string& name : book.predictors()) {
        ScoredPredictor predictor{.label = name.empty() ? without_folders(file.name) : name,
                                  .answers = book.answers(name, inputs.questions)};
        const auto& answers = predictor.answers;
        if (answers.missing > 0 && !partial)
            throw InputError(file.name,
                             "",
                             "has no response of " + in_quotes(predictor.label) + " to " +
                                 std::to_string(answers.missing) + " of " +
                                 std::to_string(inputs.questions.size()) +
                                 " questions, the first of them " + answers.first_missing +
                                 " (allowed: one line each, or --partial)");
        for (const ScoredPredictor& other : inputs.predictors)
            if (other.label == predictor.label)
                throw InputError(file.name,
                                 "",
                                 "has responses of predictor " + in_quotes(predictor.label) +
                                     ", and so has a file before it (allowed: names that differ)");
        inputs.predictors.push_back(std::move(predictor));
    }
}

// Numbers for names, in order of appearance.
class Numbers {
  public:
    std::uint32_t operator()(const std::string& name) {
        return numbers_.emplace(name, static_cast<std::uint32_t>(numbers_.size())).first->second;
    }

  private:
    std::map<std::string, std::uint32_t> numbers_;
};

// Groups, items and histories of all targets in one numbering.
class Numbering {
  public:
    sim::ObservedContext context(const Target& target) {
        sim::ObservedContext context;
        for (const Shown& shown : target.group) {
            context.group.proxy.push_back(attributes_(shown.name));
            context.group.levels.push_back(levels_(shown.name + '\0' + shown.value));
        }
        for (const std::string& name : target.candidates)
            context.candidates.push_back(items_(name));
        context.counts = target.counts;
        // Histories that are not shared, and those not told, are alike where they are as long.
        if (target.history.empty()) context.history.assign(target.history_length, not_told);
        for (const std::string& name : target.history) context.history.push_back(items_(name));
        return context;
    }

  private:
    static constexpr sim::ItemId not_told = metrics::no_candidate;
    Numbers attributes_, levels_, items_;
};

std::vector<std::uint32_t> choices_of(const Target& target) {
    std::vector<std::uint32_t> choices;
    choices.reserve(target.users.size());
    for (const TargetUser& user : target.users)
        choices.push_back(static_cast<std::uint32_t>(
            std::find(target.candidates.begin(), target.candidates.end(), user.choice) -
            target.candidates.begin()));
    return choices;
}

// Who goes first among candidates of the same mean place: not drawn again by the study, whose lotteries
// are of block 0.
std::vector<std::uint32_t> lottery_of(std::uint64_t seed, std::size_t context, std::size_t items) {
    std::vector<std::uint32_t> lottery(items);
    sim::Stream draws = sim::stream(
        {.seed = seed, .purpose = sim::Purpose::tie_lottery, .cell = context, .block = 1});
    sim::random_permutation(draws, lottery);
    return lottery;
}

sim::ObservedPredictor observed_predictor(const ScoreInputs& inputs, std::size_t p) {
    sim::ObservedPredictor predictor{
        .label = inputs.predictors[p].label, .responses = {}, .event_losses = {}};
    for (std::size_t c = 0; c < inputs.targets.size(); ++c) {
        const Target& target = inputs.targets[c];
        const std::size_t items = target.candidates.size();
        const auto said = inputs.responses(p, c);
        if (target.users.empty()) {
            predictor.responses.push_back(said.front());
            predictor.event_losses.emplace_back();
            continue;
        }
        std::vector<metrics::Response> responses;
        for (const metrics::Response& response : said)
            responses.push_back(sim::received(response, items));
        predictor.responses.push_back(
            sim::mean_answer(responses, items, lottery_of(inputs.seed, c, items)));
        predictor.event_losses.push_back(sim::mean_event_loss(responses, choices_of(target)));
    }
    return predictor;
}

template <class Test>
bool any_response(const ScoreInputs& inputs, const Test& test) {
    return std::any_of(
        inputs.predictors.begin(), inputs.predictors.end(), [&](const ScoredPredictor& one) {
            return std::any_of(one.answers.responses.begin(), one.answers.responses.end(), test);
        });
}

// `rank_matched`, or an approximation as a scenario has it.
Json approximation_json(const std::string& text) {
    if (!text.empty() && text.front() == '{') return parse_json(text, "--approximation");
    return {{"kind", text}};
}

}  // namespace

ScoreInputs read_score_inputs(const NamedText& targets,
                              const std::vector<NamedText>& responses,
                              const ScoreReading& reading) {
    ScoreInputs inputs;
    inputs.seed = reading.seed;
    TextSource source(targets.text);
    inputs.targets = read_targets(source, targets.name);
    inputs.top = top_of(inputs.targets, targets.name, reading);
    inputs.questions = target_questions(inputs.targets, inputs.top, false, reading.seed);
    inputs.question_of.push_back(0);
    for (const Target& target : inputs.targets)
        inputs.question_of.push_back(inputs.question_of.back() +
                                     std::max<std::size_t>(1, target.users.size()));
    for (const NamedText& file : responses) add_predictors(file, reading.partial, inputs);
    return inputs;
}

ScoreMethods read_score_methods(const std::vector<std::string>& approximations,
                                const std::vector<std::string>& estimators,
                                const std::optional<NamedText>& methods,
                                std::size_t top) {
    ScoreMethods result;
    if (methods) {
        const Json json = parse_json(methods->text, methods->name);
        const JsonNode root(json, methods->name);
        root.require_keys({"approximations", "estimators"});
        const auto refuse_both = [&](const std::string& key, bool named) {
            if (named && root.has(key))
                root[key].fail("stands beside --" + key.substr(0, key.size() - 1) +
                               " (allowed: one of the two)");
        };
        refuse_both("approximations", !approximations.empty());
        refuse_both("estimators", !estimators.empty());
        if (root.has("approximations"))
            result.approximations = read_approximations(root["approximations"], top);
        if (root.has("estimators")) result.estimators = read_estimators(root["estimators"]);
    }
    if (!approximations.empty()) {
        Json list = Json::array();
        for (const std::string& text : approximations) list.push_back(approximation_json(text));
        result.approximations = read_approximations(JsonNode(list, "--approximation"), top);
    }
    if (!estimators.empty()) {
        Json list = Json::array();
        for (const std::string& text : estimators) list.push_back(text);
        result.estimators = read_estimators(JsonNode(list, "--estimator"));
    }
    return result;
}

void add_default_methods(const ScoreInputs& inputs, ScoreMethods& methods) {
    if (methods.approximations.empty()) {
        const bool stated = any_response(inputs, sim::states_distribution);
        const bool ranked = stated || any_response(inputs, [](const metrics::Response& response) {
                                return !response.rankings.empty();
                            });
        if (ranked)
            methods.approximations.emplace_back(metrics::RankMatched{
                metrics::Residual::uniform, {metrics::Smoothing::Kind::additive, 0.5}});
        if (stated) methods.approximations.emplace_back(metrics::Probabilities{});
        methods.approximations.emplace_back(metrics::Recommended{});
    }
    if (methods.estimators.empty())
        for (const char* name : {"plug_in", "chao_wang_jost", "nsb"})
            methods.estimators.push_back(metrics::find_estimator(name).value());
}

sim::ObservedStudy observed_study(const ScoreInputs& inputs, const ScoreMethods& methods) {
    sim::ObservedStudy study{.seed = inputs.seed,
                             .top = inputs.top,
                             .contexts = {},
                             .predictors = {},
                             .approximations = methods.approximations,
                             .estimators = methods.estimators};
    Numbering numbering;
    for (const Target& target : inputs.targets) study.contexts.push_back(numbering.context(target));
    for (std::size_t p = 0; p < inputs.predictors.size(); ++p)
        study.predictors.push_back(observed_predictor(inputs, p));
    return study;
}

std::vector<ScorePool> score_pools(const std::vector<Target>& targets) {
    std::vector<ScorePool> pools;
    std::map<std::pair<std::string, std::uint32_t>, std::size_t> places;
    for (std::uint32_t c = 0; c < targets.size(); ++c) {
        const std::pair key(proxy_name(targets[c]), targets[c].history_length);
        const auto [place, fresh] = places.emplace(key, pools.size());
        if (fresh)
            pools.push_back({.proxy = key.first, .history_length = key.second, .contexts = {}});
        pools[place->second].contexts.contexts.push_back(c);
    }
    return pools;
}

std::string proxy_name(const Target& target) {
    std::string name;
    for (const Shown& shown : target.group) name += (name.empty() ? "" : "+") + shown.name;
    return name;
}

std::string group_name(const Target& target) {
    std::string name;
    for (const Shown& shown : target.group)
        name += (name.empty() ? "" : ";") + shown.name + "=" + shown.value;
    return name;
}

}  // namespace truegap::adapters
