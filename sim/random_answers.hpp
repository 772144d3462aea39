#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "metrics/approximation/approximation.hpp"
#include "metrics/approximation/plackett_luce.hpp"
#include "sim/samplers.hpp"

namespace truegap::sim {

/// Random answers of a predictor that believes q, drawn anew at every call, and what an approximation
/// that reads them makes of them: ln q of every candidate.
class RandomAnswers {
  public:
    /// approximation: one that needs draws (a contract). q: shape (K,), a distribution.
    RandomAnswers(const metrics::Approximation& approximation,
                  std::size_t top,
                  std::span<const double> q);

    /// Shape (K,); valid until the next call.
    [[nodiscard]] const std::vector<double>& operator()(Stream& stream);

  private:
    void sample_frequency(const metrics::SampleFrequency& approximation, Stream& stream);
    void plackett_luce(const metrics::PlackettLuce& approximation, Stream& stream);

    metrics::Approximation approximation_;
    std::size_t top_;
    std::vector<double> q_;
    Multinomial choices_;
    metrics::PlackettLuceFitter fitter_;
    std::vector<std::uint32_t> samples_, ranking_;
    std::vector<double> left_;
    std::vector<double> logs_;
};

/// The first `top` places of a ranking drawn from the Plackett-Luce model with weights q: each place is
/// a choice in proportion to q among those left. Shorter when fewer candidates have weight.
/// left: scratch, shape (K,). Fills the caller's buffer (hot loop).
void random_ranking(std::span<const double> q,
                    std::size_t top,
                    Stream& stream,
                    std::vector<double>& left,
                    std::vector<std::uint32_t>& ranking);

/// Chooses `wanted` of n users at random: how many of each item are among them (multivariate
/// hypergeometric). counts: shape (K,), with sum n; chosen: shape (K,). Fills the caller's buffer.
void random_subset(std::span<const std::uint32_t> counts,
                   std::uint32_t n,
                   std::uint32_t wanted,
                   Stream& stream,
                   std::span<std::uint32_t> chosen);

/// Chooses floor(n/2) of n users at random: how many of each item are among them.
/// counts: shape (K,), with sum n; half: shape (K,). Fills the caller's buffer (hot loop).
void random_half(std::span<const std::uint32_t> counts,
                 std::uint32_t n,
                 Stream& stream,
                 std::span<std::uint32_t> half);

}  // namespace truegap::sim
