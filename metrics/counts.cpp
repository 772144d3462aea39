#include "metrics/counts.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "metrics/contract.hpp"

namespace truegap::metrics {

namespace {

// Counts below this are binned instead of sorted: the usual case, and linear in K.
constexpr std::size_t binned_limit = 256;

std::uint32_t largest(std::span<const std::uint32_t> counts) {
    std::uint32_t result = 0;
    for (const std::uint32_t count : counts) result = std::max(result, count);
    return result;
}

}  // namespace

CountsView counts_view(std::span<const std::uint32_t> counts, std::optional<std::uint64_t> items) {
    std::uint64_t n = 0;
    for (const std::uint32_t count : counts) n += count;
    return {.counts = counts, .n = n, .items = items};
}

SeenItems seen_items(std::span<const std::uint32_t> counts) {
    SeenItems seen;
    for (const std::uint32_t count : counts) {
        seen.items += count > 0 ? 1U : 0U;
        seen.singletons += count == 1 ? 1U : 0U;
        seen.doubletons += count == 2 ? 1U : 0U;
    }
    return seen;
}

std::vector<CountMultiplicity> fingerprint(std::span<const std::uint32_t> counts) {
    std::array<std::uint32_t, binned_limit> bins{};
    std::vector<std::uint32_t> large;
    for (const std::uint32_t count : counts) {
        if (count < binned_limit) {
            ++bins[count];
        } else {
            large.push_back(count);
        }
    }
    std::vector<CountMultiplicity> result;
    for (std::uint32_t count = 1; count < binned_limit; ++count)
        if (bins[count] > 0) result.push_back({count, bins[count]});
    std::sort(large.begin(), large.end());
    for (const std::uint32_t count : large) {
        if (!result.empty() && result.back().count == count) {
            ++result.back().items;
        } else {
            result.push_back({count, 1});
        }
    }
    return result;
}

void largest_counts(std::span<const std::uint32_t> counts,
                    std::size_t top,
                    std::vector<std::uint32_t>& largest_first) {
    TRUEGAP_EXPECTS(top <= counts.size());
    const std::uint32_t highest = largest(counts);
    if (highest >= binned_limit) {
        largest_first.assign(counts.begin(), counts.end());
        std::partial_sort(largest_first.begin(),
                          largest_first.begin() + static_cast<std::ptrdiff_t>(top),
                          largest_first.end(),
                          std::greater<>{});
        largest_first.resize(top);
        return;
    }
    std::array<std::uint32_t, binned_limit>
        bins;  // only 0..highest is used, so only that is cleared
    std::fill_n(bins.begin(), highest + 1, 0U);
    for (const std::uint32_t count : counts) ++bins[count];
    largest_first.resize(top);
    std::size_t filled = 0;
    for (std::uint32_t count = highest; filled < top; --count) {
        const std::size_t run = std::min<std::size_t>(bins[count], top - filled);
        for (std::size_t i = 0; i < run; ++i) largest_first[filled + i] = count;
        filled += run;
    }
}

}  // namespace truegap::metrics
