#include <catch2/catch.hpp>
#include <cmath>

#include "naive_chance.hpp"

#include "sim/study.hpp"

#include "study_oracle.hpp"

namespace truegap::test {
namespace {

using metrics::Residual;
using Kind = metrics::Smoothing::Kind;

// Says what it believes in words too.
class Talker final : public sim::Predictor {
  public:
    explicit Talker(std::unique_ptr<sim::Predictor> of) : of_(std::move(of)) {}
    std::vector<metrics::Response> predict(std::span<const sim::Context> contexts) override {
        std::vector<metrics::Response> responses = of_->predict(contexts);
        for (metrics::Response& response : responses)
            response.percentages = stated_percentages(response.probabilities);
        return responses;
    }
    std::optional<metrics::Distribution> exact(const sim::Context& context) override {
        return of_->exact(context);
    }

  private:
    std::unique_ptr<sim::Predictor> of_;
};

EnumerableStudy talking_study(std::vector<metrics::Approximation> approximations) {
    EnumerableStudy study = enumerable_study();
    for (sim::PredictorMaker& maker : study.scenario.predictors)
        maker.make = [make = maker.make](const sim::World& world) {
            return std::make_unique<Talker>(make(world));
        };
    study.scenario.approximations = std::move(approximations);
    study.scenario.estimators = {estimator("plug_in"), estimator("chao_shen")};
    study.scenario.replicates = 15'000;
    study.scenario.design = sim::UsersPerGroup{{2, 3}};
    return study;
}

std::vector<metrics::Smoothing> smoothings() {
    return {{}, {Kind::additive, 0.5}, {Kind::mixture, 0.05}, {Kind::floor, 0.02}};
}

std::vector<metrics::Approximation> fixed_approximations() {
    std::vector<metrics::Approximation> result;
    for (const auto& smoothing : smoothings()) {
        for (const Residual residual : {Residual::uniform, Residual::drop})
            for (const std::size_t known : {0U, 1U, 3U, 9U})
                result.emplace_back(metrics::TopLogprobs{known, residual, smoothing});
        result.emplace_back(metrics::Verbalized{smoothing});
    }
    return result;
}

std::vector<metrics::Approximation> chance_approximations() {
    std::vector<metrics::Approximation> result{metrics::SampleFrequency{1, 0.5},
                                               metrics::SampleFrequency{3, 0.0},
                                               metrics::SampleFrequency{4, 0.1},
                                               metrics::PlackettLuce{1, 0.5},
                                               metrics::PlackettLuce{2, 0.3}};
    for (const Residual residual : {Residual::uniform, Residual::sorted, Residual::drop})
        for (const auto& smoothing : smoothings())
            result.emplace_back(metrics::CrossFittedRankMatched{residual, smoothing});
    return result;
}

void check_all(const Comparison& seen) {
    CAPTURE(seen.means.worst(), seen.spreads.worst(), seen.fractions.worst());
    CHECK(seen.means.beyond() == 0);
    CHECK(seen.spreads.beyond() == 0);
    CHECK(seen.fractions.beyond() == 0);
    CHECK(seen.wrong_constants == 0);
    CHECK(seen.means.mean_square() > 0.4);
    CHECK(seen.means.mean_square() < 2.0);
}

sim::Figure difference(double a, double b) {
    if (std::isinf(a) && std::isinf(b)) return std::nullopt;
    return a - b;
}

bool agree(const sim::Figure& a, const sim::Figure& b, double tolerance) {
    if (a.has_value() != b.has_value()) return false;
    return !a || *a == *b || std::abs(*a - *b) < tolerance;
}

}  // namespace

TEST_CASE("run_study: top_logprobs and verbalized rows agree with full enumeration",
          "[sim][study]") {
    EnumerableStudy study = talking_study(fixed_approximations());
    const sim::Results results = sim::run_study(study.scenario, {.threads = 2});
    REQUIRE(results.cells.size() == 5U * 2 * 7 * fixed_approximations().size() * 2);
    const Comparison seen = compare(study, results);
    check_all(seen);
    CHECK(seen.infinite_rows > 0);
    CHECK(compare(study, results, Planted::one_user_more).means.beyond() > seen.means.random() / 4);
    // How much was moved, by its definition.
    for (const sim::CellRow& row : results.cells) {
        const auto& approximation = study.scenario.approximations[row.key.approximation];
        const bool verbalized = std::holds_alternative<metrics::Verbalized>(approximation);
        REQUIRE(row.repaired.has_value() == verbalized);
        if (!verbalized) continue;
        const Vector& q = study.q[row.key.predictor][row.key.context];
        const Vector stated = stated_percentages(q);
        const Vector made = naive_approximation(metrics::Verbalized{}, q, 1.0, q, {}, 1);
        double moved = made.back() / 2.0;
        for (std::size_t k = 0; k + 1 < q.size(); ++k)
            moved += std::abs(stated[k] / 100.0 - made[k]) / 2.0;
        CHECK(std::abs(*row.repaired - moved) < 1e-12);
    }
}

TEST_CASE("run_study: drawn answers and halves agree with full enumeration", "[sim][study]") {
    EnumerableStudy study = talking_study(chance_approximations());
    const sim::Results results = sim::run_study(study.scenario, {.threads = 2});
    const Comparison seen = compare(study, results);
    check_all(seen);
    CHECK(seen.infinite_rows > 0);
    CHECK(compare(study, results, Planted::one_user_more).means.beyond() > seen.means.random() / 5);
}

TEST_CASE("run_study: halves of one user are undefined", "[sim][study]") {
    EnumerableStudy study = talking_study({metrics::CrossFittedRankMatched{}});
    study.scenario.replicates = 100;
    study.scenario.design = sim::UsersPerGroup{{1}};
    for (const sim::CellRow& row : sim::run_study(study.scenario, {}).cells) {
        CHECK(row.undefined_fraction == 1.0);
        CHECK((row.entropy_mean && !row.cross_entropy_mean && !row.gap_mean && !row.gap_rmse));
    }
}

TEST_CASE("decomposition: terms of the new approximations are their definitions and add up",
          "[sim][study]") {
    auto approximations = fixed_approximations();
    for (const auto& other : chance_approximations()) approximations.push_back(other);
    EnumerableStudy study = talking_study(approximations);
    study.scenario.replicates = 400;
    const sim::Results results = sim::run_study(study.scenario, {.threads = 2});
    ZScores drawn_terms;
    std::size_t wrong = 0;
    std::size_t summed = 0;
    for (std::size_t i = 0; i < results.cells.size(); ++i) {
        const sim::CellRow& cell = results.cells[i];
        const sim::DecompositionRow& row = results.decomposition[i];
        const Vector& p = study.p[cell.key.context];
        const Vector& q = study.q[cell.key.predictor][cell.key.context];
        const auto& approximation = study.scenario.approximations[cell.key.approximation];
        const double complete = naive_complete_cross_entropy(approximation, p, q);
        const double answered =
            naive_population_cross_entropy(approximation, p, q, study.scenario.top);
        const sim::Figure answer = difference(answered, complete);
        if (!agree(row.approximation_term, difference(complete, naive_cross_entropy(p, q)), 1e-12))
            ++wrong;
        const bool drawn = std::holds_alternative<metrics::PlackettLuce>(approximation);
        const bool finite_answer = row.answer_term && std::isfinite(*row.answer_term);
        if (row.answer_term_mcse.has_value() != (drawn && finite_answer)) ++wrong;
        if (drawn && finite_answer)
            drawn_terms.add(*row.answer_term, *answer, *row.answer_term_mcse);
        else if (!agree(row.answer_term, answer, 1e-12))
            ++wrong;
        double sum = 0.0;
        bool all = true;
        for (const sim::Figure& term :
             {row.approximation_term, row.answer_term, row.entropy_term, row.cross_entropy_term}) {
            all = all && term && std::isfinite(*term);
            sum += term.value_or(0.0);
        }
        if (!all) continue;
        ++summed;
        if (!(std::abs(sum - *row.total_bias) < 1e-12)) ++wrong;
    }
    CHECK(wrong == 0);
    CHECK(summed > results.cells.size() / 3);
    CAPTURE(drawn_terms.worst());
    CHECK(drawn_terms.random() > 50);
    CHECK(drawn_terms.beyond() == 0);
}

TEST_CASE("decomposition: terms add up where some replicates have an entropy and no gap",
          "[sim][study]") {
    EnumerableStudy study = talking_study(
        {metrics::CrossFittedRankMatched{Residual::uniform, {Kind::additive, 0.5}},
         metrics::PlackettLuce{2, 0.5},
         metrics::RankCurve{
             metrics::RankCurve::Shape::learned, 1.0, Residual::uniform, {Kind::additive, 0.5}}});
    study.scenario.estimators.push_back(estimator("empirical_bayes"));
    study.scenario.estimators.push_back(estimator("empirical_bayes_hierarchical"));
    study.scenario.replicates = 500;
    study.scenario.design = sim::Users{{3}};
    const sim::Results results = sim::run_study(study.scenario, {.threads = 2});
    std::size_t summed = 0;
    std::size_t partly = 0;
    for (std::size_t i = 0; i < results.cells.size(); ++i) {
        const sim::DecompositionRow& row = results.decomposition[i];
        const double undefined = results.cells[i].undefined_fraction;
        partly += undefined > 0.0 && undefined < 1.0 ? 1U : 0U;
        double sum = 0.0;
        bool all = true;
        for (const sim::Figure& term :
             {row.approximation_term, row.answer_term, row.entropy_term, row.cross_entropy_term}) {
            all = all && term && std::isfinite(*term);
            sum += term.value_or(0.0);
        }
        if (!all) continue;
        ++summed;
        CHECK(std::abs(sum - *row.total_bias) < 1e-12);
    }
    CHECK(summed > 50);
    CHECK(partly > 50);
}

}  // namespace truegap::test
