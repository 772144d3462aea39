#include "naive_metric.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <numeric>

#include "naive_chance.hpp"

namespace truegap::test {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double sum(const Vector& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

Vector normalised(Vector values) {
    const double total = sum(values);
    for (double& value : values) value /= total;
    return values;
}

// Values by rank: the first `top` to the ranked items, the rest by the residual policy.
Vector place(Vector by_rank,
             metrics::Residual residual,
             const Vector& target,
             const Order& order,
             std::size_t top) {
    const std::size_t K = by_rank.size();
    Vector q(K, 0.0);
    std::vector<std::uint32_t> unranked;
    for (std::uint32_t k = 0; k < K; ++k)
        if (std::find(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(top), k) ==
            order.begin() + static_cast<std::ptrdiff_t>(top))
            unranked.push_back(k);
    for (std::size_t i = 0; i < top; ++i) q[order[i]] = by_rank[i];
    double mass_left = 0.0;
    for (std::size_t i = top; i < K; ++i) mass_left += by_rank[i];
    std::sort(unranked.begin(), unranked.end(), [&](std::uint32_t a, std::uint32_t b) {
        return target[a] > target[b];
    });
    for (std::size_t i = 0; i < unranked.size(); ++i) {
        if (residual == metrics::Residual::uniform)
            q[unranked[i]] = mass_left / static_cast<double>(unranked.size());
        if (residual == metrics::Residual::sorted) q[unranked[i]] = by_rank[top + i];
    }
    return q;
}

Vector smoothed(const metrics::Smoothing& smoothing, Vector q, double users) {
    const auto K = static_cast<double>(q.size());
    for (double& value : q) {
        if (smoothing.kind == metrics::Smoothing::Kind::additive && std::isfinite(users))
            value = (users * value + smoothing.amount) / (users + smoothing.amount * K);
        if (smoothing.kind == metrics::Smoothing::Kind::mixture)
            value = (1.0 - smoothing.amount) * value + smoothing.amount / K;
        if (smoothing.kind == metrics::Smoothing::Kind::floor)
            value = std::max(value, smoothing.amount);
    }
    return smoothing.kind == metrics::Smoothing::Kind::additive ||
                   smoothing.kind == metrics::Smoothing::Kind::floor
               ? normalised(q)
               : q;
}

double harmonic(std::uint32_t n) {
    double total = 0.0;
    for (std::uint32_t j = 1; j <= n; ++j) total += 1.0 / j;
    return total;
}

double psi(std::uint32_t n) {
    return harmonic(n - 1) - std::numbers::egamma;
}

// G(1) = -gamma - ln 2, G(2) = 2 + G(1), G(2m+1) = G(2m), G(2m+2) = G(2m) + 2/(2m+1).
double grassberger_G(std::uint32_t n) {
    double g = -std::numbers::egamma - std::numbers::ln2;
    for (std::uint32_t even = 2; even <= n; even += 2) g += 2.0 / (even - 1.0);
    return g;
}

double chao_shen(const std::vector<std::uint32_t>& counts, double N, double f1) {
    const double C = 1.0 - (f1 == N ? N - 1.0 : f1) / N;
    double H = 0.0;
    for (const double n : counts) {
        const double p = C * n / N;
        if (p > 0.0) H -= p * std::log(p) / (1.0 - std::pow(1.0 - p, N));
    }
    return H;
}

double chao_wang_jost(const std::vector<std::uint32_t>& counts, double N, double f1, double f2) {
    double H = 0.0;
    for (const std::uint32_t n : counts)
        if (n > 0) H += n / N * (psi(static_cast<std::uint32_t>(N)) - psi(n));
    const double A = f2 > 0.0   ? 2.0 * f2 / ((N - 1.0) * f1 + 2.0 * f2)
                     : f1 > 0.0 ? 2.0 / ((N - 1.0) * (f1 - 1.0) + 2.0)
                                : 1.0;
    if (A == 1.0) return H;
    double bracket = -std::log(A);
    for (double r = 1.0; r < N; r += 1.0) bracket -= std::pow(1.0 - A, r) / r;
    return H + f1 / N * std::pow(1.0 - A, 1.0 - N) * bracket;
}

struct Weighted {
    double value = 0.0, probability = 0.0;
};

ExactMoments moments(const std::vector<Weighted>& values) {
    ExactMoments result;
    double total = 0.0;
    for (const auto& [x, w] : values) total += w;
    for (const auto& [x, w] : values) result.mean += x * w / total;
    if (std::isinf(result.mean)) return result;
    for (const auto& [x, w] : values) {
        result.variance += std::pow(x - result.mean, 2.0) * w / total;
        result.fourth += std::pow(x - result.mean, 4.0) * w / total;
        result.mean_square += x * x * w / total;
    }
    for (const auto& [x, w] : values)
        result.variance_of_square += std::pow(x * x - result.mean_square, 2.0) * w / total;
    return result;
}

void append_outcomes(const Vector& p,
                     std::uint32_t n,
                     double probability,
                     std::vector<Outcome>& result) {
    std::vector<std::uint32_t> counts(p.size());
    // probability n! prod p_k^c_k / c_k!, item by item.
    const std::function<void(std::size_t, std::uint32_t, double)> choose =
        [&](std::size_t k, std::uint32_t left, double weight) {
            if (k + 1 == p.size()) {
                counts[k] = left;
                for (std::uint32_t i = 1; i <= left; ++i) weight *= p[k] / i;
                if (weight > 0.0) result.push_back({counts, n, weight});
                return;
            }
            for (std::uint32_t c = 0; c <= left; ++c) {
                counts[k] = c;
                choose(k + 1, left - c, weight);
                weight *= p[k] / (c + 1.0);
            }
        };
    double factorial = 1.0;
    for (std::uint32_t i = 2; i <= n; ++i) factorial *= i;
    choose(0, n, probability * factorial);
}

}  // namespace

double naive_entropy(const Vector& p) {
    return naive_cross_entropy(p, p);
}

double naive_cross_entropy(const Vector& p, const Vector& q) {
    double result = 0.0;
    for (std::size_t k = 0; k < p.size(); ++k)
        if (p[k] > 0.0) result -= p[k] * std::log(q[k]);
    return result;
}

std::vector<Order> tie_orders(const Vector& q) {
    Order order(q.size());
    std::iota(order.begin(), order.end(), 0U);
    std::vector<Order> result;
    do {
        bool sorted = true;
        for (std::size_t i = 1; i < order.size(); ++i) {
            const double before = q[order[i - 1]];
            const double here = q[order[i]];
            if (here > before && here - before > 1e-12 * here) sorted = false;
        }
        if (sorted) result.push_back(order);
    } while (std::next_permutation(order.begin(), order.end()));
    return result;
}

Vector naive_approximation(const metrics::Approximation& approximation,
                           const Vector& target,
                           double users,
                           const Vector& q,
                           const Order& order,
                           std::size_t top) {
    if (const auto* matched = std::get_if<metrics::RankMatched>(&approximation)) {
        Vector sorted = target;
        std::sort(sorted.begin(), sorted.end(), std::greater<>{});
        return smoothed(
            matched->smoothing, place(sorted, matched->residual, target, order, top), users);
    }
    if (const auto* curve = std::get_if<metrics::RankCurve>(&approximation)) {
        Vector by_rank;
        for (std::size_t i = 1; i <= target.size(); ++i)
            by_rank.push_back(curve->shape == metrics::RankCurve::Shape::zipf
                                  ? 1.0 / std::pow(static_cast<double>(i), curve->parameter)
                                  : std::pow(curve->parameter, static_cast<double>(i)));
        return smoothed(curve->smoothing,
                        place(normalised(by_rank), curve->residual, target, order, top),
                        users);
    }
    if (const auto* stated = std::get_if<metrics::Probabilities>(&approximation))
        return smoothed(stated->smoothing, q, users);
    if (const auto* logprobs = std::get_if<metrics::TopLogprobs>(&approximation)) {
        Vector by_rank = q;
        std::sort(by_rank.begin(), by_rank.end(), std::greater<>{});
        const std::size_t known = std::min(logprobs->known > 0 ? logprobs->known : top, q.size());
        return smoothed(
            logprobs->smoothing, place(by_rank, logprobs->residual, target, order, known), users);
    }
    if (const auto* verbalized = std::get_if<metrics::Verbalized>(&approximation)) {
        Vector repaired = stated_percentages(q);
        const double missing = std::max(0.0, 100.0 - sum({repaired.begin(), repaired.end() - 1}));
        repaired.back() = missing;
        return smoothed(verbalized->smoothing, normalised(repaired), users);
    }
    if (const auto* halved = std::get_if<metrics::CrossFittedRankMatched>(&approximation))
        return naive_approximation(metrics::RankMatched{halved->residual, halved->smoothing},
                                   target,
                                   users,
                                   q,
                                   order,
                                   top);
    // The logits are ln q: softmax(ln q / T) is q^(1/T), normalised.
    const auto& softmax = std::get<metrics::Softmax>(approximation);
    Vector powers = q;
    for (double& value : powers) value = std::pow(value, 1.0 / softmax.temperature);
    return smoothed(softmax.smoothing, normalised(powers), users);
}

double naive_population_cross_entropy(const metrics::Approximation& approximation,
                                      const Vector& p,
                                      const Vector& q,
                                      std::size_t top) {
    if (needs_chance(approximation)) return naive_chance_cross_entropy(approximation, p, q, top);
    const std::vector<Order> orders = tie_orders(q);
    double total = 0.0;
    for (const Order& order : orders)
        total +=
            naive_cross_entropy(p, naive_approximation(approximation, p, infinity, q, order, top));
    return total / static_cast<double>(orders.size());
}

double naive_complete_cross_entropy(metrics::Approximation approximation,
                                    const Vector& p,
                                    const Vector& q) {
    if (reads_stated(approximation)) return naive_cross_entropy(p, q);
    std::visit(
        [](auto& a) {
            if constexpr (requires { a.smoothing; }) a.smoothing = {};
        },
        approximation);
    return naive_population_cross_entropy(approximation, p, q, p.size());
}

double naive_estimate(std::string_view estimator, const std::vector<std::uint32_t>& counts) {
    double N = 0.0;
    double S = 0.0;
    double f1 = 0.0;
    double f2 = 0.0;
    for (const std::uint32_t n : counts) {
        N += n;
        S += n > 0 ? 1.0 : 0.0;
        f1 += n == 1 ? 1.0 : 0.0;
        f2 += n == 2 ? 1.0 : 0.0;
    }
    if (estimator == "chao_shen") return chao_shen(counts, N, f1);
    if (estimator == "chao_wang_jost") return chao_wang_jost(counts, N, f1, f2);
    if (estimator == "grassberger_2003") {
        double H = std::log(N);
        for (const std::uint32_t n : counts)
            if (n > 0) H -= n / N * grassberger_G(n);
        return H;
    }
    Vector shares;
    for (const std::uint32_t n : counts) shares.push_back(n / N);
    return naive_entropy(shares) + (estimator == "miller_madow" ? (S - 1.0) / (2.0 * N) : 0.0);
}

std::vector<Outcome> outcomes(const Vector& p, std::uint32_t n) {
    std::vector<Outcome> result;
    append_outcomes(p, n, 1.0, result);
    return result;
}

std::vector<Outcome> outcomes_of_users(const Vector& p,
                                       std::uint32_t population_users,
                                       double share) {
    std::vector<Outcome> result;
    const std::vector<Outcome> sizes = outcomes({share, 1.0 - share}, population_users);
    for (const Outcome& size : sizes) append_outcomes(p, size.counts[0], size.probability, result);
    return result;
}

ExactRow exact_row(const std::vector<Outcome>& outcomes,
                   const metrics::Approximation& approximation,
                   std::string_view estimator,
                   const Vector& q,
                   const std::vector<Order>& orders,
                   std::size_t top,
                   double true_gap) {
    ExactRow row;
    std::vector<Weighted> entropies;
    std::vector<Weighted> cross_entropies;
    std::vector<Weighted> errors;
    for (const auto& [counts, n, probability] : outcomes) {
        if (n == 0) {
            row.undefined += probability;
            continue;
        }
        Vector p_hat;
        for (const std::uint32_t count : counts) p_hat.push_back(count / static_cast<double>(n));
        const double H = naive_estimate(estimator, counts);
        entropies.push_back({H, probability});
        const auto add = [&](double CE, double weight) {
            if (std::isinf(CE)) row.infinite += weight;
            cross_entropies.push_back({CE, weight});
            errors.push_back({CE - H - (std::isfinite(true_gap) ? true_gap : 0.0), weight});
        };
        if (needs_chance(approximation)) {
            for (const auto& [CE, share] :
                 naive_law(approximation, {counts, n, probability}, q, orders, top))
                add(CE, probability * share);
            continue;
        }
        for (const Order& order : orders)
            add(naive_cross_entropy(p_hat,
                                    naive_approximation(approximation, p_hat, n, q, order, top)),
                probability / static_cast<double>(orders.size()));
    }
    row.entropy = moments(entropies);
    row.cross_entropy = moments(cross_entropies);
    row.gap_error = moments(errors);
    return row;
}

}  // namespace truegap::test
