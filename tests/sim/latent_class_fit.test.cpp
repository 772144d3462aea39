#include "sim/latent_class_fit.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "planted_users.hpp"
#include "support.hpp"

namespace truegap::test {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

sim::Population planted(double concentration = infinity) {
    return sim::make_population(planted_population(concentration), 1, 0);
}

// One Z and s: what is known, where that is not the question.
sim::FitPlan plain_plan(std::uint32_t classes = 8, double strength = 100.0) {
    sim::FitPlan plan;
    plan.classes = {classes};
    plan.strengths = {strength};
    plan.starts = 3;
    return plan;
}

bool same_bits(const sim::Population& a, const sim::Population& b) {
    if (a.classes() != b.classes()) return false;
    for (std::size_t z = 0; z < a.classes(); ++z) {
        const auto p = a.item_probabilities(z);
        const auto q = b.item_probabilities(z);
        if (a.class_weights()[z] != b.class_weights()[z] ||
            a.concentration()[z] != b.concentration()[z] ||
            !std::equal(p.begin(), p.end(), q.begin()))
            return false;
    }
    for (std::size_t j = 0; j < a.attributes().tables().size(); ++j)
        if (a.attributes().tables()[j].probabilities != b.attributes().tables()[j].probabilities)
            return false;
    return true;
}

}  // namespace

TEST_CASE("fit_latent_classes: recovers a planted population from 100,000 choices", "[sim][fit]") {
    const sim::Population truth = planted();
    const sim::FitData fresh = planted_groups(truth, 1'000'000, 2, all_items(50));
    const double best = sim::mean_log_likelihood(truth, fresh);
    const double floor = noise_floor(truth);
    sim::FitPlan plan;
    plan.classes = {2, 8, 12};
    plan.strengths = {30.0, 100.0, 300.0};
    const sim::Fit fit =
        sim::fit_latent_classes(planted_groups(truth, 100'000, 1, all_items(50)), plan);
    CHECK(fit.population.classes() >= 8);
    CHECK(fit.held_out.size() == 3);
    // Nothing is better than the truth on fresh users, but for chance.
    const double twin = sim::mean_log_likelihood(fit.population, fresh);
    CHECK(twin > best - 0.01);
    CHECK(twin < best + 0.001);
    CHECK(std::abs(noise_floor(fit.population) / floor - 1.0) < 0.1);
    // What was held out tells what fresh users will say.
    for (const sim::HeldOut& row : fit.held_out)
        if (row.classes == fit.population.classes())
            CHECK(std::abs(row.log_likelihood - twin) < 4.5 * row.standard_error);

    // And a fit that cannot be right fails both.
    const sim::Fit one =
        sim::fit_latent_classes(planted_groups(truth, 100'000, 1, all_items(50)), plain_plan(1));
    CHECK(sim::mean_log_likelihood(one.population, fresh) < best - 0.01);
    sim::FitData even = planted_groups(truth, 5'000, 1, all_items(50));
    for (sim::FitGroup& group : even.groups)
        std::fill(group.counts.begin(), group.counts.end(), 5U);
    const sim::Fit indifferent = sim::fit_latent_classes(even, plain_plan(1));
    CHECK(std::abs(noise_floor(indifferent.population) / floor - 1.0) > 0.1);
}

TEST_CASE("fit_latent_classes: candidates that only some users are offered", "[sim][fit]") {
    const sim::Population truth = planted();
    std::vector<sim::ItemId> first;
    std::vector<sim::ItemId> second;
    for (sim::ItemId item = 0; item < 50; ++item) {
        if (item % 5 != 0) first.push_back(item);
        if (item % 5 != 1) second.push_back(item);
    }
    sim::FitData data = planted_groups(truth, 60'000, 3, first);
    for (sim::FitGroup& group : planted_groups(truth, 60'000, 4, second).groups)
        data.groups.push_back(std::move(group));
    const sim::Fit fit = sim::fit_latent_classes(data, plain_plan());
    const sim::FitData fresh = planted_groups(truth, 1'000'000, 5, all_items(50));
    const double best = sim::mean_log_likelihood(truth, fresh);
    CHECK(sim::mean_log_likelihood(fit.population, fresh) > best - 0.01);
    // As if all had been offered everything, an item that few were offered would be a rare one.
    sim::FitData pretended = data;
    for (sim::FitGroup& group : pretended.groups) {
        std::vector<std::uint32_t> counts(50, 0U);
        for (std::size_t k = 0; k < group.counts.size(); ++k)
            counts[group.candidates[k]] = group.counts[k];
        group.candidates = all_items(50);
        group.counts = std::move(counts);
    }
    const sim::Fit wrong = sim::fit_latent_classes(pretended, plain_plan());
    CHECK(sim::mean_log_likelihood(wrong.population, fresh) < best - 0.01);
}

TEST_CASE("fit_latent_classes: attributes that are not always told", "[sim][fit]") {
    const sim::Population truth = planted();
    sim::FitData data = planted_groups(truth, 100'000, 6, all_items(50));
    Dice dice(2);
    for (sim::FitGroup& group : data.groups) group.levels[dice.below(3)].reset();
    const sim::Fit fit = sim::fit_latent_classes(data, plain_plan());
    const sim::FitData fresh = planted_groups(truth, 1'000'000, 7, all_items(50));
    CHECK(sim::mean_log_likelihood(fit.population, fresh) >
          sim::mean_log_likelihood(truth, fresh) - 0.02);
    // Nobody tells anything, which is as if there were nothing to tell.
    for (sim::FitGroup& group : data.groups)
        for (auto& level : group.levels) level.reset();
    sim::FitData without = data;
    without.attributes.clear();
    for (sim::FitGroup& group : without.groups) group.levels.clear();
    const sim::Fit a = sim::fit_latent_classes(data, plain_plan(1));
    const sim::Fit b = sim::fit_latent_classes(without, plain_plan(1));
    for (std::size_t k = 0; k < 50; ++k)
        CHECK(a.population.item_probabilities(0)[k] == b.population.item_probabilities(0)[k]);
}

TEST_CASE("fit_latent_classes: histories tell how much users differ within a class", "[sim][fit]") {
    for (const double concentration : {8.0, infinity}) {
        const sim::Population truth = planted(concentration);
        sim::FitData data = planted_groups(truth, 20'000, 8, all_items(50));
        add_sequences(truth, 2'000, 6, 9, all_items(50), data);
        const sim::Fit fit = sim::fit_latent_classes(data, plain_plan(8, 30.0));
        const double kappa = fit.population.concentration().front();
        if (std::isinf(concentration)) {
            CHECK(kappa > 300.0);
        } else {
            CHECK(std::abs(std::log(kappa / concentration)) < std::log(1.2));
        }
        sim::FitData fresh = planted_groups(truth, 0, 10, all_items(50));
        fresh.groups.clear();
        add_sequences(truth, 5'000, 6, 11, all_items(50), fresh);
        CHECK(sim::mean_log_likelihood(fit.population, fresh) >
              sim::mean_log_likelihood(truth, fresh) - 0.05);
        // Without the histories there is nothing to tell it by.
        data.sequences.clear();
        const sim::Fit blind = sim::fit_latent_classes(data, plain_plan());
        CHECK(std::isinf(blind.population.concentration().front()));
        if (std::isfinite(concentration))
            CHECK(sim::mean_log_likelihood(blind.population, fresh) <
                  sim::mean_log_likelihood(truth, fresh) - 0.1);
    }
}

TEST_CASE("fit_latent_classes: the same bits for any number of threads", "[sim][fit]") {
    const sim::Population truth = planted(10.0);
    sim::FitData data = planted_groups(truth, 2'000, 12, all_items(50));
    add_sequences(truth, 50, 3, 13, all_items(50), data);
    sim::FitPlan plan;
    plan.classes = {1, 2, 4};
    plan.strengths = {30.0, 300.0};
    plan.starts = 3;
    const sim::Fit alone = sim::fit_latent_classes(data, plan);
    plan.threads = 3;
    const sim::Fit together = sim::fit_latent_classes(data, plan);
    CHECK(same_bits(alone.population, together.population));
    CHECK(alone.held_out.back().log_likelihood == together.held_out.back().log_likelihood);
    plan.seed = 2;
    CHECK_FALSE(same_bits(alone.population, sim::fit_latent_classes(data, plan).population));
    const std::atomic<bool> stop = true;
    plan.stop = &stop;
    CHECK_THROWS_AS(sim::fit_latent_classes(data, plan), sim::Interrupted);
}

TEST_CASE("refit: goes on from a fitted population", "[sim][fit]") {
    const sim::Population truth = planted();
    const sim::FitData data = planted_groups(truth, 5'000, 14, all_items(50));
    const sim::Fit fit = sim::fit_latent_classes(data, plain_plan(4));
    // To the same data: it stands where it stood.
    const sim::Fit again = sim::refit(data, fit.population, 200, fit.strength);
    CHECK(again.population.classes() == 4);
    CHECK(again.log_likelihood == Approx(fit.log_likelihood).margin(1e-4));
    // To others: better than what it started from, on these.
    const sim::FitData others = planted_groups(fit.population, 5'000, 15, all_items(50));
    const sim::Fit moved = sim::refit(others, fit.population, 200, fit.strength);
    CHECK(moved.log_likelihood > sim::mean_log_likelihood(fit.population, others));
    CHECK(moved.rounds > 1);
    CHECK(moved.held_out.empty());
}

TEST_CASE("mean_log_likelihood: what nobody can choose", "[sim][fit]") {
    const sim::Population truth = population_of(small_population());  // item 4 is never chosen
    sim::FitData data{.attributes = {}, .items = 5, .groups = {}, .sequences = {}};
    data.groups.push_back({.levels = {}, .candidates = {0, 1, 4}, .counts = {1, 2, 0}});
    const double mean = sim::mean_log_likelihood(truth, data);
    CHECK(std::isfinite(mean));
    CHECK(mean < 0.0);
    data.groups.front().counts.back() = 1;
    CHECK(sim::mean_log_likelihood(truth, data) == -infinity);
}

}  // namespace truegap::test
