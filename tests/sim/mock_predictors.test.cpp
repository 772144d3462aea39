#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>

#include "metrics/entropy.hpp"

#include "naive_metric.hpp"
#include "naive_truth.hpp"

#include "sim/truth.hpp"

#include "support.hpp"

#include "adapters/mock/mock_predictor.hpp"

namespace truegap::test {
namespace {

using adapters::posterior_belief;

Vector normalised(Vector values) {
    double total = 0.0;
    for (const double value : values) total += value;
    for (double& value : values) value /= total;
    return values;
}

double worst_difference(const metrics::Distribution& q, const Vector& expected) {
    double worst = q.size() == expected.size() ? 0.0 : 1.0;
    for (std::size_t k = 0; k < q.size(); ++k)
        worst = std::max(worst, std::abs(q[k] - expected[k]));
    return worst;
}

sim::Context numbered(sim::Context context, sim::ContextId id) {
    context.id = id;
    return context;
}

const sim::Context& three_items() {
    static const sim::Context context =
        context_of({.proxy = {0}, .levels = {1}}, {2, 2}, {3, 0, 2});
    return context;
}

}  // namespace

TEST_CASE("beliefs: each is its formula, over random contexts", "[sim][mock]") {
    Dice dice(21);
    std::map<std::string, double> worst;
    double bayes_gap = 0.0;
    std::size_t different = 0;
    for (int i = 0; i < 300; ++i) {
        const auto spec = random_population(dice, {.classes = 4, .items = 8, .most_kappa = 50.0});
        const sim::Population population = population_of(spec);
        const sim::World world{.population = population, .seed = 4, .index = 0};
        const sim::Context context = context_of(random_group(dice, spec),
                                                random_history(dice, 8, dice.below(5)),
                                                random_candidates(dice, 8, 2));
        const auto target = [&](const sim::Group& group, const sim::History& history) {
            return naive_target(spec, context_of(group, history, context.candidates));
        };
        const Vector p = target(context.group, context.history);
        const auto check = [&](const char* name, const adapters::Belief& belief, const Vector& q) {
            worst[name] = std::max(worst[name], worst_difference(belief(context), q));
        };
        const auto bayes = posterior_belief(world, {});
        check("bayes", bayes, p);
        bayes_gap =
            std::max(bayes_gap,
                     metrics::kl_divergence(
                         sim::find_truth(population, context).truth->distribution, bayes(context)));
        const Vector popularity = target({}, {});
        check(
            "popularity", posterior_belief(world, {.group = false, .history = false}), popularity);
        check("history_blind",
              posterior_belief(world, {.history = false}),
              target(context.group, {}));
        check("demographic_blind",
              posterior_belief(world, {.group = false}),
              target({}, context.history));
        if (naive_cross_entropy(p, popularity) - naive_entropy(p) > 1e-3) ++different;
        const double temperature = dice.between(0.2, 5.0);
        Vector powers = p;
        for (double& value : powers) value = std::pow(value, 1.0 / temperature);
        check("tempered", adapters::tempered(bayes, temperature), normalised(powers));
        check(
            "uniform", adapters::uniform(), Vector(p.size(), 1.0 / static_cast<double>(p.size())));
        check("reversed", adapters::reversed(bayes), Vector(p.rbegin(), p.rend()));
        check("noisy without noise", adapters::noisy(world, bayes, 0.0), p);
    }
    CHECK(worst.size() == 8);
    for (const auto& [name, error] : worst) {
        CAPTURE(name);
        CHECK(error < 1e-13);
    }
    CHECK(bayes_gap == 0.0);
    CHECK(different > 100);
}

TEST_CASE("beliefs: an item that nobody chooses keeps probability 0", "[sim][mock]") {
    const sim::Population population = population_of(small_population());
    const sim::World world{.population = population, .seed = 4, .index = 0};
    const sim::Context context = context_of({}, {0}, {0, 4, 2});
    const auto bayes = posterior_belief(world, {});
    for (const auto& belief : {bayes,
                               adapters::tempered(bayes, 3.0),
                               adapters::noisy(world, bayes, 2.0),
                               adapters::memorizer(world, 50, 0.0)})
        CHECK(belief(context)[1] == 0.0);
    CHECK(adapters::memorizer(world, 50, 0.5)(context)[1] == Approx(0.5 / 51.5).epsilon(1e-15));
    CHECK(adapters::reversed(bayes)(context)[1] == 0.0);
    CHECK(adapters::uniform()(context)[1] == Approx(1.0 / 3.0).epsilon(1e-15));
}

TEST_CASE("noisy: ln(q/p) is normal with its sigma", "[sim][mock]") {
    const sim::Population population = population_of(small_population());
    const Vector p = naive_target(small_population(), three_items());
    constexpr double sigma = 0.7;
    double sum = 0.0;
    double squares = 0.0;
    constexpr double worlds = 20'000;
    for (std::uint32_t index = 0; index < worlds; ++index) {
        const sim::World world{.population = population, .seed = 4, .index = index};
        const auto q = adapters::noisy(world, posterior_belief(world, {}), sigma)(three_items());
        const double e = (std::log(q[0] / p[0]) - std::log(q[2] / p[2])) / (sigma * std::sqrt(2.0));
        sum += e;
        squares += e * e;
    }
    ZScores z;
    z.add(sum / worlds, 0.0, 1.0 / std::sqrt(worlds));
    z.add(squares / worlds, 1.0, std::sqrt(2.0 / worlds));
    CHECK(z.beyond() == 0);
    ZScores planted;  // sigma 0.73
    planted.add(squares / worlds, std::pow(0.73 / 0.7, 2.0), std::sqrt(2.0 / worlds));
    CHECK(planted.beyond() == 1);
}

TEST_CASE("noisy and memorizer: fixed per context, new in every context, world and seed",
          "[sim][mock]") {
    const sim::Population population = population_of(small_population());
    for (const bool noisy : {true, false}) {
        const auto q = [&](std::uint64_t seed, std::uint32_t index, sim::ContextId id) {
            const sim::World world{.population = population, .seed = seed, .index = index};
            const auto belief = noisy ? adapters::noisy(world, posterior_belief(world, {}), 0.5)
                                      : adapters::memorizer(world, 1'000'000, 0.0);
            const auto first = belief(numbered(three_items(), id));
            static_cast<void>(belief(numbered(three_items(), id + 1)));
            const auto again = belief(numbered(three_items(), id));
            CHECK(std::equal(first.begin(), first.end(), again.begin()));
            return Vector(first.begin(), first.end());
        };
        std::set<Vector> values;
        for (const std::uint64_t seed : {1U, 2U})
            for (const std::uint32_t index : {0U, 1U, 2U})
                for (const sim::ContextId id : {0U, 1U, 2U, 3U}) values.insert(q(seed, index, id));
        CHECK(values.size() == 24);  // memorizers agree by chance once in 10,000 seeds
    }
}

TEST_CASE("memorizer: remembers m training users who choose with the target's probabilities",
          "[sim][mock]") {
    const sim::Population population = population_of(small_population());
    const Vector p = naive_target(small_population(), three_items());
    constexpr std::uint32_t m = 4;
    std::map<std::vector<std::uint32_t>, std::size_t> places;
    Vector law;
    for (const Outcome& outcome : outcomes(p, m)) {
        places.emplace(outcome.counts, law.size());
        law.push_back(outcome.probability);
    }
    REQUIRE(law.size() == 15);
    std::vector<std::uint64_t> observed(law.size());
    double worst = 0.0;
    for (std::uint32_t index = 0; index < 40'000; ++index) {
        const sim::World world{.population = population, .seed = 4, .index = index};
        const auto q = adapters::memorizer(world, m, 0.0)(three_items());
        std::vector<std::uint32_t> counts;
        std::uint32_t total = 0;
        for (const double value : q) {
            counts.push_back(static_cast<std::uint32_t>(std::lround(m * value)));
            worst = std::max(worst, std::abs(m * value - counts.back()));
            total += counts.back();
        }
        CHECK(total == m);
        ++observed[places.at(counts)];
        // The same users, with pseudo-counts.
        const auto smoothed = adapters::memorizer(world, m, 0.25)(three_items());
        for (std::size_t k = 0; k < 3; ++k)
            worst = std::max(worst, std::abs(smoothed[k] - (counts[k] + 0.25) / (m + 0.75)));
    }
    CHECK(worst < 1e-14);
    CHECK(chi_square_p(observed, law) > chi_square_level);
    Vector planted;
    for (const Outcome& outcome : outcomes(normalised({p[0] * 1.05, p[1], p[2]}), m))
        planted.push_back(outcome.probability);
    CHECK(chi_square_p(observed, planted) < chi_square_level);
}

TEST_CASE("MockPredictor: answers what it believes, in every form", "[sim][mock]") {
    const sim::Population population = population_of(small_population());
    const sim::World world{.population = population, .seed = 4, .index = 0};
    adapters::MockPredictor predictor(
        adapters::posterior_belief(world, {.group = false, .history = false}));
    const std::vector<sim::Context> contexts{context_of({}, {}, {3, 0, 4, 2, 1}),
                                             context_of({}, {}, {1, 0})};
    const auto responses = predictor.predict(contexts);
    REQUIRE(responses.size() == 2);
    for (std::size_t c = 0; c < 2; ++c) {
        const auto q = *predictor.exact(contexts[c]);
        const auto& response = responses[c];
        CHECK(std::equal(q.begin(), q.end(), response.probabilities.begin()));
        for (std::size_t k = 0; k < q.size(); ++k)
            CHECK(response.logits[k] == std::log(q[k]));  // -infinity for 0
        REQUIRE(response.ranking);
        for (std::size_t i = 1; i < q.size(); ++i)
            CHECK(q[response.ranking->order[i - 1]] >= q[response.ranking->order[i]]);
    }
    CHECK(responses[0].ranking->tiers() == 4);  // items 2 and 3 both have 0.22
    CHECK(responses[1].ranking->tiers() == 2);
    adapters::MockPredictor flat(adapters::uniform());
    CHECK(flat.predict(contexts)[0].ranking->tiers() == 1);
}

}  // namespace truegap::test
