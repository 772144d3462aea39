#include "metrics/pooling/mixture_prior.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "metrics/compensated_sum.hpp"
#include "metrics/gamma_functions.hpp"
#include "metrics/log_of_product.hpp"
#include "metrics/log_tables.hpp"
#include "metrics/pooling/dirichlet_posterior.hpp"

namespace truegap::metrics {

namespace {

constexpr std::size_t concentrations = 14;
constexpr std::size_t components = 2 * concentrations;  // the other groups first, then uniform
using Weights = std::array<double, components>;

double concentration(std::size_t component) {
    constexpr double least = -0.6931471805599453;  // A = 0.5
    constexpr double most = 12.611537753638338;    // A = 3e5
    const auto step = static_cast<double>(component % concentrations);
    return exponential(least + (most - least) * step / static_cast<double>(concentrations - 1));
}

// d(expected entropy)/dA of a symmetric Dirichlet of total concentration A over K items, nsb's weight
// of A: xi = psi(A+1) - psi(A/K+1).
double nsb_weight(double A, double K) {
    return trigamma(A + 1.0) - trigamma(A / K + 1.0) / K;
}

// From here on the closed form is cheaper than the factors.
constexpr std::uint64_t long_product = 48;
constexpr std::uint64_t first_factors = 16;  // after these the closed form holds for every x

// Multiplies by x (x + 1) ... (x + count - 1).
void multiply_rising(LogOfProduct& product, double x, std::uint64_t count) {
    const std::uint64_t factors = count >= long_product ? first_factors : count;
    for (std::uint64_t j = 0; j < factors; ++j) product.multiply(x + static_cast<double>(j));
    if (factors == count) return;
    const double start = x + static_cast<double>(factors);
    const std::uint64_t rest = count - factors;
    product.add(static_cast<double>(rest) * ln(start) +
                ln_scaled_rising(start, static_cast<double>(rest)));
}

// ln P(counts | Dirichlet(A b)), without the multinomial coefficient.
double ln_evidence(const GroupCounts& group, double A, std::span<const double> b) {
    LogOfProduct seen;
    for (std::size_t k = 0; k < group.counts.size(); ++k)
        if (group.counts[k] > 0) multiply_rising(seen, A * b[k], group.counts[k]);
    LogOfProduct total;
    multiply_rising(total, A, group.n);
    return seen.value() - total.value();
}

// The symmetric concentration per item that explains the pooled counts best under nsb's prior.
double root_concentration(std::span<const std::uint64_t> pooled) {
    const auto K = static_cast<double>(pooled.size());
    std::vector<std::uint64_t> seen;
    double n = 0.0;
    for (const std::uint64_t count : pooled) {
        if (count > 0) seen.push_back(count);
        n += static_cast<double>(count);
    }
    std::sort(seen.begin(), seen.end());
    constexpr double least = -6.907755278982137;  // a = 0.001
    constexpr double most = 9.210340371976184;    // a = 1e4
    constexpr int steps = 64;
    double best = 1.0;
    double highest = -std::numeric_limits<double>::infinity();
    for (int i = 0; i <= steps; ++i) {
        const double a = exponential(least + (most - least) * i / steps);
        CompensatedSum value;
        double last = 0.0;
        for (std::size_t k = 0; k < seen.size(); ++k) {
            if (k == 0 || seen[k] != seen[k - 1]) last = ln_gamma(static_cast<double>(seen[k]) + a);
            value.add(last);
        }
        value.add(-static_cast<double>(seen.size()) * ln_gamma(a));
        value.add(ln_gamma(K * a) - ln_gamma(n + K * a));
        value.add(ln(std::max(K * nsb_weight(K * a, K) * a, std::numeric_limits<double>::min())));
        if (value.value() > highest) {
            highest = value.value();
            best = a;
        }
    }
    return best;
}

// What the other groups chose, over this group's candidates.
std::vector<double> others(const GroupCounts& group,
                           std::span<const std::uint64_t> pooled,
                           double root) {
    std::vector<double> b(group.items.size());
    double total = 0.0;
    for (std::size_t k = 0; k < b.size(); ++k) {
        b[k] = static_cast<double>(pooled[group.items[k]] - group.counts[k]) + root;
        total += b[k];
    }
    for (double& share : b) share /= total;
    return b;
}

// Each component's share of the one pseudo-group.
Weights prior_shares(std::size_t K) {
    Weights shares{};
    double total = 0.0;
    for (std::size_t j = 0; j < components; ++j) {
        const double A = concentration(j);
        shares[j] = std::max(A * nsb_weight(A, static_cast<double>(K)), 0.0);
        total += shares[j];
    }
    for (double& share : shares) share /= total;
    return shares;
}

/// Posterior weights of the components, one row a group.
std::vector<Weights> responsibilities(const std::vector<Weights>& evidence, const Weights& shares) {
    const auto of_group = [](const Weights& likelihood, const Weights& weights) {
        Weights result{};
        double total = 0.0;
        for (std::size_t j = 0; j < components; ++j)
            total += result[j] = likelihood[j] * weights[j];
        for (double& r : result) r /= total;
        return result;
    };
    constexpr int most_rounds = 300;
    constexpr double settled = 1e-5;
    Weights weights = shares;
    for (int round = 0; round < most_rounds; ++round) {
        Weights next = shares;
        for (const Weights& likelihood : evidence) {
            const Weights own = of_group(likelihood, weights);
            for (std::size_t j = 0; j < components; ++j) next[j] += own[j];
        }
        double change = 0.0;
        for (std::size_t j = 0; j < components; ++j) {
            next[j] /= static_cast<double>(evidence.size()) + 1.0;
            change = std::max(change, std::abs(next[j] - weights[j]));
        }
        weights = next;
        if (change < settled) break;
    }
    std::vector<Weights> result;
    result.reserve(evidence.size());
    for (const Weights& likelihood : evidence) result.push_back(of_group(likelihood, weights));
    return result;
}

PooledGroup combine(const GroupCounts& group, std::span<const double> b, const Weights& weights) {
    constexpr double negligible = 1e-7;
    const std::size_t K = group.items.size();
    PooledGroup result{.entropy = {},
                       .pooled_weight = 0.0,
                       .mean = std::vector<double>(K, 0.0),
                       .entropy_without_one = std::vector<double>(K, 0.0)};
    std::vector<double> a(K);
    double kept = 0.0;
    for (const double weight : weights) kept += weight > negligible ? weight : 0.0;
    std::array<Posterior, components> posteriors{};
    for (std::size_t j = 0; j < components; ++j) {
        if (weights[j] <= negligible) continue;
        const double weight = weights[j] / kept;
        const double A = concentration(j);
        const double total = A + static_cast<double>(group.n);
        const bool pooled = j < concentrations;
        for (std::size_t k = 0; k < K; ++k) {
            a[k] = A * (pooled ? b[k] : 1.0 / static_cast<double>(K)) +
                   static_cast<double>(group.counts[k]);
            result.mean[k] += weight * a[k] / total;
        }
        posteriors[j] =
            dirichlet_entropy_without_one(a, group.counts, weight, result.entropy_without_one);
        result.entropy.mean += weight * posteriors[j].mean;
        if (pooled) result.pooled_weight += weight;
    }
    double variance = 0.0;
    for (std::size_t j = 0; j < components; ++j) {
        if (weights[j] <= negligible) continue;
        const double apart = posteriors[j].mean - result.entropy.mean;
        variance += weights[j] / kept * (posteriors[j].sd * posteriors[j].sd + apart * apart);
    }
    result.entropy.sd = std::sqrt(variance);
    return result;
}

}  // namespace

std::vector<PooledGroup> mixture_posteriors(const CountsTable& table) {
    if (table.groups.empty()) return {};
    const std::vector<std::uint64_t> pooled = pooled_counts(table);
    const double root = root_concentration(pooled);
    std::vector<std::vector<double>> centres;
    std::vector<Weights> evidence;
    std::size_t candidates = 0;
    std::uint64_t observations = 0;
    for (const GroupCounts& group : table.groups) {
        candidates = std::max(candidates, group.items.size());
        observations += group.n;
        const std::vector<double>& b = centres.emplace_back(others(group, pooled, root));
        const std::vector<double> uniform(b.size(), 1.0 / static_cast<double>(b.size()));
        Weights& own = evidence.emplace_back();
        for (std::size_t j = 0; j < components; ++j)
            own[j] = ln_evidence(group, concentration(j), j < concentrations ? b : uniform);
        const double highest = *std::max_element(own.begin(), own.end());
        for (double& value : own) value = exponential(value - highest);
    }
    const std::vector<Weights> weights =
        responsibilities(evidence, prior_shares(std::max<std::size_t>(candidates, 2)));
    std::vector<PooledGroup> result;
    for (std::size_t g = 0; g < table.groups.size(); ++g) {
        result.push_back(combine(table.groups[g], centres[g], weights[g]));
        if (observations == table.groups[g].n) result.back().pooled_weight = 0.0;
    }
    return result;
}

}  // namespace truegap::metrics
