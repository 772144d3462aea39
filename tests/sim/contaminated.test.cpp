#include "sim/contaminated.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "naive_metric.hpp"

#include "sim/refusals.hpp"
#include "sim/study.hpp"
#include "sim/truth.hpp"

#include "support.hpp"

namespace truegap::test {
namespace {

double ways(std::uint32_t n, std::uint32_t k) {
    double result = 1.0;
    for (std::uint32_t i = 1; i <= k; ++i) result *= (n - k + i) / static_cast<double>(i);
    return result;
}

// Everybody's choices, and those of the m memorised among them, with their probability.
struct Memory {
    std::vector<std::uint32_t> counts, memorised;
    double probability = 0.0;
};
std::vector<Memory> memories(const Vector& p, std::uint32_t n, std::uint32_t m) {
    std::vector<Memory> all;
    for (const Outcome& outcome : outcomes(p, n))
        for (const Outcome& subset : outcomes(p, m)) {  // its vectors; not its probabilities
            double chance = outcome.probability / ways(n, m);
            for (std::size_t k = 0; k < p.size(); ++k)
                chance *= subset.counts[k] <= outcome.counts[k]
                              ? ways(outcome.counts[k], subset.counts[k])
                              : 0.0;
            if (chance > 0.0) all.push_back({outcome.counts, subset.counts, chance});
        }
    return all;
}

Vector naive_contaminated(const Memory& memory, const Vector& of, double alpha, std::uint32_t m) {
    Vector q;
    for (std::size_t k = 0; k < of.size(); ++k)
        q.push_back((memory.memorised[k] + alpha * of[k]) / (m + alpha));
    return q;
}

Vector shares(const std::vector<std::uint32_t>& counts, std::uint32_t n) {
    Vector p;
    for (const auto count : counts) p.push_back(count / static_cast<double>(n));
    return p;
}

sim::Scenario contaminated_study(const sim::Contamination& contamination) {
    sim::Scenario scenario = small_scenario();
    scenario.contexts.source = std::vector<sim::ListedContext>{
        {.group = {}, .history = {}, .candidates = std::vector<sim::ItemId>{3, 0, 2}}};
    scenario.predictors.push_back(scenario.predictors.front());
    scenario.predictors.back().contamination = contamination;
    scenario.predictors.back().label = "contaminated";
    scenario.design = sim::UsersPerGroup{{2, 5}};
    return scenario;
}

Vector truth_of(const sim::Scenario& scenario) {
    const sim::Population population = population_of(scenario.population);
    const sim::TruthOrReason found = sim::find_truth(population, context_of({}, {}, {3, 0, 2}));
    REQUIRE(found.truth.has_value());
    return {found.truth->distribution.begin(), found.truth->distribution.end()};
}

}  // namespace

TEST_CASE("contaminated: true and measured levels are those of every count and every memory",
          "[sim][contaminated]") {
    Dice dice(31);
    for (int i = 0; i < 40; ++i) {
        const std::size_t K = 2 + dice.below(3);
        const Vector p = dice.simplex(K, 1.0);
        const Vector of = dice.simplex(K, 2.0);
        const auto n = static_cast<std::uint32_t>(1 + dice.below(5));
        const sim::Contamination contamination{.share = dice.uniform(),
                                               .alpha = dice.between(0.1, 3.0)};
        const auto m = static_cast<std::uint32_t>(std::lround(contamination.share * n));
        REQUIRE(contamination.memorised(n) == m);
        double level = 0.0;
        double gap = 0.0;
        double measured = 0.0;
        double total = 0.0;
        for (const Memory& memory : memories(p, n, m)) {
            const Vector q = naive_contaminated(memory, of, contamination.alpha, m);
            total += memory.probability;
            level += memory.probability * naive_cross_entropy(p, q);
            gap += memory.probability * (naive_cross_entropy(p, q) - naive_entropy(p));
            measured += memory.probability * naive_cross_entropy(shares(memory.counts, n), q);
        }
        CAPTURE(i, n, m, K);
        CHECK(std::abs(total - 1.0) < 1e-12);
        CHECK(std::abs(sim::expected_contaminated_level(contamination, p, of, n) - level) < 1e-12);
        CHECK(std::abs(sim::expected_contaminated_gap(contamination, p, of, n) - gap) < 1e-12);
        const auto found = sim::expected_contaminated_measure(contamination, p, of, n);
        REQUIRE(found.has_value());
        CHECK(std::abs(*found - measured) < 1e-12);
        if (m > 0) CHECK(*found < level - 1e-6);  // the users it is tested on are those it knows
        CHECK(gap > 0.0);
    }
}

TEST_CASE("contaminated: what can be lost is infinite; nobody memorised leaves the predictor",
          "[sim][contaminated]") {
    const Vector p{0.5, 0.3, 0.2};
    const Vector of{0.6, 0.4, 0.0};
    CHECK(std::isinf(sim::expected_contaminated_gap({0.5, 1.0}, p, of, 10)));
    CHECK(std::isinf(sim::expected_contaminated_level({0.01, 1.0}, p, of, 10)));
    CHECK_FALSE(sim::expected_contaminated_measure({0.5, 1.0}, p, of, 10).has_value());
    CHECK(sim::expected_contaminated_measure({1.0, 1.0}, p, of, 10).has_value());
    const Vector full{0.2, 0.3, 0.5};
    CHECK(std::abs(sim::expected_contaminated_level({0.01, 1.0}, p, full, 10) -
                   naive_cross_entropy(p, full)) < 1e-14);
    // The more of its users it knows, the smaller alpha, the further the measure is below the truth.
    const auto room = [&](double share, double alpha) {
        return sim::expected_contaminated_level({share, alpha}, p, p, 20) -
               *sim::expected_contaminated_measure({share, alpha}, p, p, 20);
    };
    CHECK(room(0.5, 1.0) > room(0.1, 1.0));
    CHECK(room(0.5, 1.0) > room(0.5, 10.0));
}

TEST_CASE("contaminated: a study's rows are their enumeration", "[sim][contaminated]") {
    const sim::Contamination contamination{.share = 0.5, .alpha = 0.7};
    sim::Scenario scenario = contaminated_study(contamination);
    scenario.replicates = 20'000;
    scenario.top = 1;
    using metrics::Smoothing;
    scenario.approximations = {
        metrics::Probabilities{},
        metrics::Probabilities{{Smoothing::Kind::mixture, 0.1}},
        metrics::RankMatched{metrics::Residual::uniform, {Smoothing::Kind::additive, 0.5}},
        metrics::RankCurve{.smoothing = {}}};
    const sim::Results results = sim::run_study(scenario, {.threads = 2});
    const Vector p = truth_of(scenario);
    ZScores means;
    ZScores strangers;  // the partner: choices of others memorised, which do not lower the measure
    ZScores terms;
    std::size_t rows = 0;
    for (std::size_t i = 0; i < results.cells.size(); ++i) {
        const sim::CellRow& row = results.cells[i];
        if (row.key.predictor != 1) continue;
        ++rows;
        const std::uint32_t n = row.key.users;
        const std::uint32_t m = n == 2 ? 1 : 3;
        const auto& approximation = scenario.approximations[row.key.approximation];
        double gap = 0.0;
        double mean = 0.0;
        double answered = 0.0;
        double complete = 0.0;
        double plug_in = 0.0;
        for (const Memory& memory : memories(p, n, m)) {
            const Vector q = naive_contaminated(memory, p, contamination.alpha, m);
            const Vector p_hat = shares(memory.counts, n);
            const double chance = memory.probability;
            gap += chance * (naive_cross_entropy(p, q) - naive_entropy(p));
            plug_in += chance * naive_entropy(p_hat);
            answered += chance * naive_population_cross_entropy(approximation, p, q, 1);
            complete += chance * naive_complete_cross_entropy(approximation, p, q);
            const auto orders = tie_orders(q);
            for (const Order& order : orders)
                mean += chance / static_cast<double>(orders.size()) *
                        (naive_cross_entropy(
                             p_hat, naive_approximation(approximation, p_hat, n, q, order, 1)) -
                         naive_entropy(p_hat));
        }
        CHECK(std::abs(*row.true_gap - gap) < 1e-12);
        means.add(*row.gap_mean, mean, *row.gap_bias_mcse);
        const sim::DecompositionRow& parts = results.decomposition[i];
        const double H = naive_entropy(p);
        terms.add(*parts.approximation_term,
                  complete - H - gap,
                  parts.approximation_term_mcse.value_or(0.0));
        terms.add(*parts.answer_term, answered - complete, parts.answer_term_mcse.value_or(0.0));
        CHECK(std::abs(*parts.approximation_term + *parts.answer_term + *parts.entropy_term +
                       *parts.cross_entropy_term - *parts.total_bias) < 1e-12);
        if (row.key.approximation == 0) {
            CHECK(row.gap_z.has_value());
            strangers.add(*row.gap_mean, gap + naive_entropy(p) - plug_in, *row.gap_bias_mcse);
            CHECK(*row.gap_bias - *parts.entropy_term < 0.0);  // looks better than it is
        }
    }
    CHECK(rows == 8);
    CHECK(means.random() == 8);
    CHECK(means.beyond() == 0);
    CHECK(strangers.beyond() == 2);
    CHECK(terms.random() == 10);
    CHECK(terms.beyond() == 0);
}

TEST_CASE("contaminated: every approximation, the same bytes for any number of threads",
          "[sim][contaminated]") {
    sim::Scenario scenario = contaminated_study({.share = 0.4, .alpha = 1.0});
    scenario.predictors.back().faults = {.missing = 0.1};
    scenario.approximations = {
        metrics::RankMatched{},
        metrics::TopLogprobs{},
        metrics::Verbalized{},
        metrics::CrossFittedRankMatched{},
        metrics::RankCurve{.shape = metrics::RankCurve::Shape::learned, .smoothing = {}},
        metrics::Recommended{},
        metrics::Recommended{metrics::Recommended::Reads::ranking}};
    CHECK(same_bits(sim::run_study(scenario, {.threads = 1}),
                    sim::run_study(scenario, {.threads = 3})));
    scenario.predictors.back().faults = {};
    scenario.approximations = {metrics::SampleFrequency{4, 0.5}, metrics::PlackettLuce{2, 0.5}};
    const sim::Results random = sim::run_study(scenario, {.threads = 1});
    CHECK(same_bits(random, sim::run_study(scenario, {.threads = 3})));
    for (const sim::CellRow& row : random.cells) CHECK(row.gap_mean.has_value());
}

TEST_CASE("contaminated: refused where n is random", "[sim][contaminated]") {
    sim::Scenario scenario = contaminated_study({.share = 0.5, .alpha = 1.0});
    scenario.design = sim::Users{{100}};
    CHECK_THROWS_AS(sim::refuse_impossible(scenario), sim::ScenarioError);
}

}  // namespace truegap::test
