#include "sim/individual.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>

#include "metrics/entropy.hpp"

#include "naive_metric.hpp"

#include "sim/block.hpp"
#include "sim/expectations.hpp"
#include "sim/refusals.hpp"
#include "sim/study.hpp"

#include "support.hpp"

namespace truegap::test {
namespace {

Vector vector_of(const metrics::Distribution& p) {
    return {p.begin(), p.end()};
}

sim::Scenario individual_study() {
    sim::Scenario scenario = small_scenario();
    sim::GeneratedContexts contexts;
    contexts.proxies = {{0}};
    contexts.history_lengths = {0, 1, 3};
    contexts.histories_per_group = 2;
    contexts.candidates = std::vector<sim::ItemId>{0, 2, 3};
    scenario.contexts.source = contexts;
    scenario.contexts.histories = sim::Histories::individual;
    scenario.design = sim::UsersPerGroup{{1, 2, 4}};
    scenario.predictors.push_back(mock("history_blind", [](const sim::World& w) {
        return adapters::posterior_belief(w, {.history = false});
    }));
    scenario.predictors.push_back(mock("noisy", [](const sim::World& w) {
        return adapters::noisy(w, adapters::posterior_belief(w, {}), 0.5);
    }));
    return scenario;
}

// Every way in which the users of a context can choose, with its probability.
void for_all_choices(const std::vector<Vector>& p,
                     const std::function<void(const Order& choices, double probability)>& visit) {
    Order choices(p.size(), 0);
    while (true) {
        double probability = 1.0;
        for (std::size_t u = 0; u < p.size(); ++u) probability *= p[u][choices[u]];
        visit(choices, probability);
        std::size_t u = 0;
        while (u < p.size() && ++choices[u] == p[u].size()) choices[u++] = 0;
        if (u == p.size()) return;
    }
}

Vector average(const std::vector<Vector>& all) {
    Vector mean(all.front().size(), 0.0);
    for (const Vector& one : all)
        for (std::size_t k = 0; k < mean.size(); ++k)
            mean[k] += one[k] / static_cast<double>(all.size());
    return mean;
}

// What the users of a context at one n believe and do.
struct Users {
    std::vector<Vector> p, q;
};
Users users_of(const sim::WorldStudy& study,
               std::size_t c,
               std::size_t predictor,
               std::uint32_t n) {
    Users users;
    const sim::OwnHistories* own = study.own_histories(c);
    for (std::uint32_t u = 0; u < n; ++u) {
        if (own == nullptr) {
            users.p.push_back(vector_of(study.plan().truths[c].distribution));
            users.q.push_back(vector_of(*study.levels().front().answer(predictor, c).q));
        } else {
            users.p.push_back(vector_of(own->truths[u].distribution));
            users.q.push_back(vector_of(study.own_beliefs(predictor, c)[u]));
        }
    }
    return users;
}

Vector p_hat_of(const Order& choices, std::size_t items) {
    Vector p_hat(items, 0.0);
    for (const auto choice : choices) p_hat[choice] += 1.0 / static_cast<double>(choices.size());
    return p_hat;
}

}  // namespace

TEST_CASE("individual: users' histories are nested in n and length; the first user's is the plan's",
          "[sim][individual]") {
    const sim::Scenario scenario = individual_study();
    const sim::WorldPlan plan = sim::plan_world(scenario, 0);
    std::size_t compared = 0;
    std::size_t different = 0;
    for (std::size_t c = 0; c < plan.contexts.size(); ++c) {
        if (plan.contexts[c].history.size() != 3) continue;
        const sim::OwnHistories own = sim::own_histories(scenario, plan, c);
        REQUIRE(own.users.size() == 4);
        CHECK(own.users[0].history == plan.contexts[c].history);
        sim::Scenario fewer = scenario;
        fewer.design = sim::UsersPerGroup{{2}};
        const sim::OwnHistories two = sim::own_histories(fewer, plan, c);
        REQUIRE(two.users.size() == 2);
        CHECK(two.users[1].history == own.users[1].history);
        // Contexts of a group come length by length, two slots each.
        const sim::OwnHistories shorter = sim::own_histories(scenario, plan, c - 2);
        REQUIRE(plan.contexts[c - 2].history.size() == 1);
        for (std::size_t u = 0; u < own.users.size(); ++u) {
            CHECK(own.users[u].history.size() == 3);
            CHECK(own.users[u].user == u);
            CHECK(shorter.users[u].history == sim::History{own.users[u].history.back()});
            ++compared;
            if (u > 0 && own.users[u].history != own.users[0].history) ++different;
        }
    }
    CHECK(compared == 16);
    CHECK(different > 6);
}

TEST_CASE("individual: the three readings, each against its own truth, by every user's choice",
          "[sim][individual]") {
    sim::Scenario scenario = individual_study();
    scenario.replicates = 10'000;
    using metrics::Smoothing;
    scenario.approximations = {
        metrics::Probabilities{},
        metrics::RankMatched{metrics::Residual::uniform, {Smoothing::Kind::additive, 0.5}},
        metrics::PerEvent{}};
    const sim::WorldStudy study(scenario, sim::plan_world(scenario, 0));
    const sim::Results results = sim::run_study(scenario, {.threads = 2});
    ZScores gaps;
    ZScores entropies;
    ZScores pooled_as_events;  // the partner: the per-event loss held against the pooled entropy
    std::size_t apart = 0;
    for (const sim::CellRow& row : results.cells) {
        const std::size_t c = row.key.context;
        const std::uint32_t n = row.key.users;
        const Users users = users_of(study, c, row.key.predictor, n);
        const Vector p_bar = average(users.p);
        const Vector q_bar = average(users.q);
        const bool events = row.key.approximation == 2;
        CHECK(results.estimators[row.key.estimator] == (events ? "known_mean_entropy" : "plug_in"));
        double entropy = 0.0;
        double level = 0.0;
        for (std::size_t u = 0; u < n; ++u) {
            entropy += naive_entropy(users.p[u]) / n;
            level += naive_cross_entropy(users.p[u], users.q[u]) / n;
        }
        const double mean_entropy = entropy;
        if (!events) {
            entropy = naive_entropy(p_bar);
            level = naive_cross_entropy(p_bar, q_bar);
            CHECK(entropy >= mean_entropy - 1e-12);  // a mixture is more uncertain than its parts
            if (entropy > mean_entropy + 1e-3) ++apart;
        }
        CAPTURE(c, n, row.key.predictor, row.key.approximation);
        CHECK(std::abs(*row.true_entropy - entropy) < 1e-12);
        CHECK(std::abs(*row.true_cross_entropy - level) < 1e-12);
        CHECK(std::abs(*row.true_gap - (level - entropy)) < 1e-12);
        CHECK(*row.true_gap >= 0.0);
        if (row.key.predictor == 0) CHECK(*row.true_gap == 0.0);
        double measured = 0.0;
        double plug_in = 0.0;
        const auto& approximation = scenario.approximations[row.key.approximation];
        const auto orders = tie_orders(q_bar);
        for_all_choices(users.p, [&](const Order& choices, double probability) {
            const Vector p_hat = p_hat_of(choices, p_bar.size());
            plug_in += probability * naive_entropy(p_hat);
            if (events) {
                for (std::size_t u = 0; u < n; ++u)
                    measured -= probability * std::log(users.q[u][choices[u]]) / n;
                return;
            }
            for (const Order& order : orders)
                measured +=
                    probability / static_cast<double>(orders.size()) *
                    naive_cross_entropy(
                        p_hat,
                        naive_approximation(approximation, p_hat, n, q_bar, order, scenario.top));
        });
        if (events) {
            CHECK(std::abs(measured - level) < 1e-12);
            CHECK(*row.entropy_mean == *row.true_entropy);
            gaps.add(*row.gap_mean, measured - mean_entropy, *row.gap_bias_mcse);
            pooled_as_events.add(
                *row.gap_mean, measured - naive_entropy(p_bar), *row.gap_bias_mcse);
        } else {
            gaps.add(*row.gap_mean, measured - plug_in, *row.gap_bias_mcse);
            entropies.add(*row.entropy_mean, plug_in, *row.entropy_bias_mcse);
        }
    }
    CHECK(gaps.random() > 150);
    CHECK(gaps.beyond() == 0);
    CHECK(entropies.random() > 60);
    CHECK(entropies.beyond() == 0);
    CHECK(apart > 50);
    CHECK(pooled_as_events.beyond() > 10);
}

TEST_CASE("individual: exact expectations are those of every user's choice", "[sim][individual]") {
    sim::Scenario scenario = individual_study();
    scenario.approximations = {metrics::Probabilities{}, metrics::PerEvent{}};
    scenario.estimators = {
        estimator("plug_in"), estimator("grassberger_2003"), estimator("miller_madow")};
    const sim::WorldStudy study(scenario, sim::plan_world(scenario, 0));
    std::size_t compared = 0;
    for (const sim::Level& level : study.levels())
        for (const sim::ExpectationRow& row : sim::expected_rows(study, level, 0.0)) {
            const std::uint32_t n = row.key.users;
            const Users users = users_of(study, row.key.context, row.key.predictor, n);
            double entropy = 0.0;
            double gap = 0.0;
            const std::string name = study.estimators()[row.key.estimator].label();
            const bool events = row.key.approximation == 1;
            const Vector q_bar = average(users.q);
            for_all_choices(users.p, [&](const Order& choices, double probability) {
                std::vector<std::uint32_t> counts(q_bar.size(), 0);
                for (const auto choice : choices) ++counts[choice];
                double estimate = 0.0;
                double loss = 0.0;
                if (events) {
                    for (const Vector& p : users.p) estimate += naive_entropy(p) / n;
                    for (std::size_t u = 0; u < n; ++u)
                        loss -= std::log(users.q[u][choices[u]]) / n;
                } else {
                    estimate = naive_estimate(name, counts);
                    loss = naive_cross_entropy(p_hat_of(choices, q_bar.size()), q_bar);
                }
                entropy += probability * estimate;
                gap += probability * (loss - estimate);
            });
            CAPTURE(row.key.context, n, name);
            REQUIRE(row.entropy_mean.has_value());
            REQUIRE(row.gap_mean.has_value());
            CHECK(std::abs(*row.entropy_mean - entropy) < 1e-12);
            CHECK(std::abs(*row.gap_mean - gap) < 1e-12);
            ++compared;
        }
    CHECK(compared == 3 * 10 * 3 * 4);
}

TEST_CASE("individual: a group of one user, and contexts without history, are as with shared ones",
          "[sim][individual]") {
    sim::Scenario scenario = individual_study();
    scenario.design = sim::UsersPerGroup{{1}};
    scenario.approximations = {metrics::Probabilities{}, metrics::PerEvent{}};
    sim::Scenario shared = scenario;
    shared.contexts.histories = sim::Histories::shared;
    const auto one = sim::run_study(scenario, {.threads = 1}).cells;
    const auto other = sim::run_study(shared, {.threads = 1}).cells;
    REQUIRE(one.size() == other.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
        CHECK(std::abs(*one[i].true_entropy - *other[i].true_entropy) < 1e-13);
        CHECK(std::abs(*one[i].true_gap - *other[i].true_gap) < 1e-13);
    }
    // With a shared history the per-event loss is the cross-entropy of the stated probabilities.
    for (std::size_t i = 0; i + 1 < other.size(); i += 2) {
        CHECK(*other[i].cross_entropy_mean == *other[i + 1].cross_entropy_mean);
        CHECK(*other[i].true_entropy == *other[i + 1].true_entropy);
    }
}

TEST_CASE("individual: every approximation, the same bytes for any number of threads",
          "[sim][individual]") {
    sim::Scenario scenario = individual_study();
    scenario.approximations = {
        metrics::RankMatched{},
        metrics::TopLogprobs{},
        metrics::Verbalized{},
        metrics::CrossFittedRankMatched{},
        metrics::PerEvent{},
        metrics::RankCurve{.shape = metrics::RankCurve::Shape::learned, .smoothing = {}},
        metrics::Recommended{},
        metrics::Recommended{metrics::Recommended::Reads::ranking}};
    const sim::Results results = sim::run_study(scenario, {.threads = 1});
    CHECK(same_bits(results, sim::run_study(scenario, {.threads = 3})));
    // Each user's noise is his own, so that the average of the noisy answers nears the truth.
    scenario.design = sim::UsersPerGroup{{1, 400}};
    scenario.approximations = {metrics::Probabilities{}, metrics::PerEvent{}};
    scenario.replicates = 2;
    for (const sim::CellRow& row : sim::run_study(scenario, {.threads = 1}).cells)
        if (row.key.predictor == 2 && row.key.users == 400 && row.key.context % 5 > 0)
            CHECK((row.key.approximation == 0) == (*row.true_gap < 0.01));
}

TEST_CASE("individual: refused where it cannot be right", "[sim][individual]") {
    const auto refused = [](const std::function<void(sim::Scenario&)>& change) {
        sim::Scenario scenario = individual_study();
        CHECK_NOTHROW(sim::refuse_impossible(scenario));
        change(scenario);
        CHECK_THROWS_AS(sim::refuse_impossible(scenario), sim::ScenarioError);
    };
    refused([](sim::Scenario& s) { s.design = sim::Users{{100}}; });
    refused([](sim::Scenario& s) { s.contexts.repeat = false; });
    refused([](sim::Scenario& s) { s.approximations = {metrics::PlackettLuce{}}; });
    refused([](sim::Scenario& s) { s.predictors.front().faults.missing = 0.1; });
    refused([](sim::Scenario& s) { s.predictors.front().contamination.emplace(); });
    sim::Scenario scenario = individual_study();
    scenario.design = sim::UsersPerGroup{{10'000'000}};
    CHECK_THROWS_AS(sim::refuse_too_many_users(scenario, sim::plan_world(scenario, 0)),
                    sim::ScenarioError);
}

}  // namespace truegap::test
