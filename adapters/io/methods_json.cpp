#include "adapters/io/methods_json.hpp"

#include "adapters/io/input_error.hpp"

namespace truegap::adapters {

namespace {

constexpr std::uint64_t most_known = 1'000'000;
constexpr std::uint64_t most_samples = 1'000'000;
constexpr std::uint64_t most_rankings = 10'000;
// Without any, weights of maximum likelihood need not exist; with fewer, the fit takes too long.
constexpr double least_pseudo_wins = 0.01;

metrics::Smoothing read_smoothing(const JsonNode& parent) {
    using Kind = metrics::Smoothing::Kind;
    if (!parent.has("smoothing")) return {};
    const JsonNode node = parent["smoothing"];
    node.require_keys({"kind", "alpha", "eps"});
    const auto kind =
        static_cast<Kind>(node["kind"].choice({"none", "additive", "mixture", "floor"}));
    if (kind == Kind::none) {
        node.require_keys({"kind"});
        return {};
    }
    if (kind == Kind::additive) {
        node.require_keys({"kind", "alpha"});
        return {kind, node["alpha"].number_between(0.0, 1e9)};
    }
    node.require_keys({"kind", "eps"});
    return {kind, node["eps"].number_between(0.0, 1.0)};
}

metrics::Residual read_residual(const JsonNode& node, const std::vector<std::string>& allowed) {
    if (!node.has("residual")) return metrics::Residual::uniform;
    const std::string name = allowed[node["residual"].choice(allowed)];
    if (name == "sorted") return metrics::Residual::sorted;
    return name == "drop" ? metrics::Residual::drop : metrics::Residual::uniform;
}

metrics::RankCurve read_rank_curve(const JsonNode& node) {
    using Shape = metrics::RankCurve::Shape;
    node.require_keys({"kind", "curve", "residual", "smoothing"});
    metrics::RankCurve result;
    const JsonNode curve = node["curve"];
    curve.require_keys({"kind", "exponent", "ratio"});
    result.shape = static_cast<Shape>(curve["kind"].choice({"zipf", "geometric", "learned"}));
    if (result.shape == Shape::learned) {
        curve.require_keys({"kind"});
    } else if (result.shape == Shape::zipf) {
        curve.require_keys({"kind", "exponent"});
        result.parameter = curve["exponent"].number_between(0.0, 100.0);
    } else {
        curve.require_keys({"kind", "ratio"});
        result.parameter = curve["ratio"].number_between(0.0, 1.0);
        if (result.parameter == 0.0)
            curve["ratio"].fail("is 0 (allowed: a number above 0, up to 1)");
    }
    // Not sorted: that looks at the target, which a curve never does.
    result.residual = read_residual(node, {"uniform", "drop"});
    result.smoothing = read_smoothing(node);
    return result;
}

metrics::Approximation read_top_logprobs(const JsonNode& node) {
    node.require_keys({"kind", "known", "residual", "smoothing"});
    metrics::TopLogprobs result;
    if (node.has("known")) result.known = node["known"].integer(1, most_known);
    result.residual = read_residual(node, {"uniform", "drop"});
    result.smoothing = read_smoothing(node);
    return result;
}

metrics::Approximation read_sample_frequency(const JsonNode& node) {
    node.require_keys({"kind", "samples", "alpha"});
    return metrics::SampleFrequency{
        static_cast<std::uint32_t>(node["samples"].integer(1, most_samples)),
        node.has("alpha") ? node["alpha"].number_between(0.0, 1e9) : 0.0};
}

metrics::Approximation read_plackett_luce(const JsonNode& node) {
    node.require_keys({"kind", "rankings", "alpha"});
    return metrics::PlackettLuce{
        static_cast<std::uint32_t>(node["rankings"].integer(1, most_rankings)),
        node.has("alpha") ? node["alpha"].number_between(least_pseudo_wins, 1e9) : 0.5};
}

metrics::Approximation read_recommended(const JsonNode& node) {
    using Reads = metrics::Recommended::Reads;
    node.require_keys({"kind", "reads"});
    if (!node.has("reads")) return metrics::Recommended{};
    return metrics::Recommended{static_cast<Reads>(node["reads"].choice({"best", "ranking"}))};
}

struct Kind {
    std::string name;
    metrics::Approximation (*read)(const JsonNode&);
};

const std::vector<Kind>& kinds() {
    using metrics::Approximation;
    static const std::vector<Kind> table{
        {"rank_matched",
         [](const JsonNode& node) -> Approximation {
             node.require_keys({"kind", "residual", "smoothing"});
             return metrics::RankMatched{read_residual(node, {"uniform", "sorted", "drop"}),
                                         read_smoothing(node)};
         }},
        {"rank_curve", [](const JsonNode& node) -> Approximation { return read_rank_curve(node); }},
        {"probabilities",
         [](const JsonNode& node) -> Approximation {
             node.require_keys({"kind", "smoothing"});
             return metrics::Probabilities{read_smoothing(node)};
         }},
        {"softmax",
         [](const JsonNode& node) -> Approximation {
             node.require_keys({"kind", "temperature", "smoothing"});
             return metrics::Softmax{
                 node.has("temperature") ? node["temperature"].number_between(1e-6, 1e6) : 1.0,
                 read_smoothing(node)};
         }},
        {"top_logprobs", read_top_logprobs},
        {"sample_frequency", read_sample_frequency},
        {"plackett_luce", read_plackett_luce},
        {"cross_fitted_rank_matched",
         [](const JsonNode& node) -> Approximation {
             node.require_keys({"kind", "residual", "smoothing"});
             return metrics::CrossFittedRankMatched{
                 read_residual(node, {"uniform", "sorted", "drop"}), read_smoothing(node)};
         }},
        {"verbalized",
         [](const JsonNode& node) -> Approximation {
             node.require_keys({"kind", "smoothing"});
             return metrics::Verbalized{read_smoothing(node)};
         }},
        {"recommended", read_recommended},
        {"per_event", [](const JsonNode& node) -> Approximation {
             node.require_keys({"kind"});
             return metrics::PerEvent{};
         }}};
    return table;
}

metrics::Approximation read_approximation(const JsonNode& node) {
    if (node.is_string()) {
        static_cast<void>(node.choice({"recommended"}));
        return metrics::Recommended{};
    }
    std::vector<std::string> names;
    for (const Kind& kind : kinds()) names.push_back(kind.name);
    node.require_keys({"kind",
                       "residual",
                       "smoothing",
                       "curve",
                       "temperature",
                       "known",
                       "samples",
                       "rankings",
                       "alpha",
                       "reads"});
    return kinds()[node["kind"].choice(names)].read(node);
}

}  // namespace

std::vector<metrics::Approximation> read_approximations(const JsonNode& node, std::size_t top) {
    const std::vector<JsonNode> nodes = node.some_elements();
    std::vector<metrics::Approximation> result;
    std::vector<std::string> labels;
    for (const JsonNode& entry : nodes) {
        result.push_back(read_approximation(entry));
        labels.push_back(metrics::label(result.back(), top));
    }
    refuse_repeats(nodes, labels, "the approximation");
    return result;
}

namespace {

// `wolpert_wolf(0.5)`: the name with its parameter in parentheses.
metrics::Estimator read_estimator(const JsonNode& node) {
    if (node.is_string()) {
        const std::string text = node.text();
        if (const auto estimator = metrics::find_estimator(text)) return *estimator;
        for (const metrics::EstimatorEntry& entry : metrics::estimators())
            if (entry.parameter && text.rfind(std::string(entry.name) + "(", 0) == 0)
                node.fail("is " + in_quotes(text) + " (allowed: " + std::string(entry.name) +
                          "(a), a from " + metrics::shortest(entry.parameter->least) + " to " +
                          metrics::shortest(entry.parameter->most) + ")");
    }
    std::vector<std::string> names;
    for (const metrics::EstimatorEntry& entry : metrics::estimators())
        names.emplace_back(entry.name);
    return metrics::Estimator(metrics::estimators()[node.choice(names)]);
}

}  // namespace

std::vector<metrics::Estimator> read_estimators(const JsonNode& node) {
    const std::vector<JsonNode> nodes = node.some_elements();
    std::vector<metrics::Estimator> result;
    result.reserve(nodes.size());
    for (const JsonNode& entry : nodes) result.push_back(read_estimator(entry));
    refuse_repeats(nodes, result, "the estimator");
    return result;
}

}  // namespace truegap::adapters
