#include "metrics/approximation/approximation.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "metrics/distribution.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

namespace {

template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

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

std::vector<double> softmax(std::span<const double> logits, double temperature) {
    const double highest = *std::max_element(logits.begin(), logits.end());
    std::vector<double> weights(logits.size());
    for (std::size_t k = 0; k < logits.size(); ++k)
        weights[k] = exponential((logits[k] - highest) / temperature);
    const auto q = Distribution::from_weights(std::move(weights));
    return {q.begin(), q.end()};
}

}  // namespace

bool reads_ranking(const Approximation& approximation) {
    return std::holds_alternative<RankMatched>(approximation) ||
           std::holds_alternative<RankCurve>(approximation);
}

std::string label(const Approximation& approximation, std::size_t top) {
    const std::string top_text = "top " + std::to_string(top);
    return std::visit(
        Overloaded{[&](const RankMatched& a) {
                       return "rank_matched(" + std::string(name(a.residual)) + "," +
                              label(a.smoothing) + "," + top_text + ")";
                   },
                   [&](const RankCurve& a) {
                       return std::string("rank_curve(") +
                              (a.shape == RankCurve::Shape::zipf ? "zipf " : "geometric ") +
                              shortest(a.parameter) + "," + std::string(name(a.residual)) + "," +
                              label(a.smoothing) + "," + top_text + ")";
                   },
                   [&](const Probabilities& a) {
                       const std::string smoothing = optional_smoothing(a.smoothing);
                       return smoothing.empty() ? "probabilities"
                                                : "probabilities(" + smoothing + ")";
                   },
                   [&](const Softmax& a) {
                       const std::string smoothing = optional_smoothing(a.smoothing);
                       return "softmax(" + shortest(a.temperature) +
                              (smoothing.empty() ? "" : "," + smoothing) + ")";
                   }},
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

std::optional<std::vector<double>> approximate(const Approximation& approximation,
                                               const Target& target,
                                               const Response& response,
                                               std::span<const std::uint32_t> order,
                                               std::size_t top) {
    using Answer = std::optional<std::vector<double>>;
    Answer q = std::visit(
        Overloaded{[&](const RankMatched& a) -> Answer {
                       if (order.empty()) return std::nullopt;
                       std::vector<double> sorted(target.p.begin(), target.p.end());
                       std::sort(sorted.begin(), sorted.end(), std::greater<>{});
                       return place(values_by_rank(a, sorted, top), order, top, target.p);
                   },
                   [&](const RankCurve& a) -> Answer {
                       if (order.empty()) return std::nullopt;
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
                   }},
        approximation);
    if (q)
        smooth(
            std::visit([](const auto& a) { return a.smoothing; }, approximation), target.users, *q);
    return q;
}

}  // namespace truegap::metrics
