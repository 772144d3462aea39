#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "metrics/entropy.hpp"

#include "naive_truth.hpp"

#include "sim/ladder.hpp"
#include "sim/truth.hpp"

#include "support.hpp"

namespace truegap::test {
namespace {

constexpr int cases = 1000;

sim::ExplicitPopulation some_population(Dice& dice, std::size_t items) {
    return random_population(dice,
                             {.classes = 1 + dice.below(4),
                              .items = items,
                              .attributes = 2,
                              .skew = dice.between(0.3, 3.0),
                              .most_kappa = dice.chance(0.5) ? 10.0 : 1e6});
}

// P(delta, h) of this sequence.
double joint(const BigPopulation& population, const sim::Group& group, const sim::History& h) {
    Big sum = 0;
    for (std::size_t z = 0; z < population.weights.size(); ++z)
        sum += class_and_group(population, z, group) * urn_probability(population, z, h);
    return sum.convert_to<double>();
}

// Averages over every group of a proxy and every history of a length.
struct Average {
    double entropy = 0.0, individual = 0.0;
};
Average average(const sim::ExplicitPopulation& spec,
                const sim::Proxy& proxy,
                std::size_t length,
                const std::vector<sim::ItemId>& candidates) {
    const sim::Population population = population_of(spec);
    const BigPopulation big(spec);
    Average result;
    for (const sim::Group& group : sim::all_groups(proxy, spec.attributes))
        for (const sim::History& history : all_histories(population.items(), length)) {
            const double weight = joint(big, group, history);
            const auto truth =
                sim::find_truth(population, context_of(group, history, candidates)).truth;
            REQUIRE(truth);
            result.entropy += weight * truth->entropy;
            result.individual += weight * truth->individual_entropy;
        }
    return result;
}

// What the new number of each class, item, attribute and level is.
struct Relabelling {
    std::vector<std::uint32_t> classes, items, attributes;
    std::vector<std::vector<std::uint32_t>> levels;  // [old attribute]
};

sim::ExplicitPopulation relabelled(const sim::ExplicitPopulation& spec, const Relabelling& to) {
    sim::ExplicitPopulation result = spec;
    for (std::size_t z = 0; z < to.classes.size(); ++z) {
        result.class_weights[to.classes[z]] = spec.class_weights[z];
        result.concentration[to.classes[z]] = spec.concentration[z];
        for (std::size_t b = 0; b < to.items.size(); ++b)
            result.item_probabilities(to.classes[z], to.items[b]) =
                spec.item_probabilities(static_cast<Eigen::Index>(z), static_cast<Eigen::Index>(b));
    }
    for (std::size_t j = 0; j < to.attributes.size(); ++j) {
        sim::AttributeSpec attribute = spec.attributes[j];
        const auto& S = std::get<sim::RowMatrix>(attribute.class_levels);
        sim::RowMatrix moved = S;
        for (std::size_t z = 0; z < to.classes.size(); ++z)
            for (std::size_t l = 0; l < attribute.levels.size(); ++l)
                moved(to.classes[z], to.levels[j][l]) =
                    S(static_cast<Eigen::Index>(z), static_cast<Eigen::Index>(l));
        attribute.class_levels = moved;
        result.attributes[to.attributes[j]] = attribute;
    }
    return result;
}

double information(const sim::ExplicitPopulation& spec, const sim::Proxy& proxy) {
    const std::vector<sim::Proxy> proxies{proxy};
    return sim::ladder(population_of(spec), proxies, spec.attributes).by_proxy.front().information;
}

}  // namespace

TEST_CASE("Gibbs: no belief has a cross-entropy below the entropy", "[sim][properties]") {
    Dice dice(11);
    std::size_t compared = 0;
    std::size_t positive = 0;
    double lowest_gap = 0.0;
    double lowest_difference = 0.0;
    double disagreement = 0.0;
    for (int i = 0; i < cases; ++i) {
        const auto spec = some_population(dice, 2 + dice.below(9));
        const sim::Population population = population_of(spec);
        const sim::Context context = context_of(random_group(dice, spec),
                                                random_history(dice, population.items(), 2),
                                                random_candidates(dice, population.items(), 2));
        const auto truth = sim::find_truth(population, context).truth;
        REQUIRE(truth);
        const auto& p = truth->distribution;
        const sim::World world{.population = population, .seed = 3, .index = 0};
        const auto bayes = adapters::posterior_belief(world, {});
        for (const auto& belief :
             {bayes,
              adapters::posterior_belief(world, {.group = false, .history = false}),
              adapters::posterior_belief(world, {.history = false}),
              adapters::posterior_belief(world, {.group = false}),
              adapters::tempered(bayes, dice.between(0.3, 4.0)),
              adapters::noisy(world, bayes, dice.between(0.1, 2.0)),
              adapters::memorizer(world, 5, 0.3),
              adapters::uniform(),
              adapters::reversed(bayes)}) {
            const auto q = belief(context);
            const double gap = metrics::kl_divergence(p, q);
            const double difference = metrics::cross_entropy(p, q) - truth->entropy;
            ++compared;
            if (gap > 1e-4) ++positive;
            lowest_gap = std::min(lowest_gap, gap);
            lowest_difference = std::min(lowest_difference, difference);
            disagreement = std::max(disagreement, std::abs(gap - difference));
        }
    }
    CHECK(compared == 9 * cases);
    CHECK(positive > compared / 2);
    CHECK(lowest_gap == 0.0);  // not even by rounding
    CHECK(lowest_difference > -1e-14);
    CHECK(disagreement < 1e-13);
}

TEST_CASE("conditioning: more attributes never raise the entropy on average", "[sim][properties]") {
    Dice dice(12);
    std::size_t informative = 0;
    double worst_rise = 0.0;
    for (int i = 0; i < cases; ++i) {
        const auto spec = some_population(dice, 2 + dice.below(9));
        const std::vector<sim::Proxy> proxies{{}, {0}, {0, 1}};
        const auto ladder = sim::ladder(population_of(spec), proxies, spec.attributes);
        const std::vector<double> rungs{ladder.entropy,
                                        ladder.by_proxy[0].conditional_entropy,
                                        ladder.by_proxy[1].conditional_entropy,
                                        ladder.by_proxy[2].conditional_entropy,
                                        ladder.individual_entropy};
        CHECK(std::abs(rungs[0] - rungs[1]) < 1e-14);
        for (std::size_t rung = 1; rung < rungs.size(); ++rung)
            worst_rise = std::max(worst_rise, rungs[rung] - rungs[rung - 1]);
        if (rungs[1] - rungs[2] > 1e-6 && rungs[2] - rungs[3] > 1e-6 && rungs[3] - rungs[4] > 1e-6)
            ++informative;
    }
    CHECK(worst_rise < 1e-14);
    CHECK(informative > cases / 2);
}

TEST_CASE("conditioning: longer nested histories never raise the entropy on average",
          "[sim][properties]") {
    Dice dice(13);
    std::size_t informative = 0;
    double worst_rise = 0.0;
    double worst_individual = 0.0;
    for (int i = 0; i < cases; ++i) {
        const std::size_t items = 2 + dice.below(2);
        const auto spec = some_population(dice, items);
        const auto candidates = random_candidates(dice, items, 2);
        const sim::Proxy proxy = dice.chance(0.5) ? sim::Proxy{} : sim::Proxy{1};
        std::vector<Average> by_length;
        for (std::size_t length = 0; length <= 2; ++length)
            by_length.push_back(average(spec, proxy, length, candidates));
        const Average finer = average(spec, {1, 0}, 2, candidates);
        worst_rise = std::max({worst_rise,
                               by_length[1].entropy - by_length[0].entropy,
                               by_length[2].entropy - by_length[1].entropy,
                               finer.entropy - by_length[2].entropy,
                               finer.individual - finer.entropy});
        // A user's own entropy is the same whatever is known of him, on average.
        for (const Average& one : {by_length[1], by_length[2], finer})
            worst_individual =
                std::max(worst_individual, std::abs(one.individual - by_length[0].individual));
        if (by_length[0].entropy - by_length[1].entropy > 1e-6 &&
            by_length[1].entropy - by_length[2].entropy > 1e-6)
            ++informative;
    }
    CHECK(worst_rise < 1e-14);
    CHECK(worst_individual < 1e-13);
    CHECK(informative > cases / 2);
}

TEST_CASE("relabelling: classes, items, attributes and levels are only names",
          "[sim][properties]") {
    Dice dice(14);
    double worst = 0.0;
    std::size_t moved = 0;
    for (int i = 0; i < cases; ++i) {
        const auto spec = some_population(dice, 2 + dice.below(9));
        const auto items = static_cast<std::size_t>(spec.item_probabilities.cols());
        Relabelling to{.classes = dice.permutation(spec.class_weights.size()),
                       .items = dice.permutation(items),
                       .attributes = dice.permutation(2),
                       .levels = {}};
        for (const auto& attribute : spec.attributes)
            to.levels.push_back(dice.permutation(attribute.levels.size()));
        const sim::Context before = context_of(random_group(dice, spec),
                                               random_history(dice, items, dice.below(6)),
                                               random_candidates(dice, items, 2));
        sim::Context after = before;
        for (std::size_t a = 0; a < before.group.proxy.size(); ++a) {
            const std::uint32_t j = before.group.proxy[a];
            after.group.proxy[a] = to.attributes[j];
            after.group.levels[a] = to.levels[j][before.group.levels[a]];
        }
        for (auto& item : after.history) item = to.items[item];
        for (auto& item : after.candidates) item = to.items[item];
        const auto old_truth = sim::find_truth(population_of(spec), before).truth;
        const auto truth = sim::find_truth(population_of(relabelled(spec, to)), after).truth;
        REQUIRE((truth && old_truth));
        if (after.candidates != before.candidates) ++moved;
        for (std::size_t z = 0; z < to.classes.size(); ++z)
            worst = std::max(
                worst,
                std::abs(truth->class_posterior[to.classes[z]] - old_truth->class_posterior[z]));
        for (std::size_t k = 0; k < before.candidates.size(); ++k)
            worst = std::max(worst, std::abs(truth->distribution[k] - old_truth->distribution[k]));
        worst = std::max({worst,
                          std::abs(truth->group_probability - old_truth->group_probability),
                          std::abs(truth->entropy - old_truth->entropy),
                          std::abs(truth->individual_entropy - old_truth->individual_entropy)});
    }
    CHECK(moved > 8 * cases / 10);
    CHECK(worst < 1e-13);
}

TEST_CASE("merging: two identical classes are as good as one", "[sim][properties]") {
    Dice dice(15);
    double worst = 0.0;
    for (int i = 0; i < cases; ++i) {
        const auto one = some_population(dice, 2 + dice.below(9));
        const auto items = static_cast<std::size_t>(one.item_probabilities.cols());
        const std::size_t classes = one.class_weights.size();
        const std::size_t split = dice.below(classes);
        sim::ExplicitPopulation two = one;
        const double share = dice.uniform();
        two.class_weights[split] *= share;
        two.class_weights.push_back(one.class_weights[split] * (1.0 - share));
        two.concentration.push_back(one.concentration[split]);
        const auto with_copy = [&](sim::RowMatrix rows) {
            rows.conservativeResize(rows.rows() + 1, Eigen::NoChange);
            rows.row(rows.rows() - 1) = rows.row(static_cast<Eigen::Index>(split)).eval();
            return rows;
        };
        two.item_probabilities = with_copy(one.item_probabilities);
        for (auto& attribute : two.attributes)
            attribute.class_levels = with_copy(std::get<sim::RowMatrix>(attribute.class_levels));
        const sim::Context context = context_of(random_group(dice, one),
                                                random_history(dice, items, dice.below(6)),
                                                random_candidates(dice, items, 2));
        const auto a = sim::find_truth(population_of(one), context).truth;
        const auto b = sim::find_truth(population_of(two), context).truth;
        REQUIRE((a && b));
        for (std::size_t k = 0; k < context.candidates.size(); ++k)
            worst = std::max(worst, std::abs(a->distribution[k] - b->distribution[k]));
        worst = std::max({worst,
                          std::abs(a->class_posterior[split] - b->class_posterior[split] -
                                   b->class_posterior[classes]),
                          std::abs(a->group_probability - b->group_probability),
                          std::abs(a->entropy - b->entropy),
                          std::abs(a->individual_entropy - b->individual_entropy)});
    }
    CHECK(worst < 1e-13);
}

TEST_CASE("informativeness: 0 tells nothing, more tells no less, and the marginal stays",
          "[sim][properties]") {
    Dice dice(16);
    double most_at_zero = 0.0;
    double worst_marginal = 0.0;
    double worst_fall = 0.0;
    std::size_t informative = 0;
    for (int i = 0; i < cases; ++i) {
        auto spec = some_population(dice, 2 + dice.below(9));
        std::vector<double> marginal;
        double before = 0.0;
        for (const double rho : {0.0, dice.uniform() / 2.0, 0.75, 1.0}) {
            spec.attributes[0].informativeness = rho;
            spec.attributes[1].informativeness = 0.0;
            const sim::Population population = population_of(spec);
            for (std::uint32_t l = 0; l < spec.attributes[0].levels.size(); ++l) {
                const double here =
                    sim::group_probability(population, {.proxy = {0}, .levels = {l}});
                if (rho == 0.0) marginal.push_back(here);
                worst_marginal = std::max(worst_marginal, std::abs(here - marginal[l]));
            }
            const double told = information(spec, {0, 1});
            most_at_zero = std::max({most_at_zero,
                                     information(spec, {1}),
                                     rho == 0.0 ? told : 0.0,
                                     std::abs(told - information(spec, {0}))});
            worst_fall = std::max(worst_fall, before - told);
            if (rho == 1.0 && told > 1e-4) ++informative;
            before = told;
        }
    }
    CHECK(most_at_zero < 1e-14);
    CHECK(worst_marginal < 1e-15);
    CHECK(worst_fall < 1e-14);
    CHECK(informative > cases / 2);
}

}  // namespace truegap::test
