#include "adapters/mock/mock_predictor.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "metrics/approximation/smoothing.hpp"
#include "sim/drawn_answer.hpp"
#include "sim/scenario.hpp"
#include "adapters/mock/back_off.hpp"
#include "adapters/mock/beliefs_in_time.hpp"
#include "adapters/mock/contaminated.hpp"
#include "adapters/mock/distortions.hpp"
#include "adapters/mock/faults.hpp"

namespace truegap::adapters {

namespace {

constexpr std::uint64_t most_training_users = 1'000'000'000;
constexpr std::uint64_t most_events = 1'000'000;
constexpr std::size_t most_nested = 8;

using metrics::shortest;

std::string label_of(const std::string& kind, const std::vector<std::string>& parameters) {
    std::string text;
    for (const std::string& parameter : parameters) text += (text.empty() ? "" : ",") + parameter;
    return text.empty() ? kind : kind + "(" + text + ")";
}

MockBelief bayes() {
    return {.label = "bayes",
            .make = [](const sim::World& world) { return posterior_belief(world, {}); }};
}

// What `of` becomes when something is done to its belief. On bayes it goes without saying.
template <class Change>
MockBelief changed(MockBelief of,
                   const std::string& kind,
                   std::vector<std::string> parameters,
                   Change change) {
    if (of.label != bayes().label) parameters.push_back(of.label);
    of.label = label_of(kind, parameters);
    of.make = [make = std::move(of.make), change = std::move(change)](const sim::World& world) {
        return change(world, make(world));
    };
    return of;
}

MockBelief sees(const std::string& kind, Sees parts) {
    return {.label = kind,
            .make = [parts](const sim::World& world) { return posterior_belief(world, parts); }};
}

MockBelief read_tempered(const JsonNode& node, MockBelief of) {
    const double temperature = node["temperature"].number_between(1e-6, 1e6);
    return changed(std::move(of),
                   "tempered",
                   {shortest(temperature)},
                   [temperature](const sim::World&, Belief belief) {
                       return tempered(std::move(belief), temperature);
                   });
}

MockBelief read_noisy(const JsonNode& node, MockBelief of) {
    const double sigma = node["sigma"].number_between(0.0, 100.0);
    const std::uint32_t layer = of.noises++;
    return changed(std::move(of),
                   "noisy",
                   {shortest(sigma)},
                   [sigma, layer](const sim::World& world, Belief belief) {
                       return noisy(world, std::move(belief), sigma, layer);
                   });
}

MockBelief read_reversed(const JsonNode& /*node*/, MockBelief of) {
    return changed(std::move(of), "reversed", {}, [](const sim::World&, Belief belief) {
        return reversed(std::move(belief));
    });
}

MockBelief read_position_biased(const JsonNode& node, MockBelief of) {
    const double ratio = node["ratio"].number_between(1e-6, 1e6);
    return changed(std::move(of),
                   "position_biased",
                   {shortest(ratio)},
                   [ratio](const sim::World&, Belief belief) {
                       return position_biased(std::move(belief), ratio);
                   });
}

MockBelief read_overconfident(const JsonNode& node, MockBelief of) {
    const double share = node["share"].number_between(0.0, 1.0);
    return changed(std::move(of),
                   "overconfident",
                   {shortest(share)},
                   [share](const sim::World&, Belief belief) {
                       return overconfident(std::move(belief), share);
                   });
}

// What cannot be drawn of training users: too many kinds of them.
std::function<std::optional<std::string>(const sim::Scenario&)> needs_few_cells(
    const std::string& label) {
    return [label](const sim::Scenario& scenario) -> std::optional<std::string> {
        double cells = 1.0;
        for (const sim::AttributeSpec& one : sim::attribute_specs(scenario.population))
            cells *= static_cast<double>(one.levels.size());
        if (cells <= TrainingUsers::most_cells) return std::nullopt;
        return label + " has training users of " + shortest(cells) +
               " combinations of levels (allowed: attributes with up to " +
               shortest(TrainingUsers::most_cells) + ")";
    };
}

MockBelief read_memorizer(const JsonNode& node) {
    if (node.has("m") == node.has("users"))
        node.fail(std::string(node.has("m") ? "has both \"m\" and" : "has neither \"m\" nor") +
                  " \"users\" (allowed: one of the two)");
    const double alpha = node["alpha"].number_between(0.0, 1e9);
    if (node.has("users")) {
        const auto users =
            static_cast<std::uint32_t>(node["users"].integer(1, most_training_users));
        const std::string label =
            label_of("memorizer", {std::to_string(users) + " users", shortest(alpha)});
        return {
            .label = label,
            .make = [users, alpha](
                        const sim::World& world) { return group_memorizer(world, users, alpha); },
            .objection = needs_few_cells(label)};
    }
    const auto m = static_cast<std::uint32_t>(node["m"].integer(1, most_training_users));
    return {.label = label_of("memorizer", {std::to_string(m), shortest(alpha)}),
            .make = [m, alpha](const sim::World& world) { return memorizer(world, m, alpha); }};
}

MockBelief read_stale(const JsonNode& node) {
    const auto events = static_cast<std::uint32_t>(node["ago"].integer(0, most_events));
    return {.label = label_of("stale", {std::to_string(events)}),
            .make = [events](const sim::World& world) { return stale(world, events); }};
}

MockBelief read_adaptive(const JsonNode& node) {
    const double stay = node["stay"].number_between(0.0, 1.0);
    const std::string label = label_of("adaptive", {shortest(stay)});
    return {.label = label,
            .make = [stay](const sim::World& world) { return adaptive(world, stay); },
            .objection = [label](const sim::Scenario& scenario) -> std::optional<std::string> {
                const std::string wrong = label + " assumes classes that change between events, ";
                if (std::holds_alternative<sim::ChaoticDynamics>(scenario.dynamics))
                    return wrong +
                           "and chaotic users have no such events (allowed: other dynamics)";
                const auto kappa = sim::concentrations(scenario.population);
                if (std::any_of(
                        kappa.begin(), kappa.end(), [](double one) { return std::isfinite(one); }))
                    return wrong +
                           "which is not exact in a population with heterogeneity (allowed: an "
                           "infinite concentration in every class)";
                return std::nullopt;
            }};
}

MockBelief read_lost_in_context(const JsonNode& node) {
    if (node.has("last") == node.has("dilution"))
        node.fail(
            std::string(node.has("last") ? "has both \"last\" and" : "has neither \"last\" nor") +
            " \"dilution\" (allowed: one of the two)");
    if (node.has("last")) {
        const auto length = static_cast<std::size_t>(node["last"].integer(0, most_events));
        return {.label = label_of("lost_in_context", {"last " + std::to_string(length)}),
                .make = [length](const sim::World& world) { return last_items(world, length); }};
    }
    const double dilution = node["dilution"].number_between(0.0, 1e6);
    return {.label = label_of("lost_in_context", {"dilution " + shortest(dilution)}),
            .make = [dilution](const sim::World& world) { return diluted(world, dilution); }};
}

MockBelief read_back_off(const JsonNode& node) {
    const auto users = static_cast<std::uint32_t>(node["users"].integer(1, most_training_users));
    const double strength = node["strength"].number_between(1e-9, 1e9);
    const std::string label = label_of("back_off", {std::to_string(users), shortest(strength)});
    return {.label = label,
            .make = [users, strength](
                        const sim::World& world) { return back_off(world, users, strength); },
            .objection = needs_few_cells(label)};
}

struct Kind {
    std::string name;
    std::vector<std::string> parameters;
    MockBelief (*read)(const JsonNode&) = nullptr;
    MockBelief (*read_change)(const JsonNode&, MockBelief of) = nullptr;  // of those that take "of"
};

const std::vector<Kind>& kinds() {
    static const std::vector<Kind> table{
        {.name = "bayes", .parameters = {}, .read = [](const JsonNode&) { return bayes(); }},
        {.name = "popularity",
         .parameters = {},
         .read =
             [](const JsonNode&) {
                 return sees("popularity", {.group = false, .history = false});
             }},
        {.name = "history_blind",
         .parameters = {},
         .read = [](const JsonNode&) { return sees("history_blind", {.history = false}); }},
        {.name = "demographic_blind",
         .parameters = {},
         .read = [](const JsonNode&) { return sees("demographic_blind", {.group = false}); }},
        {.name = "tempered", .parameters = {"temperature"}, .read_change = read_tempered},
        {.name = "noisy", .parameters = {"sigma"}, .read_change = read_noisy},
        {.name = "memorizer", .parameters = {"m", "users", "alpha"}, .read = read_memorizer},
        {.name = "uniform",
         .parameters = {},
         .read =
             [](const JsonNode&) {
                 return MockBelief{.label = "uniform",
                                   .make = [](const sim::World&) { return uniform(); }};
             }},
        {.name = "reversed", .parameters = {}, .read_change = read_reversed},
        {.name = "stale", .parameters = {"ago"}, .read = read_stale},
        {.name = "adaptive", .parameters = {"stay"}, .read = read_adaptive},
        {.name = "lost_in_context",
         .parameters = {"last", "dilution"},
         .read = read_lost_in_context},
        {.name = "position_biased", .parameters = {"ratio"}, .read_change = read_position_biased},
        {.name = "overconfident", .parameters = {"share"}, .read_change = read_overconfident},
        {.name = "back_off", .parameters = {"users", "strength"}, .read = read_back_off}};
    return table;
}

// depth: how many beliefs stand around this one.
MockBelief read_nested(const JsonNode& node, std::size_t depth) {
    if (depth > most_nested)
        node.fail("is nested too deep (allowed: up to " + std::to_string(most_nested) +
                  " times \"of\")");
    std::vector<std::string> names;
    for (const Kind& known : kinds()) names.push_back(known.name);
    const Kind& kind = kinds()[node["kind"].choice(names)];
    std::vector<std::string> keys{"kind"};
    keys.insert(keys.end(), kind.parameters.begin(), kind.parameters.end());
    if (kind.read_change != nullptr) keys.emplace_back("of");
    node.require_keys(keys);
    if (kind.read_change == nullptr) return kind.read(node);
    return kind.read_change(node, node.has("of") ? read_nested(node["of"], depth + 1) : bayes());
}

}  // namespace

std::vector<metrics::Response> MockPredictor::predict(std::span<const sim::Context> contexts) {
    std::vector<metrics::Response> responses;
    responses.reserve(contexts.size());
    for (const sim::Context& context : contexts)
        responses.push_back(sim::complete_response(belief_(context)));
    return responses;
}

std::optional<metrics::Distribution> MockPredictor::exact(const sim::Context& context) {
    return belief_(context);
}

const std::vector<std::string>& mock_kinds() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> result;
        for (const Kind& kind : kinds()) result.push_back(kind.name);
        result.emplace_back("contaminated");
        return result;
    }();
    return names;
}

MockBelief read_belief(const JsonNode& node) {
    return read_nested(node, 0);
}

sim::PredictorMaker read_mock(const JsonNode& node) {
    return read_with_faults(node, [](const JsonNode& bare) {
        if (mock_kinds()[bare["kind"].choice(mock_kinds())] == "contaminated")
            return read_contaminated(bare);
        MockBelief belief = read_belief(bare);
        return sim::PredictorMaker{.label = std::move(belief.label),
                                   .make =
                                       [make = std::move(belief.make)](const sim::World& world) {
                                           return std::make_unique<MockPredictor>(make(world));
                                       },
                                   .objection = std::move(belief.objection)};
    });
}

}  // namespace truegap::adapters
