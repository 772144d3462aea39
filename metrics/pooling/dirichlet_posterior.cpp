#include "metrics/pooling/dirichlet_posterior.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/compensated_sum.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

namespace {

double total_of(std::span<const double> values) {
    CompensatedSum sum;
    for (const double value : values) sum.add(value);
    return sum.value();
}

// psi(a0 + 1) - psi(a_i + 1), the term of an item in E[H], and what the second moment needs of it.
struct ItemTerms {
    double below = 0.0;     // psi(a0 + 1) - psi(a_i + 1) >= 0
    double trigamma = 0.0;  // psi'(a_i + 2)
};

// Var H, with h = E[H]:  H - h = -sum_i theta_i (ln theta_i + h), whose square has the expectation
//     [(sum a_i D_i)^2 - sum a_i^2 D_i^2 - psi'(a0+2) (a0^2 - sum a_i^2)
//      + sum a_i (a_i+1) (E_i^2 + psi'(a_i+2) - psi'(a0+2))] / (a0 (a0+1)),
//     D_i = psi(a_i+1) - psi(a0+2) + h,  E_i = D_i + 1/(a_i+1).
// Taken about h, so that E[H^2] - h^2 has nothing large to cancel.
double variance(std::span<const double> a,
                double a0,
                double mean,
                std::span<const ItemTerms> terms) {
    const double trigamma_total = trigamma(a0 + 2.0);
    double weighted = 0.0;
    double squares = 0.0;
    double square_weights = 0.0;
    double own = 0.0;
    const double shift = mean - 1.0 / (a0 + 1.0);  // psi(a0+2) = psi(a0+1) + 1/(a0+1)
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double d = shift - terms[i].below;
        const double e = d + 1.0 / (a[i] + 1.0);
        weighted += a[i] * d;
        squares += a[i] * a[i] * d * d;
        square_weights += a[i] * a[i];
        own += a[i] * (a[i] + 1.0) * (e * e + terms[i].trigamma - trigamma_total);
    }
    const double pairs =
        weighted * weighted - squares - trigamma_total * (a0 * a0 - square_weights);
    return std::max((pairs + own) / (a0 * (a0 + 1.0)), 0.0);
}

thread_local std::vector<ItemTerms> item_terms;

}  // namespace

Posterior dirichlet_entropy_without_one(std::span<const double> concentrations,
                                        std::span<const std::uint32_t> without,
                                        double weight,
                                        std::span<double> sums) {
    if (concentrations.size() == 1) return {};
    const double a0 = total_of(concentrations);
    const double psi_total = digamma(a0 + 1.0);
    item_terms.resize(concentrations.size());
    CompensatedSum mean_sum;
    for (std::size_t i = 0; i < concentrations.size(); ++i) {
        const double a = concentrations[i];
        item_terms[i] = {.below = psi_total - digamma(a + 1.0), .trigamma = trigamma(a + 2.0)};
        mean_sum.add(a / a0 * item_terms[i].below);
    }
    const double mean = mean_sum.value();
    // sum_i a_i (psi(a0) - psi(a_i+1)) with one observation less of k; psi(a0+1) = psi(a0) + 1/a0,
    // psi(a_k+1) = psi(a_k) + 1/a_k.
    for (std::size_t k = 0; k < without.size(); ++k) {
        if (without[k] == 0) continue;
        const double a = concentrations[k];
        if (a0 <= 1.0) continue;  // nothing is left, not even a prior
        sums[k] += weight *
                   (a0 * mean - a * item_terms[k].below +
                    (a - 1.0) * (item_terms[k].below + 1.0 / a) - (a0 - 1.0) / a0) /
                   (a0 - 1.0);
    }
    return {.mean = mean, .sd = std::sqrt(variance(concentrations, a0, mean, item_terms))};
}

}  // namespace truegap::metrics
