#include "metrics/estimators/plug_in.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/compensated_sum.hpp"
#include "metrics/estimators/detail/tabled_sum.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

static_assert(AdditiveEstimator<PlugIn> && HasStandardError<PlugIn>);

namespace {

// sum (c/n) ln(n/c), term by term: for skewed samples, where ln n - (sum c ln c)/n cancels.
double by_terms(std::span<const std::uint32_t> counts, std::uint64_t n) {
    CompensatedSum sum;
    for (const std::uint32_t count : counts) sum.add(PlugIn{}.term(count, {.n = n}));
    return std::max(sum.value(), 0.0);
}

// Below this entropy the fast form has lost more than about three digits.
constexpr double skewed_entropy = 0.25;

}  // namespace

double PlugIn::term(std::uint64_t count, const SampleSize& size) const {
    if (count == 0) return 0.0;
    return static_cast<double>(count) / static_cast<double>(size.n) * ln_ratio(size.n, count);
}

double PlugIn::constant(const SampleSize& /*size*/) const {
    return 0.0;
}

// One table for every n, unlike the general form for additive estimators: this is the hot one.
std::optional<double> PlugIn::operator()(const CountsView& sample) const {
    if (sample.n == 0) return std::nullopt;
    if (sample.n >= log_table_size) return by_terms(sample.counts, sample.n);
    const double* table = integer_tables().c_ln_c.data();
    const double entropy =
        (table[sample.n] - detail::table_sum(sample.counts, table)) / static_cast<double>(sample.n);
    return entropy > skewed_entropy ? entropy : by_terms(sample.counts, sample.n);
}

std::optional<double> PlugIn::standard_error(const CountsView& sample) const {
    if (sample.n == 0) return std::nullopt;
    const auto n = static_cast<double>(sample.n);
    const double entropy = by_terms(sample.counts, sample.n);
    CompensatedSum variance;
    for (const auto [count, items] : fingerprint(sample.counts)) {
        const double deviation = ln_ratio(sample.n, count) - entropy;
        variance.add(static_cast<double>(count) * static_cast<double>(items) / n * deviation *
                     deviation);
    }
    return std::sqrt(variance.value() / n);
}

}  // namespace truegap::metrics
