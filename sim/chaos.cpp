#include "sim/chaos.hpp"

#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

#include "metrics/contract.hpp"

namespace truegap::sim {
namespace {

__extension__ using Wide = unsigned __int128;

// The step of progressions that have a single state: it matters no more, and must not overflow.
constexpr unsigned most_shift = 62;

/// sum_{j=0}^{n-1} floor((a j + b) / m), modulo 2^64.
/// By Euclid's algorithm: whole parts are summed at once, what is left counts the points under a
/// line, whose axes are then exchanged. O(log of the largest term) divisions.
/// n, m < 2^62; m >= 1.
std::uint64_t floor_sum(std::uint64_t n, std::uint64_t m, std::uint64_t a, std::uint64_t b) {
    std::uint64_t sum = 0;
    while (true) {
        const Wide pairs = Wide{n} * Wide{n - 1} / 2;
        sum += static_cast<std::uint64_t>(pairs) * (a / m) + n * (b / m);
        a %= m;
        b %= m;
        const Wide top = Wide{a} * Wide{n} + b;
        if (top < m) return sum;
        n = static_cast<std::uint64_t>(top / m);
        b = static_cast<std::uint64_t>(top % m);
        std::swap(m, a);
    }
}

std::uint64_t times(std::uint64_t a, std::uint64_t b, std::uint64_t modulus) {
    return static_cast<std::uint64_t>(Wide{a} * Wide{b} % modulus);
}

std::uint64_t power_of_two(std::size_t exponent, std::uint64_t modulus) {
    std::uint64_t power = 1;
    std::uint64_t square = 2;
    for (; exponent > 0; exponent /= 2) {
        if (exponent % 2 == 1) power = times(power, square, modulus);
        square = times(square, square, modulus);
    }
    return power;
}

std::vector<double> shares(const std::vector<std::uint64_t>& counts, std::uint64_t total) {
    std::vector<double> result;
    result.reserve(counts.size());
    for (const std::uint64_t count : counts)
        result.push_back(static_cast<double>(count) / static_cast<double>(total));
    return result;
}

}  // namespace

ChaoticState draw_start(Stream& stream, std::uint64_t prime) {
    // The leading bits of a number, until they are below P - 1.
    const auto unused = static_cast<unsigned>(std::countl_zero(prime - 1));
    while (true) {
        const std::uint64_t bits = stream() >> unused;
        if (bits < prime - 1) return bits + 1;
    }
}

ChaoticCells::ChaoticCells(std::span<const double> p, std::uint64_t prime) : prime_(prime) {
    TRUEGAP_EXPECTS(!p.empty());
    TRUEGAP_EXPECTS(prime % 2 == 1 && prime >= 3 && prime < std::uint64_t{1} << 62U);
    std::vector<Wide> cumulative;
    cumulative.reserve(p.size());
    Wide sum_so_far = 0;
    for (const double probability : p) {
        TRUEGAP_EXPECTS(probability >= 0.0 && probability <= 1.5);
        sum_so_far += static_cast<Wide>(std::ldexp(probability, 64));
        cumulative.push_back(sum_so_far);
    }
    const Wide total = cumulative.back();
    TRUEGAP_EXPECTS(total > Wide{1} << 63U && total < Wide{1} << 65U);
    ends_.reserve(p.size() + 1);
    ends_.push_back(0);
    // The largest a with 2a / P <= sum / total.
    for (const Wide sum : cumulative)
        ends_.push_back(static_cast<ChaoticState>(prime * sum / (2 * total)));
}

ChaoticFilter::ChaoticFilter(ChaoticCells cells)
    : cells_(std::move(cells)),
      pieces_{{.first = 1, .count = cells_.folded_states()}},
      starts_(cells_.folded_states()) {}

bool ChaoticFilter::observe(ItemId item) {
    TRUEGAP_EXPECTS(item < cells_.items());
    // Nothing moves before the first choice: the first observed event may be any.
    const unsigned shift = observed_ ? std::min(shift_ + 1, most_shift) : shift_;
    std::vector<Piece> cut;
    std::uint64_t starts = 0;

    const auto at_most = [](const Piece& piece, ChaoticState end, unsigned step) {
        return end < piece.first ? 0 : std::min(piece.count, ((end - piece.first) >> step) + 1);
    };
    const auto keep_cell = [&](const Piece& piece) {
        const std::uint64_t from = at_most(piece, cells_.before(item), shift);
        const std::uint64_t to = at_most(piece, cells_.last(item), shift);
        if (from == to) return;
        cut.push_back({.first = piece.first + (from << shift), .count = to - from});
        starts += to - from;
    };
    for (const Piece& piece : pieces_) {
        if (observed_) {
            const std::uint64_t left = at_most(piece, cells_.folded_states() / 2, shift_);
            const ChaoticState last = piece.first + ((piece.count - 1) << shift_);
            if (left > 0) keep_cell({.first = 2 * piece.first, .count = left});
            // The tent map turns what is beyond its peak round: the last comes first.
            if (left < piece.count)
                keep_cell({.first = cells_.prime() - 2 * last, .count = piece.count - left});
        } else {
            keep_cell(piece);
        }
        if (cut.size() > most_pieces) return false;
    }
    pieces_ = std::move(cut);
    shift_ = shift;
    observed_ = true;
    starts_ = starts;
    return true;
}

double ChaoticFilter::probability() const {
    return static_cast<double>(starts_) / static_cast<double>(cells_.folded_states());
}

/// Where the possible states are `steps` events later, unfolded: progressions modulo P. They wind
/// round many times, and are counted without being followed.
class ChaoticFilter::Later {
  public:
    Later(const ChaoticFilter& filter, std::size_t steps)
        : prime_(filter.cells_.prime()),
          stride_(power_of_two(steps + filter.shift_, prime_)),
          pieces_(filter.pieces_) {
        TRUEGAP_EXPECTS(steps >= 1);
        const std::uint64_t factor = power_of_two(steps, prime_);
        for (Piece& piece : pieces_) piece.first = times(piece.first, factor, prime_);
    }

    /// How many have a folded state of at most `end`: those with (a + end) mod P <= 2 end.
    [[nodiscard]] std::uint64_t at_most(ChaoticState end) const {
        // [y mod P < m] = floor((y + P) / P) - floor((y + P - m) / P)
        const std::uint64_t m = 2 * end + 1;
        std::uint64_t result = 0;
        for (const Piece& piece : pieces_) {
            const std::uint64_t y = piece.first + end + prime_;
            result += floor_sum(piece.count, prime_, stride_, y) -
                      floor_sum(piece.count, prime_, stride_, y - m);
        }
        return result;
    }

  private:
    std::uint64_t prime_;
    std::uint64_t stride_;
    std::vector<Piece> pieces_;
};

std::vector<std::uint64_t> ChaoticFilter::starts_by_item(std::size_t steps) const {
    const Later later(*this, steps);
    std::vector<std::uint64_t> counts;
    counts.reserve(cells_.items());
    std::uint64_t before = 0;
    for (ItemId item = 0; item < cells_.items(); ++item) {
        const bool empty = cells_.before(item) == cells_.last(item);
        const std::uint64_t up_to = empty ? before : later.at_most(cells_.last(item));
        counts.push_back(up_to - before);
        before = up_to;
    }
    return counts;
}

std::optional<std::vector<double>> ChaoticFilter::predictive(std::size_t steps) const {
    if (starts_ == 0) return std::nullopt;
    return shares(starts_by_item(steps), starts_);
}

std::optional<std::vector<double>> ChaoticFilter::predictive(
    std::size_t steps, std::span<const ItemId> candidates) const {
    const Later later(*this, steps);
    std::vector<std::uint64_t> counts;
    counts.reserve(candidates.size());
    for (const ItemId item : candidates) {
        TRUEGAP_EXPECTS(item < cells_.items());
        counts.push_back(later.at_most(cells_.last(item)) - later.at_most(cells_.before(item)));
    }
    const std::uint64_t total = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    if (total == 0) return std::nullopt;
    return shares(counts, total);
}

}  // namespace truegap::sim
