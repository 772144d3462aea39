#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "metrics/approximation/plackett_luce.hpp"
#include "sim/given_answer.hpp"
#include "sim/study.hpp"

#include "support.hpp"

#include "adapters/mock/distortions.hpp"

namespace truegap::test {
namespace {

using metrics::no_candidate;
using metrics::Residual;
using metrics::Response;
using Kind = metrics::Smoothing::Kind;
using Vector = std::vector<double>;

constexpr double not_said = std::numeric_limits<double>::quiet_NaN();

// Gives every context the same answer, of a belief that is not known.
class Given : public sim::Predictor {
  public:
    Given(Response response, bool known) : response_(std::move(response)), known_(known) {}
    [[nodiscard]] std::vector<Response> predict(std::span<const sim::Context> contexts) override {
        return std::vector<Response>(contexts.size(), response_);
    }
    [[nodiscard]] std::optional<metrics::Distribution> exact(const sim::Context&) override {
        if (!known_) return std::nullopt;
        return metrics::Distribution::from_weights(*metrics::stated_probabilities(response_));
    }

  private:
    Response response_;
    bool known_;
};

sim::PredictorMaker given(Response response, bool known = false) {
    if (!response.faults) response.faults = metrics::AnswerFaults{};
    return {.label = "given", .make = [response, known](const sim::World&) {
                return std::make_unique<Given>(response, known);
            }};
}

Response empty_response() {
    return {.ranking = {}, .logits = {}, .probabilities = {}};
}

// A mock that believes q in every context.
sim::PredictorMaker believer(const Vector& q) {
    return mock("believer", [q](const sim::World&) -> adapters::Belief {
        return [q](const sim::Context&) { return metrics::Distribution::from_weights(q); };
    });
}

// Two contexts of all five items, seven users each.
sim::Scenario two_contexts(const sim::PredictorMaker& predictor,
                           std::vector<metrics::Approximation> approximations,
                           std::size_t top = 3) {
    sim::Scenario scenario = small_scenario();
    scenario.contexts.source = std::vector<sim::ListedContext>{
        {.group = {}, .history = {}, .candidates = sim::AllItems{}},
        {.group = {.proxy = {0}, .levels = {1}}, .history = {1}, .candidates = sim::AllItems{}}};
    scenario.design = sim::UsersPerGroup{{7}};
    scenario.predictors = {predictor};
    scenario.top = top;
    scenario.approximations = std::move(approximations);
    return scenario;
}

std::vector<sim::CellRow> cells(const sim::Scenario& scenario) {
    return sim::run_study(scenario, {.threads = 1}).cells;
}

bool close(const sim::Figure& a, const sim::Figure& b) {
    if (!a || !b) return a.has_value() == b.has_value();
    return *a == *b || std::abs(*a - *b) < 1e-12;
}

// Whether all that is measured agrees: what is true of the predictors need not.
bool same_measurements(const std::vector<sim::CellRow>& a, const std::vector<sim::CellRow>& b) {
    if (a.size() != b.size() || a.empty()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (!close(a[i].entropy_mean, b[i].entropy_mean) ||
            !close(a[i].cross_entropy_mean, b[i].cross_entropy_mean) ||
            !close(a[i].gap_mean, b[i].gap_mean) ||
            !close(a[i].gap_empirical_se, b[i].gap_empirical_se) ||
            !close(a[i].gap_model_se, b[i].gap_model_se) ||
            a[i].infinite_fraction != b[i].infinite_fraction ||
            a[i].undefined_fraction != b[i].undefined_fraction)
            return false;
    return true;
}

// The rows of an answer, and of a mock that states what the answer should be made into.
bool made_into(const Response& response,
               const metrics::Approximation& approximation,
               const Vector& q) {
    return same_measurements(cells(two_contexts(given(response), {approximation})),
                             cells(two_contexts(believer(q), {metrics::Probabilities{}})));
}

const std::vector<metrics::Approximation>& rank_approximations() {
    using Shape = metrics::RankCurve::Shape;
    static const std::vector<metrics::Approximation> all{
        metrics::RankMatched{Residual::uniform, {Kind::additive, 0.5}},
        metrics::RankMatched{Residual::sorted, {Kind::mixture, 0.1}},
        metrics::RankMatched{Residual::drop, {Kind::floor, 0.01}},
        metrics::RankCurve{Shape::zipf, 1.0, Residual::uniform, {}},
        metrics::RankCurve{Shape::learned, 1.0, Residual::uniform, {Kind::additive, 0.5}},
        metrics::CrossFittedRankMatched{Residual::uniform, {Kind::mixture, 0.1}},
        metrics::Recommended{metrics::Recommended::Reads::ranking},
        metrics::Recommended{}};
    return all;
}

}  // namespace

TEST_CASE("given answers: a short ranking is one that is cut after what is valid", "[sim][given]") {
    Response response = empty_response();
    response.rankings = {{3, no_candidate, 1, 0, 2}, {0, 1, 2}};
    response.faults = metrics::AnswerFaults{.missing = 1};
    // Of the first three places, items 3 and 1.
    auto ranker = believer({0.1, 0.2, 0.1, 0.5, 0.1});
    for (const metrics::Approximation& approximation : rank_approximations()) {
        CAPTURE(metrics::label(approximation, 3));
        const auto measured = cells(two_contexts(given(response), {approximation}));
        metrics::Approximation by_ranking = approximation;
        if (std::holds_alternative<metrics::Recommended>(by_ranking))
            by_ranking = metrics::Recommended{metrics::Recommended::Reads::ranking};
        CHECK(same_measurements(measured, cells(two_contexts(ranker, {by_ranking}, 2))));
        CHECK(measured.front().undefined_fraction == 0.0);
        // The partner: the order turned round.
        auto turned = believer({0.1, 0.5, 0.1, 0.2, 0.1});
        CHECK_FALSE(same_measurements(measured, cells(two_contexts(turned, {by_ranking}, 2))));
    }
}

TEST_CASE("given answers: log-probabilities, the rest by residual policy", "[sim][given]") {
    Response response = empty_response();
    response.logprobs = {std::log(0.4), not_said, std::log(0.1), std::log(0.2), not_said};
    response.probabilities = {0.4, 0.1, 0.1, 0.2, 0.1};  // completed by some other rule
    using metrics::TopLogprobs;
    CHECK(made_into(response, TopLogprobs{}, {0.4, 0.15, 0.1, 0.2, 0.15}));
    CHECK(
        made_into(response, TopLogprobs{1, Residual::uniform, {}}, {0.4, 0.15, 0.15, 0.15, 0.15}));
    CHECK(made_into(response, TopLogprobs{5, Residual::uniform, {}}, {0.4, 0.15, 0.1, 0.2, 0.15}));
    CHECK_FALSE(
        made_into(response, TopLogprobs{1, Residual::uniform, {}}, {0.4, 0.15, 0.1, 0.2, 0.15}));
    // Nothing for the others but 0.1 / K: mass 0.73 in all.
    const auto dropped = cells(
        two_contexts(given(response), {TopLogprobs{0, Residual::drop, {Kind::mixture, 0.1}}}));
    const auto whole = cells(two_contexts(believer({0.38, 0.02, 0.11, 0.2, 0.02}),
                                          {metrics::Probabilities{}}));  // proportional
    for (std::size_t i = 0; i < dropped.size(); ++i)
        CHECK(*dropped[i].cross_entropy_mean ==
              Approx(*whole[i].cross_entropy_mean - std::log(0.73)).epsilon(1e-12));
    // Other approximations read the completed statement; rankings, those named.
    const Vector completed{0.4, 0.1, 0.1, 0.2, 0.1};
    CHECK(made_into(response, metrics::Probabilities{}, completed));
    CHECK(made_into(response, metrics::Softmax{}, completed));
    const metrics::RankMatched matched{Residual::uniform, {Kind::additive, 0.5}};
    CHECK(same_measurements(
        cells(two_contexts(given(response), {matched}, 5)),
        cells(two_contexts(believer({0.4, 0.05, 0.1, 0.2, 0.05}), {matched}, 3))));
    const auto row = cells(two_contexts(given(response), {matched})).front();
    CHECK(*row.faults.covered_mass == Approx(0.7).epsilon(1e-14));
}

TEST_CASE("given answers: samples and rankings are counted as they were given", "[sim][given]") {
    Response response = empty_response();
    response.choices = {0, 0, no_candidate, 3, 2, 2};
    response.faults = metrics::AnswerFaults{.unknown = 1};
    using metrics::SampleFrequency;
    CHECK(made_into(response, SampleFrequency{4, 0.5}, {2.5, 0.5, 0.5, 1.5, 0.5}));
    CHECK(made_into(response, SampleFrequency{50, 0.5}, {2.5, 0.5, 2.5, 1.5, 0.5}));
    CHECK_FALSE(made_into(response, SampleFrequency{4, 0.5}, {2.5, 0.5, 1.5, 1.5, 0.5}));
    const auto none = cells(two_contexts(given(response), {metrics::PlackettLuce{3, 0.5}}));
    CHECK(none.front().undefined_fraction == 1.0);

    response.rankings = {{3, no_candidate, 1, 0}, {1, 2, 0}, {4, 3, 2}};
    const std::vector<std::vector<std::uint32_t>> read{{3, 1}, {1, 2, 0}};
    Vector weights(5, 0.2);
    for (int step = 0; step < 20'000; ++step)
        weights = metrics::plackett_luce_step(read, weights, 0.5);
    const auto fitted = cells(two_contexts(given(response), {metrics::PlackettLuce{2, 0.5}}));
    const auto twin = cells(two_contexts(believer(weights), {metrics::Probabilities{}}));
    for (std::size_t i = 0; i < fitted.size(); ++i)
        CHECK(*fitted[i].cross_entropy_mean == Approx(*twin[i].cross_entropy_mean).epsilon(1e-8));
}

TEST_CASE("given answers: percentages are repaired, a statement is read beside a ranking",
          "[sim][given]") {
    Response response = empty_response();
    response.percentages = {50.0, not_said, 20.0, -5.0, 0.0};
    const metrics::Verbalized verbalized{{Kind::mixture, 0.1}};
    CHECK(made_into(response, verbalized, {0.47, 0.29, 0.2, 0.02, 0.02}));
    const auto undefined =
        cells(two_contexts(given(response), {metrics::Probabilities{}, metrics::RankMatched{}}));
    for (const sim::CellRow& row : undefined) CHECK(row.undefined_fraction == 1.0);

    response.rankings = {{0, 1, 2, 3, 4}};
    response.probabilities = {0.1, 0.2, 0.3, 0.3, 0.1};
    CHECK(made_into(response, metrics::Probabilities{}, response.probabilities));
    CHECK(made_into(response, metrics::TopLogprobs{}, {0.1, 0.2, 0.3, 0.3, 0.1}));
    const metrics::RankMatched matched{Residual::uniform, {Kind::additive, 0.5}};
    CHECK(same_measurements(cells(two_contexts(given(response), {matched})),
                            cells(two_contexts(believer({5, 4, 3, 2, 1}), {matched}))));
    // All candidates are ranked: the decomposition knows the complete answer.
    const auto study = sim::run_study(two_contexts(given(response, true), {matched}), {});
    for (const sim::DecompositionRow& row : study.decomposition) {
        REQUIRE(row.total_bias);
        CHECK(std::abs(*row.approximation_term + *row.answer_term + *row.entropy_term +
                       *row.cross_entropy_term - *row.total_bias) < 1e-12);
    }
}

TEST_CASE("given answers: none is undefined, and counted", "[sim][given]") {
    for (const auto reason : {metrics::NoAnswer::refused,
                              metrics::NoAnswer::empty,
                              metrics::NoAnswer::unreadable,
                              metrics::NoAnswer::failed}) {
        Response response = empty_response();
        response.faults = metrics::AnswerFaults{.no_answer = reason};
        auto approximations = rank_approximations();
        approximations.insert(approximations.end(),
                              {metrics::Probabilities{},
                               metrics::Softmax{},
                               metrics::TopLogprobs{},
                               metrics::SampleFrequency{3, 0.5},
                               metrics::PlackettLuce{3, 0.5},
                               metrics::Verbalized{},
                               metrics::PerEvent{}});
        const auto results = sim::run_study(two_contexts(given(response), approximations), {});
        CHECK(results.has_faults);
        CHECK(results.has_given);
        CHECK(results.cells.size() == 2 * approximations.size());
        for (const sim::CellRow& row : results.cells) {
            CHECK(row.undefined_fraction == 1.0);
            CHECK_FALSE(row.gap_mean);
            CHECK(*row.faults.refused == 1.0);
            CHECK(row.faults.no_answer == reason);
        }
    }
}

TEST_CASE("given answers: what went wrong is in the rows, of mocks nothing", "[sim][given]") {
    Response response = empty_response();
    response.rankings = {{3, no_candidate, no_candidate}};
    response.faults =
        metrics::AnswerFaults{.missing = 1, .duplicates = 1, .unknown = 2, .cut = true};
    sim::Scenario scenario = two_contexts(given(response), {rank_approximations().front()});
    scenario.predictors.push_back(believer({1, 2, 3, 4, 5}));
    const auto results = sim::run_study(scenario, {});
    const sim::FaultFigures& faults = results.cells.front().faults;
    CHECK(*faults.refused == 0.0);
    CHECK(*faults.missing == 1.0);
    CHECK(*faults.duplicated == 1.0);
    CHECK(*faults.unknown == 2.0);
    CHECK(*faults.cut == 1.0);
    CHECK_FALSE(faults.covered_mass);
    CHECK_FALSE(results.cells[1].faults.refused);
    scenario.predictors.erase(scenario.predictors.begin());
    CHECK_FALSE(sim::run_study(scenario, {}).has_given);
}

TEST_CASE("given answers: a whole statement has the mock's rows", "[sim][given]") {
    auto approximations = rank_approximations();
    approximations.insert(approximations.end(),
                          {metrics::Probabilities{{Kind::additive, 1.0}},
                           metrics::Softmax{2.0, {}},
                           metrics::TopLogprobs{2, Residual::uniform, {}},
                           metrics::SampleFrequency{5, 0.5},
                           metrics::PlackettLuce{3, 0.5},
                           metrics::Verbalized{{Kind::mixture, 0.2}},
                           metrics::PerEvent{}});
    for (const Vector& q : {Vector{0.2, 0.2, 0.2, 0.2, 0.2},
                            Vector{0.25, 0.25, 0.125, 0.125, 0.25},
                            Vector{0.1, 0.15, 0.35, 0.3, 0.1}}) {
        const auto expected =
            sim::run_study(two_contexts(believer(q), approximations), {.threads = 1});
        Response stated = empty_response();
        stated.probabilities = q;
        Response in_logits = empty_response();
        for (const double value : q) in_logits.logits.push_back(3.0 + std::log(value));
        for (const Response& response : {stated, in_logits}) {
            const auto measured =
                sim::run_study(two_contexts(given(response, true), approximations), {.threads = 2});
            CHECK(measured.cells.front().faults.refused == 0.0);
            REQUIRE(measured.cells.size() == expected.cells.size());
            for (std::size_t i = 0; i < expected.cells.size(); ++i) {
                CAPTURE(i);
                const Row a = figures(measured.cells[i]);
                const Row b = figures(expected.cells[i]);
                for (std::size_t f = 0; f < a.size(); ++f) CHECK(close(a[f], b[f]));
                const Row c = figures(measured.decomposition[i]);
                const Row d = figures(expected.decomposition[i]);
                for (std::size_t f = 0; f < c.size(); ++f) CHECK(close(c[f], d[f]));
            }
        }
    }
}

TEST_CASE("given answers: the same bits for any number of threads; the others' rows stay",
          "[sim][given]") {
    Response response = empty_response();
    response.logprobs = {std::log(0.3), std::log(0.3), not_said, not_said, std::log(0.3)};
    response.probabilities = {0.3, 0.3, 0.05, 0.05, 0.3};
    auto approximations = rank_approximations();
    approximations.emplace_back(metrics::TopLogprobs{2, Residual::uniform, {}});
    sim::Scenario scenario = two_contexts(believer({5, 4, 3, 3, 1}), approximations, 2);
    const sim::Results without = sim::run_study(scenario, {.threads = 1});
    scenario.predictors.push_back(given(response));
    const sim::Results alone = sim::run_study(scenario, {.threads = 1});
    CHECK(same_bits(alone, sim::run_study(scenario, {.threads = 3})));
    const SharedRows shared = shared_rows(without, alone);
    CHECK(shared.found == 2 * approximations.size());
    CHECK(shared.same == shared.found);
}

}  // namespace truegap::test
