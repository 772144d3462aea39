#include "sim/verdict.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "metrics/contract.hpp"
#include "metrics/entropy.hpp"
#include "metrics/interval.hpp"
#include "sim/parallel.hpp"
#include "sim/study.hpp"

namespace truegap::sim {

namespace {

// Families of data sets, all independent.
constexpr std::uint32_t outer_family = 2, larger_family = 3, inner_family = 100;

// The mean of all, of the highest third, and the lowest third less the others.
constexpr std::size_t figures = 3;
using Figures = std::array<double, figures>;

struct Corrected {
    double entropy = 0.0, gap = 0.0;
};

struct Spread {
    double mean = 0.0, variance = 0.0;  // of the values
    std::size_t count = 0;

    [[nodiscard]] double error_squared() const {
        return count > 0 ? variance / static_cast<double>(count) : 0.0;
    }
};

template <class Values, class Get>
Spread spread_of(const Values& values, std::size_t from, std::size_t to, const Get& get) {
    Spread spread{.count = to - from};
    if (spread.count == 0) return spread;
    double sum = 0.0;
    for (std::size_t i = from; i < to; ++i) sum += get(values[i]);
    spread.mean = sum / static_cast<double>(spread.count);
    double squares = 0.0;
    for (std::size_t i = from; i < to; ++i)
        squares += (get(values[i]) - spread.mean) * (get(values[i]) - spread.mean);
    if (spread.count > 1) spread.variance = squares / static_cast<double>(spread.count - 1);
    return spread;
}

double gap_of(const Corrected& point) {
    return point.gap;
}

struct Estimates {
    Figures value{};
    Figures error{};  // between contexts
};

// Orders the points by entropy.
Estimates estimates_of(std::vector<Corrected>& points) {
    std::stable_sort(points.begin(), points.end(), [](const Corrected& a, const Corrected& b) {
        return a.entropy < b.entropy;
    });
    const std::size_t size = points.size();
    const std::size_t third = size / 3;
    const Spread all = spread_of(points, 0, size, gap_of);
    const Spread highest = spread_of(points, size - third, size, gap_of);
    const Spread lowest = spread_of(points, 0, third, gap_of);
    const Spread others = spread_of(points, third, size, gap_of);
    return {.value = {all.mean, highest.mean, lowest.mean - others.mean},
            .error = {std::sqrt(all.error_squared()),
                      std::sqrt(highest.error_squared()),
                      std::sqrt(lowest.error_squared() + others.error_squared())}};
}

Spread spread_of_figure(const std::vector<Figures>& drawn, std::size_t figure) {
    return spread_of(
        drawn, 0, drawn.size(), [figure](const Figures& values) { return values[figure]; });
}

std::uint64_t users_of(const ObservedContext& context) {
    return std::accumulate(context.counts.begin(), context.counts.end(), std::uint64_t{0});
}

double median_of(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return metrics::sample_quantile(values, 0.5);
}

// The judged contexts of one predictor that have a finite gap, and what is known of them.
class Case {
  public:
    Case(const ObservedStudy& study,
         const ObservedScores& scores,
         const TwinData& twin,
         const NoiseFloor& floor,
         std::size_t predictor)
        : predictor_(predictor) {
        std::vector<double> users;
        for (std::size_t place = 0; place < floor.judged().size(); ++place) {
            const std::uint32_t c = floor.judged()[place];
            const ObservedRow* row = recommended_row(study, scores, c);
            const Figure bias = recommended_bias(twin, floor, predictor, c);
            if (row == nullptr || !row->gap || !row->entropy || !bias) continue;
            users.push_back(static_cast<double>(users_of(study.contexts[c])));
            if (std::isinf(*row->gap)) {
                ++infinite;
                continue;
            }
            places.push_back(place);
            contexts.push_back(c);
            biases.push_back(*bias);
            points.push_back({*row->entropy, *row->gap - *bias});
        }
        if (!users.empty()) median_users = median_of(users);
    }

    // What the figures are of the perfect predictor, or of the own q, in a draw.
    [[nodiscard]] Figures perfect(const NoiseFloor& floor,
                                  std::size_t draw,
                                  const std::vector<double>& with_biases) const {
        return in_draw(with_biases, [&](std::size_t place) {
            return floor.perfect_point(predictor_, draw, place);
        });
    }
    [[nodiscard]] Figures own(const NoiseFloor& floor, std::size_t draw) const {
        return in_draw(biases,
                       [&](std::size_t place) { return floor.own_point(predictor_, draw, place); });
    }
    // The gaps along the curve, of the predictor or of the perfect one in a draw.
    [[nodiscard]] std::vector<double> profile() const { return profile_of(points); }
    [[nodiscard]] std::vector<double> perfect_profile(const NoiseFloor& floor,
                                                      std::size_t draw) const {
        return profile_of(drawn_points(biases, [&](std::size_t place) {
            return floor.perfect_point(predictor_, draw, place);
        }));
    }
    [[nodiscard]] std::vector<Figures> all_perfect(const NoiseFloor& floor,
                                                   const std::vector<double>& with_biases) const {
        std::vector<Figures> drawn(floor.draws());
        for (std::size_t r = 0; r < drawn.size(); ++r) drawn[r] = perfect(floor, r, with_biases);
        return drawn;
    }
    // Of the predictor itself where its q is known and never infinite, else of the perfect one.
    [[nodiscard]] std::vector<Figures> all_own(const NoiseFloor& floor) const {
        if (!floor.states(predictor_)) return all_perfect(floor, biases);
        std::vector<Figures> drawn(floor.draws());
        for (std::size_t r = 0; r < drawn.size(); ++r) {
            drawn[r] = own(floor, r);
            if (!std::isfinite(drawn[r][0])) return all_perfect(floor, biases);
        }
        return drawn;
    }

    std::vector<std::size_t> places;  // within the floor's judged contexts
    std::vector<std::uint32_t> contexts;
    std::vector<double> biases;
    std::vector<Corrected> points;
    std::uint64_t infinite = 0;
    Figure median_users;

  private:
    [[nodiscard]] const ObservedRow* recommended_row(const ObservedStudy& study,
                                                     const ObservedScores& scores,
                                                     std::uint32_t c) const {
        const std::size_t methods =
            scores.rows.size() / (study.contexts.size() * study.predictors.size());
        for (std::size_t m = 0; m < methods; ++m) {
            const ObservedRow& row =
                scores.rows[(c * study.predictors.size() + predictor_) * methods + m];
            if (std::holds_alternative<metrics::Recommended>(
                    study.approximations[row.approximation]))
                return &row;
        }
        return nullptr;
    }
    static std::vector<double> profile_of(const std::vector<Corrected>& corrected) {
        constexpr std::size_t parts = 10;
        std::vector<metrics::CurvePoint> curve;
        curve.reserve(corrected.size());
        for (const Corrected& point : corrected)
            curve.push_back({point.entropy, point.entropy + point.gap});
        return metrics::gap_profile(curve, parts);
    }
    template <class Get>
    [[nodiscard]] std::vector<Corrected> drawn_points(const std::vector<double>& with_biases,
                                                      const Get& get) const {
        std::vector<Corrected> drawn(places.size());
        for (std::size_t i = 0; i < places.size(); ++i) {
            const NoiseFloor::Point& point = get(places[i]);
            drawn[i] = {point.entropy, point.gap - with_biases[i]};
        }
        return drawn;
    }
    template <class Get>
    [[nodiscard]] Figures in_draw(const std::vector<double>& with_biases, const Get& get) const {
        std::vector<Corrected> drawn = drawn_points(with_biases, get);
        return estimates_of(drawn).value;
    }

    std::size_t predictor_;
};

Figure p_of(double value, const std::vector<Figures>& null, std::size_t figure) {
    std::size_t as_large = 0;
    for (const Figures& drawn : null) as_large += drawn[figure] >= value ? 1U : 0U;
    return static_cast<double>(1 + as_large) / static_cast<double>(null.size() + 1);
}

// (value - mean) / sd among the perfect predictor's.
double studentised(double value, const Spread& null) {
    const double sd = std::sqrt(null.variance);
    return sd > 0.0 ? (value - null.mean) / sd : 0.0;
}

// What the outer data sets say: the perfect predictor's studentised figures there, each by a twin fitted to
// that data set alone, and its figures as corrected by that twin.
struct OuterDraws {
    std::vector<Figures> studentised, corrected;  // [draw]
};

class Judge {
  public:
    Judge(const ObservedStudy& study,
          const ObservedScores& scores,
          const TwinData& twin,
          const NoiseFloor& floor,
          const VerdictPlan& plan)
        : study_(study), twin_(twin), floor_(floor), plan_(plan) {
        for (std::size_t p = 0; p < study.predictors.size(); ++p)
            cases_.emplace_back(study, scores, twin, floor, p);
    }

    void draw_outer(const OuterPlan& outer) {
        const NoiseFloor data(study_,
                              twin_,
                              floor_.judged(),
                              {},
                              {.seed = plan_.seed,
                               .family = outer_family,
                               .draws = outer.draws,
                               .own = false,
                               .threads = plan_.threads,
                               .stop = plan_.stop});
        outer_.assign(cases_.size(),
                      {std::vector<Figures>(outer.draws), std::vector<Figures>(outer.draws)});
        for_each_index(plan_.threads, outer.draws, [&](std::size_t o) {
            if (plan_.stop != nullptr && *plan_.stop) throw Interrupted();
            const auto number = static_cast<std::uint32_t>(o);
            const Population again = outer.refit(twin_.draw(plan_.seed, outer_family, number));
            const TwinData other(study_, again, *outer.contexts);
            const NoiseFloor inner(study_,
                                   other,
                                   floor_.judged(),
                                   {},
                                   {.seed = plan_.seed,
                                    .family = inner_family + number,
                                    .draws = outer.inner,
                                    .own = false,
                                    .threads = 1,
                                    .stop = plan_.stop});
            for (std::size_t p = 0; p < cases_.size(); ++p) {
                std::vector<double> biases;
                biases.reserve(cases_[p].contexts.size());
                for (const std::uint32_t c : cases_[p].contexts)
                    biases.push_back(recommended_bias(other, inner, p, c).value());
                const std::vector<Figures> null = cases_[p].all_perfect(inner, biases);
                outer_[p].corrected[o] = cases_[p].perfect(data, o, biases);
                for (std::size_t f = 0; f < figures; ++f)
                    outer_[p].studentised[o][f] =
                        studentised(outer_[p].corrected[o][f], spread_of_figure(null, f));
            }
            if (plan_.progress) plan_.progress(outer.inner);
        });
    }

    [[nodiscard]] std::vector<Verdict> verdicts() {
        std::vector<Verdict> all;
        for (std::size_t p = 0; p < cases_.size(); ++p) all.push_back(verdict(p));
        if (plan_.needed) add_needed(all);
        return all;
    }

  private:
    Verdict verdict(std::size_t p) {
        Case& one = cases_[p];
        Verdict verdict{.predictor = static_cast<std::uint32_t>(p),
                        .contexts = one.points.size() + one.infinite,
                        .infinite = one.infinite,
                        .median_users = one.median_users,
                        .states = floor_.states(p)};
        if (one.points.size() >= 2) judge_finite(p, verdict);
        if (one.points.size() >= least_judged) {
            std::vector<std::vector<double>> null(floor_.draws());
            for (std::size_t r = 0; r < null.size(); ++r) null[r] = one.perfect_profile(floor_, r);
            verdict.curve_test = metrics::compare_with_null(one.profile(), null);
        }
        if (one.infinite > 0) {  // which no perfect predictor ever has
            verdict.gap = {.value = std::numeric_limits<double>::infinity(),
                           .interval = {},
                           .p = 1.0 / static_cast<double>(floor_.draws() + 1)};
        }
        if (verdict.contexts < least_judged || !verdict.gap.p) return verdict;
        if (*verdict.gap.p <= 1.0 - plan_.level)
            verdict.finding = Finding::worse;
        else if (verdict.gap.interval && verdict.gap.interval->high < plan_.margin)
            verdict.finding = Finding::explained;
        return verdict;
    }

    void judge_finite(std::size_t p, Verdict& verdict) {
        Case& one = cases_[p];
        UnitSums units;
        for (const Corrected& point : one.points) units.add(point.gap, 1.0);
        const Estimates estimates = estimates_of(one.points);
        const std::vector<Figures> null = one.all_perfect(floor_, one.biases);
        const std::vector<Figures> own = one.all_own(floor_);
        const std::array<Judgement*, figures> judgements{
            &verdict.gap, &verdict.highest, &verdict.rise};
        for (std::size_t f = 0; f < figures; ++f) {
            if (f > 0 && one.points.size() < least_judged) break;  // thirds of next to nothing
            const Spread here = spread_of_figure(null, f);
            Judgement& judgement = *judgements[f];
            judgement.p = p_of(estimates.value[f], null, f);
            double twin_variance = 0.0;
            if (!outer_.empty()) {
                const double z = studentised(estimates.value[f], here);
                judgement.p = p_of(z, outer_[p].studentised, f);
                twin_variance = std::max(
                    0.0, spread_of_figure(outer_[p].corrected, f).variance - here.variance);
            }
            // Which contexts look certain is chance too: a perfect predictor's thirds are not at 0.
            const double value = estimates.value[f] - (f == 0 ? 0.0 : here.mean);
            judgement.value = value;
            const double between = estimates.error[f];
            const double drawn = spread_of_figure(own, f).variance;
            metrics::Interval interval = metrics::normal_interval(value, between, plan_.level);
            if (f == 0)
                if (const auto bca = resampled_interval(units, contexts_drawn(units), plan_.level))
                    interval = *bca;
            const double least = between * between;
            const double longer =
                least > 0.0 ? std::sqrt((std::max(least, drawn) + twin_variance) / least) : 1.0;
            judgement.interval = metrics::Interval{value - (value - interval.low) * longer,
                                                   value + (interval.high - value) * longer};
        }
    }

    [[nodiscard]] Times contexts_drawn(const UnitSums& units) const {
        return draw_times(
            stream({.seed = plan_.seed, .purpose = Purpose::resampled_contexts, .n = 4}),
            units.sums.size(),
            plan_.resamples);
    }

    // What more users, or more groups, would make of the intervals that decide nothing.
    void add_needed(std::vector<Verdict>& verdicts) const {
        constexpr std::uint32_t draws = 128;
        constexpr std::uint32_t most_times = 64;
        std::vector<std::size_t> open;
        for (std::size_t p = 0; p < verdicts.size(); ++p)
            if (verdicts[p].finding == Finding::undecided && verdicts[p].contexts >= least_judged &&
                verdicts[p].gap.interval)
                open.push_back(p);
        const double z = metrics::normal_interval(0.0, 1.0, plan_.level).high;
        const double wanted = plan_.margin * plan_.margin / (4.0 * z * z);  // variance
        const auto drawn_variance = [&](const NoiseFloor& floor, std::size_t p) {
            return spread_of_figure(cases_[p].all_own(floor), 0).variance;
        };
        std::vector<double> lasting;  // variance that more users do not take away
        for (const std::size_t p : open) {
            const metrics::Interval& interval = *verdicts[p].gap.interval;
            const double error = (interval.high - interval.low) / (2.0 * z);
            lasting.push_back(std::max(0.0, error * error - drawn_variance(floor_, p)));
            verdicts[p].needed.emplace();
            if (lasting.back() >= wanted)
                verdicts[p].needed->groups =
                    std::ceil(static_cast<double>(verdicts[p].contexts) * error * error / wanted);
        }
        for (std::uint32_t times = 2; times <= most_times; times *= 2) {
            const auto waits = [&](std::size_t p) {
                return !verdicts[p].needed->users && !verdicts[p].needed->groups;
            };
            if (std::none_of(open.begin(), open.end(), waits)) return;
            const NoiseFloor larger(study_,
                                    twin_,
                                    floor_.judged(),
                                    {},
                                    {.seed = plan_.seed,
                                     .family = larger_family,
                                     .draws = draws,
                                     .times = times,
                                     .threads = plan_.threads,
                                     .stop = plan_.stop});
            for (std::size_t i = 0; i < open.size(); ++i) {
                const std::size_t p = open[i];
                if (!waits(p)) continue;
                // By 1/n from the size that was drawn; beyond the largest drawn too.
                const double need = times * drawn_variance(larger, p) / (wanted - lasting[i]);
                if (need <= times || times == most_times)
                    verdicts[p].needed->users = std::ceil(*verdicts[p].median_users * need);
            }
        }
    }

    const ObservedStudy& study_;
    const TwinData& twin_;
    const NoiseFloor& floor_;
    const VerdictPlan& plan_;
    std::vector<Case> cases_;        // [predictor]
    std::vector<OuterDraws> outer_;  // [predictor], or none
};

}  // namespace

Figure recommended_bias(const TwinData& twin,
                        const NoiseFloor& floor,
                        std::size_t predictor,
                        std::size_t context) {
    const FloorMeans& perfect = floor.perfect(predictor, context);
    if (!perfect.entropy || !perfect.cross_entropy) return std::nullopt;
    if (floor.states(predictor))
        return metrics::shannon_entropy(twin.truth(context)) - *perfect.entropy;
    return *perfect.cross_entropy - *perfect.entropy;
}

std::vector<Verdict> judge(const ObservedStudy& study,
                           const ObservedScores& scores,
                           const TwinData& twin,
                           const NoiseFloor& floor,
                           const VerdictPlan& plan,
                           const std::optional<OuterPlan>& outer) {
    TRUEGAP_EXPECTS(plan.margin > 0.0 && plan.level > 0.0 && plan.level < 1.0);
    Judge judge(study, scores, twin, floor, plan);
    if (outer) judge.draw_outer(*outer);
    return judge.verdicts();
}

}  // namespace truegap::sim
