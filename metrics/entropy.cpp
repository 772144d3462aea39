#include "metrics/entropy.hpp"

#include <limits>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

namespace {

// p ln(p/q) - p + q for p > 0, q > 0: never negative, and accurate when q is close to p.
double kl_term(double p, double q) {
    const double excess = (q - p) / p;
    return excess > -0.5 && excess < 0.5 ? -p * ln_1p_minus_x(excess) : p * (ln(p) - ln(q)) - p + q;
}

}  // namespace

double shannon_entropy(std::span<const double> p) {
    CompensatedSum sum;
    for (const double p_k : p) {
        if (p_k <= 0.0) continue;
        // ln p = log1p(p - 1) near 1, where p - 1 is exact and ln p is small.
        sum.add(-p_k * (p_k > 0.5 ? ln_1p(p_k - 1.0) : ln(p_k)));
    }
    return sum.value();
}

double cross_entropy(std::span<const double> p, std::span<const double> q) {
    TRUEGAP_EXPECTS(p.size() == q.size());
    CompensatedSum sum;
    for (std::size_t k = 0; k < p.size(); ++k) {
        if (p[k] <= 0.0) continue;
        if (q[k] <= 0.0) return std::numeric_limits<double>::infinity();
        sum.add(-p[k] * (q[k] > 0.5 ? ln_1p(q[k] - 1.0) : ln(q[k])));
    }
    return sum.value();
}

double cross_entropy_of_logs(std::span<const double> p, std::span<const double> ln_q) {
    CompensatedSum sum;
    for (std::size_t k = 0; k < p.size(); ++k)
        if (p[k] > 0.0) sum.add(-p[k] * ln_q[k]);
    return sum.value();
}

double kl_divergence(std::span<const double> p, std::span<const double> q) {
    TRUEGAP_EXPECTS(p.size() == q.size());
    CompensatedSum sum;
    for (std::size_t k = 0; k < p.size(); ++k) {
        if (p[k] <= 0.0) {
            sum.add(q[k]);
        } else if (q[k] <= 0.0) {
            return std::numeric_limits<double>::infinity();
        } else {
            sum.add(kl_term(p[k], q[k]));
        }
    }
    return sum.value();
}

double jensen_shannon(std::span<const double> p, std::span<const double> q) {
    TRUEGAP_EXPECTS(p.size() == q.size());
    CompensatedSum sum;
    for (std::size_t k = 0; k < p.size(); ++k) {
        const double m = (p[k] + q[k]) / 2.0;
        if (m <= 0.0) continue;
        sum.add((p[k] > 0.0 ? kl_term(p[k], m) : m) / 2.0);
        sum.add((q[k] > 0.0 ? kl_term(q[k], m) : m) / 2.0);
    }
    return sum.value();
}

}  // namespace truegap::metrics
