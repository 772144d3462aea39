#include "metrics/approximation/plackett_luce.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "metrics/contract.hpp"
#include "metrics/log_of_product.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

namespace {

constexpr std::uint32_t never = std::numeric_limits<std::uint32_t>::max();
constexpr double minus_infinity = -std::numeric_limits<double>::infinity();

// Choices that count: the last of K items is no choice.
std::size_t choices(std::size_t ranked, std::size_t items) {
    return ranked == items ? items - 1 : ranked;
}

// Calls visit(choice, D) for each counted choice of a ranking, the last first.
template <class Visit>
void for_each_choice(std::span<const std::uint32_t> ranking,
                     std::span<const double> weights,
                     const Visit& visit) {
    std::vector<bool> left(weights.size(), true);
    for (const std::uint32_t item : ranking) left[item] = false;
    double D = 0.0;
    for (std::size_t k = 0; k < weights.size(); ++k)
        if (left[k]) D += weights[k];
    for (std::size_t i = ranking.size(); i-- > 0;) {
        D += weights[ranking[i]];
        if (i < choices(ranking.size(), weights.size())) visit(i, D);
    }
}

// weight * ln x with 0 ln 0 = 0.
double weighted_ln(double weight, double x) {
    return weight > 0.0 ? weight * ln(x) : 0.0;
}

bool within(std::span<const double> before, std::span<const double> after, double tolerance) {
    for (std::size_t c = 0; c < after.size(); ++c)
        if (!(std::abs(after[c] - before[c]) <= tolerance * after[c])) return false;
    return true;
}

}  // namespace

double plackett_luce_objective(Rankings rankings, std::span<const double> weights, double alpha) {
    double sum = 0.0;
    for (const auto& ranking : rankings)
        for_each_choice(ranking, weights, [&](std::size_t i, double D) {
            sum += ln(weights[ranking[i]]) - ln(D);
        });
    for (const double weight : weights) sum += weighted_ln(alpha, weight);
    return sum;
}

std::vector<double> plackett_luce_step(Rankings rankings,
                                       std::span<const double> weights,
                                       double alpha) {
    const std::size_t items = weights.size();
    std::vector<double> wins(items, alpha);
    std::vector<double> exposure(items, alpha * static_cast<double>(items));
    for (const auto& ranking : rankings)
        for_each_choice(ranking, weights, [&](std::size_t choice, double D) {
            wins[ranking[choice]] += 1.0;
            std::vector<bool> chosen_before(items, false);
            for (std::size_t i = 0; i < choice; ++i) chosen_before[ranking[i]] = true;
            for (std::size_t k = 0; k < items; ++k)
                if (!chosen_before[k]) exposure[k] += 1.0 / D;
        });
    double total = 0.0;
    for (std::size_t k = 0; k < items; ++k) {
        wins[k] /= exposure[k];
        total += wins[k];
    }
    for (double& weight : wins) weight /= total;
    return wins;
}

PlackettLuceFitter::PlackettLuceFitter(std::size_t items)
    : items_(items), place_(items, never), begin_{0}, weights_(items) {
    TRUEGAP_EXPECTS(items >= 1);
}

void PlackettLuceFitter::clear() {
    for (const std::uint32_t item : active_) place_[item] = never;
    active_.clear();
    ranked_.clear();
    begin_.assign(1, 0);
    wins_.clear();
}

void PlackettLuceFitter::add(std::span<const std::uint32_t> ranking) {
    TRUEGAP_EXPECTS(ranking.size() <= items_);
    const std::size_t counted = choices(ranking.size(), items_);
    for (std::size_t i = 0; i < ranking.size(); ++i) {
        std::uint32_t& place = place_[ranking[i]];
        if (place == never) {
            place = static_cast<std::uint32_t>(active_.size());
            active_.push_back(ranking[i]);
            wins_.push_back(0.0);
        }
        if (i < counted) wins_[place] += 1.0;
        TRUEGAP_EXPECTS(std::find(ranked_.begin() + static_cast<std::ptrdiff_t>(begin_.back()),
                                  ranked_.end(),
                                  place) == ranked_.end());
        ranked_.push_back(place);
    }
    begin_.push_back(ranked_.size());
}

void PlackettLuceFitter::prepare() {
    const std::size_t rankings = begin_.size() - 1;
    const std::size_t active = active_.size();
    absent_.assign(active * rankings, 1.0);
    absent_by_ranking_.assign(active * rankings, 1.0);
    for (std::size_t j = 0; j < rankings; ++j)
        for (std::size_t i = begin_[j]; i < begin_[j + 1]; ++i) {
            absent_[ranked_[i] * rankings + j] = 0.0;
            absent_by_ranking_[j * active + ranked_[i]] = 0.0;
        }
    rest_.resize(rankings);
    reciprocals_.resize(items_);
    exposure_.resize(active);
    for (std::vector<double>* weights : {&zeroth_, &first_, &second_, &next_, &curvature_})
        weights->resize(active + 1);
    std::fill(zeroth_.begin(), zeroth_.end(), 1.0 / static_cast<double>(items_));
    if (alpha_ <= 0.0) std::fill(zeroth_.begin(), zeroth_.end(), 1.0 / static_cast<double>(active));
    if (alpha_ <= 0.0 || active == items_) zeroth_.back() = 0.0;
}

// One MM step; returns F at `from`.
double PlackettLuceFitter::step(std::span<const double> from, std::span<double> to) {
    const std::size_t rankings = begin_.size() - 1;
    const std::size_t active = active_.size();
    const auto unranked = static_cast<double>(items_ - active);
    std::fill(rest_.begin(), rest_.end(), unranked * from[active]);
    for (std::size_t c = 0; c < active; ++c) {
        const double* absent = &absent_[c * rankings];
        for (std::size_t j = 0; j < rankings; ++j) rest_[j] += absent[j] * from[c];
    }
    LogOfProduct denominators;
    double whole_exposure = alpha_ * static_cast<double>(items_);
    std::fill(exposure_.begin(), exposure_.end(), whole_exposure);
    for (std::size_t j = 0; j < rankings; ++j) {
        const auto ranking =
            std::span<const std::uint32_t>(ranked_).subspan(begin_[j], begin_[j + 1] - begin_[j]);
        const std::size_t counted = choices(ranking.size(), items_);
        double D = rest_[j];
        if (counted < ranking.size()) D += from[ranking[counted]];
        for (std::size_t i = counted; i-- > 0;) {
            D += from[ranking[i]];
            denominators.multiply(D);
            reciprocals_[i] = 1.0 / D;
        }
        double sum = 0.0;
        for (std::size_t i = 0; i < counted; ++i) {
            sum += reciprocals_[i];
            exposure_[ranking[i]] += sum;
        }
        if (counted < ranking.size()) exposure_[ranking[counted]] += sum;
        const double* absent = &absent_by_ranking_[j * active];
        for (std::size_t c = 0; c < active; ++c) exposure_[c] += absent[c] * sum;
        whole_exposure += sum;
    }
    double objective = weighted_ln(unranked * alpha_, from[active]) - denominators.value();
    double total = 0.0;
    for (std::size_t c = 0; c < active; ++c) {
        objective += weighted_ln(wins_[c] + alpha_, from[c]);
        to[c] = (wins_[c] + alpha_) / exposure_[c];
        total += to[c];
    }
    to[active] = active < items_ ? alpha_ / whole_exposure : 0.0;
    total += unranked * to[active];
    for (double& weight : to) weight /= total;
    return std::isnan(objective) ? minus_infinity : objective;
}

// From three iterates in ln w, r = first - zeroth and v = (second - first) - r:
//     next = zeroth + 2 s r + s^2 v,   s = |r| / |v|
// False where that leads nowhere new.
bool PlackettLuceFitter::extrapolate() {
    const std::size_t size = zeroth_.size();
    double r_squared = 0.0;
    double v_squared = 0.0;
    for (std::size_t c = 0; c < size; ++c) {
        if (zeroth_[c] <= 0.0 || second_[c] <= 0.0) continue;
        const double r = ln(first_[c] / zeroth_[c]);
        const double v = ln(second_[c] / first_[c]) - r;
        next_[c] = r;
        curvature_[c] = v;
        r_squared += r * r;
        v_squared += v * v;
    }
    if (!(v_squared > 0.0) || r_squared <= v_squared) return false;
    const double s = std::sqrt(r_squared / v_squared);
    double total = 0.0;
    for (std::size_t c = 0; c < size; ++c) {
        if (zeroth_[c] <= 0.0 || second_[c] <= 0.0) {
            next_[c] = second_[c];
        } else {
            next_[c] = zeroth_[c] * exponential(s * (2.0 * next_[c] + s * curvature_[c]));
        }
        total += next_[c] * (c + 1 < size ? 1.0 : static_cast<double>(items_ - active_.size()));
    }
    if (!std::isfinite(total)) return false;
    for (double& weight : next_) weight /= total;
    return true;
}

PlackettLuceFit PlackettLuceFitter::result(std::span<const double> active_weights,
                                           std::uint32_t steps,
                                           bool converged) {
    std::fill(weights_.begin(), weights_.end(), active_weights[active_.size()]);
    for (std::size_t c = 0; c < active_.size(); ++c) weights_[active_[c]] = active_weights[c];
    return {.weights = weights_, .steps = steps, .converged = converged};
}

PlackettLuceFit PlackettLuceFitter::fit(const PlackettLuceOptions& options) {
    TRUEGAP_EXPECTS(options.alpha >= 0.0 && std::isfinite(options.alpha));
    if (active_.empty() || items_ == 1) {
        std::fill(weights_.begin(), weights_.end(), 1.0 / static_cast<double>(items_));
        return {.weights = weights_, .steps = 0, .converged = true};
    }
    alpha_ = options.alpha;
    prepare();
    std::uint32_t steps = 0;
    bool extrapolated = false;  // whether zeroth_ is a guess that F has yet to approve
    double reached = minus_infinity;
    while (steps < options.most_steps) {
        const double objective = step(zeroth_, first_);
        ++steps;
        // Below this a difference of F is rounding.
        const double noise = 1e-13 * std::abs(reached);
        if (extrapolated && !(objective >= reached - noise)) {
            std::swap(zeroth_, second_);
            extrapolated = false;
            continue;
        }
        if (within(zeroth_, first_, options.tolerance)) return result(first_, steps, true);
        if (steps == options.most_steps) return result(first_, steps, false);
        reached = step(first_, second_);
        ++steps;
        if (within(first_, second_, options.tolerance)) return result(second_, steps, true);
        extrapolated = extrapolate();
        std::swap(zeroth_, extrapolated ? next_ : second_);
    }
    // F of a guess not yet approved may come out anywhere above that of first_, not of second_.
    return result(extrapolated ? first_ : zeroth_, steps, false);
}

}  // namespace truegap::metrics
