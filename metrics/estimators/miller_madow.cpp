#include "metrics/estimators/miller_madow.hpp"

#include "metrics/estimators/plug_in.hpp"

namespace truegap::metrics {

static_assert(AdditiveEstimator<MillerMadow> && HasStandardError<MillerMadow>);

double MillerMadow::term(std::uint64_t count, const SampleSize& size) const {
    if (count == 0) return 0.0;
    return PlugIn{}.term(count, size) + 1.0 / (2.0 * static_cast<double>(size.n));
}

double MillerMadow::constant(const SampleSize& size) const {
    return -1.0 / (2.0 * static_cast<double>(size.n));
}

std::optional<double> MillerMadow::operator()(const CountsView& sample) const {
    const std::optional<double> plug_in = PlugIn{}(sample);
    if (!plug_in) return std::nullopt;
    const auto seen = static_cast<double>(seen_items(sample.counts).items);
    return *plug_in + (seen - 1.0) / (2.0 * static_cast<double>(sample.n));
}

std::optional<double> MillerMadow::standard_error(const CountsView& sample) const {
    return PlugIn{}.standard_error(sample);  // the number of seen items adds terms of order 1/N
}

}  // namespace truegap::metrics
