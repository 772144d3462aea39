#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/stream.hpp"

namespace truegap::sim {

/// Draws an item from a fixed distribution in O(1), by Walker's alias method.
/// The columns are padded to a power of two, 2^b: the leading b bits of a random number are the
/// column, the bits after them the uniform that chooses between the column and its alias.
/// Boost's discrete_distribution is the same algorithm at several times the cost a draw.
/// Source: Walker, ACM Trans. Math. Softw. 3 (1977); Vose, IEEE Trans. Softw. Eng. 17 (1991).
class AliasTable {
  public:
    /// p: shape (K,), K >= 1, finite, >= 0, with a positive sum (it need not be 1).
    /// An item of probability 0 is never drawn.
    explicit AliasTable(std::span<const double> p);

    /// One item, from one random number.
    std::uint32_t operator()(Stream& stream) const {
        const std::uint64_t number = stream();
        const auto column = static_cast<std::uint32_t>(number >> (64U - bits_));
        const Column& entry = columns_[column];
        return (number << bits_) < entry.threshold ? column : entry.alias;
    }

    /// Adds n items to `counts`, shape (K,), from a part of a random number each: a quarter for
    /// K <= 256, half for K <= 65536. Where the part has the leading bits of the column's threshold
    /// it cannot decide, and the next random number goes on from there; so the probabilities are
    /// those of whole numbers.
    void count(std::uint32_t n, Stream& stream, std::span<std::uint32_t> counts) const;

  private:
    struct Column {
        std::uint64_t threshold = 0;  // P(keep the column) * 2^64
        std::uint32_t alias = 0;
    };
    template <class Part>
    void count_by_parts(std::uint32_t n, Stream& stream, std::span<std::uint32_t> counts) const;
    template <class Part>
    void choose(std::span<const Part> parts, Stream& stream, std::span<std::uint32_t> items) const;

    std::vector<Column> columns_;
    // For parts: the leading bits of the threshold, as many as a part is compared with, then 32
    // bits of alias; one look-up for both.
    std::vector<std::uint64_t> part_columns_;
    unsigned bits_ = 1;    // b
    unsigned width_ = 64;  // of the part of a random number that one item takes in `count`
};

/// Counts of n independent choices: c ~ Multinomial(n, p).
/// Small n by alias draws, large n by K - 1 conditional binomials, whichever is cheaper.
class Multinomial {
  public:
    /// p: shape (K,), a distribution.
    explicit Multinomial(std::span<const double> p);

    [[nodiscard]] std::size_t items() const { return conditional_.size(); }

    /// Adds n draws to `counts`, shape (K,). Adds into the caller's buffer (hot loop).
    void operator()(std::uint32_t n, Stream& stream, std::span<std::uint32_t> counts) const;

  private:
    AliasTable alias_;
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
