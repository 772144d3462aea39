#pragma once

#include <vector>

#include "tests/metrics/pooling/tables.hpp"

namespace truegap::metrics::oracle {

/// `mixture_posteriors` once more from its definition, in long double: logarithms of Gamma, one
/// component after the other, nothing shared.
struct MixtureGroup {
    double mean = 0.0, sd = 0.0, pooled_weight = 0.0;
    std::vector<double> probabilities, without_one;
};
[[nodiscard]] std::vector<MixtureGroup> mixture(const test::OwnedTable& table);

}  // namespace truegap::metrics::oracle
