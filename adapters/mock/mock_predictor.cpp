#include "adapters/mock/mock_predictor.hpp"

#include <memory>

#include "metrics/approximation/smoothing.hpp"
#include "sim/drawn_answer.hpp"
#include "adapters/mock/contaminated.hpp"
#include "adapters/mock/faults.hpp"

namespace truegap::adapters {

namespace {

constexpr std::uint64_t most_training_users = 1'000'000'000;

using BeliefMaker = std::function<Belief(const sim::World&)>;

sim::PredictorMaker mock(std::string label, BeliefMaker make_belief) {
    return {.label = std::move(label),
            .make = [make_belief = std::move(make_belief)](const sim::World& world) {
                return std::make_unique<MockPredictor>(make_belief(world));
            }};
}

sim::PredictorMaker read_posterior(const JsonNode& node, const std::string& kind, Sees sees) {
    node.require_keys({"kind"});
    return mock(kind, [sees](const sim::World& world) { return posterior_belief(world, sees); });
}

sim::PredictorMaker read_tempered(const JsonNode& node) {
    node.require_keys({"kind", "temperature"});
    const double temperature = node["temperature"].number_between(1e-6, 1e6);
    return mock("tempered(" + metrics::shortest(temperature) + ")",
                [temperature](const sim::World& world) {
                    return tempered(posterior_belief(world, {}), temperature);
                });
}

sim::PredictorMaker read_noisy(const JsonNode& node) {
    node.require_keys({"kind", "sigma"});
    const double sigma = node["sigma"].number_between(0.0, 100.0);
    return mock("noisy(" + metrics::shortest(sigma) + ")", [sigma](const sim::World& world) {
        return noisy(world, posterior_belief(world, {}), sigma);
    });
}

sim::PredictorMaker read_memorizer(const JsonNode& node) {
    node.require_keys({"kind", "m", "alpha"});
    const auto m = static_cast<std::uint32_t>(node["m"].integer(1, most_training_users));
    const double alpha = node["alpha"].number_between(0.0, 1e9);
    return mock("memorizer(" + std::to_string(m) + "," + metrics::shortest(alpha) + ")",
                [m, alpha](const sim::World& world) { return memorizer(world, m, alpha); });
}

sim::PredictorMaker read_uniform(const JsonNode& node) {
    node.require_keys({"kind"});
    return mock("uniform", [](const sim::World&) { return uniform(); });
}

sim::PredictorMaker read_reversed(const JsonNode& node) {
    node.require_keys({"kind"});
    return mock("reversed",
                [](const sim::World& world) { return reversed(posterior_belief(world, {})); });
}

struct Kind {
    std::string name;
    sim::PredictorMaker (*read)(const JsonNode&);
};

const std::vector<Kind>& kinds() {
    static const std::vector<Kind> table{
        {"bayes", [](const JsonNode& node) { return read_posterior(node, "bayes", {}); }},
        {"popularity",
         [](const JsonNode& node) {
             return read_posterior(node, "popularity", {.group = false, .history = false});
         }},
        {"history_blind",
         [](const JsonNode& node) {
             return read_posterior(node, "history_blind", {.history = false});
         }},
        {"demographic_blind",
         [](const JsonNode& node) {
             return read_posterior(node, "demographic_blind", {.group = false});
         }},
        {"tempered", read_tempered},
        {"noisy", read_noisy},
        {"memorizer", read_memorizer},
        {"uniform", read_uniform},
        {"reversed", read_reversed},
        {"contaminated", read_contaminated}};
    return table;
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
        return result;
    }();
    return names;
}

sim::PredictorMaker read_mock(const JsonNode& node) {
    return read_with_faults(node, [](const JsonNode& bare) {
        return kinds()[bare["kind"].choice(mock_kinds())].read(bare);
    });
}

}  // namespace truegap::adapters
