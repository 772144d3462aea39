#pragma once

#include <cstdint>
#include <span>
#include <vector>

/// Probabilities of the counts 0..n of one item, over the run of counts that matter.
namespace truegap::metrics::detail {

struct CountWeights {
    std::uint64_t first = 0;     ///< the count that values[0] belongs to
    std::vector<double> values;  ///< they sum to 1
    [[nodiscard]] std::uint64_t last() const { return first + values.size() - 1; }
};

/// Binomial(n, p). Counts whose weight is below `negligible` times the largest are left out.
[[nodiscard]] CountWeights binomial_weights(std::uint64_t n, double p, double negligible);

/// Poisson(mean), given that the count lies in [first, last].
[[nodiscard]] CountWeights poisson_weights(double mean, std::uint64_t first, std::uint64_t last);

}  // namespace truegap::metrics::detail
