#include "tests/metrics/support.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace truegap::metrics::test {

namespace {

std::uint32_t random_count(Random& random, Shape shape, std::size_t rank) {
    const auto below = [&](std::uint64_t limit) {
        return static_cast<std::uint32_t>(random.below(limit));
    };
    switch (shape) {
        case Shape::sparse: {
            const std::uint32_t face = below(10);
            return face < 5 ? 0 : face < 9 ? 1 : 2;
        }
        case Shape::mixed:
            return below(13);
        case Shape::zipf:
            return 200U / static_cast<std::uint32_t>(rank + 1) + below(2);
        case Shape::dominated:
            return rank == 0 ? 100'000 + below(900'000) : below(2);
        case Shape::large:
            return below(3001);
        case Shape::huge:
            return below(std::uint64_t{1} << 31U);
    }
    return 0;
}

}  // namespace

bool close(double actual, double expected, double tolerance, double least) {
    if (std::isinf(actual) || std::isinf(expected)) return actual == expected;
    return std::abs(actual - expected) <= tolerance * std::max(least, std::abs(expected));
}

std::uint64_t Random::bits() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
}

double Random::uniform() {
    return (static_cast<double>(bits() >> 12U) + 0.5) * 0x1p-52;
}

std::uint64_t Random::below(std::uint64_t limit) {
    return bits() % limit;
}

double Random::exponential() {
    return -std::log(uniform());
}

double Random::normal() {
    const double radius = std::sqrt(2.0 * exponential());
    return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

std::vector<std::uint32_t> random_counts(Random& random, Shape shape, std::size_t K) {
    std::vector<std::uint32_t> counts(K);
    for (std::size_t k = 0; k < K; ++k) counts[k] = random_count(random, shape, k);
    if (std::count(counts.begin(), counts.end(), 0U) == static_cast<std::ptrdiff_t>(K))
        counts[random.below(K)] = 1;
    for (std::size_t k = K; k > 1; --k) std::swap(counts[k - 1], counts[random.below(k)]);
    return counts;
}

std::vector<double> random_distribution(Random& random, std::size_t K, double spread) {
    std::vector<double> weights(K);
    for (double& weight : weights) weight = std::exp(spread * random.normal());
    return normalised(std::move(weights));
}

std::vector<std::uint32_t> random_permutation(Random& random, std::size_t K) {
    std::vector<std::uint32_t> order(K);
    std::iota(order.begin(), order.end(), 0U);
    for (std::size_t k = K; k > 1; --k) std::swap(order[k - 1], order[random.below(k)]);
    return order;
}

std::vector<double> normalised(std::vector<double> values) {
    const auto total = static_cast<double>(std::accumulate(values.begin(), values.end(), 0.0L));
    for (double& value : values) value /= total;
    return values;
}

std::vector<double> shares(const std::vector<std::uint32_t>& counts) {
    return normalised({counts.begin(), counts.end()});
}

}  // namespace truegap::metrics::test
