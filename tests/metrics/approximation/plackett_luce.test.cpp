#include "metrics/approximation/plackett_luce.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using Order = std::vector<std::uint32_t>;
using Vector = std::vector<double>;

struct Fitted {
    Vector weights;
    std::uint32_t steps;
    bool converged;
};

Fitted fitted(const std::vector<Order>& rankings,
              std::size_t items,
              const PlackettLuceOptions& options) {
    PlackettLuceFitter fitter(items);
    for (const Order& ranking : rankings) fitter.add(ranking);
    const PlackettLuceFit fit = fitter.fit(options);
    return {{fit.weights.begin(), fit.weights.end()}, fit.steps, fit.converged};
}

// Rankings drawn from a Plackett-Luce model: the order of exponential waiting times.
std::vector<Order> drawn(Random& random, const Vector& weights, std::size_t rankings, bool ragged) {
    std::vector<Order> result;
    for (std::size_t j = 0; j < rankings; ++j) {
        Vector times;
        for (const double weight : weights) times.push_back(random.exponential() / weight);
        Order order(weights.size());
        std::iota(order.begin(), order.end(), 0U);
        std::sort(order.begin(), order.end(), [&](auto a, auto b) { return times[a] < times[b]; });
        order.resize(ragged ? random.below(weights.size() + 1) : (weights.size() + 1) / 2);
        result.push_back(order);
    }
    return result;
}

// Gradient and negative Hessian of F by theta = ln w, from the choice probabilities:
// sum over choices of (chosen - pi) and of diag(pi) - pi pi', alpha wins of each item among all.
struct Derivatives {
    Vector gradient;
    std::vector<Vector> curvature;
};

Derivatives derivatives(const std::vector<Order>& rankings, const Vector& theta, double alpha) {
    const std::size_t K = theta.size();
    Derivatives result{Vector(K, 0.0), std::vector<Vector>(K, Vector(K, 0.0))};
    const auto choice = [&](const std::vector<bool>& open, std::size_t chosen, double times) {
        Vector pi(K, 0.0);
        double total = 0.0;
        for (std::size_t k = 0; k < K; ++k) total += open[k] ? std::exp(theta[k]) : 0.0;
        for (std::size_t k = 0; k < K; ++k) pi[k] = open[k] ? std::exp(theta[k]) / total : 0.0;
        for (std::size_t k = 0; k < K; ++k) {
            result.gradient[k] += times * ((k == chosen ? 1.0 : 0.0) - pi[k]);
            result.curvature[k][k] += times * pi[k];
            for (std::size_t l = 0; l < K; ++l) result.curvature[k][l] -= times * pi[k] * pi[l];
        }
    };
    for (const Order& ranking : rankings) {
        std::vector<bool> open(K, true);
        for (const std::uint32_t item : ranking) {
            choice(open, item, 1.0);
            open[item] = false;
        }
    }
    for (std::size_t k = 0; k < K; ++k) choice(std::vector<bool>(K, true), k, alpha);
    return result;
}

// Newton's method in ln w with the first held at 0: concave, so damping by halving suffices.
Vector by_newton(const std::vector<Order>& rankings, std::size_t K, double alpha) {
    Vector theta(K, 0.0);
    const auto norm = [&](const Vector& at) {
        double sum = 0.0;
        for (const double g : derivatives(rankings, at, alpha).gradient) sum += g * g;
        return sum;
    };
    for (int iteration = 0; iteration < 200; ++iteration) {
        auto [step, matrix] = derivatives(rankings, theta, alpha);
        for (std::size_t i = 1; i < K; ++i)  // Gauss: symmetric and positive definite
            for (std::size_t row = 1; row < K; ++row) {
                if (row == i) continue;
                const double factor = matrix[row][i] / matrix[i][i];
                for (std::size_t column = 1; column < K; ++column)
                    matrix[row][column] -= factor * matrix[i][column];
                step[row] -= factor * step[i];
            }
        Vector next = theta;
        double length = 1.0;
        do {
            for (std::size_t k = 1; k < K; ++k)
                next[k] = theta[k] + length * step[k] / matrix[k][k];
            length /= 2.0;
        } while (!(norm(next) < norm(theta)) && length > 1e-6);
        if (length <= 1e-6) break;
        theta = next;
    }
    for (double& value : theta) value = std::exp(value);
    return test::normalised(theta);
}

double largest_relative_difference(const Vector& a, const Vector& b) {
    double largest = 0.0;
    for (std::size_t k = 0; k < a.size(); ++k)
        largest = std::max(largest, std::abs(a[k] - b[k]) / b[k]);
    return largest;
}

}  // namespace

TEST_CASE("PlackettLuceFitter: with first places only, the shares of first places",
          "[metrics][approximation]") {
    const std::vector<Order> rankings{{0}, {2}, {0}, {1}, {0}, {2}};
    const Fitted mle = fitted(rankings, 3, {.alpha = 0.0});
    CHECK(mle.converged);
    CHECK(largest_relative_difference(mle.weights, {3.0 / 6.0, 1.0 / 6.0, 2.0 / 6.0}) < 1e-14);
    // Items 3 and 4 are never ranked.
    const Fitted mode = fitted(rankings, 5, {.alpha = 0.5});
    CHECK(largest_relative_difference(
              mode.weights, {3.5 / 8.5, 1.5 / 8.5, 2.5 / 8.5, 0.5 / 8.5, 0.5 / 8.5}) < 1e-14);
    CHECK(fitted(rankings, 5, {.alpha = 0.0}).weights[4] == 0.0);
}

TEST_CASE(
    "PlackettLuceFitter: frequencies that a model of three items gives exactly are fitted by it",
    "[metrics][approximation]") {
    // w = (1/2, 1/3, 1/6): P(0,1,2) = 1/2 * (1/3)/(1/2) = 20/60, and so on.
    const std::vector<std::pair<Order, int>> table{{{0, 1, 2}, 20},
                                                   {{0, 2, 1}, 10},
                                                   {{1, 0, 2}, 15},
                                                   {{1, 2, 0}, 5},
                                                   {{2, 0, 1}, 6},
                                                   {{2, 1, 0}, 4}};
    for (const std::size_t top : {1U, 2U, 3U}) {
        std::vector<Order> rankings;
        for (auto [order, times] : table) {
            order.resize(top);
            rankings.insert(rankings.end(), static_cast<std::size_t>(times), order);
        }
        const Fitted fit = fitted(rankings, 3, {.alpha = 0.0});
        CAPTURE(top, fit.weights, fit.steps);
        CHECK(fit.converged);
        CHECK(largest_relative_difference(fit.weights, {1.0 / 2.0, 1.0 / 3.0, 1.0 / 6.0}) < 1e-9);
    }
}

TEST_CASE("PlackettLuceFitter: equals direct maximisation by Newton's method",
          "[metrics][approximation]") {
    Random random(541);
    int partial = 0;
    int unranked = 0;
    for (int repeat = 0; repeat < 60; ++repeat) {
        const std::size_t K = 2 + random.below(9);
        const Vector truth = test::random_distribution(random, K, repeat % 2 == 0 ? 0.5 : 2.0);
        const auto rankings = drawn(random, truth, 1 + random.below(12), repeat % 3 == 0);
        const double alpha = repeat % 4 == 0 ? 0.05 : random.exponential();
        const Fitted fit = fitted(rankings, K, {.alpha = alpha});
        CAPTURE(repeat, K, alpha, rankings.size(), fit.steps);
        REQUIRE(fit.converged);
        REQUIRE(close(std::accumulate(fit.weights.begin(), fit.weights.end(), 0.0), 1.0, 1e-14));
        REQUIRE(largest_relative_difference(fit.weights, by_newton(rankings, K, alpha)) < 1e-8);
        for (const Order& ranking : rankings) partial += ranking.size() + 1 < K ? 1 : 0;
        std::vector<bool> ranked(K, false);
        for (const Order& ranking : rankings)
            for (const std::uint32_t item : ranking) ranked[item] = true;
        unranked += static_cast<int>(std::count(ranked.begin(), ranked.end(), false));
    }
    CHECK(partial > 50);
    CHECK(unranked > 10);
}

TEST_CASE("PlackettLuceFitter: the gradient vanishes at the result", "[metrics][approximation]") {
    Random random(542);
    for (int repeat = 0; repeat < 30; ++repeat) {
        const Vector truth = test::random_distribution(random, 15, 1.0);
        const auto rankings = drawn(random, truth, 10, false);
        Vector theta = fitted(rankings, 15, {.alpha = 0.5}).weights;
        for (double& value : theta) value = std::log(value);
        for (const double g : derivatives(rankings, theta, 0.5).gradient) CHECK(std::abs(g) < 1e-8);
    }
}

TEST_CASE("PlackettLuceFitter: without pseudo-wins the maximum-likelihood fit where it exists",
          "[metrics][approximation]") {
    Random random(543);
    const Vector truth = test::random_distribution(random, 6, 0.5);
    const auto rankings = drawn(random, truth, 60, false);  // everyone has beaten everyone
    const Fitted fit = fitted(rankings, 6, {.alpha = 0.0});
    REQUIRE(fit.converged);
    CHECK(largest_relative_difference(fit.weights, by_newton(rankings, 6, 0.0)) < 1e-8);
    // Few pseudo-wins change little.
    const Fitted nearly = fitted(rankings, 6, {.alpha = 1e-9});
    CHECK(largest_relative_difference(nearly.weights, fit.weights) < 1e-7);
}

TEST_CASE("PlackettLuceFitter: where there is no maximum the fit says so, and stays a distribution",
          "[metrics][approximation]") {
    // 0 always first, 1 always second: F rises for ever as their shares go to 1 and to 0.
    const std::vector<Order> rankings{{0, 1}, {0, 1}, {0, 1}};
    const Fitted fit = fitted(rankings, 4, {.alpha = 0.0, .most_steps = 200});
    CHECK_FALSE(fit.converged);
    CHECK(fit.weights[0] > 0.99);
    CHECK(fit.weights[2] == 0.0);
    CHECK(close(std::accumulate(fit.weights.begin(), fit.weights.end(), 0.0), 1.0, 1e-14));
    const Fitted mode = fitted(rankings, 4, {.alpha = 0.1});
    CHECK(mode.converged);
    CHECK(mode.weights[0] > mode.weights[1]);
    CHECK(mode.weights[1] > mode.weights[2]);
    CHECK(mode.weights[2] == mode.weights[3]);
    CHECK(mode.weights[3] > 0.0);
}

TEST_CASE("plackett_luce_objective and _step: worked example", "[metrics][approximation]") {
    const std::vector<Order> rankings{{0, 1}, {2}};
    const Vector w{0.5, 0.3, 0.2};
    CHECK(close(plackett_luce_objective(rankings, w, 2.0),
                std::log(0.5) + std::log(0.3 / 0.5) + std::log(0.2) + 2.0 * std::log(0.03),
                1e-15));
    // 1/D is 1, 2 and 1; item 0 is not in the second choice.
    const Vector expected =
        test::normalised({3.0 / (6.0 + 2.0), 3.0 / (6.0 + 4.0), 3.0 / (6.0 + 4.0)});
    CHECK(largest_relative_difference(plackett_luce_step(rankings, w, 2.0), expected) < 1e-15);
}

TEST_CASE("plackett_luce_step: never lowers the objective, and leads where the fitter does",
          "[metrics][approximation][property]") {
    Random random(544);
    for (int repeat = 0; repeat < 30; ++repeat) {
        const std::size_t K = 2 + random.below(10);
        const auto rankings =
            drawn(random, test::random_distribution(random, K, 1.5), 1 + random.below(15), true);
        const double alpha = 0.2 + random.uniform();
        Vector weights = test::random_distribution(random, K, 2.0);
        double before = plackett_luce_objective(rankings, weights, alpha);
        int rises = 0;
        for (int i = 0; i < 600; ++i) {
            weights = plackett_luce_step(rankings, weights, alpha);
            const double after = plackett_luce_objective(rankings, weights, alpha);
            REQUIRE(after >= before - 1e-13 * std::abs(before));
            rises += after > before ? 1 : 0;
            before = after;
        }
        CHECK(rises > 0);
        const Fitted fit = fitted(rankings, K, {.alpha = alpha});
        CAPTURE(K, alpha, rankings.size());
        REQUIRE(largest_relative_difference(fit.weights, weights) < 1e-8);
    }
}

TEST_CASE(
    "PlackettLuceFitter: more steps never give a lower objective, and fewer than plain ones do",
    "[metrics][approximation][property]") {
    Random random(545);
    // Weights far apart and few pseudo-wins: here extrapolations overshoot and must be refused.
    for (int repeat = 0; repeat < 300; ++repeat) {
        const std::size_t K = repeat % 2 == 0 ? 5 : 12;
        const Vector truth = test::random_distribution(random, K, repeat % 4 < 2 ? 4.0 : 6.0);
        const auto rankings = drawn(random, truth, repeat % 4 < 2 ? 12 : 5, false);
        const double alpha = repeat % 3 == 0 ? 0.01 : 0.001;
        const Vector start(K, 1.0 / static_cast<double>(K));
        double before = plackett_luce_objective(rankings, start, alpha);
        for (std::uint32_t steps = 1; steps < 60; ++steps) {
            const Fitted fit = fitted(rankings, K, {.alpha = alpha, .most_steps = steps});
            REQUIRE(fit.steps <= steps);
            const double after = plackett_luce_objective(rankings, fit.weights, alpha);
            REQUIRE(after >= before - 1e-12 * std::abs(before));
            before = after;
        }
        const Fitted fit = fitted(rankings, K, {.alpha = alpha});
        Vector weights = start;
        Vector next = plackett_luce_step(rankings, weights, alpha);
        std::uint32_t plain = 1;
        for (; plain < fit.steps && largest_relative_difference(weights, next) > 1e-10; ++plain) {
            weights = next;
            next = plackett_luce_step(rankings, weights, alpha);
        }
        REQUIRE(fit.steps == plain);  // plain steps need more
    }
}

TEST_CASE("PlackettLuceFitter: relabelling items relabels weights, rankings may come in any order",
          "[metrics][approximation][property]") {
    Random random(546);
    auto rankings = drawn(random, test::random_distribution(random, 12, 1.0), 9, true);
    const Fitted fit = fitted(rankings, 12, {.alpha = 0.3});
    const Order name = test::random_permutation(random, 12);
    for (Order& ranking : rankings)
        for (std::uint32_t& item : ranking) item = name[item];
    std::reverse(rankings.begin(), rankings.end());
    const Fitted renamed = fitted(rankings, 12, {.alpha = 0.3});
    for (std::size_t k = 0; k < 12; ++k)
        CHECK(close(renamed.weights[name[k]], fit.weights[k], 1e-9, 0.0));
}

TEST_CASE("PlackettLuceFitter: nothing to fit gives equal weights; clear forgets",
          "[metrics][approximation]") {
    CHECK(fitted({}, 4, {}).weights == Vector{0.25, 0.25, 0.25, 0.25});
    CHECK(fitted({{}, {}}, 2, {}).weights == Vector{0.5, 0.5});
    CHECK(fitted({{0}}, 1, {}).weights == Vector{1.0});
    PlackettLuceFitter fitter(3);
    fitter.add(Order{0, 1, 2});
    const Vector first(fitter.fit().weights.begin(), fitter.fit().weights.end());
    fitter.clear();
    fitter.add(Order{2});
    CHECK(close(fitter.fit().weights[2], 1.5 / 2.5, 1e-14));
    fitter.clear();
    fitter.add(Order{0, 1, 2});
    const PlackettLuceFit again = fitter.fit();
    CHECK(Vector(again.weights.begin(), again.weights.end()) == first);
}
