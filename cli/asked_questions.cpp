#include "cli/asked_questions.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "cli/scenario_source.hpp"

#include "sim/plan.hpp"
#include "sim/refusals.hpp"
#include "sim/scenario.hpp"
#include "adapters/io/data_study.hpp"
#include "adapters/io/digest.hpp"
#include "adapters/io/input_error.hpp"
#include "adapters/io/responses.hpp"
#include "adapters/prompt/questions.hpp"

namespace truegap::cli {

namespace {

// An entry of `predictors`: outside, or a mock by its label.
struct Entry {
    std::string label;
    std::optional<OutsidePredictor> outside;
};

// The entry that is meant. file: how messages name the study.
const OutsidePredictor& chosen(const std::vector<Entry>& entries,
                               const std::optional<std::string>& label,
                               const std::string& file) {
    std::vector<std::string> outside;
    for (const Entry& entry : entries)
        if (entry.outside) outside.push_back(entry.label);
    const auto fail = [&](const std::string& what) {
        throw adapters::InputError(file, "/predictors", what);
    };
    if (outside.empty())
        fail("none of them is outside (allowed: one of kind openai, process or files)");
    const std::string allowed = " (allowed: --predictor " + adapters::listed(outside) + ")";
    if (!label && outside.size() > 1) fail("several of them are outside" + allowed);
    const std::string& name = label ? *label : outside.front();
    for (const Entry& entry : entries) {
        if (entry.label != name) continue;
        if (!entry.outside)
            fail(adapters::in_quotes(name) + " is not outside: truegap run answers for it" +
                 allowed);
        return *entry.outside;
    }
    fail("none of them is " + adapters::in_quotes(name) + "; the nearest is " +
         adapters::in_quotes(adapters::nearest(name, outside)) + allowed);
    return *entries.front().outside;
}

std::vector<adapters::Question> point_questions(const sim::Scenario& scenario,
                                                const OutsidePredictor& predictor) {
    std::vector<adapters::Question> questions;
    const std::vector<sim::Scenario> members = sim::one_a_population(scenario);
    for (std::size_t i = 0; i < members.size(); ++i)
        for (std::uint32_t world = 0; world < scenario.worlds; ++world)
            sim::in_population(scenario, i, [&] {
                const sim::WorldPlan plan = sim::plan_world(
                    members[i], static_cast<std::uint32_t>(i * scenario.worlds) + world);
                std::vector<adapters::Question> some = adapters::world_questions(
                    predictor.prompts,
                    {.population = plan.population, .seed = scenario.seed, .index = plan.index},
                    plan.contexts,
                    predictor.top);
                std::move(some.begin(), some.end(), std::back_inserter(questions));
            });
    return questions;
}

// Equal for points of a grid that ask the same.
std::string fingerprint(const AskedPredictor& asked) {
    adapters::Digest digest;
    digest.add(asked.predictor.identity);
    for (const adapters::Question& question : asked.questions)
        digest.add(adapters::question_line(question));
    return digest.hexadecimal();
}

std::vector<AskedPredictor> of_scenario(const ScenarioText& text,
                                        const std::optional<std::string>& label,
                                        const OutsideOptions& options,
                                        const adapters::ScenarioOverrides& overrides) {
    // Each point of a grid reads its own predictors, in order.
    std::vector<Entry> read;
    const adapters::ScenarioFile source = load_scenario(
        text,
        overrides,
        [&](const adapters::JsonNode& node, const adapters::PredictorSurroundings& surroundings) {
            auto outside = read_outside(node, surroundings, options);
            sim::PredictorMaker maker =
                outside ? in_a_world(*outside) : read_predictor(node, surroundings, options);
            read.push_back({.label = maker.label, .outside = std::move(outside)});
            return maker;
        });
    std::vector<AskedPredictor> result;
    std::set<std::string> seen;
    auto first = read.begin();
    for (const sim::GridPoint& point : source.points) {
        const auto last = first + static_cast<std::ptrdiff_t>(point.scenario.predictors.size());
        AskedPredictor asked{.predictor = chosen({first, last}, label, source.file),
                             .questions = {}};
        with_scenario_errors(source, [&] {
            sim::at_point(
                point, [&] { asked.questions = point_questions(point.scenario, asked.predictor); });
        });
        if (seen.insert(fingerprint(asked)).second) result.push_back(std::move(asked));
        first = last;
    }
    return result;
}

std::vector<AskedPredictor> of_data(const ScenarioText& text,
                                    const std::optional<std::string>& label,
                                    const OutsideOptions& options,
                                    const adapters::ScenarioOverrides& overrides) {
    adapters::DataStudy study = adapters::read_data_study(text.text, text.file, text.directory);
    if (overrides.seed) study.seed = *overrides.seed;
    std::vector<Entry> entries;
    const std::vector<adapters::JsonNode> nodes = study.predictors().elements();
    for (const adapters::JsonNode& node : nodes) {
        auto outside = read_outside(node, study.surroundings(), options);
        if (!outside)
            node.fail(
                "is not outside, and there is no truth to make a mock of (allowed: kind "
                "openai, process or files)");
        std::string name = outside->label;
        entries.push_back({.label = std::move(name), .outside = std::move(outside)});
    }
    std::vector<std::string> labels;
    labels.reserve(entries.size());
    for (const Entry& entry : entries) labels.push_back(entry.label);
    adapters::refuse_repeats(nodes, labels, "the predictor");
    AskedPredictor asked{.predictor = chosen(entries, label, study.file), .questions = {}};
    asked.questions = adapters::target_questions(
        study.targets, study.top, asked.predictor.prompts.shuffle, study.seed);
    std::vector<AskedPredictor> result;
    result.push_back(std::move(asked));
    return result;
}

}  // namespace

std::vector<AskedPredictor> asked_questions(const std::string& scenario,
                                            const std::optional<std::string>& predictor,
                                            const OutsideOptions& options,
                                            const adapters::ScenarioOverrides& overrides) {
    const ScenarioText text = scenario_text(scenario);
    if (adapters::is_data_study(adapters::parse_json(text.text, text.file)))
        return of_data(text, predictor, options, overrides);
    return of_scenario(text, predictor, options, overrides);
}

}  // namespace truegap::cli
