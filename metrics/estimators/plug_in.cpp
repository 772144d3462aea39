#include "metrics/estimators/plug_in.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "metrics/compensated_sum.hpp"
#include "metrics/estimators/registry.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

static_assert(EntropyEstimator<PlugIn>);

namespace {

// sum_k table[c_k], for counts below the table's size. Additions into one sum wait for each other;
// four sums keep the look-ups flowing. What this costs is loads, so two counts come by one.
double table_sum(std::span<const std::uint32_t> counts, const double* table) {
    std::array<double, 4> sums{};
    std::size_t k = 0;
    for (; k + 8 <= counts.size(); k += 8)
        for (std::size_t pair = 0; pair < 4; ++pair) {
            std::uint64_t two = 0;
            std::memcpy(&two, &counts[k + 2 * pair], sizeof two);
            sums[2 * pair % 4] += table[static_cast<std::uint32_t>(two)];
            sums[2 * pair % 4 + 1] += table[two >> 32U];
        }
    for (; k < counts.size(); ++k) sums[0] += table[counts[k]];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
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
    const double* table = integer_tables().c_ln_c.data();
    const double entropy = (table[sample.n] - table_sum(sample.counts, table)) / n;
    return entropy > skewed_entropy ? entropy : by_terms(sample.counts, n);
}

}  // namespace truegap::metrics
