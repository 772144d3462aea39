#include "study_oracle.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "naive_truth.hpp"

#include "sim/plan.hpp"

namespace truegap::test {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Vector tempered(const Vector& p, double temperature) {
    Vector q = p;
    double total = 0.0;
    for (double& value : q) total += value = std::pow(value, 1.0 / temperature);
    for (double& value : q) value /= total;
    return q;
}

void add_predictors(EnumerableStudy& study) {
    using adapters::posterior_belief;
    const auto add = [&](const char* label, auto make_belief, auto formula) {
        study.scenario.predictors.push_back(mock(label, make_belief));
        auto& q = study.q.emplace_back();
        for (std::size_t c = 0; c < study.contexts.size(); ++c)
            q.push_back(formula(study.contexts[c], study.p[c]));
    };
    const sim::Population population = population_of(small_population());
    const sim::World world{.population = population, .seed = study.scenario.seed, .index = 0};
    const auto bayes = [](const sim::World& w) { return posterior_belief(w, {}); };
    const auto itself = [](const sim::Context&, const Vector& p) { return p; };
    const auto noisy = [&](const sim::World& w) { return adapters::noisy(w, bayes(w), 0.7); };
    const auto memorizer = [](const sim::World& w) { return adapters::memorizer(w, 3, 0.0); };
    const auto as_it_says = [&](auto make_belief) {
        return [&world, make_belief](const sim::Context& context, const Vector&) {
            const auto q = make_belief(world)(context);
            return Vector(q.begin(), q.end());
        };
    };
    study.scenario.predictors.clear();
    add("bayes", bayes, itself);
    add(
        "tempered(2)",
        [&](const sim::World& w) { return adapters::tempered(bayes(w), 2.0); },
        [](const sim::Context&, const Vector& p) { return tempered(p, 2.0); });
    add(
        "uniform",
        [](const sim::World&) { return adapters::uniform(); },
        [](const sim::Context&, const Vector& p) {
            return Vector(p.size(), 1.0 / static_cast<double>(p.size()));
        });
    add(
        "popularity",
        [](const sim::World& w) { return posterior_belief(w, {.group = false, .history = false}); },
        [](const sim::Context& context, const Vector&) {
            return naive_target(small_population(), context_of({}, {}, context.candidates));
        });
    add(
        "reversed",
        [&](const sim::World& w) { return adapters::reversed(bayes(w)); },
        [](const sim::Context&, const Vector& p) { return Vector(p.rbegin(), p.rend()); });
    add("memorizer(3,0)", memorizer, as_it_says(memorizer));
    add("noisy(0.7)", noisy, as_it_says(noisy));
}

// Error of a root mean square over R replicates whose squares have this variance.
double root_error(double root, double variance_of_square, double R) {
    return root > 1e-12 ? std::sqrt(std::max(variance_of_square, 0.0) / R) / (2.0 * root) : 0.0;
}

// The same for a standard deviation. The second term is for squares that do not vary, as those of a
// fair coin: there the error is of the order 1/R.
double sd_error(const ExactMoments& exact, double R) {
    const double sd = std::sqrt(exact.variance);
    return root_error(sd, exact.fourth - exact.variance * exact.variance, R) + 2.0 * sd / R;
}

// Equal up to rounding; equally infinite.
bool agree(const sim::Figure& figure, double value) {
    if (!figure) return false;
    return std::isinf(value) ? *figure == value : std::abs(*figure - value) < 1e-12;
}

class Comparer {
  public:
    Comparer(const EnumerableStudy& study,
             const sim::Results& results,
             Planted planted,
             const std::vector<double>& shares)
        : study_(study), results_(results), planted_(planted), shares_(shares) {}

    Comparison run() {
        for (const sim::CellRow& row : results_.cells) {
            const std::size_t c = row.key.context;
            const Vector& q = study_.q[row.key.predictor][c];
            const double true_gap = true_values(row, study_.p[c], q);
            std::vector<Order> orders = tie_orders(q);
            if (planted_ == Planted::ties_by_item) orders.resize(1);
            measured(row,
                     exact_row(outcomes_of(row),
                               study_.scenario.approximations[row.key.approximation],
                               results_.estimators[row.key.estimator],
                               q,
                               orders,
                               study_.scenario.top,
                               true_gap),
                     true_gap);
        }
        return result_;
    }

  private:
    void expect(bool holds) { result_.wrong_constants += holds ? 0U : 1U; }

    double true_values(const sim::CellRow& row, const Vector& p, const Vector& q) {
        const double cross_entropy = naive_cross_entropy(p, q);
        const double gap = cross_entropy - naive_entropy(p);
        expect(agree(row.true_entropy, naive_entropy(p)));
        expect(agree(row.true_cross_entropy, cross_entropy));
        expect(agree(row.true_gap, gap));
        return gap;
    }

    const std::vector<Outcome>& outcomes_of(const sim::CellRow& row) {
        const std::uint32_t n = row.key.users + (planted_ == Planted::one_user_more ? 1U : 0U);
        const auto [place, is_new] =
            outcomes_.try_emplace(std::pair{row.key.context, n}, std::vector<Outcome>{});
        const Vector& p = study_.p[row.key.context];
        if (is_new)
            place->second = shares_.empty() ? outcomes(p, n)
                                            : outcomes_of_users(p, n, shares_[row.key.context]);
        return place->second;
    }

    void measured(const sim::CellRow& row, const ExactRow& exact, double true_gap) {
        const auto R = static_cast<double>(row.replicates);
        const double defined = R * (1.0 - row.undefined_fraction);
        result_.fractions.add(row.undefined_fraction,
                              exact.undefined,
                              std::sqrt(exact.undefined * (1.0 - exact.undefined) / R));
        result_.fractions.add(row.infinite_fraction,
                              exact.infinite,
                              std::sqrt(exact.infinite * (1.0 - exact.infinite) / R));
        result_.means.add(*row.entropy_mean, exact.entropy.mean, *row.entropy_bias_mcse);
        result_.spreads.add(*row.entropy_bias_mcse * std::sqrt(defined),
                            std::sqrt(exact.entropy.variance),
                            sd_error(exact.entropy, defined));
        expect(agree(row.entropy_bias, *row.entropy_mean - *row.true_entropy));
        if (exact.infinite > 0.0) {
            infinite(row, exact, true_gap);
            return;
        }
        result_.means.add(
            *row.cross_entropy_mean, exact.cross_entropy.mean, *row.cross_entropy_mean_mcse);
        result_.spreads.add(*row.cross_entropy_mean_mcse * std::sqrt(defined),
                            std::sqrt(exact.cross_entropy.variance),
                            sd_error(exact.cross_entropy, defined));
        const double sd = *row.gap_empirical_se;
        const double offset = std::isinf(true_gap) ? 0.0 : true_gap;
        result_.means.add(*row.gap_mean, exact.gap_error.mean + offset, sd / std::sqrt(defined));
        result_.spreads.add(
            sd, std::sqrt(exact.gap_error.variance), sd_error(exact.gap_error, defined));
        expect(agree(row.gap_empirical_se_mcse, sd / std::sqrt(2.0 * (defined - 1.0))));
        if (std::isinf(true_gap)) {
            expect(row.gap_bias == -infinity && !row.gap_bias_mcse && !row.gap_rmse &&
                   !row.gap_rmse_mcse);
            return;
        }
        expect(agree(row.gap_bias, *row.gap_mean - true_gap));
        expect(agree(row.gap_bias_mcse, sd / std::sqrt(defined)));
        const double rmse = std::sqrt(exact.gap_error.mean_square);
        const double error = root_error(rmse, exact.gap_error.variance_of_square, defined);
        result_.spreads.add(*row.gap_rmse, rmse, error);
        expect(std::abs(*row.gap_rmse_mcse - error) < 0.2 * error + 1e-12);
    }

    // A mean that is infinite has no error, and hides nothing.
    void infinite(const sim::CellRow& row, const ExactRow& exact, double true_gap) {
        ++result_.infinite_rows;
        // So likely that one replicate in this many must have been infinite.
        expect(exact.infinite * static_cast<double>(row.replicates) > 30.0);
        expect(row.cross_entropy_mean == infinity && row.gap_mean == infinity);
        expect(!row.cross_entropy_mean_mcse && !row.gap_empirical_se && !row.gap_bias_mcse &&
               !row.gap_empirical_se_mcse && !row.gap_rmse_mcse);
        if (std::isinf(true_gap)) {
            expect(!row.gap_bias && !row.gap_rmse);
        } else {
            expect(row.gap_bias == infinity && row.gap_rmse == infinity);
        }
    }

    const EnumerableStudy& study_;
    const sim::Results& results_;
    Planted planted_;
    const std::vector<double>& shares_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Outcome>> outcomes_;
    Comparison result_;
};

std::vector<metrics::Smoothing> smoothings() {
    using Kind = metrics::Smoothing::Kind;
    return {{Kind::none, 0.0}, {Kind::additive, 0.5}, {Kind::mixture, 0.05}, {Kind::floor, 0.02}};
}

}  // namespace

EnumerableStudy enumerable_study() {
    EnumerableStudy study{.scenario = small_scenario(), .contexts = {}, .p = {}, .q = {}};
    const sim::Group old{.proxy = {0}, .levels = {1}};
    const sim::Group young_men{.proxy = {1, 0}, .levels = {1, 0}};
    study.contexts = {context_of({}, {}, {0, 1, 2, 3}),
                      context_of(old, {}, {2, 0, 1}),
                      context_of(young_men, {0, 0, 3}, {3, 2, 1, 0}),
                      context_of({}, {1}, {1, 3, 0}),
                      context_of(old, {2, 2}, {0, 4, 2})};  // nobody ever chooses item 4
    std::vector<sim::ListedContext> listed;
    for (std::size_t c = 0; c < study.contexts.size(); ++c) {
        sim::Context& context = study.contexts[c];
        context.id = static_cast<sim::ContextId>(c);
        listed.push_back({context.group, context.history, context.candidates});
        study.p.push_back(naive_target(small_population(), context));
    }
    study.scenario.contexts.source = listed;
    study.scenario.estimators = all_estimators();
    study.scenario.approximations = rank_matched_approximations();
    add_predictors(study);
    return study;
}

EnumerableStudy planned_study(sim::Scenario scenario) {
    sim::WorldPlan plan = sim::plan_world(scenario, 0);
    EnumerableStudy study{
        .scenario = std::move(scenario), .contexts = plan.contexts, .p = {}, .q = {}};
    for (const sim::Context& context : study.contexts)
        study.p.push_back(naive_target(small_population(), context));
    const sim::World world{.population = plan.population, .seed = study.scenario.seed, .index = 0};
    for (const sim::PredictorMaker& maker : study.scenario.predictors) {
        const auto predictor = maker.make(world);
        auto& of_predictor = study.q.emplace_back();
        for (const sim::Context& context : study.contexts) {
            const auto q = predictor->exact(context);
            of_predictor.emplace_back(q->begin(), q->end());
        }
    }
    return study;
}

std::vector<metrics::Approximation> rank_matched_approximations() {
    std::vector<metrics::Approximation> result;
    for (const auto residual :
         {metrics::Residual::uniform, metrics::Residual::sorted, metrics::Residual::drop})
        for (const auto& smoothing : smoothings())
            result.emplace_back(metrics::RankMatched{residual, smoothing});
    return result;
}

std::vector<metrics::Approximation> other_approximations() {
    using Shape = metrics::RankCurve::Shape;
    std::vector<metrics::Approximation> result;
    for (const auto& smoothing : smoothings()) {
        result.emplace_back(
            metrics::RankCurve{Shape::zipf, 1.3, metrics::Residual::uniform, smoothing});
        result.emplace_back(
            metrics::RankCurve{Shape::geometric, 0.4, metrics::Residual::drop, smoothing});
        result.emplace_back(metrics::Probabilities{smoothing});
        result.emplace_back(metrics::Softmax{2.0, smoothing});
    }
    result.emplace_back(metrics::Softmax{1.0, {}});
    return result;
}

std::vector<metrics::Estimator> all_estimators() {
    return {estimator("plug_in"),
            estimator("miller_madow"),
            estimator("grassberger_2003"),
            estimator("chao_shen"),
            estimator("chao_wang_jost")};
}

Comparison compare(const EnumerableStudy& study,
                   const sim::Results& results,
                   Planted planted,
                   const std::vector<double>& group_share) {
    return Comparer(study, results, planted, group_share).run();
}

}  // namespace truegap::test
