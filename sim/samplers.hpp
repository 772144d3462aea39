#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/stream.hpp"
#include "sim/wide_multiply.hpp"

namespace truegap::sim {

/// Draws an item from a fixed distribution in O(1).
/// One 64-bit number gives the column (high word of u K) and, in its low word, the uniform that
/// chooses between the column and its alias; probabilities are kept to 2^-53.
/// Boost's discrete_distribution is the same algorithm at several times the cost a draw.
/// Source: Walker, ACM Trans. Math. Softw. 3 (1977); Vose, IEEE Trans. Softw. Eng. 17 (1991).
class AliasTable {
  public:
    /// p: shape (K,), K >= 1, finite, >= 0, with a positive sum (it need not be 1).
    /// An item of probability 0 is never drawn.
    explicit AliasTable(std::span<const double> p);

    std::uint32_t operator()(Stream& stream) const {
        const WideProduct place = wide_multiply(stream(), columns_.size());
        const Column& column = columns_[place.high];
        // Indexed, not chosen by an if: which of the two it is cannot be predicted.
        return column.item[place.low < column.threshold ? 1U : 0U];
    }

  private:
    struct Column {
        std::uint64_t threshold = 0;          // P(keep the column's own item) * 2^64
        std::array<std::uint32_t, 2> item{};  // the alias, the column's own
    };
    std::vector<Column> columns_;
};

/// Counts of n independent choices: c ~ Multinomial(n, p).
/// Small n choice by choice, large n by K - 1 conditional binomials, whichever is cheaper.
/// A choice looks up one of 2^10 cells, of which item k owns floor(2^10 p_k); a cell that nobody
/// owns stands for a draw from what the owned cells leave of p. Exact, and one number serves six
/// choices. Source: Marsaglia, Tsang & Wang, J. Stat. Softw. 11(3) (2004).
class Multinomial {
  public:
    /// p: shape (K,), a distribution.
    explicit Multinomial(std::span<const double> p);

    [[nodiscard]] std::size_t items() const { return conditional_.size(); }

    /// Adds n draws to `counts`, shape (K,). Adds into the caller's buffer (hot loop).
    void operator()(std::uint32_t n, Stream& stream, std::span<std::uint32_t> counts) const;

  private:
    // Counts the choices that fell into owned cells; returns how many did not.
    std::uint32_t choose(std::uint32_t n, Stream& stream, std::span<std::uint32_t> counts) const;

    std::vector<std::uint16_t> owners_;  // [cell]
    AliasTable left_over_;
    std::vector<double> conditional_;  // p_k / (p_k + p_k+1 + ...)
};

/// One Binomial(n, p) number, p in [0, 1].
[[nodiscard]] std::uint32_t binomial(std::uint32_t n, double p, Stream& stream);

/// One standard normal number.
[[nodiscard]] double standard_normal(Stream& stream);

/// One Dirichlet vector. concentrations: shape (K,), > 0. Made from logarithms of gamma numbers, so
/// that tiny concentrations do not underflow to 0/0. Source: Marsaglia & Tsang 2000, note on a < 1.
[[nodiscard]] std::vector<double> dirichlet(std::span<const double> concentrations, Stream& stream);

/// A uniformly random permutation of 0..K-1 (Fisher-Yates), written into `permutation`, whose size
/// is K. Fills the caller's buffer (hot loop).
void random_permutation(Stream& stream, std::span<std::uint32_t> permutation);

}  // namespace truegap::sim
