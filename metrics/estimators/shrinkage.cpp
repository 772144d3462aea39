#include "metrics/estimators/shrinkage.hpp"

#include "metrics/compensated_sum.hpp"
#include "metrics/estimators/detail/tabled_sum.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

static_assert(EntropyEstimator<Shrinkage>);

namespace {

// lam, from sums in which nothing is negative.
double intensity(std::span<const CountMultiplicity> groups,
                 std::uint64_t samples,
                 std::uint64_t items,
                 std::uint64_t unseen) {
    const auto n = static_cast<double>(samples);
    const auto K = static_cast<double>(items);
    CompensatedSum spread;    // N^2 (1 - sum (n_i/N)^2)
    CompensatedSum distance;  // (N K)^2 sum (1/K - n_i/N)^2
    for (const auto [count, with] : groups) {
        const auto c = static_cast<double>(count);
        const auto weight = static_cast<double>(with);
        const double deviation = c * K - n;  // exact where it is small: n is below 2^53
        spread.add(weight * c * static_cast<double>(samples - count));
        distance.add(weight * deviation * deviation);
    }
    distance.add(static_cast<double>(unseen) * n * n);
    const double numerator = spread.value() * K * K;
    const double denominator = (n - 1.0) * distance.value();
    return numerator >= denominator ? 1.0 : numerator / denominator;
}

/// The shrunk distribution, given lam.
class Shrunk {
  public:
    Shrunk(double lam, std::uint64_t samples, std::uint64_t items)
        : samples_(samples),
          items_(static_cast<double>(items)),
          of_unseen_(lam / items_),
          of_one_((1.0 - lam) / static_cast<double>(samples)) {}

    /// -p ln p of an item seen that often.
    [[nodiscard]] double term(std::uint64_t count) const {
        const double p = of_unseen_ + of_one_ * static_cast<double>(count);
        if (p <= 0.0) return 0.0;
        if (p <= 0.5) return -p * ln(p);
        // 1 - p from its parts, so that ln p keeps its digits near p = 1
        const auto others = static_cast<double>(samples_ - count);
        return -p * ln_1p(-(of_unseen_ * (items_ - 1.0) + of_one_ * others));
    }

  private:
    std::uint64_t samples_;
    double items_;
    double of_unseen_, of_one_;
};

// Within these every sum below is a whole number that a double holds, and lam a function of
// sum n_i^2, so that the terms can be remembered.
constexpr std::uint64_t most_remembered_n = 512;
constexpr std::uint64_t most_remembered_items = 65'536;

double remembered_estimate(const CountsView& sample, std::uint64_t K) {
    std::uint64_t squares = 0;
    for (const std::uint32_t count : sample.counts) squares += std::uint64_t{count} * count;
    const auto term = [&](std::uint32_t count) {
        const std::uint64_t n = sample.n;
        const auto numerator = static_cast<double>((n * n - squares) * K * K);
        const auto distance = static_cast<double>(K * K * squares - K * n * n);
        const double denominator = (static_cast<double>(n) - 1.0) * distance;
        const double lam = numerator >= denominator ? 1.0 : numerator / denominator;
        return Shrunk(lam, n, K).term(count);
    };
    const auto [sum, term_of_zero] =
        detail::sum_of_terms<detail::Zeros::summed>({.owner = &Shrinkage::name,
                                                     .n = sample.n,
                                                     .other = squares,
                                                     .parameter = static_cast<double>(K)},
                                                    sample.counts,
                                                    sample.n,
                                                    term);
    return sum + static_cast<double>(K - sample.counts.size()) * term_of_zero;
}

}  // namespace

std::optional<double> Shrinkage::operator()(const CountsView& sample) const {
    if (sample.n == 0 || !sample.items) return std::nullopt;
    const std::uint64_t K = *sample.items;
    if (sample.n < most_remembered_n && K < most_remembered_items && sample.counts.size() <= K)
        return remembered_estimate(sample, K);
    static thread_local std::vector<CountMultiplicity> groups;
    fingerprint(sample.counts, groups);
    std::uint64_t seen = 0;
    for (const auto [count, items] : groups) seen += items;
    if (K < seen) return std::nullopt;
    const std::uint64_t unseen = K - seen;
    const Shrunk shrunk(intensity(groups, sample.n, K, unseen), sample.n, K);
    CompensatedSum entropy;
    for (const auto [count, items] : groups)
        entropy.add(static_cast<double>(items) * shrunk.term(count));
    if (unseen > 0) entropy.add(static_cast<double>(unseen) * shrunk.term(0));
    return entropy.value();
}

}  // namespace truegap::metrics
