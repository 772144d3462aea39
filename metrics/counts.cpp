#include "metrics/counts.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>

#include "metrics/contract.hpp"

namespace truegap::metrics {

namespace {

// Counts below this are binned instead of sorted: the usual case, and linear in K.
constexpr std::size_t binned_limit = 256;

constexpr std::size_t most_binned_items = 65535;

// At least the largest count, and less than twice as much.
std::uint32_t bound(std::span<const std::uint32_t> counts) {
    std::uint32_t bits = 0;
    for (const std::uint32_t count : counts) bits |= count;
    return bits;
}

// Counts below this have a bit each in one word, which tells the empty bins without looking.
constexpr std::uint32_t narrow_limit = 64;

void narrow_fingerprint(std::span<const std::uint32_t> counts,
                        std::uint32_t highest,
                        std::vector<CountMultiplicity>& ascending) {
    // Four bins a count: adding to a bin has to wait for the last addition to it.
    constexpr std::size_t lanes = 4;
    std::array<std::uint32_t, lanes * narrow_limit> bins;
    std::fill_n(bins.begin(), lanes * (highest + 1), 0U);
    std::uint64_t present = 0;
    std::size_t k = 0;
    for (; k + lanes <= counts.size(); k += lanes)
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            ++bins[lanes * counts[k + lane] + lane];
            present |= std::uint64_t{1} << counts[k + lane];
        }
    for (; k < counts.size(); ++k) {
        ++bins[lanes * counts[k]];
        present |= std::uint64_t{1} << counts[k];
    }
    present &= ~std::uint64_t{1};
    ascending.resize(static_cast<std::size_t>(std::popcount(present)));
    for (CountMultiplicity& entry : ascending) {
        const auto count = static_cast<std::uint32_t>(std::countr_zero(present));
        const std::uint32_t* const bin = &bins[lanes * count];
        entry = {count, bin[0] + bin[1] + bin[2] + bin[3]};
        present &= present - 1;
    }
}

}  // namespace

CountsView counts_view(std::span<const std::uint32_t> counts, std::optional<std::uint64_t> items) {
    std::uint64_t n = 0;
    for (const std::uint32_t count : counts) n += count;
    return {.counts = counts, .n = n, .items = items};
}

SeenItems seen_items(std::span<const std::uint32_t> counts) {
    const auto with = [counts](std::uint32_t value) {
        std::uint32_t items = 0;  // as wide as the counts, so that several are compared at a time
        for (const std::uint32_t count : counts) items += count == value ? 1U : 0U;
        return std::uint64_t{items};
    };
    return {.items = counts.size() - with(0), .singletons = with(1), .doubletons = with(2)};
}

void fingerprint(std::span<const std::uint32_t> counts, std::vector<CountMultiplicity>& ascending) {
    const std::uint32_t highest = bound(counts);
    if (highest < narrow_limit) {
        narrow_fingerprint(counts, highest, ascending);
        return;
    }
    std::array<std::uint32_t, binned_limit> bins{};
    std::vector<std::uint32_t> large;
    for (const std::uint32_t count : counts) {
        if (count < binned_limit) {
            ++bins[count];
        } else {
            large.push_back(count);
        }
    }
    ascending.clear();
    for (std::uint32_t count = 1; count < binned_limit; ++count)
        if (bins[count] > 0) ascending.push_back({count, bins[count]});
    std::sort(large.begin(), large.end());
    for (const std::uint32_t count : large) {
        if (!ascending.empty() && ascending.back().count == count) {
            ++ascending.back().items;
        } else {
            ascending.push_back({count, 1});
        }
    }
}

std::vector<CountMultiplicity> fingerprint(std::span<const std::uint32_t> counts) {
    std::vector<CountMultiplicity> result;
    fingerprint(counts, result);
    return result;
}

void largest_counts(std::span<const std::uint32_t> counts,
                    std::size_t top,
                    std::vector<std::uint32_t>& largest_first) {
    TRUEGAP_EXPECTS(top <= counts.size());
    const std::uint32_t highest = bound(counts);
    if (highest >= binned_limit || counts.size() > most_binned_items) {
        largest_first.assign(counts.begin(), counts.end());
        std::partial_sort(largest_first.begin(),
                          largest_first.begin() + static_cast<std::ptrdiff_t>(top),
                          largest_first.end(),
                          std::greater<>{});
        largest_first.resize(top);
        return;
    }
    std::array<std::uint16_t, binned_limit>
        bins;  // only 0..highest is used, so only that is cleared
    std::fill_n(bins.begin(), highest + 1, std::uint16_t{0});
    for (const std::uint32_t count : counts) ++bins[count];
    constexpr std::size_t short_run = 4;
    largest_first.resize(top + short_run);
    std::uint32_t* const out = largest_first.data();
    std::size_t filled = 0;
    for (std::uint32_t count = highest; filled < top; --count) {
        const std::size_t run = bins[count];
        // Short runs are written whole, so that their length is not a branch to mispredict.
        for (std::size_t i = 0; i < short_run; ++i) out[filled + i] = count;
        if (run > short_run) [[unlikely]]
            std::fill(out + filled, out + std::min(filled + run, top), count);
        filled += run;
    }
    largest_first.resize(top);
}

}  // namespace truegap::metrics
