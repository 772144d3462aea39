#pragma once

#include <vector>

#include "metrics/approximation/approximation.hpp"
#include "metrics/estimators/registry.hpp"
#include "adapters/io/json_node.hpp"

namespace truegap::adapters {

/// `/approximations`: how answers become distributions. top: for labels, which must differ.
[[nodiscard]] std::vector<metrics::Approximation> read_approximations(const JsonNode& node,
                                                                      std::size_t top);
/// `/estimators`: names of entropy estimators.
[[nodiscard]] std::vector<metrics::Estimator> read_estimators(const JsonNode& node);

}  // namespace truegap::adapters
