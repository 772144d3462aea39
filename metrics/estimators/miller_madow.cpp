#include "metrics/estimators/miller_madow.hpp"

#include "metrics/estimators/plug_in.hpp"
#include "metrics/estimators/registry.hpp"

namespace truegap::metrics {

static_assert(EntropyEstimator<MillerMadow>);

std::optional<double> MillerMadow::operator()(const CountsView& sample) const {
    const std::optional<double> plug_in = PlugIn{}(sample);
    if (!plug_in) return std::nullopt;
    const auto seen = static_cast<double>(seen_items(sample.counts).items);
    return *plug_in + (seen - 1.0) / (2.0 * static_cast<double>(sample.n));
}

}  // namespace truegap::metrics
