#include "sim/dynamics.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "path_oracle.hpp"

#include "sim/history.hpp"
#include "sim/make_dynamics.hpp"
#include "sim/truth.hpp"

#include "support.hpp"

namespace truegap::test {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<Big> big(std::span<const double> values) {
    return {values.begin(), values.end()};
}

std::vector<std::vector<double>> random_rows(Dice& dice, std::size_t rows, std::size_t columns) {
    std::vector<std::vector<double>> result;
    for (std::size_t i = 0; i < rows; ++i) result.push_back(dice.simplex(columns, 1.0));
    return result;
}

// A world and the same world for the oracle.
struct TwoWorlds {
    sim::Population population;
    PathWorld paths;
};

struct Look {
    std::size_t classes = 3, items = 4, periods = 0;
    std::uint32_t first_earlier = 1, steps = 1;
    bool moves = true, clicks = false;
};

TwoWorlds random_worlds(Dice& dice, const Look& look) {
    const auto weights = dice.simplex(look.classes, 1.0);
    std::vector<std::vector<std::vector<double>>> items;
    for (std::size_t i = 0; i <= look.periods; ++i)
        items.push_back(random_rows(dice, look.classes, look.items));
    const auto transition = random_rows(dice, look.classes, look.classes);
    sim::PopulationParts parts{.class_weights = weights,
                               .item_probabilities = matrix(items.front()),
                               .concentration = std::vector<double>(look.classes, infinity),
                               .attributes = {}};
    parts.dynamics.steps = look.steps;
    if (look.moves) parts.dynamics.transition = matrix(transition);
    for (std::size_t i = 1; i <= look.periods; ++i)
        parts.dynamics.earlier.push_back(matrix(items[i]));
    parts.dynamics.first_earlier = look.first_earlier;
    PathWorld paths{.first = big(weights), .moves = {}, .items = {}, .examination = {}};
    for (std::size_t y = 0; y < look.classes; ++y) {
        paths.moves.push_back(big(transition[y]));
        if (!look.moves)
            for (std::size_t z = 0; z < look.classes; ++z) paths.moves[y][z] = y == z ? 1 : 0;
    }
    const auto add = [&](const std::vector<std::vector<double>>& period) {
        auto& rows = paths.items.emplace_back();
        for (const auto& row : period) rows.push_back(big(row));
    };
    add(items.front());
    for (std::uint32_t lag = 1; look.periods > 0 && lag < look.first_earlier; ++lag)
        add(items.front());
    for (std::size_t i = 1; i <= look.periods; ++i) add(items[i]);
    for (std::size_t position = 0; position < look.items; ++position) {
        const double weight = look.clicks ? 0.1 + dice.uniform() : 1.0;
        paths.examination.emplace_back(weight);
        if (look.clicks) {
            parts.examination.kind = sim::Examination::Kind::listed;
            parts.examination.weights.push_back(weight);
        }
    }
    return {.population = sim::Population(std::move(parts)), .paths = std::move(paths)};
}

double worst_difference(const metrics::Distribution& found, const std::vector<Big>& exact) {
    double worst = 0.0;
    for (std::size_t k = 0; k < exact.size(); ++k)
        worst = std::max(worst, std::abs((found[k] - exact[k]).convert_to<double>()));
    return worst;
}

// The largest difference between truth and paths over random questions, and the largest one that a
// wrong number of steps would make.
struct Differences {
    double worst = 0.0, planted = 0.0;
};
void compare(Dice& dice, const TwoWorlds& worlds, const Look& look, Differences& differences) {
    for (std::size_t length = 0; length <= 3; ++length) {
        PathQuestion question{.unseen = look.moves ? dice.below(3) : 0,
                              .history = {},
                              .steps = look.steps,
                              .ago = dice.below(2),
                              .page = random_candidates(dice, look.items, 2),
                              .all_items = !look.clicks};
        for (std::size_t i = 0; i < length; ++i)
            question.history.push_back(look.clicks
                                           ? question.page[dice.below(question.page.size())]
                                           : static_cast<sim::ItemId>(dice.below(look.items)));
        sim::Context context = context_of({}, question.history, question.page);
        context.unseen = static_cast<std::uint32_t>(question.unseen);
        context.ago = static_cast<std::uint32_t>(question.ago);
        const PathAnswer exact = by_paths(worlds.paths, question);
        const sim::TruthOrReason found = sim::find_truth(worlds.population, context);
        REQUIRE(found.truth);
        const auto& truth = *found.truth;
        differences.worst = std::max(
            {differences.worst,
             worst_difference(truth.class_posterior, exact.classes),
             worst_difference(truth.distribution, exact.distribution),
             std::abs((truth.entropy - naive_entropy(exact.distribution)).convert_to<double>()),
             std::abs((truth.individual_entropy - exact.individual_entropy).convert_to<double>())});
        ++question.steps;
        differences.planted = std::max(
            differences.planted,
            worst_difference(truth.distribution, by_paths(worlds.paths, question).distribution));
    }
}

}  // namespace

TEST_CASE("find_truth: moving classes, changing items and click pages, by every path of classes",
          "[sim][dynamics][truth]") {
    Dice dice(31);
    const std::vector<Look> looks{
        {.moves = true},
        {.steps = 3, .moves = true},
        {.periods = 3, .moves = false},
        {.periods = 1, .first_earlier = 3, .steps = 2, .moves = false},
        {.periods = 2, .moves = true, .clicks = true},
        {.items = 5, .moves = false, .clicks = true},
        {.classes = 2, .items = 6, .periods = 4, .steps = 2, .moves = true}};
    for (const Look& look : looks) {
        Differences differences;
        for (int round = 0; round < 8; ++round)
            compare(dice, random_worlds(dice, look), look, differences);
        CAPTURE(look.periods, look.steps, look.moves, look.clicks);
        CHECK(differences.worst < 2e-15);
        if (look.moves || look.periods > 0) CHECK(differences.planted > 1e-3);
    }
}

TEST_CASE("classes_at_first_event: a group's posterior, moved on by the unseen events",
          "[sim][dynamics]") {
    auto spec = small_population();
    spec.concentration = {infinity, infinity};
    const auto T = matrix({{0.7, 0.3}, {0.1, 0.9}});
    sim::MarkovDynamics markov;
    markov.transition = T;
    const sim::Population population = sim::make_population(spec, 1, 0, markov);
    const sim::Group group{.proxy = {0}, .levels = {1}};
    const NaiveTruth naive = naive_truth(BigPopulation(spec), group, {}, {0, 1});
    const auto here = sim::classes_at_first_event(population, group, 0);
    const auto later = sim::classes_at_first_event(population, group, 1);
    REQUIRE(here);
    REQUIRE(later);
    CHECK(worst_difference(*here, naive.posterior) < 1e-15);
    const Big second = naive.posterior[0] * T(0, 1) + naive.posterior[1] * T(1, 1);
    CHECK((*later)[1] == Approx(second.convert_to<double>()).epsilon(1e-15).margin(0.0));
    // With no history the target is `steps` events from there: P(z | delta) T^(steps - 1).
    markov.steps = 2;
    const auto target = sim::class_posterior(sim::make_population(spec, 1, 0, markov),
                                             context_of(group, {}, {0, 1}));
    REQUIRE(target);
    CHECK((*target)[1] == Approx(second.convert_to<double>()).epsilon(1e-15).margin(0.0));
}

TEST_CASE("draw_backwards: histories of moving classes and clicked pages have the paths' law",
          "[sim][dynamics][history]") {
    Dice dice(7);
    const std::vector<Look> looks{{.classes = 2, .items = 3, .moves = true},
                                  {.classes = 2, .items = 3, .periods = 2, .moves = true},
                                  {.classes = 2, .items = 3, .moves = true, .clicks = true}};
    std::uint64_t cell = 0;
    for (const Look& look : looks) {
        const TwoWorlds worlds = random_worlds(dice, look);
        const std::vector<sim::ItemId> page{2, 0, 1};
        const auto first = sim::classes_at_first_event(worlds.population, {}, 0);
        sim::Stream draws =
            sim::stream({.seed = 3, .purpose = sim::Purpose::histories, .cell = ++cell});
        std::vector<std::uint64_t> seen(27, 0U);
        for (int r = 0; r < 200'000; ++r) {
            const auto h = sim::draw_backwards(worlds.population, *first, 3, draws, page);
            ++seen[h[2] * 9 + h[1] * 3 + h[0]];  // oldest first
        }
        std::vector<double> law, backwards(27);
        for (const sim::History& h : all_histories(3, 3)) {
            law.push_back(by_paths(worlds.paths,
                                   {.unseen = 0,
                                    .history = h,
                                    .steps = 1,
                                    .ago = 0,
                                    .page = page,
                                    .all_items = !look.clicks})
                              .probability.convert_to<double>());
            backwards[h[2] * 9 + h[1] * 3 + h[0]] = law.back();
        }
        CHECK(chi_square_p(seen, law) > chi_square_level);
        CHECK(chi_square_p(seen, backwards) < chi_square_level);  // time matters
    }
}

TEST_CASE("make_dynamics: popularity walks the same way for every class, and then stands still",
          "[sim][dynamics]") {
    sim::GeneratedPopulation spec{.items = 400,
                                  .classes = 3,
                                  .popularity = {},
                                  .tilt_sd = 1.0,
                                  .class_weights = std::vector<double>{0.2, 0.3, 0.5},
                                  .concentration = {infinity, infinity, infinity},
                                  .attributes = {}};
    const double sd = 0.3;
    sim::DriftDynamics drift;
    drift.sd = sd;
    drift.length = 50;
    const sim::Population population = sim::make_population(spec, 3, 0, drift);
    const auto logit = [&](std::size_t z, std::uint32_t lag, std::size_t b) {
        return std::log(population.item_probabilities(z, lag)[b] /
                        population.item_probabilities(z, lag)[0]);
    };
    double squares = 0.0, steps = 0.0;
    for (std::uint32_t lag = 0; lag < 50; ++lag)
        for (std::size_t b = 1; b < 400; ++b) {
            const double step = logit(0, lag + 1, b) - logit(0, lag, b);
            CHECK(std::abs(step - (logit(2, lag + 1, b) - logit(2, lag, b))) < 1e-11);
            if (b % 2 == 0) continue;  // disjoint pairs of items are independent
            const double pair = step - (logit(0, lag + 1, b - 1) - logit(0, lag, b - 1));
            squares += pair * pair / (2.0 * sd * sd);
            steps += 1.0;
        }
    const double z = (squares - steps) / std::sqrt(2.0 * steps);
    CHECK(std::abs(z) < 4.5);
    CHECK(std::abs((1.1 * squares - steps) / std::sqrt(2.0 * steps)) > 4.5);  // 5 % more sd
    CHECK(population.item_probabilities(1, 50).data() ==
          population.item_probabilities(1, 999).data());
    CHECK(population.item_probabilities(1, 49).data() !=
          population.item_probabilities(1, 50).data());
    // The target's own items are those of the population that does not drift.
    const sim::Population still = sim::make_population(spec, 3, 0);
    for (std::size_t b = 0; b < 400; ++b)
        CHECK(still.item_probabilities(1)[b] == population.item_probabilities(1, 0)[b]);
}

TEST_CASE("make_dynamics: the transition that stays leaves the class weights as they are",
          "[sim][dynamics]") {
    auto spec = small_population();
    spec.concentration = {infinity, infinity};
    sim::MarkovDynamics markov;
    markov.stay = 0.6;
    const sim::Population population = sim::make_population(spec, 1, 0, markov);
    const sim::RowMatrix& T = *population.dynamics().transition;
    const auto w = spec.class_weights;
    for (Eigen::Index z = 0; z < 2; ++z) {
        CHECK(T.row(z).sum() == Approx(1.0).epsilon(1e-15));
        CHECK(w[0] * T(0, z) + w[1] * T(1, z) ==
              Approx(w[static_cast<std::size_t>(z)]).epsilon(1e-15));
    }
    CHECK(T(0, 1) == Approx(0.4 * w[1]).epsilon(1e-15));
}

}  // namespace truegap::test
