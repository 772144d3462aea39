#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "naive_paths.hpp"
#include "naive_truth.hpp"
#include "random_worlds.hpp"

#include "adapters/mock/beliefs_in_time.hpp"

namespace truegap::test {
namespace {

using Vector = std::vector<double>;

double worst_difference(const metrics::Distribution& q, const Vector& expected) {
    double worst = q.size() == expected.size() ? 0.0 : 1.0;
    for (std::size_t k = 0; k < q.size(); ++k)
        worst = std::max(worst, std::abs(q[k] - expected[k]));
    return worst;
}

sim::Context truncated(sim::Context context, std::size_t first, std::size_t last) {
    context.history = {context.history.begin() + static_cast<std::ptrdiff_t>(first),
                       context.history.begin() + static_cast<std::ptrdiff_t>(last)};
    return context;
}

// The target as somebody recalls it: by paths, or by 50-digit arithmetic where users are heterogeneous.
Vector recalled(const RandomWorld& random, const Recall& recall) {
    if (random.filterable())
        return naive_path_target(
            random.population, own_transition(random.population), random.context, recall);
    const std::size_t length = random.context.history.size();
    const std::size_t last = length - std::min(length, recall.back);
    return naive_target(
        random.spec,
        truncated(random.context, std::min(length - std::min(length, recall.last), last), last));
}

// The largest errors by world and predictor, and how often a predictor was not the target.
struct Errors {
    std::map<std::string, double> worst;
    std::map<std::string, int> different;

    void add(const std::string& name,
             const metrics::Distribution& q,
             const Vector& expected,
             const Vector& p) {
        worst[name] = std::max(worst[name], worst_difference(q, expected));
        different[name] += worst_difference(q, p) > 1e-3 ? 1 : 0;
    }
};

// A user without chance, by doubling an angle: x' = 4x(1-x) with x = sin^2(pi angle / 2^64), and the
// arcsine measure of [0, x] is twice the angle folded.
sim::ItemId cell(std::uint64_t angle, const Vector& p) {
    const double measure = 2.0 * static_cast<double>(std::min(angle, ~angle)) * 0x1p-64;
    double sum = 0.0;
    for (sim::ItemId b = 0; b + 1 < p.size(); ++b) {
        sum += p[b];
        if (measure < sum) return b;
    }
    return static_cast<sim::ItemId>(p.size() - 1);
}

}  // namespace

TEST_CASE("stale and lost_in_context: what is recalled of a history, over every path of the class",
          "[sim][mock][mock_in_time]") {
    Dice dice(61);
    Errors errors;
    for (const WorldKind kind : all_world_kinds) {
        if (kind == WorldKind::chaotic) continue;
        for (int i = 0; i < 40; ++i) {
            const RandomWorld random = random_world(dice, kind);
            const sim::World world = random.world();
            const sim::Context& context = random.context;
            const Vector p = recalled(random, {});
            const std::size_t back = 1 + dice.below(4);
            errors.add("stale",
                       adapters::stale(world, static_cast<std::uint32_t>(back))(context),
                       recalled(random, {.back = back}),
                       p);
            errors.add("stale(0)", adapters::stale(world, 0)(context), p, p);
            const std::size_t last = dice.below(4);
            errors.add("last",
                       adapters::last_items(world, last)(context),
                       recalled(random, {.last = last}),
                       p);
            errors.add("all", adapters::last_items(world, 4)(context), p, p);
            const double dilution = dice.between(0.0, 2.0);
            const double o =
                1.0 - 1.0 / (1.0 + dilution * static_cast<double>(context.history.size()));
            const Vector blind = recalled(random, {.last = 0});
            Vector mixed = p;
            for (std::size_t k = 0; k < p.size(); ++k) mixed[k] = (1.0 - o) * p[k] + o * blind[k];
            errors.add("diluted", adapters::diluted(world, dilution)(context), mixed, p);
            errors.add("undiluted", adapters::diluted(world, 0.0)(context), p, p);
        }
    }
    CHECK(errors.worst.size() == 6);
    for (const auto& [name, error] : errors.worst) {
        CAPTURE(name);
        CHECK(error < 1e-13);
        const bool is_target = name == "stale(0)" || name == "all" || name == "undiluted";
        CHECK((is_target ? errors.different[name] == 0 : errors.different[name] > 80));
    }
}

TEST_CASE("adaptive: the filter that assumes a class which stays with that probability",
          "[sim][mock][mock_in_time]") {
    Dice dice(62);
    Errors errors;
    for (const WorldKind kind : all_world_kinds) {
        for (int i = 0; i < 40; ++i) {
            const RandomWorld random = random_world(dice, kind);
            if (!random.filterable()) continue;
            const double stay = dice.uniform();
            errors.add("any",
                       adapters::adaptive(random.world(), stay)(random.context),
                       naive_path_target(
                           random.population, staying(stay, random.population), random.context),
                       recalled(random, {}));
        }
    }
    CHECK(errors.worst["any"] < 1e-13);
    CHECK(errors.different["any"] > 80);
}

TEST_CASE("adaptive: is bayes where it assumes what is so", "[sim][mock][mock_in_time]") {
    Dice dice(63);
    double worst_markov = 0.0;
    double worst_fixed = 0.0;
    for (int i = 0; i < 100; ++i) {
        RandomWorld random = random_world(dice, WorldKind::markov);
        const double stay = dice.uniform();
        random.population = sim::make_population(
            random.spec,
            4,
            0,
            sim::MarkovDynamics{.transition = {}, .stay = stay, .steps = 2, .events = {}});
        const auto q = [&](const RandomWorld& of, const adapters::Belief& belief) {
            const auto distribution = belief(of.context);
            return Vector(distribution.begin(), distribution.end());
        };
        worst_markov =
            std::max(worst_markov,
                     worst_difference(adapters::adaptive(random.world(), stay)(random.context),
                                      q(random, adapters::posterior_belief(random.world(), {}))));
        const RandomWorld fixed = random_world(dice, WorldKind::fixed);
        worst_fixed =
            std::max(worst_fixed,
                     worst_difference(adapters::adaptive(fixed.world(), 1.0)(fixed.context),
                                      q(fixed, adapters::posterior_belief(fixed.world(), {}))));
    }
    CHECK(worst_markov <= 1e-13);
    CHECK(worst_fixed <= 1e-13);
}

TEST_CASE("stale and lost_in_context: of chaotic users, against a long simulation",
          "[sim][mock][mock_in_time]") {
    const Vector p{0.25, 0.4, 0.35};
    sim::ExplicitPopulation spec;
    spec.class_weights = {1.0};
    spec.item_probabilities = matrix({p});
    spec.concentration = {std::numeric_limits<double>::infinity()};
    const sim::Population population = sim::make_population(spec, 1, 0, sim::ChaoticDynamics{2});
    const sim::World world{.population = population, .seed = 4, .index = 0};
    const sim::Context context = context_of({}, {1, 2, 1}, {2, 0, 1});
    // History at times 0, 1, 2, the target at 4; one event earlier it was at 3, after times 0 and 1.
    Vector stale_counts(3, 0.0);
    Vector last_counts(3, 0.0);
    Dice dice(64);
    for (int i = 0; i < 1'000'000; ++i) {
        const std::uint64_t start = dice.bits();
        std::array<sim::ItemId, 5> chosen{};
        for (std::size_t t = 0; t < chosen.size(); ++t) chosen[t] = cell(start << t, p);
        if (chosen[0] == 1 && chosen[1] == 2) stale_counts[chosen[3]] += 1.0;
        if (chosen[1] == 2 && chosen[2] == 1) last_counts[chosen[4]] += 1.0;
    }
    const auto compare = [&](const metrics::Distribution& q, const Vector& counts) {
        const double n = counts[0] + counts[1] + counts[2];
        REQUIRE(n > 10'000.0);
        ZScores z;
        for (std::size_t k = 0; k < 3; ++k)
            z.add(counts[context.candidates[k]] / n, q[k], std::sqrt(q[k] * (1.0 - q[k]) / n));
        return z.beyond();
    };
    CHECK(compare(adapters::stale(world, 1)(context), stale_counts) == 0);
    CHECK(compare(adapters::last_items(world, 2)(context), last_counts) == 0);
    CHECK(compare(adapters::stale(world, 2)(context), stale_counts) > 0);
    CHECK(compare(adapters::last_items(world, 3)(context), last_counts) > 0);
}

TEST_CASE("adaptive: refuses a history that its users cannot have", "[sim][mock][mock_in_time]") {
    // Class 0 only chooses items 0 and 2, class 1 items 1 and 2, and the class moves on every time.
    sim::ExplicitPopulation spec;
    spec.class_weights = {0.5, 0.5};
    spec.item_probabilities = matrix({{0.5, 0.0, 0.5}, {0.0, 0.5, 0.5}});
    spec.concentration = {std::numeric_limits<double>::infinity(),
                          std::numeric_limits<double>::infinity()};
    const sim::Population population = sim::make_population(
        spec,
        1,
        0,
        sim::MarkovDynamics{.transition = matrix({{0.0, 1.0}, {1.0, 0.0}}), .events = {}});
    const sim::World world{.population = population, .seed = 4, .index = 0};
    const sim::Context context = context_of({}, {0, 1}, {0, 1, 2});
    CHECK_THROWS_AS(adapters::adaptive(world, 1.0)(context), sim::ScenarioError);
    const auto q = adapters::adaptive(world, 0.0)(context);
    CHECK(q[0] == Approx(0.25).epsilon(1e-14));
    CHECK(q[2] == Approx(0.5).epsilon(1e-14));
}

}  // namespace truegap::test
