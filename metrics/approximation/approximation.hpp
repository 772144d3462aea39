#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "metrics/approximation/smoothing.hpp"
#include "metrics/response.hpp"

/// Approximations: how a metric turns a predictor's answer into a distribution q over K candidates.
/// Formulas: rank-matched is the published method (Saha & Choudhury, arXiv 2507.05266).
namespace truegap::metrics {

/// Where the mass goes that the ranked items leave.
///     uniform  evenly to the unranked items
///     sorted   the remaining sorted values to the remaining items in target order: most optimistic
///     drop     nowhere: unranked items get nothing, q is not renormalised before smoothing
enum class Residual { uniform, sorted, drop };

/// The item ranked i-th gets the i-th largest value of the *target*: the approximation borrows the
/// answer. Reads the ranking.
struct RankMatched {
    Residual residual = Residual::uniform;
    Smoothing smoothing;
};

/// A rank-to-probability curve that never looks at the target.
///     zipf       value at rank i (1-based) proportional to i^-parameter, parameter >= 0
///     geometric  proportional to parameter^i, parameter in (0, 1]
///     learned    the mean sorted frequencies of the *other* groups (`learned_curve`)
/// over all K ranks; the mass beyond the top follows the residual policy (uniform or drop).
struct RankCurve {
    enum class Shape { zipf, geometric, learned };
    Shape shape = Shape::zipf;
    double parameter = 1.0;
    Residual residual = Residual::uniform;
    Smoothing smoothing;
};

/// The stated probabilities, renormalised over the candidates.
struct Probabilities {
    Smoothing smoothing;
};

/// softmax(logits / temperature), temperature > 0.
struct Softmax {
    double temperature = 1.0;
    Smoothing smoothing;
};

/// The log-probabilities of the `known` most probable candidates (0: as many as the ranking's top), as
/// language models give them; the rest of the mass by residual policy (uniform or drop). Reads the
/// probabilities, and of them no more than those.
struct TopLogprobs {
    std::size_t known = 0;
    Residual residual = Residual::uniform;
    Smoothing smoothing;
};

/// (s_k + alpha) / (m + alpha K), s the counts of m sampled answers. alpha >= 0.
struct SampleFrequency {
    std::uint32_t samples = 1;
    double alpha = 0.0;
};

/// The weights of a Plackett-Luce model fitted to several rankings (see plackett_luce.hpp).
struct PlackettLuce {
    std::uint32_t rankings = 1;
    double alpha = 0.5;  ///< pseudo-wins per item, >= 0 (maximum likelihood, which need not exist)
};

/// rank_matched with the sorted values from one half of the users and the evaluation on the other,
/// averaged over both ways round: the target no longer borrows the answer.
struct CrossFittedRankMatched {
    Residual residual = Residual::uniform;
    Smoothing smoothing;
};

/// Percentages that a model states in words, repaired to a distribution (see verbalized.hpp).
struct Verbalized {
    Smoothing smoothing;
};

/// The recommended metric (see pooling/recommended.hpp), which brings its own entropy estimator. Reads
/// the probabilities or logits where there are any, unless told to read the ranking alone.
struct Recommended {
    enum class Reads { best, ranking };
    Reads reads = Reads::best;
};

/// The log loss of each event on its own, -(1/n) sum_u ln q_u(b_u), q_u what is stated for user u. Where
/// all users share one answer that is `Probabilities` without smoothing. Compared with the mean of the
/// users' own entropies, which it brings along.
struct PerEvent {};

using Approximation = std::variant<RankMatched,
                                   RankCurve,
                                   Probabilities,
                                   Softmax,
                                   TopLogprobs,
                                   SampleFrequency,
                                   PlackettLuce,
                                   CrossFittedRankMatched,
                                   Verbalized,
                                   Recommended,
                                   PerEvent>;

/// What an approximation needs to be scored.
enum class Needs {
    order,   ///< who is ranked where, ties broken, and values by rank
    answer,  ///< the answer alone: q is the same whatever the counts
    draws,   ///< random answers (samples, rankings)
    halves,  ///< the counts split in two
    groups,  ///< the counts of all groups
    events,  ///< who chose what, each with his own answer
};
[[nodiscard]] Needs needs_of(const Approximation& approximation);

/// How many ranks it reads: its own number or `top`; 0 when it reads no ranking.
[[nodiscard]] std::size_t ranks_read(const Approximation& approximation, std::size_t top);

/// Its smoothing; none for those that have none.
[[nodiscard]] Smoothing smoothing_of(const Approximation& approximation);

/// `rank_matched(uniform,additive 0.5,top 10)`, `rank_curve(zipf 1,uniform,none,top 10)`,
/// `probabilities`, `softmax(1)`; a smoothing other than none is named in the last two as well.
[[nodiscard]] std::string label(const Approximation& approximation, std::size_t top);

/// The target that an approximation may look at: p_hat of `users` users, or a population.
struct Target {
    std::span<const double> p;  ///< shape (K,), a distribution
    double users = std::numeric_limits<double>::infinity();
};

/// q by rank: shape (K,), the value at rank i for i < top, then those of the unranked items (for
/// `sorted`, in target order). The plain definition, without smoothing.
/// sorted_target: the target's values in descending order (rank_matched only). 1 <= top <= K.
[[nodiscard]] std::vector<double> values_by_rank(const RankMatched& approximation,
                                                 std::span<const double> sorted_target,
                                                 std::size_t top);
[[nodiscard]] std::vector<double> values_by_rank(const RankCurve& approximation,
                                                 std::size_t items,
                                                 std::size_t top);
/// A learned curve, shape (K,), descending, cut after `top` ranks.
[[nodiscard]] std::vector<double> cut_curve(const RankCurve& approximation,
                                            std::vector<double> curve,
                                            std::size_t top);
/// probabilities: shape (K,), those that the predictor states; only the `known` largest are looked at.
[[nodiscard]] std::vector<double> values_by_rank(const TopLogprobs& approximation,
                                                 std::span<const double> probabilities,
                                                 std::size_t known);

/// The distribution that a response states outright: its probabilities, renormalised, or the softmax of
/// its logits. Shape (K,), or nothing when it has neither.
[[nodiscard]] std::optional<std::vector<double>> stated_probabilities(const Response& response);

/// The distribution q over all K candidates: the executable specification.
/// order: the answer's ranking with its ties broken, of which the first `top` are used; read by the
/// ranking approximations only. Nothing when the response lacks the form that the approximation
/// reads, and for those whose q depends on draws or on other groups.
[[nodiscard]] std::optional<std::vector<double>> approximate(const Approximation& approximation,
                                                             const Target& target,
                                                             const Response& response,
                                                             std::span<const std::uint32_t> order,
                                                             std::size_t top);

}  // namespace truegap::metrics
