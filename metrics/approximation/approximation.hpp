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
/// over all K ranks; the mass beyond the top follows the residual policy (uniform or drop).
struct RankCurve {
    enum class Shape { zipf, geometric };
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

using Approximation = std::variant<RankMatched, RankCurve, Probabilities, Softmax>;

/// Whether it reads a ranking (and so depends on `top` and on how ties are broken).
[[nodiscard]] bool reads_ranking(const Approximation& approximation);

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

/// The distribution q over all K candidates: the executable specification.
/// order: the answer's ranking with its ties broken, of which the first `top` are used; read by the
/// ranking approximations only. Nothing when the response lacks the form that the approximation
/// reads.
[[nodiscard]] std::optional<std::vector<double>> approximate(const Approximation& approximation,
                                                             const Target& target,
                                                             const Response& response,
                                                             std::span<const std::uint32_t> order,
                                                             std::size_t top);

}  // namespace truegap::metrics
