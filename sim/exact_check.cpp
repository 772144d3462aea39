#include "sim/exact_check.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/approximation/scorer.hpp"
#include "metrics/entropy.hpp"
#include "metrics/expectation.hpp"
#include "metrics/log_tables.hpp"
#include "sim/contaminated.hpp"

namespace truegap::sim {

namespace {

// Beyond these a mean is looked at again: about one in a million by normal theory; and not at all
// what rounding does.
constexpr double suspicious_z = 4.9;
constexpr double rounding = 1e-12;
// All comparisons of a run together are wrong less often than this when nothing is wrong.
constexpr double least_credible = 1e-6;

double bennett(double apart, std::uint64_t replicates, const ExactSpread& spread) {
    if (spread.variance <= 0.0 || spread.reach <= 0.0) return 0.0;
    const double u = spread.reach * apart / spread.variance;
    const double h = (1.0 + u) * metrics::ln_1p(u) - u;
    const double exponent =
        static_cast<double>(replicates) * spread.variance / (spread.reach * spread.reach) * h;
    return std::min(1.0, 2.0 * metrics::exponential(-exponent));
}

// How far an additive estimate can be from its mean: twice the most that n observations can add,
// each at most max_j |f(j) - f(0)| / j.
double reach(const metrics::Estimator& estimator, const metrics::SampleSize& size) {
    const double none = estimator.term(0, size);
    double most = 0.0;
    for (std::uint64_t j = 1; j <= size.n; ++j)
        most = std::max(most, std::abs(estimator.term(j, size) - none) / static_cast<double>(j));
    return 2.0 * static_cast<double>(size.n) * most;
}

/// Exact expectations of one context's figures at one n.
class ExactContext {
  public:
    ExactContext(const WorldStudy& study, const Level& level, std::size_t c)
        : study_(study), level_(level), c_(c), n_(level.users[c]), p_(level.truth(c).distribution) {
        if (const OwnHistories* own = study.own_histories(c)) {
            entropies_ = expected_pooled_entropies(study.estimators(), *own, n_);
        } else {
            for (const metrics::Estimator& estimator : study.estimators())
                entropies_.push_back(metrics::expected_entropy_mean(estimator, p_, n_));
        }
        for (std::size_t e = 0; e < entropies_.size(); ++e)
            if (is_known(study.estimators()[e])) entropies_[e] = level.user_entropy[c];
    }

    [[nodiscard]] const std::optional<double>& entropy(std::size_t e) const {
        return entropies_[e];
    }

    /// ln q where it is the same whatever the counts and needs no order; else nothing.
    [[nodiscard]] std::optional<std::vector<double>> fixed_logs(std::size_t p,
                                                                std::size_t a) const {
        const auto& approximation = study_.scenario().approximations[a];
        if (metrics::needs_of(approximation) != metrics::Needs::answer ||
            level_.answer(p, c_).by_replicate)
            return std::nullopt;
        return metrics::fixed_logs(approximation, level_.answer(p, c_).response, n_);
    }

    /// The expected cross-entropy, where the distribution does not depend on the counts.
    [[nodiscard]] std::optional<double> cross_entropy(std::size_t p, std::size_t a) const {
        if (std::holds_alternative<metrics::PerEvent>(study_.scenario().approximations[a]) &&
            !level_.answer(p, c_).by_replicate)
            return level_.answer(p, c_).event_cross_entropy;
        if (const auto logs = fixed_logs(p, a)) return metrics::cross_entropy_of_logs(p_, *logs);
        const auto& approximation = study_.scenario().approximations[a];
        const PredictorMaker& maker = study_.scenario().predictors[p];
        if (maker.contamination && !maker.faults.any() &&
            takes_stated_distribution(approximation) &&
            metrics::needs_of(approximation) != metrics::Needs::groups)
            return expected_contaminated_measure(
                *maker.contamination, p_, *level_.answer(p, c_).q, n_);
        if (level_.answer(p, c_).by_replicate) return std::nullopt;
        // Of a fixed curve and of sampled answers the population's level is the expectation, unless
        // the smoothing depends on n.
        const bool fixed = std::holds_alternative<metrics::RankCurve>(approximation) ||
                           std::holds_alternative<metrics::TopLogprobs>(approximation) ||
                           std::holds_alternative<metrics::SampleFrequency>(approximation);
        const bool for_all_n =
            metrics::smoothing_of(approximation).kind != metrics::Smoothing::Kind::additive;
        const bool learned = metrics::needs_of(approximation) == metrics::Needs::groups;
        if (!fixed || !for_all_n || learned) return std::nullopt;
        return level_.answer(p, c_).answered_cross_entropy[a];
    }

    [[nodiscard]] std::optional<ExactSpread> entropy_spread(std::size_t e) const {
        if (study_.own_histories(c_) != nullptr) return std::nullopt;
        const metrics::Estimator& estimator = study_.estimators()[e];
        const auto moments = metrics::expected_entropy(estimator, p_, n_);
        if (!moments || !moments->variance) return std::nullopt;
        return ExactSpread{.variance = *moments->variance,
                           .reach = reach(estimator, {.n = n_, .items = p_.size()})};
    }

    [[nodiscard]] std::optional<ExactSpread> gap_spread(std::size_t p,
                                                        std::size_t a,
                                                        std::size_t e) const {
        const auto logs = fixed_logs(p, a);
        if (!logs || study_.own_histories(c_) != nullptr) return std::nullopt;
        const metrics::Estimator& estimator = study_.estimators()[e];
        const auto moments = metrics::expected_gap(estimator, p_, *logs, n_);
        if (!moments || !moments->variance) return std::nullopt;
        double steepest = 0.0;
        for (std::size_t k = 0; k < p_.size(); ++k)
            if (p_[k] > 0.0) steepest = std::max(steepest, std::abs((*logs)[k]));
        return ExactSpread{
            .variance = *moments->variance,
            .reach = reach(estimator, {.n = n_, .items = p_.size()}) + 2.0 * steepest};
    }

  private:
    const WorldStudy& study_;
    const Level& level_;
    std::size_t c_;
    std::uint32_t n_;
    const metrics::Distribution& p_;
    std::vector<std::optional<double>> entropies_;
};

}  // namespace

std::optional<double> ExactCheck::compare(double mean,
                                          std::optional<double> standard_error,
                                          double exact,
                                          std::uint64_t replicates,
                                          const std::function<std::optional<ExactSpread>()>& spread,
                                          const std::function<std::string()>& what) {
    ++compared_;
    const double apart = mean - exact;
    if (std::abs(apart) <= rounding * std::max(1.0, std::abs(exact))) return 0.0;
    const bool has_error = standard_error && *standard_error > 0.0;
    const auto z = has_error ? std::optional(apart / *standard_error) : std::nullopt;
    const bool suspicious = !z || std::abs(*z) > suspicious_z;
    const auto exact_spread = suspicious ? spread() : std::nullopt;
    if (z && !suspicious) worst_z_ = std::max(worst_z_, std::abs(*z));
    if (!exact_spread) return z;
    // Its exact standard error is the better one where few replicates saw the rare values.
    const double error = std::sqrt(exact_spread->variance / static_cast<double>(replicates));
    if (error > 0.0) worst_z_ = std::max(worst_z_, std::abs(apart) / error);
    const double probability = bennett(std::abs(apart), replicates, *exact_spread);
    if (probability < least_probability_) {
        least_probability_ = probability;
        least_probable_ = what() + ": the mean of " + std::to_string(replicates) +
                          " replicates is " + metrics::shortest(mean) + ", exact is " +
                          metrics::shortest(exact) +
                          (error > 0.0 ? ", z = " + metrics::shortest(apart / error) : "");
    }
    return z;
}

void ExactCheck::merge(const ExactCheck& other, const std::string& where) {
    compared_ += other.compared_;
    worst_z_ = std::max(worst_z_, other.worst_z_);
    if (other.least_probability_ >= least_probability_) return;
    least_probability_ = other.least_probability_;
    least_probable_ = where + other.least_probable_;
}

std::optional<std::string> ExactCheck::objection() const {
    if (compared_ == 0 ||
        least_probability_ * static_cast<double>(compared_) * looks_ >= least_credible)
        return std::nullopt;
    return "the simulation disagrees with exact expectations (" + least_probable_ + "; " +
           std::to_string(compared_) +
           " means were compared): this is a bug of truegap, and the "
           "results were not kept";
}

ExactZ compare_with_exact(const WorldStudy& study,
                          const Level& level,
                          const BlockStatistics& statistics,
                          ExactCheck& check) {
    const Layout layout = study.layout(level);
    ExactZ result{.entropy = std::vector<std::optional<double>>(statistics.entropy.size()),
                  .gap = std::vector<std::optional<double>>(statistics.gap_error.size())};
    if (level.population_users != 0) return result;
    for (std::size_t c = 0; c < layout.contexts; ++c) {
        if (level.users[c] == 0) continue;
        const ExactContext exact(study, level, c);
        const auto place = [&](std::size_t e) {
            return "world " + std::to_string(study.plan().index) + ", context " +
                   std::to_string(c) + ", n = " + std::to_string(level.users[c]) + ", " +
                   study.estimators()[e].label();
        };
        for (std::size_t e = 0; e < layout.estimators; ++e) {
            const metrics::Moments& measured = statistics.entropy[layout.entropy(c, e)];
            const auto mean = measured.mean();
            if (!exact.entropy(e) || !mean || !std::isfinite(*mean)) continue;
            result.entropy[layout.entropy(c, e)] = check.compare(
                *mean,
                measured.standard_error(),
                *exact.entropy(e),
                measured.count(),
                [&] { return exact.entropy_spread(e); },
                [&] { return place(e); });
        }
        for (std::size_t p = 0; p < layout.predictors; ++p)
            for (std::size_t m = 0; m < layout.methods; ++m) {
                const auto [a, e] = study.methods()[m];
                const metrics::Moments& error = statistics.gap_error[layout.gap(c, p, m)].error;
                const auto mean = error.mean();
                if (!exact.entropy(e) || !mean || !std::isfinite(*mean)) continue;
                const auto cross_entropy = exact.cross_entropy(p, a);
                if (!cross_entropy || !std::isfinite(*cross_entropy)) continue;
                result.gap[layout.gap(c, p, m)] = check.compare(
                    *mean,
                    error.standard_error(),
                    *cross_entropy - *exact.entropy(e) -
                        method_truth(level, c, p, study.scenario().approximations[a]).offset(),
                    error.count(),
                    [&, approximation = a, estimator = e] {
                        return exact.gap_spread(p, approximation, estimator);
                    },
                    [&, approximation = a, estimator = e] {
                        return place(estimator) + ", " +
                               metrics::label(study.scenario().approximations[approximation],
                                              study.scenario().top) +
                               ", " + study.scenario().predictors[p].label;
                    });
            }
    }
    return result;
}

}  // namespace truegap::sim
