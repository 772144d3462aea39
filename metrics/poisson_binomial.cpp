#include "metrics/poisson_binomial.hpp"

#include <cstddef>

namespace truegap::metrics {

std::vector<double> poisson_binomial(std::span<const double> chances) {
    std::vector<double> law(chances.size() + 1, 0.0);
    law[0] = 1.0;
    for (std::size_t i = 0; i < chances.size(); ++i) {
        const double p = chances[i];
        for (std::size_t j = i + 1; j > 0; --j) law[j] = law[j] * (1.0 - p) + law[j - 1] * p;
        law[0] *= 1.0 - p;
    }
    return law;
}

}  // namespace truegap::metrics
