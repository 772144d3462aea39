#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>

#include "metrics/compensated_sum.hpp"
#include "metrics/estimators/estimator.hpp"

/// Sums of a function of the count over items, fast: each value is computed once and remembered.
/// What is remembered is a pure function of its key, so the sums are the same bits on every thread
/// and in every order of calls.
namespace truegap::metrics::detail {

/// Whose terms they are: the estimator, and everything its terms depend on beside the count.
struct TableKey {
    const void* owner = nullptr;  ///< an address of the estimator's own, such as &E::name
    std::uint64_t n = 0;
    std::uint64_t other = 0;  ///< K, or another whole number the terms depend on
    double parameter = 0.0;
    [[nodiscard]] bool operator==(const TableKey&) const = default;
};

/// Counts below this are remembered.
inline constexpr std::size_t longest_table = 4096;

/// This thread's table for the key: `size` values by count, NaN where not yet computed. Valid until
/// the next call.
[[nodiscard]] std::span<double> remembered_table(const TableKey& key, std::size_t size);

/// sum_k table[c_k]; every count is below the table's size. Additions into one sum wait for each
/// other; four sums keep the look-ups flowing. What this costs is loads, so two counts come by one.
[[nodiscard]] inline double table_sum(std::span<const std::uint32_t> counts, const double* table) {
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

/// sum over the positive counts of term(c). n: the counts' sum.
template <class Term>
[[nodiscard]] double tabled_sum(const TableKey& key,
                                std::span<const std::uint32_t> counts,
                                std::uint64_t n,
                                const Term& term) {
    const std::size_t size = std::min<std::uint64_t>(n + 1, longest_table);
    const std::span<double> table = remembered_table(key, size);
    const auto value = [&](std::uint32_t count) {
        if (count >= size) return term(count);
        if (std::isnan(table[count])) table[count] = term(count);
        return table[count];
    };
    constexpr std::size_t one_chunk = 1024;
    if (n < longest_table && counts.size() <= one_chunk) {
        const double sum = table_sum(counts, table.data());
        if (!std::isnan(sum)) return sum;
        for (const std::uint32_t count : counts) static_cast<void>(value(count));
        return table_sum(counts, table.data());
    }
    CompensatedSum sum;
    for (const std::uint32_t count : counts)
        if (count > 0) sum.add(value(count));
    return sum.value();
}

/// The estimate of an additive estimator: constant + sum of its terms, unseen items included.
template <AdditiveEstimator E>
[[nodiscard]] std::optional<double> additive_estimate(const E& estimator,
                                                      const CountsView& sample) {
    if (sample.n == 0) return std::nullopt;
    if (E::items_use == ItemsUse::required && !sample.items) return std::nullopt;
    const SampleSize size{.n = sample.n, .items = sample.items};
    TableKey key{.owner = &E::name, .n = sample.n};
    if constexpr (E::items_use == ItemsUse::required) key.other = *sample.items;
    if constexpr (ParametricEstimator<E>) key.parameter = estimator.parameter;
    double sum = tabled_sum(key, sample.counts, sample.n, [&](std::uint32_t count) {
        return estimator.term(count, size);
    });
    if constexpr (E::items_use == ItemsUse::required) {
        const std::uint64_t seen = seen_items(sample.counts).items;
        if (*sample.items > seen)
            sum += static_cast<double>(*sample.items - seen) * estimator.term(0, size);
    }
    return estimator.constant(size) + sum;
}

}  // namespace truegap::metrics::detail
