#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <vector>

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

/// Whether the zeros among the counts have a term too.
enum class Zeros { skipped, summed };

/// A sum of terms, and the term of a count of 0 (0 where zeros are skipped).
struct TabledSum {
    double value = 0.0;
    double term_of_zero = 0.0;
};

/// sum_k term(c_k). n: the counts' sum. A key belongs to one way with zeros.
template <Zeros zeros, class Term>
[[nodiscard]] TabledSum sum_of_terms(const TableKey& key,
                                     std::span<const std::uint32_t> counts,
                                     std::uint64_t n,
                                     const Term& term) {
    const std::size_t size = std::min<std::uint64_t>(n + 1, longest_table);
    const std::span<double> table = remembered_table(key, size);
    if constexpr (zeros == Zeros::summed)
        if (table[0] == 0.0) table[0] = term(0);
    const auto value = [&](std::uint32_t count) {
        if (count >= size) return term(count);
        if (std::isnan(table[count])) table[count] = term(count);
        return table[count];
    };
    constexpr std::size_t one_chunk = 1024;
    if (n < longest_table && counts.size() <= one_chunk) {
        const double sum = table_sum(counts, table.data());
        if (!std::isnan(sum)) return {sum, table[0]};
        for (const std::uint32_t count : counts) static_cast<void>(value(count));
        return {table_sum(counts, table.data()), table[0]};
    }
    CompensatedSum sum;
    for (const std::uint32_t count : counts)
        if (zeros == Zeros::summed || count > 0) sum.add(value(count));
    return {sum.value(), table[0]};
}

/// sum over the positive counts of term(c). n: the counts' sum.
template <class Term>
[[nodiscard]] double tabled_sum(const TableKey& key,
                                std::span<const std::uint32_t> counts,
                                std::uint64_t n,
                                const Term& term) {
    return sum_of_terms<Zeros::skipped>(key, counts, n, term).value;
}

/// The estimate of an additive estimator: constant + sum of its terms, unseen items included.
/// Nothing when n = 0, and for those that need K when it is missing or smaller than the number of
/// items seen.
template <AdditiveEstimator E>
[[nodiscard]] std::optional<double> additive_estimate(const E& estimator,
                                                      const CountsView& sample) {
    if (sample.n == 0) return std::nullopt;
    const SampleSize size{.n = sample.n, .items = sample.items};
    const auto term = [&](std::uint32_t count) { return estimator.term(count, size); };
    TableKey key{.owner = &E::name, .n = sample.n};
    if constexpr (ParametricEstimator<E>) key.parameter = estimator.parameter;
    if constexpr (E::items_use == ItemsUse::required) {
        if (!sample.items) return std::nullopt;
        key.other = *sample.items;
        std::span<const std::uint32_t> counts = sample.counts;
        std::vector<std::uint32_t> seen;
        if (counts.size() > *sample.items) {
            for (const std::uint32_t count : counts)
                if (count > 0) seen.push_back(count);
            if (seen.size() > *sample.items) return std::nullopt;
            counts = seen;
        }
        const auto [sum, term_of_zero] = sum_of_terms<Zeros::summed>(key, counts, sample.n, term);
        const auto unlisted = static_cast<double>(*sample.items - counts.size());
        return estimator.constant(size) + (sum + unlisted * term_of_zero);
    } else {
        return estimator.constant(size) + tabled_sum(key, sample.counts, sample.n, term);
    }
}

}  // namespace truegap::metrics::detail
