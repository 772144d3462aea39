#include <catch2/catch.hpp>
#include <cmath>

#include "sim/study.hpp"

#include "study_oracle.hpp"

namespace truegap::test {
namespace {

// Nothing for infinity - infinity.
sim::Figure difference(double a, double b) {
    if (std::isinf(a) && std::isinf(b)) return std::nullopt;
    return a - b;
}

bool agree(const sim::Figure& a, const sim::Figure& b) {
    if (a.has_value() != b.has_value()) return false;
    if (!a || *a == *b) return true;
    return std::abs(*a - *b) < 1e-12;
}

bool is_finite(const sim::Figure& figure) {
    return figure && std::isfinite(*figure);
}

// Adds up where every term is finite; nothing elsewhere.
sim::Figure sum_of_terms(const sim::DecompositionRow& row) {
    double sum = 0.0;
    for (const auto& term :
         {row.approximation_term, row.answer_term, row.entropy_term, row.cross_entropy_term}) {
        if (!is_finite(term)) return std::nullopt;
        sum += *term;
    }
    return sum;
}

EnumerableStudy small_study(std::vector<metrics::Approximation> approximations) {
    EnumerableStudy study = enumerable_study();
    study.scenario.replicates = 300;
    study.scenario.design = sim::UsersPerGroup{{1, 3}};
    study.scenario.approximations = std::move(approximations);
    return study;
}

std::vector<metrics::Approximation> every_approximation() {
    auto all = rank_matched_approximations();
    for (const auto& other : other_approximations()) all.push_back(other);
    return all;
}

}  // namespace

TEST_CASE("decomposition: every term is its definition, and they sum to the total bias",
          "[sim][study]") {
    EnumerableStudy study = small_study(every_approximation());
    for (const std::size_t top : {std::size_t{1}, std::size_t{2}, std::size_t{3}}) {
        study.scenario.top = top;
        const sim::Results results = sim::run_study(study.scenario, {.threads = 2});
        REQUIRE(results.decomposition.size() == results.cells.size());
        std::size_t summed = 0;
        std::size_t infinite = 0;
        std::size_t wrong = 0;
        double worst_sum = 0.0;
        for (std::size_t i = 0; i < results.cells.size(); ++i) {
            const sim::CellRow& cell = results.cells[i];
            const sim::DecompositionRow& row = results.decomposition[i];
            const Vector& p = study.p[cell.key.context];
            const Vector& q = study.q[cell.key.predictor][cell.key.context];
            const auto& approximation = study.scenario.approximations[cell.key.approximation];
            const double H = naive_entropy(p);
            const double G0 = naive_cross_entropy(p, q) - H;
            const double G1 = naive_complete_cross_entropy(approximation, p, q) - H;
            const double G2 = naive_population_cross_entropy(approximation, p, q, top) - H;
            const bool right =
                row.key.context == cell.key.context && row.key.users == cell.key.users &&
                row.key.predictor == cell.key.predictor &&
                row.key.approximation == cell.key.approximation &&
                row.key.estimator == cell.key.estimator && agree(row.true_gap, G0) &&
                agree(row.approximation_term, difference(G1, G0)) &&
                agree(row.answer_term, difference(G2, G1)) &&
                agree(row.entropy_term, H - *cell.entropy_mean) &&
                agree(row.cross_entropy_term, difference(*cell.cross_entropy_mean, G2 + H)) &&
                agree(row.total_bias, difference(*cell.gap_mean, G0)) &&
                agree(row.total_bias, cell.gap_bias);
            if (!right) ++wrong;
            if (const auto sum = sum_of_terms(row)) {
                ++summed;
                worst_sum = std::max(worst_sum, std::abs(*sum - *row.total_bias));
            } else {
                ++infinite;
            }
        }
        CAPTURE(top);
        CHECK(wrong == 0);
        CHECK(worst_sum < 1e-12);
        CHECK(summed > results.cells.size() / 2);
        CHECK(infinite > results.cells.size() / 50);
    }
}

TEST_CASE("decomposition: terms carry the errors of the means they are made from", "[sim][study]") {
    const EnumerableStudy study = small_study(every_approximation());
    const sim::Results results = sim::run_study(study.scenario, {.threads = 2});
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < results.cells.size(); ++i) {
        const sim::CellRow& cell = results.cells[i];
        const sim::DecompositionRow& row = results.decomposition[i];
        if (row.entropy_term_mcse != cell.entropy_bias_mcse) ++wrong;
        if (is_finite(row.cross_entropy_term) &&
            row.cross_entropy_term_mcse != cell.cross_entropy_mean_mcse)
            ++wrong;
        if (is_finite(row.total_bias) && row.total_bias_mcse != cell.gap_bias_mcse) ++wrong;
    }
    CHECK(wrong == 0);
}

TEST_CASE("decomposition: an infinite or undefined term has no standard error", "[sim][study]") {
    const EnumerableStudy study = small_study(every_approximation());
    const sim::Results results = sim::run_study(study.scenario, {.threads = 2});
    std::size_t infinite = 0;
    std::size_t with_error = 0;
    for (const sim::DecompositionRow& row : results.decomposition) {
        if (!is_finite(row.cross_entropy_term)) {
            ++infinite;
            if (row.cross_entropy_term_mcse) ++with_error;
        }
        if (!is_finite(row.total_bias)) {
            ++infinite;
            if (row.total_bias_mcse) ++with_error;
        }
    }
    CHECK(infinite > 100);
    CHECK(with_error == 0);
}

TEST_CASE("decomposition: the Bayes predictor with its probabilities has no bias but sampling",
          "[sim][study]") {
    const EnumerableStudy study = small_study({metrics::Probabilities{}});
    const sim::Results results = sim::run_study(study.scenario, {});
    std::size_t rows = 0;
    for (const sim::DecompositionRow& row : results.decomposition) {
        if (row.key.predictor != 0) continue;
        ++rows;
        CHECK(std::abs(*row.true_gap) < 1e-13);
        CHECK(std::abs(*row.approximation_term) < 1e-13);
        CHECK(std::abs(*row.answer_term) < 1e-13);
    }
    CHECK(rows == 5 * 2 * 5);
}

TEST_CASE("run_study: what a predictor does not say stays empty", "[sim][study]") {
    // Answers with a ranking and will not say what it believes.
    class Taciturn final : public sim::Predictor {
      public:
        std::vector<metrics::Response> predict(std::span<const sim::Context> contexts) override {
            std::vector<metrics::Response> responses;
            for (const sim::Context& context : contexts) {
                std::vector<double> scores;
                for (std::size_t k = 0; k < context.candidates.size(); ++k)
                    scores.push_back(1.0 / (1.0 + static_cast<double>(k)));
                responses.push_back(
                    {.ranking = metrics::ranking_by(scores), .logits = {}, .probabilities = {}});
            }
            return responses;
        }
        std::optional<metrics::Distribution> exact(const sim::Context&) override { return {}; }
    };
    sim::Scenario scenario = small_scenario();
    scenario.predictors = {{.label = "taciturn", .make = [](const sim::World&) {
                                return std::make_unique<Taciturn>();
                            }}};
    scenario.approximations.emplace_back(metrics::Softmax{});
    scenario.approximations.emplace_back(metrics::Probabilities{});
    const sim::Results results = sim::run_study(scenario, {});
    REQUIRE(results.cells.size() == 3);
    for (const sim::CellRow& row : results.cells) {
        CHECK(row.true_entropy);
        CHECK((!row.true_cross_entropy && !row.true_gap && !row.gap_bias && !row.gap_bias_mcse &&
               !row.gap_rmse));
        CHECK(row.entropy_mean);
        const bool ranked = row.key.approximation == 0;
        CHECK(row.cross_entropy_mean.has_value() == ranked);
        CHECK(row.gap_mean.has_value() == ranked);
        CHECK(row.gap_empirical_se.has_value() == ranked);
        CHECK(row.undefined_fraction == (ranked ? 0.0 : 1.0));
        CHECK(row.infinite_fraction == 0.0);
    }
    for (const sim::DecompositionRow& row : results.decomposition)
        CHECK(figures(row) == Row(figures(row).size()));
    for (const sim::SummaryRow& row : results.summary) {
        CHECK(!row.gap_bias);
        CHECK(row.gap_mean.has_value() == (row.approximation == 0));
    }
}

}  // namespace truegap::test
