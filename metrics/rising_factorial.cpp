#include "metrics/rising_factorial.hpp"

#include "metrics/contract.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

namespace {

// ln Gamma(z) - [(z - 1/2) ln z - z + ln(2 pi)/2]
double stirling_rest(double z) {
    const double u = 1.0 / (z * z);
    return (1.0 / 12.0 -
            u * (1.0 / 360.0 - u * (1.0 / 1260.0 - u * (1.0 / 1680.0 - u * (1.0 / 1188.0))))) /
           z;
}

}  // namespace

double ln_rising_over_power(double x, std::uint64_t n) {
    TRUEGAP_EXPECTS(x >= least_rising);
    if (n < 2) return 0.0;
    const auto steps = static_cast<double>(n);
    const double ratio = steps / x;
    return x * ln_1p_minus_x(ratio) + (steps - 0.5) * ln_1p(ratio) +
           (stirling_rest(x + steps) - stirling_rest(x));
}

}  // namespace truegap::metrics
