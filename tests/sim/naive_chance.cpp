#include "naive_chance.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <tuple>

namespace truegap::test {

namespace {

using Counts = std::vector<std::uint32_t>;

// An approximated answer and its probability.
struct Drawn {
    Vector q;
    double probability = 0.0;
};

std::vector<Drawn> frequencies(const metrics::SampleFrequency& approximation, const Vector& q) {
    std::vector<Drawn> result;
    const double m = approximation.samples;
    const auto K = static_cast<double>(q.size());
    for (const Outcome& sampled : outcomes(q, approximation.samples)) {
        Vector shares;
        for (const double s : sampled.counts)
            shares.push_back((s + approximation.alpha) / (m + approximation.alpha * K));
        result.push_back({shares, sampled.probability});
    }
    return result;
}

// All rankings of `top` items, with their Plackett-Luce probabilities.
void rankings(const Vector& q,
              std::size_t top,
              const Order& so_far,
              double probability,
              std::map<Order, double>& result) {
    double left = 0.0;
    for (std::uint32_t k = 0; k < q.size(); ++k)
        if (std::find(so_far.begin(), so_far.end(), k) == so_far.end()) left += q[k];
    if (so_far.size() == top || left <= 0.0) {
        result[so_far] += probability;
        return;
    }
    for (std::uint32_t k = 0; k < q.size(); ++k) {
        if (q[k] <= 0.0 || std::find(so_far.begin(), so_far.end(), k) != so_far.end()) continue;
        Order longer = so_far;
        longer.push_back(k);
        rankings(q, top, longer, probability * q[k] / left, result);
    }
}

// The mode of the posterior by plain MM steps.
Vector fitted(const std::vector<Order>& seen, std::size_t items, double alpha) {
    const auto K = static_cast<double>(items);
    Vector w(items, 1.0 / K);
    for (int step = 0; step < 20'000; ++step) {
        Vector wins(items, alpha);
        Vector exposure(items, alpha * K);
        for (const Order& ranking : seen) {
            std::vector<bool> gone(items, false);
            for (const std::uint32_t item : ranking) {
                double left = 0.0;
                std::size_t choices = 0;
                for (std::size_t k = 0; k < items; ++k)
                    if (!gone[k]) {
                        left += w[k];
                        ++choices;
                    }
                if (choices > 1) {
                    wins[item] += 1.0;
                    for (std::size_t k = 0; k < items; ++k)
                        if (!gone[k]) exposure[k] += 1.0 / left;
                }
                gone[item] = true;
            }
        }
        double total = 0.0;
        double change = 0.0;
        Vector next(items);
        for (std::size_t k = 0; k < items; ++k) total += next[k] = wins[k] / exposure[k];
        for (std::size_t k = 0; k < items; ++k) {
            next[k] /= total;
            change = std::max(change, std::abs(next[k] / w[k] - 1.0));
        }
        w = next;
        if (change < 1e-14) break;
    }
    return w;
}

std::vector<Drawn> fits(const metrics::PlackettLuce& approximation,
                        const Vector& q,
                        std::size_t top) {
    std::map<Order, double> one;
    rankings(q, top, {}, 1.0, one);
    std::map<std::vector<Order>, double> sets{{{}, 1.0}};  // by what was ranked, sorted
    for (std::uint32_t i = 0; i < approximation.rankings; ++i) {
        std::map<std::vector<Order>, double> more;
        for (const auto& [seen, probability] : sets)
            for (const auto& [ranking, weight] : one) {
                std::vector<Order> longer = seen;
                longer.push_back(ranking);
                std::sort(longer.begin(), longer.end());
                more[longer] += probability * weight;
            }
        sets = std::move(more);
    }
    std::vector<Drawn> result;
    for (const auto& [seen, probability] : sets)
        result.push_back({fitted(seen, q.size(), approximation.alpha), probability});
    return result;
}

std::vector<Drawn> drawn_answers(const metrics::Approximation& approximation,
                                 const Vector& q,
                                 std::size_t top) {
    if (const auto* frequency = std::get_if<metrics::SampleFrequency>(&approximation))
        return frequencies(*frequency, q);
    // The same belief is fitted again and again.
    static std::map<std::tuple<Vector, std::size_t, std::uint32_t, double>, std::vector<Drawn>>
        known;
    const auto& model = std::get<metrics::PlackettLuce>(approximation);
    auto& result = known[{q, top, model.rankings, model.alpha}];
    if (result.empty()) result = fits(model, q, top);
    return result;
}

Vector shares_of(const Counts& counts, double n) {
    Vector shares;
    for (const double count : counts) shares.push_back(count / n);
    return shares;
}

// CE(scored, q made from target), ties of the target's unranked items broken in every way.
double half_cross_entropy(const metrics::CrossFittedRankMatched& approximation,
                          const Counts& target,
                          const Counts& scored,
                          double n_target,
                          double n_scored,
                          const Vector& q,
                          const Order& order,
                          std::size_t top) {
    const Vector shares = shares_of(target, n_target);
    const metrics::RankMatched matched{approximation.residual, approximation.smoothing};
    if (approximation.residual != metrics::Residual::sorted)
        return naive_cross_entropy(shares_of(scored, n_scored),
                                   naive_approximation(matched, shares, n_target, q, order, top));
    // An order of the target is a relabelling of its items: nudge equal shares apart in each order.
    Order nudges(target.size());
    std::iota(nudges.begin(), nudges.end(), 0U);
    double total = 0.0;
    double ways = 0.0;
    do {
        Vector sorted = shares;
        std::sort(sorted.begin(), sorted.end(), std::greater<>{});
        Order rest;
        for (std::uint32_t k = 0; k < target.size(); ++k)
            if (std::find(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(top), k) ==
                order.begin() + static_cast<std::ptrdiff_t>(top))
                rest.push_back(k);
        std::sort(rest.begin(), rest.end(), [&](std::uint32_t a, std::uint32_t b) {
            return std::pair(target[b], nudges[a]) < std::pair(target[a], nudges[b]);
        });
        Order whole(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(top));
        whole.insert(whole.end(), rest.begin(), rest.end());
        // With everything ranked there is no residual left.
        total += naive_cross_entropy(
            shares_of(scored, n_scored),
            naive_approximation(matched, shares, n_target, q, whole, target.size()));
        ways += 1.0;
    } while (std::next_permutation(nudges.begin(), nudges.end()));
    return total / ways;
}

std::vector<LawPoint> halved_law(const metrics::CrossFittedRankMatched& approximation,
                                 const Outcome& outcome,
                                 const Vector& q,
                                 const std::vector<Order>& orders,
                                 std::size_t top) {
    if (outcome.n < 2) return {};
    // Users one by one: every choice of half of them is equally likely.
    std::vector<std::uint32_t> users;
    for (std::uint32_t k = 0; k < outcome.counts.size(); ++k)
        users.insert(users.end(), outcome.counts[k], k);
    const std::uint32_t n1 = outcome.n / 2;
    std::vector<std::pair<Counts, Counts>> halves;
    for (std::uint32_t subset = 0; subset < (1U << outcome.n); ++subset) {
        Counts first(outcome.counts.size(), 0);
        Counts second(outcome.counts.size(), 0);
        std::uint32_t size = 0;
        for (std::uint32_t user = 0; user < outcome.n; ++user) {
            const bool in_first = ((subset >> user) & 1U) != 0;
            size += in_first ? 1U : 0U;
            ++(in_first ? first : second)[users[user]];
        }
        if (size == n1) halves.emplace_back(first, second);
    }
    const double a = n1;
    const double b = outcome.n - n1;
    std::vector<LawPoint> law;
    for (const auto& [first, second] : halves)
        for (const Order& order : orders)
            law.push_back(
                {(b * half_cross_entropy(approximation, first, second, a, b, q, order, top) +
                  a * half_cross_entropy(approximation, second, first, b, a, q, order, top)) /
                     outcome.n,
                 1.0 / static_cast<double>(halves.size() * orders.size())});
    return law;
}

}  // namespace

Vector stated_percentages(const Vector& q) {
    Vector result;
    for (const double value : q) result.push_back(10.0 * std::round(10.0 * value));
    result.back() = std::numeric_limits<double>::quiet_NaN();
    return result;
}

bool reads_stated(const metrics::Approximation& approximation) {
    return std::holds_alternative<metrics::TopLogprobs>(approximation) ||
           std::holds_alternative<metrics::Verbalized>(approximation) ||
           std::holds_alternative<metrics::SampleFrequency>(approximation) ||
           std::holds_alternative<metrics::PlackettLuce>(approximation);
}

bool needs_chance(const metrics::Approximation& approximation) {
    return std::holds_alternative<metrics::SampleFrequency>(approximation) ||
           std::holds_alternative<metrics::PlackettLuce>(approximation) ||
           std::holds_alternative<metrics::CrossFittedRankMatched>(approximation);
}

std::vector<LawPoint> naive_law(const metrics::Approximation& approximation,
                                const Outcome& outcome,
                                const Vector& q,
                                const std::vector<Order>& orders,
                                std::size_t top) {
    if (const auto* halved = std::get_if<metrics::CrossFittedRankMatched>(&approximation))
        return halved_law(*halved, outcome, q, orders, top);
    std::vector<LawPoint> law;
    for (const Drawn& drawn : drawn_answers(approximation, q, top))
        law.push_back({naive_cross_entropy(shares_of(outcome.counts, outcome.n), drawn.q),
                       drawn.probability});
    return law;
}

double naive_chance_cross_entropy(const metrics::Approximation& approximation,
                                  const Vector& p,
                                  const Vector& q,
                                  std::size_t top) {
    if (const auto* halved = std::get_if<metrics::CrossFittedRankMatched>(&approximation))
        return naive_population_cross_entropy(
            metrics::RankMatched{halved->residual, halved->smoothing}, p, q, top);
    double total = 0.0;
    for (const Drawn& drawn : drawn_answers(approximation, q, top))
        total += drawn.probability * naive_cross_entropy(p, drawn.q);
    return total;
}

}  // namespace truegap::test
