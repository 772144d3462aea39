#include "metrics/pooling/dirichlet_posterior.hpp"

#include <cmath>
#include <vector>

#include "metrics/compensated_sum.hpp"
#include "metrics/dirichlet.hpp"

namespace truegap::metrics {

Posterior dirichlet_entropy_without_one(std::span<const double> concentrations,
                                        std::span<const std::uint32_t> without,
                                        double weight,
                                        std::span<double> sums) {
    if (concentrations.size() == 1) return {};
    thread_local std::vector<double> d;
    d.resize(concentrations.size());
    const DirichletEntropy entropy = dirichlet_entropy(concentrations, d);
    CompensatedSum total;
    for (const double a : concentrations) total.add(a);
    const double a0 = total.value();
    // From psi(a0 + 1) = psi(a0) + 1/a0 and psi(a_k + 1) = psi(a_k) + 1/a_k.
    for (std::size_t k = 0; k < without.size(); ++k)
        if (without[k] > 0 && a0 > 1.0)
            sums[k] += weight * (a0 * entropy.mean - d[k] - (1.0 / concentrations[k] - 1.0 / a0)) /
                       (a0 - 1.0);
    return {.mean = entropy.mean, .sd = std::sqrt(entropy.variance)};
}

}  // namespace truegap::metrics
