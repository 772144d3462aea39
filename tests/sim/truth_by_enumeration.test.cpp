#include <boost/math/quadrature/tanh_sinh.hpp>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "naive_truth.hpp"

#include "sim/truth.hpp"

#include "support.hpp"

/// The truth by ideas it does not use itself: joint probabilities of whole sequences, users who
/// draw until they hit a candidate, and integrals over a user's own preference.
namespace truegap::test {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// P(delta, sequence).
double joint(const BigPopulation& population,
             const sim::Group& group,
             const sim::History& sequence) {
    Big sum = 0;
    for (std::size_t z = 0; z < population.weights.size(); ++z)
        sum += class_and_group(population, z, group) * urn_probability(population, z, sequence);
    return sum.convert_to<double>();
}

sim::History extended(sim::History history, sim::ItemId item) {
    history.push_back(item);
    return history;
}

// E[f(theta)] of theta ~ Beta(a, b), a, b >= 0.3, by quadrature.
template <class F>
double beta_mean(double a, double b, F f) {
    boost::math::quadrature::tanh_sinh<double> integrator;
    const auto integral = [&](auto g) {
        // `rest` is the way to the nearer end, exact where theta or 1 - theta is tiny.
        const auto weighted = [&](double /*theta*/, double rest) {
            const double x = rest > 0.0 ? 1.0 - rest : -rest;
            const double y = rest > 0.0 ? rest : 1.0 + rest;
            return std::pow(x, a - 1.0) * std::pow(y, b - 1.0) * g(x, y);
        };
        return integrator.integrate(weighted, 0.0, 1.0, 1e-13);
    };
    return integral(f) / integral([](double, double) { return 1.0; });
}

double binary_entropy(double x, double y) {
    return -(x > 0.0 ? x * std::log(x) : 0.0) - (y > 0.0 ? y * std::log(y) : 0.0);
}

}  // namespace

TEST_CASE("target_distribution: P(b|delta,h) is P(delta,h,b) / P(delta,h) of whole sequences",
          "[sim][truth]") {
    Dice dice(1);
    double worst = 0.0;
    double moved = 0.0;  // by the history: else the case is degenerate
    std::size_t histories = 0;
    for (int i = 0; i < 60; ++i) {
        const auto spec = random_population(
            dice, {.classes = 1 + dice.below(3), .items = 2 + dice.below(2), .most_kappa = 30.0});
        const auto items = static_cast<std::size_t>(spec.item_probabilities.cols());
        const sim::Population population = population_of(spec);
        const BigPopulation big(spec);
        const std::vector<sim::ItemId> all = all_items(items);
        const sim::Group group = random_group(dice, spec);
        const auto prior = sim::find_truth(population, context_of(group, {}, all)).truth;
        for (std::size_t length = 0; length <= 3; ++length) {
            double total = 0.0;
            for (const sim::History& history : all_histories(items, length)) {
                ++histories;
                const auto truth =
                    sim::find_truth(population, context_of(group, history, all)).truth;
                REQUIRE(truth);
                const double here = joint(big, group, history);
                total += here;
                for (const sim::ItemId b : all) {
                    const double p = joint(big, group, extended(history, b)) / here;
                    worst = std::max(worst, std::abs(truth->distribution[b] - p));
                    moved =
                        std::max(moved, std::abs(truth->distribution[b] - prior->distribution[b]));
                }
            }
            CHECK(total == Approx(sim::group_probability(population, group)).epsilon(1e-13));
        }
    }
    CHECK(histories > 1500);
    CHECK(moved > 0.3);
    CHECK(worst < 1e-14);
}

TEST_CASE("class_posterior: sums over all users of a group give back the class weights",
          "[sim][truth]") {
    Dice dice(2);
    double worst = 0.0;
    for (int i = 0; i < 100; ++i) {
        const auto spec = random_population(dice, {.classes = 3, .items = 3, .most_kappa = 30.0});
        const sim::Population population = population_of(spec);
        const BigPopulation big(spec);
        std::vector<double> weights(3, 0.0);
        for (const sim::Group& group : sim::all_groups({1, 0}, spec.attributes))
            for (const sim::History& history : all_histories(3, 2)) {
                const auto posterior =
                    sim::class_posterior(population, context_of(group, history, {}));
                for (std::size_t z = 0; z < 3; ++z)
                    weights[z] += joint(big, group, history) * (*posterior)[z];
            }
        for (std::size_t z = 0; z < 3; ++z)
            worst = std::max(worst, std::abs(weights[z] - spec.class_weights[z]));
    }
    CHECK(worst < 1e-14);
}

TEST_CASE("target_distribution: a forced choice is the first candidate that the user draws",
          "[sim][truth]") {
    // P(b | h, C) = sum_m P(m draws outside C, then b | h), summed until nothing is left.
    Dice dice(3);
    double worst = 0.0;
    for (int i = 0; i < 30; ++i) {
        auto spec = random_population(
            dice, {.classes = 2, .items = 3, .skew = 0.5, .least_kappa = 15.0, .most_kappa = 60.0});
        // The candidates 0 and 1 have three quarters of every class, so that the sum ends soon.
        for (Eigen::Index z = 0; z < 2; ++z) {
            spec.item_probabilities.row(z) *= 0.25;
            spec.item_probabilities(z, z) += 0.75;
        }
        const BigPopulation big(spec);
        const sim::Group group = random_group(dice, spec);
        const sim::History history = random_history(dice, 3, dice.below(4));
        const auto truth =
            sim::find_truth(population_of(spec), context_of(group, history, {1, 0})).truth;
        REQUIRE(truth);
        sim::History outside = history;
        double first = 0.0;
        double total = 0.0;
        for (int m = 0; m < 200; ++m, outside.push_back(2)) {
            first += joint(big, group, extended(outside, 1));
            total +=
                joint(big, group, extended(outside, 0)) + joint(big, group, extended(outside, 1));
        }
        const double left = joint(big, group, outside) / joint(big, group, history);
        CHECK(left < 1e-12);
        worst = std::max(worst, std::abs(truth->distribution[0] - first / total));
    }
    CHECK(worst < 1e-11);
}

TEST_CASE("individual_entropy: the mean over a user's own preference, by quadrature",
          "[sim][truth]") {
    Dice dice(4);
    double worst = 0.0;
    double worst_p = 0.0;
    for (int i = 0; i < 60; ++i) {
        const auto spec = random_population(dice,
                                            {.classes = 2,
                                             .items = 2,
                                             .attributes = 0,
                                             .skew = 0.4,
                                             .homogeneous = 0.2,
                                             .least_kappa = 2.0,
                                             .most_kappa = 50.0});
        const sim::History history = random_history(dice, 2, dice.below(5));
        const auto truth =
            sim::find_truth(population_of(spec), context_of({}, history, {0, 1})).truth;
        REQUIRE(truth);
        // The prior of theta is Beta(kappa B_0, kappa B_1); a history weighs it by its likelihood.
        double weight_sum = 0.0;
        double entropy = 0.0;
        double p = 0.0;
        for (Eigen::Index z = 0; z < 2; ++z) {
            const auto class_number = static_cast<std::size_t>(z);
            const double kappa = spec.concentration[class_number];
            const double B = spec.item_probabilities(z, 0);
            const auto likelihood = [&](double x, double y) {
                double product = 1.0;
                for (const sim::ItemId item : history) product *= item == 0 ? x : y;
                return product;
            };
            const auto mean = [&](auto f) {
                if (std::isinf(kappa)) return f(B, 1.0 - B) * likelihood(B, 1.0 - B);
                return beta_mean(kappa * B, kappa * (1.0 - B), [&](double x, double y) {
                    return f(x, y) * likelihood(x, y);
                });
            };
            const double w = spec.class_weights[class_number];
            weight_sum += w * mean([](double, double) { return 1.0; });
            p += w * mean([](double x, double) { return x; });
            entropy += w * mean(binary_entropy);
        }
        worst = std::max(worst, std::abs(truth->individual_entropy - entropy / weight_sum));
        worst_p = std::max(worst_p, std::abs(truth->distribution[0] - p / weight_sum));
    }
    CHECK(worst < 1e-11);
    CHECK(worst_p < 1e-11);
}

TEST_CASE("individual_entropy: closed forms", "[sim][truth]") {
    const auto entropy = [](double kappa, std::size_t items) {
        const std::vector<double> uniform(items, 1.0 / static_cast<double>(items));
        const sim::ExplicitPopulation spec{.class_weights = {1.0},
                                           .item_probabilities = matrix({uniform}),
                                           .concentration = {kappa},
                                           .attributes = {}};
        return sim::find_truth(population_of(spec), context_of({}, {}, all_items(items)))
            .truth->individual_entropy;
    };
    // A flat prior on the simplex: E[H] = sum_{j=2..K} 1/j.
    CHECK(entropy(2.0, 2) == Approx(1.0 / 2.0).epsilon(1e-14));
    CHECK(entropy(3.0, 3) == Approx(1.0 / 2.0 + 1.0 / 3.0).epsilon(1e-14));
    CHECK(entropy(5.0, 5) == Approx(1.0 / 2.0 + 1.0 / 3.0 + 1.0 / 4.0 + 1.0 / 5.0).epsilon(1e-14));
    CHECK(entropy(infinity, 5) == Approx(std::log(5.0)).epsilon(1e-15));
    // Next to no mixing within a user, and next to no difference between users.
    CHECK(entropy(1e-9, 4) < 1e-8);
    CHECK(entropy(1e12, 4) == Approx(std::log(4.0)).epsilon(1e-11));
}

}  // namespace truegap::test
