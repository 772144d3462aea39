#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

/// What the tests of this room share: a tolerance, and fixed pseudo-random inputs. `metrics` draws
/// nothing, so its tests need no more than a tiny generator of their own.
namespace truegap::metrics::test {

/// |actual - expected| <= tolerance * max(least, |expected|). An infinity matches only itself, NaN
/// nothing.
[[nodiscard]] bool close(double actual, double expected, double tolerance, double least = 1.0);

/// SplitMix64: the same numbers on every machine.
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    [[nodiscard]] std::uint64_t bits();
    [[nodiscard]] double uniform();  ///< in (0, 1)
    [[nodiscard]] std::uint64_t below(std::uint64_t limit);
    [[nodiscard]] double exponential();
    [[nodiscard]] double normal();  ///< Box-Muller, one value a call

  private:
    std::uint64_t state_;
};

/// Shapes of count vectors that estimators meet.
///     sparse     zeros, ones and a few twos       mixed      0 .. 12, each equally likely
///     zipf       200 / rank                       dominated  one item has nearly all
///     large      0 .. 3000                        huge       up to 2^31
enum class Shape { sparse, mixed, zipf, dominated, large, huge };
inline constexpr Shape all_shapes[] = {
    Shape::sparse, Shape::mixed, Shape::zipf, Shape::dominated, Shape::large, Shape::huge};

/// Shape (K,), at least one count positive.
[[nodiscard]] std::vector<std::uint32_t> random_counts(Random& random, Shape shape, std::size_t K);

/// Weights exp(spread * normal), divided by their sum. Spread 0 is uniform, 100 reaches 1e-200.
[[nodiscard]] std::vector<double> random_distribution(Random& random, std::size_t K, double spread);

[[nodiscard]] std::vector<std::uint32_t> random_permutation(Random& random, std::size_t K);

/// values / their sum.
[[nodiscard]] std::vector<double> normalised(std::vector<double> values);

/// counts / their sum.
[[nodiscard]] std::vector<double> shares(const std::vector<std::uint32_t>& counts);

}  // namespace truegap::metrics::test
