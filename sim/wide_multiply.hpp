#pragma once

#include <cstdint>

namespace truegap::sim {

/// The 128-bit product of two 64-bit numbers. With a = u (uniform on 64 bits) and b = K, `high` is
/// uniform on 0..K-1 up to K / 2^64, and `low` is uniform given it.
struct WideProduct {
    std::uint64_t high = 0, low = 0;
};
inline WideProduct wide_multiply(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = Wide{a} * Wide{b};
    return {static_cast<std::uint64_t>(product >> 64U), static_cast<std::uint64_t>(product)};
}

}  // namespace truegap::sim
