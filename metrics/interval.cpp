#include "metrics/interval.hpp"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <limits>
#include <numbers>

#include "metrics/contract.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

Interval normal_interval(double estimate, double standard_error, double level) {
    TRUEGAP_EXPECTS(level > 0.0 && level < 1.0);
    // The complement is exact from 1/2 on, where erf_inv would lose digits.
    const double z = std::numbers::sqrt2 * (level < 0.5 ? boost::math::erf_inv(level)
                                                        : boost::math::erfc_inv(1.0 - level));
    return {estimate - z * standard_error, estimate + z * standard_error};
}

Interval within_entropies(const Interval& interval, std::optional<std::uint64_t> items) {
    const double highest =
        items ? ln(static_cast<double>(*items)) : std::numeric_limits<double>::infinity();
    return {std::clamp(interval.low, 0.0, highest), std::clamp(interval.high, 0.0, highest)};
}

}  // namespace truegap::metrics
