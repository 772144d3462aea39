#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "metrics/distribution.hpp"
#include "metrics/response.hpp"
#include "sim/redrawn.hpp"
#include "sim/stream.hpp"

namespace truegap::sim {

/// The answer of one replicate, by a predictor that answers anew in each.
struct DrawnAnswer {
    static constexpr std::uint32_t no_item = std::numeric_limits<std::uint32_t>::max();

    bool given = false;            ///< from outside: the same in every replicate, faults and all
    bool refused = false;          ///< there is no answer
    bool cut = false;              ///< stopped after `Faults::length` places
    std::uint32_t missing = 0;     ///< candidates left out
    std::uint32_t duplicates = 0;  ///< places among the first `top` that repeat an item
    std::uint32_t unknown = 0;     ///< places among the first `top` that name no candidate
    /// Who is named at each place, as far as any approximation reads; `no_item` where the place is
    /// wasted.
    std::vector<std::uint32_t> places;
    std::vector<std::uint32_t> named;  ///< every candidate named anywhere, in order, each once
    /// The complete belief behind this answer, shape (K,); empty when it is the same in every replicate.
    std::vector<double> q;
    /// Of a given answer: the candidates whose probability it states, most probable first.
    std::vector<std::uint32_t> stated;

    /// The candidates named in the first `ranks` places, in order: what is left of the ranking.
    [[nodiscard]] std::vector<std::uint32_t> ranking(std::size_t ranks) const;
    /// The `ranks` most probable candidates of those whose probability it states.
    [[nodiscard]] std::vector<std::uint32_t> most_probable(std::size_t ranks) const;
};

/// How far an answer is read.
struct Reading {
    std::size_t places = 0;  ///< the most places that any approximation reads
    std::size_t top = 0;     ///< the study's
};

/// What faults make of the answer that names all candidates in this order. With probability `refusal`
/// nothing; else candidates left out at random, and of the others place by place: with probability
/// `unknown` the item due there is misnamed, with probability `duplicates` an item named before is
/// repeated (if there is one) and the item due there comes next, else it is named. Named in no place
/// (a candidate left out, misnamed, or beyond the cut) means not stated either.
/// order: shape (K,), a permutation.
[[nodiscard]] DrawnAnswer with_faults(const Faults& faults,
                                      std::span<const std::uint32_t> order,
                                      const Reading& reading,
                                      Stream& stream);

/// The distribution of one replicate's contaminated predictor. memorised: shape (K,), m in all.
[[nodiscard]] std::vector<double> contaminated(const Contamination& contamination,
                                               std::span<const double> of,
                                               std::span<const std::uint32_t> memorised,
                                               std::uint32_t m);

/// What an answer states: probabilities, logits and percentages of the candidates named; probability 0,
/// no percentage of the others. complete: what the predictor would say without faults, in every
/// replicate the same; read where the answer has no belief of its own. No ranking. A given answer states
/// all of `complete`.
[[nodiscard]] metrics::Response stated(const DrawnAnswer& answer,
                                       const metrics::Response& complete);

/// Every form of the complete answer of a predictor that believes q.
[[nodiscard]] metrics::Response complete_response(std::span<const double> q);

}  // namespace truegap::sim
