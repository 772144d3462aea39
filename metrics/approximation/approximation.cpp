#include "metrics/approximation/approximation.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "metrics/approximation/top_logprobs.hpp"
#include "metrics/approximation/verbalized.hpp"
#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "metrics/distribution.hpp"
#include "metrics/log_tables.hpp"
#include "metrics/overloaded.hpp"

namespace truegap::metrics {

namespace {

std::string_view name(Residual residual) {
    switch (residual) {
        case Residual::uniform:
            return "uniform";
        case Residual::sorted:
            return "sorted";
        case Residual::drop:
            return "drop";
    }
    return {};
}

std::string curve_text(const RankCurve& curve) {
    switch (curve.shape) {
        case RankCurve::Shape::zipf:
            return "zipf " + shortest(curve.parameter);
        case RankCurve::Shape::geometric:
            return "geometric " + shortest(curve.parameter);
        case RankCurve::Shape::learned:
            return "learned";
    }
    return {};
}

std::string optional_smoothing(const Smoothing& smoothing) {
    return smoothing.kind == Smoothing::Kind::none ? std::string{} : label(smoothing);
}

void apply_residual(Residual residual, std::span<double> values, std::size_t top) {
    if (residual == Residual::sorted || top == values.size()) return;
    CompensatedSum rest;
    for (const double value : values.subspan(top)) rest.add(value);
    const double share =
        residual == Residual::drop ? 0.0 : rest.value() / static_cast<double>(values.size() - top);
    std::fill(values.begin() + static_cast<std::ptrdiff_t>(top), values.end(), share);
}

// Places values by rank: the first `top` along `order`, the rest along the target's own order.
std::vector<double> place(std::span<const double> values,
                          std::span<const std::uint32_t> order,
                          std::size_t top,
                          std::span<const double> target) {
    std::vector<double> q(values.size());
    std::vector<bool> ranked(values.size(), false);
    for (std::size_t i = 0; i < top; ++i) {
        q[order[i]] = values[i];
        ranked[order[i]] = true;
    }
    std::vector<std::uint32_t> rest;
    for (std::uint32_t k = 0; k < values.size(); ++k)
        if (!ranked[k]) rest.push_back(k);
    std::stable_sort(rest.begin(), rest.end(), [&](std::uint32_t a, std::uint32_t b) {
        return target[a] > target[b];
    });
    for (std::size_t i = 0; i < rest.size(); ++i) q[rest[i]] = values[top + i];
    return q;
}

std::vector<double> renormalised(std::vector<double> weights) {
    const auto q = Distribution::from_weights(std::move(weights));
    return {q.begin(), q.end()};
}

std::vector<double> softmax(std::span<const double> logits, double temperature) {
    const double highest = *std::max_element(logits.begin(), logits.end());
    std::vector<double> weights(logits.size());
    for (std::size_t k = 0; k < logits.size(); ++k)
        weights[k] = exponential((logits[k] - highest) / temperature);
    return renormalised(std::move(weights));
}

}  // namespace

Needs needs_of(const Approximation& approximation) {
    return std::visit(Overloaded{[](const RankMatched&) { return Needs::order; },
                                 [](const RankCurve& a) {
                                     return a.shape == RankCurve::Shape::learned ? Needs::groups
                                                                                 : Needs::order;
                                 },
                                 [](const Probabilities&) { return Needs::answer; },
                                 [](const Softmax&) { return Needs::answer; },
                                 [](const TopLogprobs&) { return Needs::order; },
                                 [](const SampleFrequency&) { return Needs::draws; },
                                 [](const PlackettLuce&) { return Needs::draws; },
                                 [](const CrossFittedRankMatched&) { return Needs::halves; },
                                 [](const Verbalized&) { return Needs::answer; },
                                 [](const Recommended&) { return Needs::groups; },
                                 [](const PerEvent&) { return Needs::events; }},
                      approximation);
}

std::size_t ranks_read(const Approximation& approximation, std::size_t top) {
    const auto reads_top = Overloaded{
        [](const RankMatched&) { return true; },
        [](const RankCurve&) { return true; },
        [](const TopLogprobs&) { return true; },
        [](const CrossFittedRankMatched&) { return true; },
        [](const PlackettLuce&) { return false; },  // of its own rankings, which have no ties
        [](const Recommended& a) { return a.reads == Recommended::Reads::ranking; },
        [](const auto&) { return false; }};
    if (!std::visit(reads_top, approximation)) return 0;
    const auto* logprobs = std::get_if<TopLogprobs>(&approximation);
    return logprobs != nullptr && logprobs->known > 0 ? logprobs->known : top;
}

Smoothing smoothing_of(const Approximation& approximation) {
    return std::visit(
        [](const auto& a) {
            if constexpr (requires { a.smoothing; }) {
                // Without smoothing an amount means nothing.
                return a.smoothing.kind == Smoothing::Kind::none ? Smoothing{} : a.smoothing;
            } else {
                return Smoothing{};
            }
        },
        approximation);
}

std::string label(const Approximation& approximation, std::size_t top) {
    const std::string top_text = "top " + std::to_string(top);
    const auto with_smoothing = [](const std::string& kind, const Smoothing& smoothing) {
        const std::string text = optional_smoothing(smoothing);
        return text.empty() ? kind : kind + "(" + text + ")";
    };
    return std::visit(
        Overloaded{
            [&](const RankMatched& a) {
                return "rank_matched(" + std::string(name(a.residual)) + "," + label(a.smoothing) +
                       "," + top_text + ")";
            },
            [&](const RankCurve& a) {
                return "rank_curve(" + curve_text(a) + "," + std::string(name(a.residual)) + "," +
                       label(a.smoothing) + "," + top_text + ")";
            },
            [&](const Probabilities& a) { return with_smoothing("probabilities", a.smoothing); },
            [&](const Softmax& a) {
                const std::string smoothing = optional_smoothing(a.smoothing);
                return "softmax(" + shortest(a.temperature) +
                       (smoothing.empty() ? "" : "," + smoothing) + ")";
            },
            [&](const TopLogprobs& a) {
                return "top_logprobs(" + std::string(name(a.residual)) + "," + label(a.smoothing) +
                       ",top " + std::to_string(a.known > 0 ? a.known : top) + ")";
            },
            [&](const SampleFrequency& a) {
                return "sample_frequency(" + std::to_string(a.samples) + "," + shortest(a.alpha) +
                       ")";
            },
            [&](const PlackettLuce& a) {
                return "plackett_luce(" + std::to_string(a.rankings) + "," + shortest(a.alpha) +
                       "," + top_text + ")";
            },
            [&](const CrossFittedRankMatched& a) {
                return "cross_fitted_rank_matched(" + std::string(name(a.residual)) + "," +
                       label(a.smoothing) + "," + top_text + ")";
            },
            [&](const Verbalized& a) { return with_smoothing("verbalized", a.smoothing); },
            [&](const Recommended& a) {
                return a.reads == Recommended::Reads::ranking ? "recommended(" + top_text + ")"
                                                              : std::string("recommended");
            },
            [](const PerEvent&) { return std::string("per_event"); }},
        approximation);
}

std::vector<double> values_by_rank(const RankMatched& approximation,
                                   std::span<const double> sorted_target,
                                   std::size_t top) {
    TRUEGAP_EXPECTS(top >= 1 && top <= sorted_target.size());
    std::vector<double> values(sorted_target.begin(), sorted_target.end());
    apply_residual(approximation.residual, values, top);
    return values;
}

std::vector<double> values_by_rank(const RankCurve& approximation,
                                   std::size_t items,
                                   std::size_t top) {
    TRUEGAP_EXPECTS(top >= 1 && top <= items);
    TRUEGAP_EXPECTS(approximation.residual != Residual::sorted);  // it would look at the target
    TRUEGAP_EXPECTS(approximation.shape != RankCurve::Shape::learned);
    std::vector<double> weights(items);
    for (std::size_t i = 0; i < items; ++i) {
        const auto rank = static_cast<double>(i + 1);
        weights[i] = approximation.shape == RankCurve::Shape::zipf
                         ? power(rank, -approximation.parameter)
                         : power(approximation.parameter, rank - 1.0);
    }
    const auto curve = Distribution::from_weights(std::move(weights));
    std::vector<double> values(curve.begin(), curve.end());
    apply_residual(approximation.residual, values, top);
    return values;
}

std::vector<double> cut_curve(const RankCurve& approximation,
                              std::vector<double> curve,
                              std::size_t top) {
    apply_residual(approximation.residual, curve, top);
    return curve;
}

std::vector<double> values_by_rank(const TopLogprobs& approximation,
                                   std::span<const double> probabilities,
                                   std::size_t known) {
    TRUEGAP_EXPECTS(known >= 1 && known <= probabilities.size());
    std::vector<double> largest = renormalised({probabilities.begin(), probabilities.end()});
    std::partial_sort(largest.begin(),
                      largest.begin() + static_cast<std::ptrdiff_t>(known),
                      largest.end(),
                      std::greater<>{});
    largest.resize(known);
    for (double& value : largest) value = ln(value);
    return values_by_rank(largest, probabilities.size(), approximation.residual);
}

std::optional<std::vector<double>> stated_probabilities(const Response& response) {
    if (!response.probabilities.empty()) return renormalised(response.probabilities);
    if (!response.logits.empty()) return softmax(response.logits, 1.0);
    return std::nullopt;
}

std::optional<std::vector<double>> approximate(const Approximation& approximation,
                                               const Target& target,
                                               const Response& response,
                                               std::span<const std::uint32_t> order,
                                               std::size_t top) {
    using Answer = std::optional<std::vector<double>>;
    Answer q = std::visit(
        Overloaded{
            [&](const RankMatched& a) -> Answer {
                if (order.empty()) return std::nullopt;
                std::vector<double> sorted(target.p.begin(), target.p.end());
                std::sort(sorted.begin(), sorted.end(), std::greater<>{});
                return place(values_by_rank(a, sorted, top), order, top, target.p);
            },
            [&](const RankCurve& a) -> Answer {
                if (order.empty() || a.shape == RankCurve::Shape::learned) return std::nullopt;
                return place(values_by_rank(a, target.p.size(), top), order, top, target.p);
            },
            [&](const Probabilities&) -> Answer {
                if (response.probabilities.empty()) return std::nullopt;
                const auto stated = Distribution::from_weights(response.probabilities);
                return std::vector<double>(stated.begin(), stated.end());
            },
            [&](const Softmax& a) -> Answer {
                if (response.logits.empty()) return std::nullopt;
                return softmax(response.logits, a.temperature);
            },
            [&](const TopLogprobs& a) -> Answer {
                if (order.empty() || response.probabilities.empty()) return std::nullopt;
                const std::size_t known =
                    std::min(a.known > 0 ? a.known : top, response.probabilities.size());
                return place(
                    values_by_rank(a, response.probabilities, known), order, known, target.p);
            },
            [&](const CrossFittedRankMatched& a) -> Answer {
                if (order.empty()) return std::nullopt;
                std::vector<double> sorted(target.p.begin(), target.p.end());
                std::sort(sorted.begin(), sorted.end(), std::greater<>{});
                return place(
                    values_by_rank(RankMatched{a.residual, {}}, sorted, top), order, top, target.p);
            },
            [&](const Verbalized&) -> Answer {
                if (response.percentages.empty()) return std::nullopt;
                return repair_percentages(response.percentages).q;
            },
            [](const SampleFrequency&) -> Answer { return std::nullopt; },
            [](const PlackettLuce&) -> Answer { return std::nullopt; },
            [](const Recommended&) -> Answer { return std::nullopt; },
            [&](const PerEvent&) -> Answer { return stated_probabilities(response); }},
        approximation);
    if (q) smooth(smoothing_of(approximation), target.users, *q);
    return q;
}

}  // namespace truegap::metrics
