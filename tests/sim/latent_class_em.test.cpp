#include "sim/latent_class_em.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "planted_users.hpp"
#include "support.hpp"

namespace truegap::test {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Look {
    std::size_t items = 5;
    bool restricted = false, missing = false, histories = false;
};

sim::FitData random_data(Dice& dice, const Look& look) {
    sim::FitData data;
    data.items = look.items;
    data.attributes = {{"a", {"x", "y", "z"}}, {"b", {"u", "v"}}};
    const auto levels = [&] {
        std::vector<std::optional<std::uint32_t>> shown{static_cast<std::uint32_t>(dice.below(3)),
                                                        static_cast<std::uint32_t>(dice.below(2))};
        if (look.missing)
            for (auto& level : shown)
                if (dice.chance(0.3)) level.reset();
        return shown;
    };
    const auto candidates = [&] {
        return look.restricted ? random_candidates(dice, look.items, 2) : all_items(look.items);
    };
    for (int g = 0; g < 8; ++g) {
        sim::FitGroup group{.levels = levels(), .candidates = candidates(), .counts = {}};
        for (std::size_t k = 0; k < group.candidates.size(); ++k)
            group.counts.push_back(static_cast<std::uint32_t>(dice.below(12)));
        data.groups.push_back(std::move(group));
    }
    for (int u = 0; u < (look.histories ? 25 : 0); ++u) {
        sim::FitSequence user{.levels = levels(),
                              .history = random_history(dice, look.items, 1 + dice.below(5)),
                              .candidates = candidates()};
        // Often what he chose before.
        user.choice = user.candidates[dice.below(user.candidates.size())];
        if (dice.chance(0.5) &&
            std::count(user.candidates.begin(), user.candidates.end(), user.history.front()) > 0)
            user.choice = user.history.front();
        data.sequences.push_back(std::move(user));
    }
    return data;
}

sim::LatentClasses random_classes(Dice& dice, const sim::FitData& data, std::size_t count) {
    const auto table = [&](std::size_t columns) {
        std::vector<std::vector<double>> rows;
        for (std::size_t z = 0; z < count; ++z) rows.push_back(dice.simplex(columns, 1.0));
        return matrix(rows);
    };
    sim::LatentClasses classes{.weights = table(count).row(0).transpose(),
                               .levels = {},
                               .items = table(data.items),
                               .concentration = infinity};
    for (const sim::FitAttribute& attribute : data.attributes)
        classes.levels.push_back(table(attribute.levels.size()));
    return classes;
}

// The penalised log-likelihood by its definition, one event at a time.
double penalised(const sim::FitData& data,
                 const sim::LatentClasses& classes,
                 const sim::ClassPrior& prior) {
    const double kappa = classes.concentration;
    const auto of_user = [&](Eigen::Index z,
                             const std::vector<std::optional<std::uint32_t>>& levels,
                             const sim::History& history,
                             const std::vector<sim::ItemId>& candidates,
                             sim::ItemId choice) {
        double p = classes.weights(z);
        for (std::size_t j = 0; j < levels.size(); ++j)
            if (levels[j]) p *= classes.levels[j](z, *levels[j]);
        std::vector<double> seen(data.items, 0.0);
        double before = 0.0;
        const auto weight = [&](sim::ItemId item) {
            return std::isinf(kappa) ? classes.items(z, item)
                                     : kappa * classes.items(z, item) + seen[item];
        };
        for (const sim::ItemId item : history) {
            p *= weight(item) / (std::isinf(kappa) ? 1.0 : kappa + before);
            seen[item] += 1.0;
            before += 1.0;
        }
        double mass = 0.0;
        for (const sim::ItemId item : candidates) mass += weight(item);
        return p * weight(choice) / mass;
    };
    double sum = 0.0;
    const auto add = [&](double times,
                         const auto& levels,
                         const auto& history,
                         const auto& candidates,
                         sim::ItemId choice) {
        if (times == 0.0) return;
        double p = 0.0;
        for (Eigen::Index z = 0; z < classes.classes(); ++z)
            p += of_user(z, levels, history, candidates, choice);
        sum += times * std::log(p);
    };
    for (const sim::FitGroup& group : data.groups)
        for (std::size_t k = 0; k < group.counts.size(); ++k)
            add(group.counts[k],
                group.levels,
                sim::History{},
                group.candidates,
                group.candidates[k]);
    for (const sim::FitSequence& user : data.sequences)
        add(1.0, user.levels, user.history, user.candidates, user.choice);
    for (Eigen::Index z = 0; z < classes.classes(); ++z) {
        sum += std::log(classes.weights(z));
        for (Eigen::Index b = 0; b < classes.items.cols(); ++b)
            sum += prior.strength * prior.items(b) * std::log(classes.items(z, b));
        for (std::size_t j = 0; j < classes.levels.size(); ++j)
            for (Eigen::Index l = 0; l < classes.levels[j].cols(); ++l)
                sum += prior.strength * prior.levels[j](l) * std::log(classes.levels[j](z, l));
    }
    return sum;
}

// Classes from numbers without bounds.
sim::LatentClasses classes_at(const sim::LatentClasses& shape, const std::vector<double>& place) {
    std::size_t next = 0;
    const auto softmax = [&](auto&& row) {
        for (Eigen::Index k = 0; k < row.size(); ++k)
            row(k) = k == 0 ? 1.0 : std::exp(place[next++]);
        row /= row.sum();
    };
    sim::LatentClasses classes = shape;
    softmax(classes.weights);
    for (Eigen::Index z = 0; z < classes.classes(); ++z) {
        softmax(classes.items.row(z));
        for (auto& table : classes.levels) softmax(table.row(z));
    }
    if (next < place.size()) classes.concentration = std::exp(place[next]);
    return classes;
}

// The highest place that steps along one coordinate at a time, and along the last move, find.
template <class Height>
double climb(std::vector<double> place, const Height& height) {
    double best = height(place);
    std::vector<double> steps(place.size(), 0.5);
    for (int sweep = 0; sweep < 6000; ++sweep) {
        const std::vector<double> before = place;
        for (std::size_t i = 0; i < place.size(); ++i) {
            bool moved = false;
            for (const double sign : {1.0, -1.0}) {
                std::vector<double> trial = place;
                trial[i] += sign * steps[i];
                const double value = height(trial);
                if (!(value > best)) continue;
                best = value;
                place = trial;
                moved = true;
                break;
            }
            steps[i] *= moved ? 1.6 : 0.5;
        }
        std::vector<double> further = place;
        for (std::size_t i = 0; i < place.size(); ++i) further[i] += 2.0 * (place[i] - before[i]);
        if (const double value = height(further); value > best) {
            best = value;
            place = further;
        }
        if (*std::max_element(steps.begin(), steps.end()) < 1e-9) break;
    }
    return best;
}

}  // namespace

TEST_CASE("latent class EM: no round lowers the penalised likelihood, which is as defined",
          "[sim][fit]") {
    Dice dice(5);
    for (int trial = 0; trial < 24; ++trial) {
        const Look look{.items = 4 + dice.below(4),
                        .restricted = trial % 2 == 1,
                        .missing = trial % 3 == 1,
                        .histories = trial % 4 >= 2};
        const sim::FitData data = random_data(dice, look);
        const sim::EventTable table(data);
        sim::ClassPrior prior = sim::prior_of_everybody(table);
        prior.strength = dice.between(0.5, 30.0);
        const sim::LatentClassEm em(table, prior);
        sim::LatentClasses classes = random_classes(dice, data, 1 + dice.below(4));
        if (look.histories) classes.concentration = trial % 8 < 4 ? 3.0 : infinity;
        double last = -infinity;
        double offset = 0.0;
        for (int round = 0; round < 60; ++round) {
            INFO("trial " << trial << " round " << round);
            if (round % 20 == 10) em.fit_concentration(classes);
            const double defined = penalised(data, classes, prior);
            const double value = em.round(classes);
            CHECK(defined >= last - 1e-9 * std::abs(last));
            last = defined;
            if (round == 0) offset = value - defined;
            CHECK(value - defined == Approx(offset).margin(1e-7));
        }
    }
}

TEST_CASE("latent class EM: finds what a maximisation without any theory finds", "[sim][fit]") {
    Dice dice(8);
    for (const bool histories : {false, true}) {
        const Look look{.items = 3, .restricted = true, .missing = true, .histories = histories};
        const sim::FitData data = random_data(dice, look);
        const sim::EventTable table(data);
        sim::ClassPrior prior = sim::prior_of_everybody(table);
        prior.strength = 4.0;
        const sim::LatentClassEm em(table, prior);
        double by_em = -infinity;
        sim::LatentClasses shape;
        for (int start = 0; start < 12; ++start) {
            sim::LatentClasses classes = random_classes(dice, data, 2);
            em.run(classes, 20000, 1e-13, nullptr);
            by_em = std::max(by_em, penalised(data, classes, prior));
            shape = classes;
        }
        // w, B and two tables of A, and kappa where it is told.
        const std::size_t numbers = 1 + 2 * (2 + 2 + 1) + (histories ? 1 : 0);
        shape.concentration = infinity;
        double by_climbing = -infinity;
        for (int start = 0; start < 6; ++start) {
            std::vector<double> place;
            for (std::size_t i = 0; i < numbers; ++i) place.push_back(dice.between(-1.0, 1.0));
            const double top = climb(place, [&](const std::vector<double>& at) {
                return penalised(data, classes_at(shape, at), prior);
            });
            by_climbing = std::max(by_climbing, top);
        }
        CHECK(by_em > by_climbing - 1e-4);
        CHECK(by_em < by_climbing + 1e-3);  // no higher than can be reached
    }
}

TEST_CASE("latent class EM: relabelled classes go the same way", "[sim][fit]") {
    Dice dice(3);
    const sim::FitData data = random_data(dice, {.restricted = true, .histories = true});
    const sim::EventTable table(data);
    sim::ClassPrior prior = sim::prior_of_everybody(table);
    prior.strength = 2.0;
    const sim::LatentClassEm em(table, prior);
    sim::LatentClasses classes = random_classes(dice, data, 3);
    sim::LatentClasses turned = classes;
    const std::vector<Eigen::Index> order{2, 0, 1};
    const auto turn = [&](const sim::LatentClasses& from, sim::LatentClasses& to) {
        for (Eigen::Index z = 0; z < 3; ++z) {
            to.weights(z) = from.weights(order[static_cast<std::size_t>(z)]);
            to.items.row(z) = from.items.row(order[static_cast<std::size_t>(z)]);
            for (std::size_t j = 0; j < from.levels.size(); ++j)
                to.levels[j].row(z) = from.levels[j].row(order[static_cast<std::size_t>(z)]);
        }
    };
    turn(classes, turned);
    for (int round = 0; round < 30; ++round) {
        static_cast<void>(em.round(classes));
        static_cast<void>(em.round(turned));
    }
    sim::LatentClasses expected = classes;
    turn(classes, expected);
    CHECK((turned.items - expected.items).cwiseAbs().maxCoeff() < 1e-10);
    CHECK((turned.weights - expected.weights).cwiseAbs().maxCoeff() < 1e-10);
}

TEST_CASE("latent class EM: one class is what was counted, and the prior", "[sim][fit]") {
    Dice dice(4);
    const sim::FitData data = random_data(dice, {.items = 6});
    const sim::EventTable table(data);
    const sim::ClassPrior prior = sim::prior_of_everybody(table);
    std::vector<double> counts(6, 0.0);
    double n = 0.0;
    for (const sim::FitGroup& group : data.groups)
        for (std::size_t k = 0; k < 6; ++k) {
            counts[k] += group.counts[k];
            n += group.counts[k];
        }
    for (Eigen::Index k = 0; k < 6; ++k)
        CHECK(prior.items(k) ==
              Approx((counts[static_cast<std::size_t>(k)] + 0.5) / (n + 3.0)).epsilon(1e-12));
    sim::FitPlan plan;
    plan.classes = {1};
    plan.strengths = {1e-9};
    const sim::Fit fit = sim::fit_latent_classes(data, plan);
    for (std::size_t k = 0; k < 6; ++k)
        CHECK(fit.population.item_probabilities(0)[k] == Approx(counts[k] / n).epsilon(1e-9));
}

}  // namespace truegap::test
