#pragma once

#include <cstdint>
#include <vector>

#include "sim/scenario.hpp"

namespace truegap::sim {

/// What a gap is made of: indices into the scenario's approximations and the study's estimators.
struct Method {
    std::uint32_t approximation = 0;
    std::uint32_t estimator = 0;
};

/// The scenario's estimators, and after them those that its approximations bring along.
[[nodiscard]] std::vector<metrics::Estimator> study_estimators(const Scenario& scenario);

/// Whether it is no estimator but the exact mean of the users' own entropies, which `per_event` brings
/// along: `known_mean_entropy`.
[[nodiscard]] bool is_known(const metrics::Estimator& estimator);

/// Every approximation with every listed estimator; one that brings its own, with that alone.
[[nodiscard]] std::vector<Method> study_methods(const Scenario& scenario);

}  // namespace truegap::sim
