#include "metrics/estimators/plug_in.hpp"

#include <algorithm>
#include <array>

#include "metrics/compensated_sum.hpp"
#include "metrics/estimators/registry.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

static_assert(EntropyEstimator<PlugIn>);

namespace {

// sum_k table[c_k], for counts below the table's size. Additions into one sum wait for each other;
// eight sums keep the look-ups flowing.
double table_sum(std::span<const std::uint32_t> counts, std::span<const double> table) {
    constexpr std::size_t lanes = 8;
    std::array<double, lanes> sums{};
    std::size_t k = 0;
    for (; k + lanes <= counts.size(); k += lanes)
        for (std::size_t lane = 0; lane < lanes; ++lane) sums[lane] += table[counts[k + lane]];
    for (; k < counts.size(); ++k) sums[0] += table[counts[k]];
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) +
           ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

// sum (c/n) ln(n/c), term by term: for skewed samples, where ln n - (sum c ln c)/n cancels.
double by_terms(std::span<const std::uint32_t> counts, double n) {
    CompensatedSum sum;
    for (const std::uint32_t count : counts) {
        if (count == 0) continue;
        const auto c = static_cast<double>(count);
        sum.add(-(c / n) * (c > n / 2.0 ? ln_1p(-(n - c) / n) : ln(c / n)));
    }
    return std::max(sum.value(), 0.0);
}

// Below this entropy the fast form has lost more than about three digits.
constexpr double skewed_entropy = 0.25;

}  // namespace

std::optional<double> PlugIn::operator()(const CountsView& sample) const {
    if (sample.n == 0) return std::nullopt;
    const auto n = static_cast<double>(sample.n);
    if (sample.n >= log_table_size) return by_terms(sample.counts, n);
    const std::span<const double> table = integer_tables().c_ln_c;
    const double entropy = (table[sample.n] - table_sum(sample.counts, table)) / n;
    return entropy > skewed_entropy ? entropy : by_terms(sample.counts, n);
}

}  // namespace truegap::metrics
