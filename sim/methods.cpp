#include "sim/methods.hpp"

#include <algorithm>

#include "metrics/pooling/mixture_prior.hpp"

namespace truegap::sim {

namespace {

bool brings_estimator(const metrics::Approximation& approximation) {
    return std::holds_alternative<metrics::Recommended>(approximation);
}

metrics::Estimator recommended_estimator() {
    return metrics::find_estimator(metrics::EmpiricalBayesMixture::name).value();
}

}  // namespace

std::vector<metrics::Estimator> study_estimators(const Scenario& scenario) {
    std::vector<metrics::Estimator> estimators = scenario.estimators;
    const bool brought = std::any_of(
        scenario.approximations.begin(), scenario.approximations.end(), brings_estimator);
    const metrics::Estimator own = recommended_estimator();
    if (brought && std::find(estimators.begin(), estimators.end(), own) == estimators.end())
        estimators.push_back(own);
    return estimators;
}

std::vector<Method> study_methods(const Scenario& scenario) {
    const std::vector<metrics::Estimator> estimators = study_estimators(scenario);
    const auto own = static_cast<std::uint32_t>(
        std::find(estimators.begin(), estimators.end(), recommended_estimator()) -
        estimators.begin());
    std::vector<Method> methods;
    for (std::uint32_t a = 0; a < scenario.approximations.size(); ++a) {
        if (brings_estimator(scenario.approximations[a])) {
            methods.push_back({a, own});
            continue;
        }
        for (std::uint32_t e = 0; e < scenario.estimators.size(); ++e) methods.push_back({a, e});
    }
    return methods;
}

}  // namespace truegap::sim
