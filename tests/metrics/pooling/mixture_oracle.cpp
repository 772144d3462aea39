#include "tests/metrics/pooling/mixture_oracle.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace truegap::metrics::oracle {

namespace {

using Real = long double;
using Reals = std::vector<Real>;

// Recurrences up to 40, asymptotic series from there.
Real psi(Real x) {
    Real sum = 0.0L;
    for (; x < 40.0L; x += 1.0L) sum -= 1.0L / x;
    const Real v = 1.0L / (x * x);
    return sum + std::log(x) - 0.5L / x -
           v * (1.0L / 12 - v * (1.0L / 120 - v * (1.0L / 252 - v * (1.0L / 240 - v / 132))));
}

Real psi_1(Real x) {
    Real sum = 0.0L;
    for (; x < 40.0L; x += 1.0L) sum += 1.0L / (x * x);
    const Real v = 1.0L / (x * x);
    return sum +
           (1.0L + 0.5L / x +
            v * (1.0L / 6 - v * (1.0L / 30 - v * (1.0L / 42 - v * (1.0L / 30 - v * 5 / 66))))) /
               x;
}

Real sum(const Reals& values) {
    return std::accumulate(values.begin(), values.end(), 0.0L);
}

Real mean_entropy(const Reals& a) {
    const Real A = sum(a);
    if (A <= 0.0L) return 0.0L;
    Real mean = 0.0L;
    for (const Real a_i : a)
        if (a_i > 0.0L) mean += a_i / A * (psi(A + 1) - psi(a_i + 1));
    return mean;
}

// Sum over pairs, less the squared mean.
Real variance_of_entropy(const Reals& a) {
    const Real A = sum(a);
    const Real trigamma = psi_1(A + 2);
    Real second = 0.0L;
    for (std::size_t i = 0; i < a.size(); ++i)
        for (std::size_t k = 0; k < a.size(); ++k) {
            const Real x_i = psi(a[i] + 1) - psi(A + 2);
            const Real x_k = psi(a[k] + 1) - psi(A + 2);
            const Real y = psi(a[i] + 2) - psi(A + 2);
            second += i == k ? a[i] * (a[i] + 1) * (y * y + psi_1(a[i] + 2) - trigamma)
                             : a[i] * a[k] * (x_i * x_k - trigamma);
        }
    const Real mean = mean_entropy(a);
    return std::max(second / (A * (A + 1)) - mean * mean, 0.0L);
}

Real nsb_weight(Real A, Real K) {
    return psi_1(A + 1) - psi_1(A / K + 1) / K;
}

struct Component {
    Real A;
    bool pooled;
};

std::vector<Component> all_components() {
    std::vector<Component> result;
    for (const bool pooled : {true, false})
        for (int i = 0; i < 14; ++i)
            result.push_back({0.5L * std::pow(6e5L, static_cast<Real>(i) / 13.0L), pooled});
    return result;
}

Real root_concentration(const std::vector<Real>& pooled) {
    const Real n = sum(pooled);
    const Real K = static_cast<Real>(pooled.size());
    Real best = 0.0L;
    Real highest = -INFINITY;
    for (int i = 0; i <= 64; ++i) {
        const Real a = 1e-3L * std::pow(1e7L, static_cast<Real>(i) / 64.0L);
        Real value = std::lgamma(K * a) - std::lgamma(K * a + n);
        for (const Real N : pooled) value += std::lgamma(N + a) - std::lgamma(a);
        // Per step of ln a; the weight is one of the concentration K a.
        value += std::log(nsb_weight(K * a, K) * K * a);
        if (value <= highest) continue;
        highest = value;
        best = a;
    }
    return best;
}

Reals centre(const test::OwnedTable& table, std::size_t g, Component component, Real root) {
    const test::OwnedGroup& group = table.groups[g];
    Reals b(group.items.size(), 1.0L);
    if (component.pooled)
        for (std::size_t k = 0; k < b.size(); ++k) {
            b[k] = root;
            for (std::size_t other = 0; other < table.groups.size(); ++other)
                for (std::size_t i = 0; other != g && i < table.groups[other].items.size(); ++i)
                    if (table.groups[other].items[i] == group.items[k])
                        b[k] += table.groups[other].counts[i];
        }
    const Real total = sum(b);
    for (Real& share : b) share /= total;
    return b;
}

Reals concentrations(const test::OwnedGroup& group, const Reals& b, Real A) {
    Reals a;
    for (std::size_t k = 0; k < b.size(); ++k) a.push_back(A * b[k] + group.counts[k]);
    return a;
}

Real ln_evidence(const test::OwnedGroup& group, const Reals& b, Real A) {
    const Reals a = concentrations(group, b, A);
    Real value = std::lgamma(A) - std::lgamma(sum(a));
    for (std::size_t k = 0; k < a.size(); ++k)
        if (group.counts[k] > 0) value += std::lgamma(a[k]) - std::lgamma(A * b[k]);
    return value;
}

Reals normalised(Reals values) {
    const Real total = sum(values);
    for (Real& value : values) value /= total;
    return values;
}

// Shares of the components given a group's evidence (logarithms) and the prior's weights.
Reals shares(const Reals& evidence, const Reals& weights) {
    const Real highest = *std::max_element(evidence.begin(), evidence.end());
    Reals result;
    for (std::size_t j = 0; j < weights.size(); ++j)
        result.push_back(weights[j] * std::exp(evidence[j] - highest));
    return normalised(result);
}

Reals estimated_weights(const std::vector<Reals>& evidence, const Reals& pseudo_group) {
    Reals weights = pseudo_group;
    for (int round = 0; round < 300; ++round) {
        Reals next = pseudo_group;
        for (const Reals& of_group : evidence) {
            const Reals own = shares(of_group, weights);
            for (std::size_t j = 0; j < own.size(); ++j) next[j] += own[j];
        }
        next = normalised(next);
        Real change = 0.0L;
        for (std::size_t j = 0; j < next.size(); ++j)
            change = std::max(change, std::abs(next[j] - weights[j]));
        weights = next;
        if (change < 1e-5L) break;
    }
    return weights;
}

MixtureGroup posterior(const test::OwnedGroup& group,
                       const std::vector<Component>& components,
                       const std::vector<Reals>& centres,
                       Reals weights) {
    for (Real& weight : weights)
        if (weight <= 1e-7L) weight = 0.0L;
    weights = normalised(weights);
    const std::size_t K = group.items.size();
    Real first = 0.0L;
    Real second = 0.0L;
    MixtureGroup result;
    Reals probabilities(K, 0.0L);
    Reals without_one(K, 0.0L);
    for (std::size_t j = 0; j < components.size(); ++j) {
        if (weights[j] <= 0.0L) continue;
        const Reals a = concentrations(group, centres[j], components[j].A);
        const Real mean = mean_entropy(a);
        first += weights[j] * mean;
        second += weights[j] * (variance_of_entropy(a) + mean * mean);
        if (components[j].pooled) result.pooled_weight += static_cast<double>(weights[j]);
        for (std::size_t k = 0; k < K; ++k) {
            probabilities[k] += weights[j] * a[k] / sum(a);
            Reals fewer = a;
            fewer[k] -= 1.0L;
            if (group.counts[k] > 0) without_one[k] += weights[j] * mean_entropy(fewer);
        }
    }
    result.mean = static_cast<double>(first);
    result.sd = static_cast<double>(std::sqrt(std::max(second - first * first, 0.0L)));
    result.probabilities.assign(probabilities.begin(), probabilities.end());
    result.without_one.assign(without_one.begin(), without_one.end());
    return result;
}

}  // namespace

std::vector<MixtureGroup> mixture(const test::OwnedTable& table) {
    const std::vector<Component> components = all_components();
    Reals pooled(table.items, 0.0L);
    std::size_t largest = 2;
    for (const test::OwnedGroup& group : table.groups) {
        largest = std::max(largest, group.items.size());
        for (std::size_t k = 0; k < group.items.size(); ++k)
            pooled[group.items[k]] += group.counts[k];
    }
    const Real root = table.items > 1 ? root_concentration(pooled) : 1.0L;
    Reals pseudo_group;
    for (const Component& component : components)
        pseudo_group.push_back(component.A * nsb_weight(component.A, static_cast<Real>(largest)));
    pseudo_group = normalised(pseudo_group);
    std::vector<std::vector<Reals>> centres;
    std::vector<Reals> evidence;
    for (std::size_t g = 0; g < table.groups.size(); ++g) {
        centres.emplace_back();
        evidence.emplace_back();
        for (const Component& component : components) {
            centres[g].push_back(centre(table, g, component, root));
            evidence[g].push_back(ln_evidence(table.groups[g], centres[g].back(), component.A));
        }
    }
    const Reals weights = estimated_weights(evidence, pseudo_group);
    std::vector<MixtureGroup> result;
    for (std::size_t g = 0; g < table.groups.size(); ++g) {
        result.push_back(
            posterior(table.groups[g], components, centres[g], shares(evidence[g], weights)));
        Real others = sum(pooled);
        for (const std::uint32_t count : table.groups[g].counts) others -= count;
        if (others <= 0.0L) result.back().pooled_weight = 0.0;
    }
    return result;
}

}  // namespace truegap::metrics::oracle
