#include "adapters/io/dynamics_json.hpp"

#include <algorithm>
#include <cmath>

#include "adapters/io/population_json.hpp"

namespace truegap::adapters {

namespace {

constexpr std::uint64_t most_steps = 10'000;
constexpr std::uint64_t most_chaotic_steps = 60;
constexpr std::uint64_t most_events = 1'000'000;

std::uint32_t read_steps(const JsonNode& node, std::uint64_t most = most_steps) {
    return node.has("steps") ? static_cast<std::uint32_t>(node["steps"].integer(1, most)) : 1;
}

sim::DynamicsSpec read_markov(const JsonNode& node,
                              const sim::PopulationSpec& population,
                              const sim::ContextSpec& contexts) {
    node.require_keys({"kind", "transition", "steps", "events"});
    sim::MarkovDynamics markov;
    const JsonNode transition = node["transition"];
    const std::size_t classes = sim::class_count(population);
    if (transition.is_array()) {
        sim::RowMatrix rows = read_rows(transition, classes, "class");
        if (static_cast<std::size_t>(rows.cols()) != classes)
            transition.fail("has rows of " + std::to_string(rows.cols()) +
                            " entries (allowed: " + std::to_string(classes) + ", one a class)");
        markov.transition = std::move(rows);
    } else {
        transition.require_keys({"stay"});
        markov.stay = transition["stay"].number_between(0.0, 1.0);
    }
    markov.steps = read_steps(node);
    if (node.has("events"))
        markov.events = static_cast<std::uint32_t>(
            node["events"].integer(sim::longest_history(contexts), most_events));
    return markov;
}

sim::DynamicsSpec read_drift(const JsonNode& node,
                             const sim::PopulationSpec& population,
                             const sim::ContextSpec& contexts) {
    node.require_keys({"kind", "sd", "length", "steps"});
    sim::DriftDynamics drift;
    drift.sd = node["sd"].number_between(0.0, 100.0);
    drift.steps = read_steps(node);
    if (node.has("length"))
        drift.length = static_cast<std::uint32_t>(node["length"].integer(1, most_steps));
    const double kept =
        static_cast<double>(drift.length.value_or(sim::longest_history(contexts) + drift.steps)) *
        static_cast<double>(sim::class_count(population)) *
        static_cast<double>(sim::item_count(population));
    if (kept > most_class_items)
        node.fail("keeps too many item probabilities (allowed: length x classes x items up to " +
                  metrics::shortest(most_class_items) + ")");
    return drift;
}

sim::DynamicsSpec read_regime_change(const JsonNode& node, const sim::PopulationSpec& population) {
    node.require_keys({"kind", "ago", "tilt_sd", "item_probabilities", "steps"});
    sim::RegimeChange change;
    change.ago = static_cast<std::uint32_t>(node["ago"].integer(1, most_events));
    change.steps = read_steps(node);
    if (node.has("item_probabilities")) {
        if (node.has("tilt_sd"))
            node["tilt_sd"].fail(
                "has no use beside \"item_probabilities\" (allowed: one of the two)");
        const JsonNode rows = node["item_probabilities"];
        sim::RowMatrix earlier = read_rows(rows, sim::class_count(population), "class");
        if (static_cast<std::size_t>(earlier.cols()) != sim::item_count(population))
            rows.fail("has rows of " + std::to_string(earlier.cols()) + " entries (allowed: " +
                      std::to_string(sim::item_count(population)) + ", one an item)");
        change.earlier = std::move(earlier);
        return change;
    }
    const auto* generated = std::get_if<sim::GeneratedPopulation>(&population);
    if (generated == nullptr || generated->likert)
        node.fail(
            "does not say what was before (allowed: \"item_probabilities\", as this population is "
            "not drawn by popularity and tilts)");
    if (node.has("tilt_sd")) change.tilt_sd = node["tilt_sd"].number_between(0.0, 100.0);
    return change;
}

sim::DynamicsSpec read_chaotic(const JsonNode& node, const sim::PopulationSpec& population) {
    node.require_keys({"kind", "steps"});
    const auto& examination = std::visit(
        [](const auto& given) -> const auto& { return given.examination; }, population);
    if (!examination.is_even())
        node["kind"].fail(
            "is chaotic in a population with click position bias (allowed: one of the two)");
    return sim::ChaoticDynamics{read_steps(node, most_chaotic_steps)};
}

}  // namespace

sim::DynamicsSpec read_dynamics(const JsonNode& node,
                                const sim::PopulationSpec& population,
                                const sim::ContextSpec& contexts) {
    node.require_keys({"kind",
                       "transition",
                       "steps",
                       "events",
                       "sd",
                       "length",
                       "ago",
                       "tilt_sd",
                       "item_probabilities"});
    const std::size_t kind =
        node["kind"].choice({"static", "markov", "drift", "regime_change", "chaotic"});
    if (kind == 0) {
        node.require_keys({"kind"});
        return sim::StaticDynamics{};
    }
    const auto kappa = sim::concentrations(population);
    if (std::any_of(kappa.begin(), kappa.end(), [](double one) { return std::isfinite(one); }))
        node["kind"].fail(
            "is " + node["kind"].text() +
            " in a population with heterogeneity, where the truth is not exact (allowed: static, "
            "or an infinite concentration in every class)");
    switch (kind) {
        case 1:
            return read_markov(node, population, contexts);
        case 2:
            return read_drift(node, population, contexts);
        case 3:
            return read_regime_change(node, population);
        default:
            return read_chaotic(node, population);
    }
}

}  // namespace truegap::adapters
