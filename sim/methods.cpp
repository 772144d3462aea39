#include "sim/methods.hpp"

#include <algorithm>
#include <optional>

#include "metrics/pooling/mixture_prior.hpp"

namespace truegap::sim {

namespace {

const metrics::EstimatorEntry& known_mean_entropy() {
    static const metrics::EstimatorEntry entry{.name = "known_mean_entropy",
                                               .formula = "(1/n) sum_u H(p_u)",
                                               .source = "the simulator, which knows it",
                                               .limits = "not an estimator: no data give it"};
    return entry;
}

// The one that an approximation brings along, if it does.
std::optional<metrics::Estimator> own_estimator(const metrics::Approximation& approximation) {
    if (std::holds_alternative<metrics::Recommended>(approximation))
        return metrics::find_estimator(metrics::EmpiricalBayesMixture::name).value();
    if (std::holds_alternative<metrics::PerEvent>(approximation))
        return metrics::Estimator(known_mean_entropy());
    return std::nullopt;
}

}  // namespace

bool is_known(const metrics::Estimator& estimator) {
    return &estimator.entry() == &known_mean_entropy();
}

std::vector<metrics::Estimator> study_estimators(const Scenario& scenario) {
    std::vector<metrics::Estimator> estimators = scenario.estimators;
    for (const metrics::Approximation& approximation : scenario.approximations) {
        const auto own = own_estimator(approximation);
        if (own && std::find(estimators.begin(), estimators.end(), *own) == estimators.end())
            estimators.push_back(*own);
    }
    return estimators;
}

std::vector<Method> study_methods(const Scenario& scenario) {
    const std::vector<metrics::Estimator> estimators = study_estimators(scenario);
    std::vector<Method> methods;
    for (std::uint32_t a = 0; a < scenario.approximations.size(); ++a) {
        if (const auto own = own_estimator(scenario.approximations[a])) {
            const auto place = std::find(estimators.begin(), estimators.end(), *own);
            methods.push_back({a, static_cast<std::uint32_t>(place - estimators.begin())});
            continue;
        }
        for (std::uint32_t e = 0; e < scenario.estimators.size(); ++e) methods.push_back({a, e});
    }
    return methods;
}

}  // namespace truegap::sim
