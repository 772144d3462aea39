#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace truegap::sim {

/// Replicates are done in blocks of this size; a block's draws are its own streams.
inline constexpr std::uint32_t replicates_per_block = 64;

/// One figure a replicate of a block; not every replicate has one.
struct Column {
    std::array<double, replicates_per_block> value{};
    std::array<bool, replicates_per_block> defined{};

    void set(std::size_t r, std::optional<double> figure) {
        defined[r] = figure.has_value();
        value[r] = figure.value_or(0.0);
    }
    void copy(std::size_t r, std::size_t from) {
        defined[r] = defined[from];
        value[r] = value[from];
    }
};

}  // namespace truegap::sim
