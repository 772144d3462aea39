#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <tuple>

#include "naive_metric.hpp"

#include "sim/drawn_answer.hpp"
#include "sim/refusals.hpp"
#include "sim/study.hpp"
#include "sim/truth.hpp"

#include "support.hpp"

namespace truegap::test {
namespace {

using Items = std::vector<std::uint32_t>;

// What an answer comes to: who is ranked by the first `top` places, and who is named at all.
struct Said {
    bool refused = false;
    Items ranking, named;
    [[nodiscard]] bool operator<(const Said& other) const {
        return std::tie(refused, ranking, named) <
               std::tie(other.refused, other.ranking, other.named);
    }
};
using Law = std::map<Said, double>;

// The law of an answer, place by place, for as many places as matter: each place is misnamed, a repeat,
// or the next item. No thought is given to what may be skipped.
void add_places(const sim::Faults& faults,
                const Items& due,
                std::size_t last,
                std::size_t top,
                double weight,
                Law& law) {
    std::map<std::pair<std::size_t, Said>, double> states{{{0, {}}, weight}};
    for (std::size_t place = 0; place < last; ++place) {
        std::map<std::pair<std::size_t, Said>, double> later;
        for (const auto& [state, p] : states) {
            const auto& [next, said] = state;
            if (next == due.size()) {
                later[state] += p;
                continue;
            }
            const double repeat = said.named.empty() ? 0.0 : faults.duplicates;
            later[{next + 1, said}] += p * faults.unknown;
            later[state] += p * repeat;
            Said more = said;
            more.named.push_back(due[next]);
            if (place < top) more.ranking.push_back(due[next]);
            later[{next + 1, more}] += p * (1.0 - faults.unknown - repeat);
        }
        states = std::move(later);
    }
    for (const auto& [state, p] : states)
        if (p > 0.0) law[state.second] += p;
}

Law law_of(const sim::Faults& faults, const Items& order, std::size_t top) {
    constexpr std::size_t forever = 200;
    Law law;
    if (faults.refusal > 0.0) law[{.refused = true, .ranking = {}, .named = {}}] = faults.refusal;
    for (std::uint32_t left_out = 0; left_out < (1U << order.size()); ++left_out) {
        Items due;
        double weight = 1.0 - faults.refusal;
        for (std::size_t i = 0; i < order.size(); ++i) {
            const bool gone = ((left_out >> i) & 1U) != 0;
            weight *= gone ? faults.missing : 1.0 - faults.missing;
            if (!gone) due.push_back(order[i]);
        }
        if (weight == 0.0) continue;
        add_places(faults, due, forever, top, weight * (1.0 - faults.cut), law);
        if (faults.cut > 0.0) add_places(faults, due, faults.length, top, weight * faults.cut, law);
    }
    return law;
}

std::vector<sim::Faults> every_kind() {
    return {{.missing = 0.3},
            {.duplicates = 0.4},
            {.unknown = 0.25},
            {.cut = 0.5, .length = 2},
            {.refusal = 0.3},
            {.missing = 0.2,
             .duplicates = 0.3,
             .unknown = 0.15,
             .cut = 0.4,
             .length = 3,
             .refusal = 0.1}};
}

double chi_square(const Law& law, const std::map<Said, std::uint64_t>& seen) {
    std::vector<std::uint64_t> observed;
    std::vector<double> expected;
    for (const auto& [said, probability] : law) {
        const auto found = seen.find(said);
        observed.push_back(found == seen.end() ? 0 : found->second);
        expected.push_back(probability);
    }
    for (const auto& [said, times] : seen)
        if (!law.contains(said)) return 0.0;
    return chi_square_p(observed, expected);
}

sim::Scenario faulty_study(const sim::Faults& faults) {
    sim::Scenario scenario = small_scenario();
    scenario.contexts.source = std::vector<sim::ListedContext>{
        {.group = {}, .history = {0}, .candidates = std::vector<sim::ItemId>{3, 0, 2}}};
    scenario.predictors.push_back(scenario.predictors.front());
    scenario.predictors.back().faults = faults;
    scenario.predictors.back().label = "faulty";
    scenario.design = sim::UsersPerGroup{{3}};
    scenario.approximations.clear();
    return scenario;
}

}  // namespace

TEST_CASE("with_faults: every answer has its probability", "[sim][faults]") {
    const Items order{2, 0, 3, 1};
    for (const sim::Faults& faults : every_kind()) {
        sim::Stream stream({.seed = 21, .purpose = sim::Purpose::faults});
        const sim::Reading reading{.places = 3, .top = 2};
        std::map<Said, std::uint64_t> seen;
        for (int i = 0; i < 40'000; ++i) {
            const auto answer = sim::with_faults(faults, order, reading, stream);
            ++seen[{answer.refused, answer.ranking(2), answer.named}];
        }
        CAPTURE(faults.missing, faults.duplicates, faults.unknown, faults.cut, faults.refusal);
        CHECK(chi_square(law_of(faults, order, 2), seen) > chi_square_level);
        // The partner: a rate that is off.
        sim::Faults wrong = faults;
        wrong.missing *= 1.2;
        wrong.duplicates *= 1.2;
        wrong.unknown *= 1.2;
        wrong.cut *= 1.2;
        wrong.refusal *= 1.2;
        CHECK(chi_square(law_of(wrong, order, 2), seen) < chi_square_level);
    }
}

TEST_CASE("with_faults: certain faults, and repeats for ever, come to an end", "[sim][faults]") {
    sim::Stream stream({.seed = 22, .purpose = sim::Purpose::faults});
    const Items order{1, 0, 2};
    const sim::Reading reading{.places = 5, .top = 5};
    const auto drawn = [&](const sim::Faults& faults) {
        return sim::with_faults(faults, order, reading, stream);
    };
    CHECK(drawn({}).named == order);
    CHECK(drawn({}).ranking(2) == Items{1, 0});
    CHECK(drawn({.missing = 1.0}).named.empty());
    CHECK(drawn({.missing = 1.0}).missing == 3);
    CHECK(drawn({.unknown = 1.0}).unknown == 3);
    CHECK(drawn({.unknown = 1.0}).named.empty());
    CHECK(drawn({.refusal = 1.0}).refused);
    const auto repeats = drawn({.duplicates = 1.0});
    CHECK(repeats.duplicates == 4);
    CHECK(repeats.ranking(5) == Items{1});
    CHECK(repeats.named == order);
    const auto cut = drawn({.duplicates = 1.0, .cut = 1.0, .length = 1'000});
    CHECK(cut.named == Items{1});
}

TEST_CASE("faults: rates come out in the study's rows", "[sim][faults]") {
    sim::Scenario scenario =
        faulty_study({.missing = 0.1, .unknown = 0.2, .cut = 0.3, .length = 1, .refusal = 0.05});
    scenario.approximations = {metrics::RankMatched{}};
    scenario.replicates = 20'000;
    const auto cells = sim::run_study(scenario, {.threads = 2}).cells;
    CHECK_FALSE(cells[0].faults.refused);
    const sim::FaultFigures& faults = cells[1].faults;
    const double given = scenario.replicates * (1.0 - *faults.refused);
    const auto z = [](double seen, double expected, double sd, double n) {
        return (seen - expected) / (sd / std::sqrt(n));
    };
    CHECK(std::abs(z(*faults.refused, 0.05, std::sqrt(0.05 * 0.95), scenario.replicates)) < 4.5);
    CHECK(std::abs(z(*faults.missing, 0.3, std::sqrt(3 * 0.1 * 0.9), given)) < 4.5);
    CHECK(std::abs(z(*faults.cut, 0.3, std::sqrt(0.3 * 0.7), given)) < 4.5);
    // Two places are read unless cut after one, or fewer than two candidates are left.
    const double none = 0.001;
    const double one = 3 * 0.9 * 0.01;
    const double places = 0.7 * (2.0 - one - 2.0 * none) + 0.3 * (1.0 - none);
    CHECK(std::abs(z(*faults.unknown, 0.2 * places, 0.6, given)) < 4.5);
    CHECK(*faults.duplicated == 0.0);
}

TEST_CASE("faults: the measured gap is that of every answer and every count, weighed",
          "[sim][faults]") {
    const sim::Faults faults = every_kind().back();
    sim::Scenario scenario = faulty_study(faults);
    scenario.replicates = 20'000;
    using metrics::Smoothing;
    scenario.approximations = {
        metrics::RankMatched{metrics::Residual::uniform, {Smoothing::Kind::additive, 0.5}},
        metrics::RankMatched{metrics::Residual::sorted, {Smoothing::Kind::mixture, 0.1}},
        metrics::RankCurve{.smoothing = {Smoothing::Kind::additive, 1.0}},
        metrics::Probabilities{{Smoothing::Kind::mixture, 0.2}},
        metrics::CrossFittedRankMatched{metrics::Residual::uniform,
                                        {Smoothing::Kind::mixture, 0.1}}};
    const sim::Results results = sim::run_study(scenario, {.threads = 2});
    const sim::Population population = population_of(scenario.population);
    const sim::Context context = context_of({}, {0}, {3, 0, 2});
    const sim::TruthOrReason found = sim::find_truth(population, context);
    REQUIRE(found.truth.has_value());
    const Vector p(found.truth->distribution.begin(), found.truth->distribution.end());
    const Items order = tie_orders(p).front();
    const auto approximated = [&](const metrics::Approximation& approximation,
                                  const Vector& target,
                                  double users,
                                  const Said& said) -> std::optional<Vector> {
        if (said.refused || said.named.empty()) return std::nullopt;
        Vector q(3, 0.0);
        double mass = 0.0;
        for (const auto item : said.named) mass += p[item];
        for (const auto item : said.named) q[item] = p[item] / mass;
        const bool by_rank = metrics::ranks_read(approximation, 2) > 0;
        if (by_rank && said.ranking.empty()) return std::nullopt;
        return naive_approximation(
            approximation, target, users, q, said.ranking, said.ranking.size());
    };
    ZScores scores;
    ZScores answer_terms;
    for (std::size_t a = 0; a < scenario.approximations.size(); ++a) {
        const auto& approximation = scenario.approximations[a];
        double mean = 0.0;
        double level = 0.0;
        double defined = 0.0;
        const bool halved = std::holds_alternative<metrics::CrossFittedRankMatched>(approximation);
        for (const auto& [said, weight] : law_of(faults, order, 2)) {
            const auto population_q =
                approximated(approximation, p, std::numeric_limits<double>::infinity(), said);
            if (!population_q) continue;
            defined += weight;
            level += weight * naive_cross_entropy(p, *population_q);
            for (const Outcome& outcome : outcomes(p, 3)) {
                Vector p_hat;
                for (const auto count : outcome.counts) p_hat.push_back(count / 3.0);
                const auto q = approximated(approximation, p_hat, 3.0, said);
                mean += weight * outcome.probability *
                        (naive_cross_entropy(p_hat, *q) - naive_entropy(p_hat));
            }
        }
        const sim::CellRow& row = results.cells[scenario.approximations.size() + a];
        const sim::DecompositionRow& terms =
            results.decomposition[scenario.approximations.size() + a];
        const double sd = std::sqrt(defined * (1.0 - defined) / scenario.replicates);
        CHECK(std::abs(row.undefined_fraction - (1.0 - defined)) < 4.5 * sd);
        if (!halved) scores.add(*row.gap_mean, mean / defined, *row.gap_bias_mcse);
        const double complete = *terms.approximation_term + *row.true_gap + naive_entropy(p);
        answer_terms.add(*terms.answer_term, level / defined - complete, *terms.answer_term_mcse);
        CHECK(std::abs(*terms.approximation_term + *terms.answer_term + *terms.entropy_term +
                       *terms.cross_entropy_term - *terms.total_bias) < 1e-12);
        // The partner: without the faults.
        const double faultless = *results.cells[a].gap_mean;
        CHECK(std::abs(*row.gap_mean - faultless) > 4.5 * *row.gap_bias_mcse);
    }
    CHECK(scores.random() == 4);
    CHECK(scores.beyond() == 0);
    CHECK(answer_terms.random() == 5);
    CHECK(answer_terms.beyond() == 0);
}

TEST_CASE("faults: the same bytes for any number of threads; the others' rows stay",
          "[sim][faults]") {
    sim::Scenario scenario = faulty_study(every_kind().back());
    scenario.approximations = {
        metrics::RankMatched{},
        metrics::TopLogprobs{},
        metrics::Verbalized{},
        metrics::Softmax{},
        metrics::RankCurve{.shape = metrics::RankCurve::Shape::learned, .smoothing = {}},
        metrics::Recommended{},
        metrics::Recommended{metrics::Recommended::Reads::ranking}};
    const sim::Results alone = sim::run_study(scenario, {.threads = 1});
    CHECK(same_bits(alone, sim::run_study(scenario, {.threads = 3})));
    sim::Scenario without = scenario;
    without.predictors.pop_back();
    const auto shared = shared_rows(sim::run_study(without, {.threads = 1}), alone);
    CHECK(shared.found == 7);
    CHECK(shared.same == shared.found);
}

TEST_CASE("faults: refused beside random answers", "[sim][faults]") {
    sim::Scenario scenario = faulty_study({.missing = 0.1});
    scenario.approximations = {metrics::RankMatched{}, metrics::SampleFrequency{}};
    CHECK_THROWS_AS(sim::refuse_impossible(scenario), sim::ScenarioError);
    CHECK_THROWS_AS(sim::run_study(scenario, {.threads = 1}), sim::ScenarioError);
    scenario.predictors.back().faults = {};
    CHECK_NOTHROW(sim::refuse_impossible(scenario));
}

}  // namespace truegap::test
