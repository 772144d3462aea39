#include "metrics/estimators/ansb.hpp"

#include <numbers>

#include "metrics/log_tables.hpp"

namespace truegap::metrics {

static_assert(EntropyEstimator<Ansb> && SaysWhyUndefined<Ansb> && SaysCaveat<Ansb>);

namespace {

std::uint64_t coincidences(const CountsView& sample) {
    return sample.n - seen_items(sample.counts).items;
}

// Below this number of coincidences their Poisson error alone is more than 0.3 nat.
constexpr std::uint64_t few = 10;

}  // namespace

std::optional<double> Ansb::operator()(const CountsView& sample) const {
    const std::uint64_t repeats = coincidences(sample);
    if (repeats == 0) return std::nullopt;
    return std::numbers::egamma - std::numbers::ln2 + 2.0 * ln(static_cast<double>(sample.n)) -
           digamma_of_count(repeats);
}

std::string_view Ansb::why_undefined(const CountsView& sample) {
    return coincidences(sample) == 0 ? "no item was seen twice (no coincidences)" : "";
}

std::string_view Ansb::caveat(const CountsView& sample) {
    const std::uint64_t repeats = coincidences(sample);
    if (repeats == 0) return "";
    if (repeats > sample.n / 2)
        return "most observations are repeats: made for samples with hardly any";
    if (repeats < few) return "fewer than 10 coincidences: uncertain by 0.3 nat or more";
    return "";
}

}  // namespace truegap::metrics
