#pragma once

#include <Random123/philox.h>
#include <array>
#include <cstddef>
#include <cstdint>

namespace truegap::sim {

/// What a stream is for. Streams of different purposes never share a draw.
enum class Purpose : std::uint8_t {
    class_weights = 1,
    tilts,
    attributes,
    histories,
    counts,
    cell_sizes,
    cell_counts,
    tie_lottery,
    training_users,
    noise,
    halves,
    answers,
    bootstrap,
    drift,
    traits,
    pools,
    pool_users,
    display,
    chaotic_starts,
    ladder,
    faults,
    contamination,
    user_histories,
    user_choices,
    training_cells,
    training_choices,
    item_names,
    prompt_order,
    prompt_examples,
    asked_users,
    play_order,
    retry_jitter,
    resampled_contexts,
    resampled_curves,
    class_starts,
    fit_folds,
    judged_users,
    sampled_contexts,
    twin_users,
};

/// Where a stream of random numbers lives. Equal address, equal draws; any difference in any field,
/// disjoint draws.
struct StreamAddress {
    std::uint64_t seed = 0;
    std::uint32_t world = 0;
    Purpose purpose = Purpose::counts;
    std::uint64_t cell = 0;   ///< the context, group, class or attribute it serves
    std::uint64_t n = 0;      ///< the sample size it serves
    std::uint64_t block = 0;  ///< the block of replicates it serves
};

/// Random numbers as a pure function of an address: Philox4x64-10 with
///     key     = (seed, world and purpose)
///     counter = (draw, block, n, cell)
/// A uniform random bit generator for Boost.Random's distributions; 2^66 numbers each.
/// Source: Salmon, Moraes, Dror & Shaw, SC'11 (2011); also std::philox4x64 of C++26.
class Stream {
  public:
    using result_type = std::uint64_t;

    explicit Stream(const StreamAddress& address)
        : key_{{address.seed,
                (std::uint64_t{address.world} << 8U) |
                    static_cast<std::uint64_t>(address.purpose)}},
          counter_{{0, address.block, address.n, address.cell}} {}

    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return ~result_type{0}; }

    result_type operator()() {
        if (next_ == buffer_.size()) refill();
        return buffer_[next_++];
    }

  private:
    // Sixteen independent Philox calls at a time: the processor overlaps them.
    static constexpr std::size_t calls = 16;

    void refill() {
        constexpr r123::Philox4x64 philox{};
        for (std::size_t call = 0; call < calls; ++call) {
            const r123::Philox4x64::ctr_type words = philox(counter_, key_);
            for (std::size_t i = 0; i < 4; ++i) buffer_[4 * call + i] = words[i];
            ++counter_[0];
        }
        next_ = 0;
    }

    r123::Philox4x64::key_type key_;
    r123::Philox4x64::ctr_type counter_;
    std::array<std::uint64_t, 4 * calls> buffer_;  // filled before it is read
    std::size_t next_ = 4 * calls;
};

[[nodiscard]] inline Stream stream(const StreamAddress& address) {
    return Stream(address);
}

}  // namespace truegap::sim
