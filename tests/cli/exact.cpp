#include "tests/cli/exact.hpp"

#include <algorithm>
#include <numeric>

namespace truegap::test {

namespace {

Exact sum(const ExactVector& values) {
    return std::accumulate(values.begin(), values.end(), Exact(0));
}

ExactVector normalised(ExactVector values) {
    const Exact total = sum(values);
    for (Exact& value : values) value /= total;
    return values;
}

// A vector as the scenario states it, divided by its sum.
ExactVector probabilities(const Json& numbers) {
    ExactVector result;
    for (const auto& number : numbers) result.emplace_back(number.get<double>());
    return normalised(std::move(result));
}

// psi(x) = ln x - 1/(2x) - sum B_2k / (2k x^2k), after x has been raised to 60.
Exact psi(Exact x) {
    Exact result = 0;
    for (; x < 60; x += 1) result -= 1 / x;
    const std::vector<std::pair<long, long>> bernoulli{{1, 6},
                                                       {-1, 30},
                                                       {1, 42},
                                                       {-1, 30},
                                                       {5, 66},
                                                       {-691, 2730},
                                                       {7, 6},
                                                       {-3617, 510},
                                                       {43867, 798},
                                                       {-174611, 330}};
    result += log(x) - 1 / (2 * x);
    Exact power = 1;
    for (std::size_t k = 1; k <= bernoulli.size(); ++k) {
        power *= x * x;
        const auto [above, below] = bernoulli[k - 1];
        result -= Exact(above) / below / (2 * static_cast<long>(k) * power);
    }
    return result;
}

}  // namespace

Exact exact_entropy(const ExactVector& p) {
    Exact result = 0;
    for (const Exact& value : p)
        if (value > 0) result -= value * log(value);
    return result;
}

Exact exact_divergence(const ExactVector& p, const ExactVector& q) {
    Exact result = 0;
    for (std::size_t k = 0; k < p.size(); ++k)
        if (p[k] > 0) result += p[k] * log(p[k] / q[k]);
    return result;
}

ExactPopulation::ExactPopulation(const Json& population)
    : class_weights_(probabilities(population.at("class_weights"))) {
    const std::size_t classes = class_weights_.size();
    for (const auto& row : population.at("item_probabilities"))
        item_probabilities_.push_back(probabilities(row));
    concentration_.resize(classes);
    if (population.contains("heterogeneity")) {
        const Json given = population["heterogeneity"]["concentration"];
        for (std::size_t z = 0; z < classes; ++z) {
            const Json& kappa = given.is_array() ? given[z] : given;
            if (kappa.is_number()) concentration_[z] = Exact(kappa.get<double>());
        }
    }
    for (const auto& given : population.value("attributes", Json::array())) {
        Attribute attribute{.levels = given.at("levels"), .probabilities = {}};
        for (const auto& row : given.at("probabilities"))
            attribute.probabilities.push_back(probabilities(row));
        // A = (1 - rho) m + rho S, m the mean of S over the classes.
        const Exact rho = given.value("informativeness", 1.0);
        const auto S = attribute.probabilities;
        for (std::size_t level = 0; level < attribute.levels.size(); ++level) {
            Exact mean = 0;
            for (std::size_t z = 0; z < classes; ++z) mean += class_weights_[z] * S[z][level];
            for (std::size_t z = 0; z < classes; ++z)
                attribute.probabilities[z][level] = (1 - rho) * mean + rho * S[z][level];
        }
        attributes_[given.at("name")] = std::move(attribute);
    }
}

Exact ExactPopulation::weight(const ExactGroup& group, std::size_t z) const {
    Exact result = class_weights_[z];
    for (const auto& [name, level] : group) {
        const Attribute& attribute = attributes_.at(name);
        const auto place = std::find(attribute.levels.begin(), attribute.levels.end(), level);
        result *= attribute.probabilities[z].at(
            static_cast<std::size_t>(place - attribute.levels.begin()));
    }
    return result;
}

Exact ExactPopulation::group_probability(const ExactGroup& group) const {
    Exact result = 0;
    for (std::size_t z = 0; z < class_weights_.size(); ++z) result += weight(group, z);
    return result;
}

ExactVector ExactPopulation::class_posterior(const ExactGroup& group,
                                             const std::vector<std::size_t>& history) const {
    ExactVector result;
    for (std::size_t z = 0; z < class_weights_.size(); ++z) {
        Exact likelihood = weight(group, z);
        std::vector<std::size_t> before;
        for (const std::size_t item : history) {
            const Exact& p = item_probabilities_[z][item];
            const auto chosen = std::count(before.begin(), before.end(), item);
            const auto& kappa = concentration_[z];
            likelihood *= kappa ? (*kappa * p + chosen) / (*kappa + before.size()) : p;
            before.push_back(item);
        }
        result.push_back(likelihood);
    }
    return normalised(std::move(result));
}

// kappa B + n over the candidates, or B where kappa is infinite: not normalised.
ExactVector ExactPopulation::given_class(std::size_t z,
                                         const std::vector<std::size_t>& history,
                                         const std::vector<std::size_t>& candidates) const {
    ExactVector result;
    for (const std::size_t item : candidates) {
        const auto& kappa = concentration_[z];
        const Exact& p = item_probabilities_[z][item];
        const auto chosen = std::count(history.begin(), history.end(), item);
        result.push_back(kappa ? Exact(*kappa * p + chosen) : p);
    }
    return result;
}

ExactVector ExactPopulation::target(const ExactGroup& group,
                                    const std::vector<std::size_t>& history,
                                    const std::vector<std::size_t>& candidates) const {
    const ExactVector posterior = class_posterior(group, history);
    ExactVector result(candidates.size(), Exact(0));
    for (std::size_t z = 0; z < posterior.size(); ++z) {
        if (posterior[z] == 0) continue;
        const ExactVector p = normalised(given_class(z, history, candidates));
        for (std::size_t k = 0; k < p.size(); ++k) result[k] += posterior[z] * p[k];
    }
    return result;
}

Exact ExactPopulation::individual_entropy(const ExactGroup& group,
                                          const std::vector<std::size_t>& history,
                                          const std::vector<std::size_t>& candidates) const {
    const ExactVector posterior = class_posterior(group, history);
    Exact result = 0;
    for (std::size_t z = 0; z < posterior.size(); ++z) {
        if (posterior[z] == 0) continue;
        const ExactVector alpha = given_class(z, history, candidates);
        if (!concentration_[z]) {
            result += posterior[z] * exact_entropy(normalised(alpha));
            continue;
        }
        const Exact total = sum(alpha);
        Exact entropy = psi(total + 1);
        for (const Exact& a : alpha) entropy -= a / total * psi(a + 1);
        result += posterior[z] * entropy;
    }
    return result;
}

ExactVector ExactPopulation::marginal() const {
    ExactVector result(items(), Exact(0));
    for (std::size_t z = 0; z < class_weights_.size(); ++z)
        for (std::size_t item = 0; item < items(); ++item)
            result[item] += class_weights_[z] * item_probabilities_[z][item];
    return result;
}

std::vector<ExactGroup> ExactPopulation::groups(const std::vector<std::string>& proxy) const {
    std::vector<ExactGroup> result(1);
    for (const std::string& name : proxy) {
        std::vector<ExactGroup> finer;
        for (const ExactGroup& group : result)
            for (const std::string& level : attributes_.at(name).levels) {
                finer.push_back(group);
                finer.back()[name] = level;
            }
        result = std::move(finer);
    }
    return result;
}

}  // namespace truegap::test
