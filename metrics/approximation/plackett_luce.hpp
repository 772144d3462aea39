#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// Plackett-Luce weights from several partial rankings of the same K items. A ranking names its top
/// t items, best first; each is chosen among all items not yet ranked, in proportion to w:
///     P(ranking | w) = prod_{i<=t} w_{r_i} / D_i,   D_i = sum of w over the items not in r_1..r_{i-1}
/// (a choice from a single item is certain and does not count).
///
/// The fit maximises, over w with sum 1,
///     F(w) = sum_rankings ln P(ranking | w) + alpha sum_k ln w_k
/// alpha = 0 is maximum likelihood; alpha > 0 is the mode under independent Gamma(1 + alpha, alpha K)
/// priors, whose total is 1 at the mode, and the same as alpha further wins of every item among all K.
/// One step of the MM algorithm, W_k being how often k was chosen, is
///     w_k <- (W_k + alpha) / (alpha K + sum_{choices among which k was} 1 / D),   then w <- w / sum w
/// It replaces -ln D by its tangent -D/D_old, which lies below it, so F never falls.
///
/// Maximum likelihood need not exist: unless every item can be reached from every other by "was once
/// chosen before", some weights go to 0. An item never ranked gets exactly 0 at once; where an
/// item always comes first the others' weights sink slowly and the fit does not converge.
/// Sources: Hunter, Ann. Stat. 32 (2004); Caron & Doucet, J. Comput. Graph. Stat. 21 (2012);
/// acceleration: Varadhan & Roland, Scand. J. Stat. 35 (2008).
namespace truegap::metrics {

/// F(w), and one step from w: the plain definitions. rankings: each up to K distinct items below
/// K = weights.size(), best first; weights: shape (K,), positive (zeros where alpha and W_k are 0),
/// with sum 1; alpha >= 0.
using Rankings = std::span<const std::vector<std::uint32_t>>;
[[nodiscard]] double plackett_luce_objective(Rankings rankings,
                                             std::span<const double> weights,
                                             double alpha);
[[nodiscard]] std::vector<double> plackett_luce_step(Rankings rankings,
                                                     std::span<const double> weights,
                                                     double alpha);

struct PlackettLuceOptions {
    double alpha = 0.5;
    /// The fit ends when a step changes no weight by more than this, relatively. Steps that shrink
    /// by a factor r leave an error of about tolerance * r / (1 - r).
    double tolerance = 1e-10;
    std::uint32_t most_steps = 5000;
};

struct PlackettLuceFit {
    std::span<const double> weights;  ///< shape (K,), sum 1; valid until the fitter is used again
    std::uint32_t steps = 0;
    bool converged = false;
};

/// The fast form: items never ranked share one weight, steps are extrapolated (SQUAREM) where that
/// raises F, and nothing is allocated once the buffers have grown. Use: clear, add each ranking, fit.
/// Usually 5 to 20 steps; rankings that all agree need more, the smaller alpha is (K = 50, top 10:
/// about 30 for alpha = 0.5, 470 for 0.01).
class PlackettLuceFitter {
  public:
    /// items: K >= 1.
    explicit PlackettLuceFitter(std::size_t items);

    void clear();
    /// ranking: up to K distinct items, best first (a contract).
    void add(std::span<const std::uint32_t> ranking);
    /// Without rankings, and for a single item, the weights are equal.
    [[nodiscard]] PlackettLuceFit fit(const PlackettLuceOptions& options = {});

  private:
    void prepare();
    double step(std::span<const double> from, std::span<double> to);
    bool extrapolate();
    [[nodiscard]] PlackettLuceFit result(std::span<const double> active_weights,
                                         std::uint32_t steps,
                                         bool converged);

    std::size_t items_;
    double alpha_ = 0.0;
    std::vector<std::uint32_t> place_;   // of each item among the active ones, if it is one
    std::vector<std::uint32_t> active_;  // items ranked at least once
    std::vector<std::uint32_t> ranked_;  // all rankings, by place, end to end
    std::vector<std::size_t> begin_;     // where each ranking starts, and the end
    std::vector<double> wins_;           // W, by place
    std::vector<double> absent_;         // (active, rankings): 1 where the ranking lacks the item
    std::vector<double> absent_by_ranking_;        // the same, transposed
    std::vector<double> rest_, reciprocals_;       // by ranking: weight not ranked; by choice: 1/D
    std::vector<double> exposure_;                 // by place: sum of 1/D
    std::vector<double> zeroth_, first_, second_;  // weights by place, the unranked's at the end
    std::vector<double> next_, curvature_;         // the extrapolation, and v
    std::vector<double> weights_;
};

}  // namespace truegap::metrics
