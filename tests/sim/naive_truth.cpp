#include "naive_truth.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace truegap::test {

namespace {

Big rising(const Big& x, std::size_t n) {
    Big product = 1;
    for (std::size_t i = 0; i < n; ++i) product *= x + i;
    return product;
}

std::size_t times(const sim::History& history, sim::ItemId item) {
    return static_cast<std::size_t>(std::count(history.begin(), history.end(), item));
}

Big history_probability(const BigPopulation& population,
                        std::size_t z,
                        const sim::History& history) {
    const auto& row = population.items[z];
    Big product = 1;
    for (sim::ItemId b = 0; b < row.size(); ++b) {
        const std::size_t n = times(history, b);
        if (n == 0) continue;
        if (population.kappa[z]) {
            product *= rising(*population.kappa[z] * row[b], n);
        } else {
            for (std::size_t i = 0; i < n; ++i) product *= row[b];
        }
    }
    if (population.kappa[z]) product /= rising(*population.kappa[z], history.size());
    return product;
}

}  // namespace

BigPopulation::BigPopulation(const sim::ExplicitPopulation& population) {
    const std::size_t classes = population.class_weights.size();
    for (std::size_t z = 0; z < classes; ++z) {
        weights.emplace_back(population.class_weights[z]);
        auto& row = items.emplace_back();
        for (Eigen::Index b = 0; b < population.item_probabilities.cols(); ++b)
            row.emplace_back(population.item_probabilities(static_cast<Eigen::Index>(z), b));
        const double given = population.concentration[z];
        kappa.push_back(std::isinf(given) ? std::nullopt : std::optional<Big>(given));
    }
    for (const sim::AttributeSpec& attribute : population.attributes) {
        const auto& S = std::get<sim::RowMatrix>(attribute.class_levels);
        const Big rho = attribute.informativeness;
        auto& A = attributes.emplace_back(classes, std::vector<Big>(attribute.levels.size()));
        for (std::size_t l = 0; l < attribute.levels.size(); ++l) {
            const auto column = static_cast<Eigen::Index>(l);
            Big m = 0;
            for (std::size_t z = 0; z < classes; ++z)
                m += weights[z] * S(static_cast<Eigen::Index>(z), column);
            for (std::size_t z = 0; z < classes; ++z)
                A[z][l] = (1 - rho) * m + rho * S(static_cast<Eigen::Index>(z), column);
        }
    }
}

Big class_and_group(const BigPopulation& population, std::size_t z, const sim::Group& group) {
    Big product = population.weights[z];
    for (std::size_t i = 0; i < group.proxy.size(); ++i)
        product *= population.attributes[group.proxy[i]][z][group.levels[i]];
    return product;
}

Big urn_probability(const BigPopulation& population, std::size_t z, const sim::History& history) {
    Big product = 1;
    std::vector<unsigned> drawn(population.items[z].size());
    unsigned length = 0;
    for (const sim::ItemId item : history) {
        const Big& share = population.items[z][item];
        if (population.kappa[z]) {
            product *=
                (*population.kappa[z] * share + drawn[item]) / (*population.kappa[z] + length);
        } else {
            product *= share;
        }
        ++drawn[item];
        ++length;
    }
    return product;
}

Big naive_entropy(const std::vector<Big>& p) {
    Big sum = 0;
    for (const Big& value : p)
        if (value > 0) sum -= value * log(value);
    return sum;
}

Big naive_digamma(Big x) {
    Big result = 0;
    while (x < 30) {
        result -= 1 / x;
        x += 1;
    }
    // psi(x) ~ ln x - 1/(2x) - sum_k B_2k / (2k x^2k); the first term left out is below 1e-33.
    constexpr std::array<std::array<int, 2>, 13> bernoulli{{{1, 6},
                                                            {-1, 30},
                                                            {1, 42},
                                                            {-1, 30},
                                                            {5, 66},
                                                            {-691, 2730},
                                                            {7, 6},
                                                            {-3617, 510},
                                                            {43867, 798},
                                                            {-174611, 330},
                                                            {854513, 138},
                                                            {-236364091, 2730},
                                                            {8553103, 6}}};
    result += log(x) - 1 / (2 * x);
    Big power = 1;
    for (std::size_t k = 0; k < bernoulli.size(); ++k) {
        power *= x * x;
        result -= Big(bernoulli[k][0]) / bernoulli[k][1] / (2 * (k + 1)) / power;
    }
    return result;
}

NaiveTruth naive_truth(const BigPopulation& population,
                       const sim::Group& group,
                       const sim::History& history,
                       const std::vector<sim::ItemId>& candidates) {
    const std::size_t classes = population.weights.size();
    NaiveTruth truth{.group_probability = 0,
                     .posterior = {},
                     .distribution = {},
                     .entropy = 0,
                     .individual_entropy = 0};
    std::vector<Big> joint;
    Big total = 0;
    for (std::size_t z = 0; z < classes; ++z) {
        const Big here = class_and_group(population, z, group);
        truth.group_probability += here;
        joint.push_back(here * history_probability(population, z, history));
        total += joint.back();
    }
    if (total == 0) return truth;
    for (const Big& weight : joint) truth.posterior.push_back(weight / total);

    std::vector<Big> p(candidates.size(), Big(0));
    Big individual = 0;
    for (std::size_t z = 0; z < classes; ++z) {
        if (truth.posterior[z] == 0) continue;
        std::vector<Big> alpha;
        Big a0 = 0;
        for (const sim::ItemId b : candidates) {
            const Big& share = population.items[z][b];
            alpha.push_back(population.kappa[z] ? *population.kappa[z] * share + times(history, b)
                                                : share);
            a0 += alpha.back();
        }
        if (a0 == 0) return truth;
        Big entropy = 0;
        if (population.kappa[z]) entropy = naive_digamma(a0 + 1);
        for (std::size_t k = 0; k < candidates.size(); ++k) {
            const Big share = alpha[k] / a0;
            p[k] += truth.posterior[z] * share;
            if (share == 0) continue;
            entropy -=
                population.kappa[z] ? share * naive_digamma(alpha[k] + 1) : share * log(share);
        }
        individual += truth.posterior[z] * entropy;
    }
    truth.entropy = naive_entropy(p);
    truth.distribution = std::move(p);
    truth.individual_entropy = individual;
    return truth;
}

std::vector<double> naive_target(const sim::ExplicitPopulation& population,
                                 const sim::Context& context) {
    const NaiveTruth truth =
        naive_truth(BigPopulation(population), context.group, context.history, context.candidates);
    std::vector<double> p;
    for (const Big& value : truth.distribution) p.push_back(value.convert_to<double>());
    return p;
}

std::vector<sim::History> all_histories(std::size_t items, std::size_t length) {
    std::vector<sim::History> histories{{}};
    for (std::size_t i = 0; i < length; ++i) {
        std::vector<sim::History> longer;
        for (const sim::History& history : histories) {
            for (sim::ItemId item = 0; item < items; ++item) {
                longer.push_back(history);
                longer.back().push_back(item);
            }
        }
        histories = std::move(longer);
    }
    return histories;
}

}  // namespace truegap::test
