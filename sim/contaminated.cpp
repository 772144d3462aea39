#include "sim/contaminated.hpp"

#include <cmath>
#include <functional>
#include <limits>

#include "metrics/compensated_sum.hpp"
#include "metrics/entropy.hpp"
#include "metrics/expectation.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::sim {

namespace {

// Whether an item that can be chosen can be missing from the memorised choices and has no probability
// without them.
bool can_be_lost(std::span<const double> p, std::span<const double> of, std::uint32_t m) {
    for (std::size_t k = 0; k < p.size(); ++k)
        if (p[k] > 0.0 && of[k] <= 0.0 && (m == 0 || p[k] < 1.0)) return true;
    return false;
}

// sum_k E[f(k, X_k, ln q_k)] over the items that can be chosen; terms that are not finite do not
// happen, and count as 0.
using Term = std::function<double(std::size_t k, double memorised, double ln_q)>;
double expected_sum(const Contamination& contamination,
                    std::span<const double> p,
                    std::span<const double> of,
                    std::uint32_t n,
                    const Term& f) {
    const std::uint32_t m = contamination.memorised(n);
    const double total = static_cast<double>(m) + contamination.alpha;
    const auto term = [&](std::size_t k, std::uint64_t count) {
        if (p[k] <= 0.0) return 0.0;
        const auto memorised = static_cast<double>(count);
        const double weight = memorised + contamination.alpha * of[k];
        return weight > 0.0 ? f(k, memorised, metrics::ln(weight / total)) : 0.0;
    };
    if (m > 0) return metrics::additive_mean(p, m, {.term = term});
    metrics::CompensatedSum sum;
    for (std::size_t k = 0; k < p.size(); ++k) sum.add(term(k, 0));
    return sum.value();
}

}  // namespace

double expected_contaminated_level(const Contamination& contamination,
                                   std::span<const double> p,
                                   std::span<const double> of,
                                   std::uint32_t n) {
    if (can_be_lost(p, of, contamination.memorised(n)))
        return std::numeric_limits<double>::infinity();
    return expected_sum(
        contamination, p, of, n, [&](std::size_t k, double, double ln_q) { return -p[k] * ln_q; });
}

double expected_contaminated_gap(const Contamination& contamination,
                                 std::span<const double> p,
                                 std::span<const double> of,
                                 std::uint32_t n) {
    if (can_be_lost(p, of, contamination.memorised(n)))
        return std::numeric_limits<double>::infinity();
    return expected_sum(contamination, p, of, n, [&](std::size_t k, double, double ln_q) {
        return p[k] * (metrics::ln(p[k]) - ln_q);
    });
}

std::optional<double> expected_contaminated_measure(const Contamination& contamination,
                                                    std::span<const double> p,
                                                    std::span<const double> of,
                                                    std::uint32_t n) {
    const std::uint32_t m = contamination.memorised(n);
    // Without fresh users whoever chose an item was memorised.
    if (m < n && can_be_lost(p, of, m)) return std::nullopt;
    const double fresh = static_cast<double>(n) - static_cast<double>(m);
    const double sum =
        expected_sum(contamination, p, of, n, [&](std::size_t k, double memorised, double ln_q) {
            return -(memorised + fresh * p[k]) * ln_q;
        });
    return sum / static_cast<double>(n);
}

bool takes_stated_distribution(const metrics::Approximation& approximation) {
    const auto* softmax = std::get_if<metrics::Softmax>(&approximation);
    const bool as_it_is = std::holds_alternative<metrics::Probabilities>(approximation) ||
                          std::holds_alternative<metrics::PerEvent>(approximation) ||
                          (softmax != nullptr && softmax->temperature == 1.0);
    const auto* recommended = std::get_if<metrics::Recommended>(&approximation);
    if (recommended != nullptr) return recommended->reads == metrics::Recommended::Reads::best;
    return as_it_is && metrics::smoothing_of(approximation).kind == metrics::Smoothing::Kind::none;
}

bool reads_stated_distribution(const metrics::Approximation& approximation) {
    const auto* softmax = std::get_if<metrics::Softmax>(&approximation);
    return takes_stated_distribution(approximation) ||
           std::holds_alternative<metrics::Probabilities>(approximation) ||
           (softmax != nullptr && softmax->temperature == 1.0) ||
           std::holds_alternative<metrics::TopLogprobs>(approximation) ||
           std::holds_alternative<metrics::SampleFrequency>(approximation) ||
           std::holds_alternative<metrics::PlackettLuce>(approximation) ||
           std::holds_alternative<metrics::Verbalized>(approximation);
}

Answer contaminated_answer(const Scenario& scenario,
                           const PredictorMaker& maker,
                           const Answer& of,
                           const Truth& truth,
                           std::uint32_t n) {
    const Contamination& contamination = *maker.contamination;
    const metrics::Distribution& p = truth.distribution;
    Answer answer;
    answer.response = of.response;
    answer.true_cross_entropy = expected_contaminated_level(contamination, p, *of.q, n);
    answer.true_gap = expected_contaminated_gap(contamination, p, *of.q, n);
    answer.event_cross_entropy = answer.true_cross_entropy;
    answer.event_gap = answer.true_gap;
    answer.q = of.q;
    answer.by_replicate = true;
    for (const metrics::Approximation& approximation : scenario.approximations) {
        const auto* recommended = std::get_if<metrics::Recommended>(&approximation);
        const bool by_ranking = recommended != nullptr && !takes_stated_distribution(approximation);
        answer.complete_cross_entropy.push_back(
            reads_stated_distribution(approximation) ? answer.true_cross_entropy : std::nullopt);
        answer.answered_cross_entropy.push_back(takes_stated_distribution(approximation) &&
                                                        !maker.faults.any()
                                                    ? answer.true_cross_entropy
                                                    : std::nullopt);
        answer.estimand.push_back(by_ranking ? std::nullopt : answer.true_gap);
        answer.repaired.emplace_back();
    }
    return answer;
}

}  // namespace truegap::sim
