#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/population.hpp"
#include "sim/stream.hpp"

/// Users without chance: after the start, everything a chaotic user does is determined.
///     x = sin^2(pi a / P),   a' = 2a mod P,   which makes x' = 4x(1-x) exactly
/// a in 1..P-1 is the user's state. a and P - a have the same x, so the folded state
/// min(a, P - a) in 1..N, N = (P-1)/2, says all: it grows with x, and moves by the integer tent map
/// 2a or P - 2a, a bijection of 1..N. Starts are uniform, and so is the state at any later time.
/// Iterating x itself falls into cycles of a few million steps in doubles, and the tent map in
/// doubles ends in 0 after 50 steps.
namespace truegap::sim {

using ChaoticState = std::uint64_t;

/// 2^62 - 10565, a safe prime (N is prime too) of which 2 is a primitive root: all P - 1 states form
/// one cycle.
inline constexpr std::uint64_t chaotic_prime = 4611686018427377339;

/// The state one event later, 2a mod P.
[[nodiscard]] constexpr ChaoticState next_state(ChaoticState a,
                                                std::uint64_t prime = chaotic_prime) {
    const std::uint64_t twice = 2 * a;
    return twice < prime ? twice : twice - prime;
}
/// The state one event earlier: a user's history can be drawn backwards from his latest state, so
/// that a longer history extends a shorter one.
[[nodiscard]] constexpr ChaoticState previous_state(ChaoticState a,
                                                    std::uint64_t prime = chaotic_prime) {
    return (a % 2 == 0 ? a : a + prime) / 2;
}
/// min(a, P - a).
[[nodiscard]] constexpr ChaoticState folded(ChaoticState a, std::uint64_t prime = chaotic_prime) {
    return std::min(a, prime - a);
}

/// A state uniform on 1..P-1: a start, and as well the state at any later time.
[[nodiscard]] ChaoticState draw_start(Stream& stream, std::uint64_t prime = chaotic_prime);

/// Which item a state chooses: the cell of x in a partition of [0, 1] whose cells have the given
/// arcsine measures, in the order of the items.
///     item b   iff   p_0 + ... + p_(b-1) < F(x) <= p_0 + ... + p_b,
///     F(x) = (2/pi) arcsin sqrt(x) = 2 min(a, P - a) / P
/// (which side an end belongs to does not matter: no state lies on one). So an item's cell is an
/// interval of folded states, |size - N p_b| < 1 + p_b/2: the probability of an item is p_b up to
/// 1.5/N = 6.5e-19, and an item of probability 0 has an empty cell.
class ChaoticCells {
  public:
    /// p: shape (M,), M >= 1, >= 0, divided by its sum, which is 1 up to rounding (a contract). Terms
    /// count in units of 2^-64. prime: odd, below 2^62; another one than `chaotic_prime` makes a
    /// world small enough to enumerate.
    explicit ChaoticCells(std::span<const double> p, std::uint64_t prime = chaotic_prime);

    [[nodiscard]] std::size_t items() const { return ends_.size() - 1; }
    [[nodiscard]] std::uint64_t prime() const { return prime_; }
    [[nodiscard]] std::uint64_t folded_states() const { return prime_ / 2; }  ///< N

    /// The cell of an item is the folded states before(item) + 1 .. last(item).
    [[nodiscard]] ChaoticState before(ItemId item) const { return ends_[item]; }
    [[nodiscard]] ChaoticState last(ItemId item) const { return ends_[item + 1]; }

    /// state: in 1..P-1.
    [[nodiscard]] ItemId item_of(ChaoticState state) const {
        // The first cell that does not end before the state. Bisection by multiplication, because no
        // branch on a chaotic state can be predicted.
        const ChaoticState a = folded(state, prime_);
        std::size_t item = 0;
        for (std::size_t left = items(); left > 1;) {
            const std::size_t half = left / 2;
            item += half * static_cast<std::size_t>(ends_[item + half] < a);
            left -= half;
        }
        return static_cast<ItemId>(item);
    }

  private:
    std::uint64_t prime_;
    std::vector<ChaoticState> ends_;  // [item + 1], after a leading 0
};

/// What a history of items says about a chaotic user, by counting starts: every number is an exact
/// quotient of counts. The history is observed in the order of time, at consecutive events.
///
/// The states that the history leaves possible are kept as arithmetic progressions of folded states
/// whose step 2^(events - 1) they share. An event doubles each progression, splits it where the tent
/// map folds, and cuts it at the ends of the chosen item's cell. The generating partition
/// {x < 1/2, x >= 1/2} keeps one progression; a history whose items say less than ln 2 nat an event
/// needs more and more of them (the number at most doubles an event).
class ChaoticFilter {
  public:
    /// As many progressions as a filter keeps.
    static constexpr std::size_t most_pieces = 1'000'000;

    /// Nothing observed: every start is possible.
    explicit ChaoticFilter(ChaoticCells cells);

    /// The user's next choice. False, and nothing changed, when that would take more than
    /// `most_pieces` progressions. Time and memory O(pieces).
    [[nodiscard]] bool observe(ItemId item);

    /// How many of the N folded starts give this history; 0 when none does. A long history leaves
    /// a single one, and everything after it is certain.
    [[nodiscard]] std::uint64_t starts() const { return starts_; }
    /// P(h) = starts / N: 1 with nothing observed, 0 for an impossible history.
    [[nodiscard]] double probability() const;
    [[nodiscard]] std::size_t pieces() const { return pieces_.size(); }

    /// How many of `starts` choose each item `steps` events after the last observed one: shape (M,).
    /// With nothing observed the sizes of the cells, for every number of steps.
    /// steps: >= 1, without other limit. Time O(pieces M min(steps, 62)).
    [[nodiscard]] std::vector<std::uint64_t> starts_by_item(std::size_t steps) const;

    /// P(item | h) at that event: shape (M,). Nothing after an impossible history.
    [[nodiscard]] std::optional<std::vector<double>> predictive(std::size_t steps) const;
    /// The same, restricted to candidates (distinct items) and renormalised: shape (K,). Nothing when
    /// none of them is possible.
    [[nodiscard]] std::optional<std::vector<double>> predictive(
        std::size_t steps, std::span<const ItemId> candidates) const;

  private:
    // first, first + 2^shift_, ...: folded states in 1..N.
    struct Piece {
        std::uint64_t first = 0, count = 0;
    };
    class Later;

    ChaoticCells cells_;
    std::vector<Piece> pieces_;
    unsigned shift_ = 0;
    bool observed_ = false;
    std::uint64_t starts_ = 0;
};

}  // namespace truegap::sim
