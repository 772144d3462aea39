#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "naive_truth.hpp"

#include "sim/study.hpp"

#include "support.hpp"

/// Additive statistics S(c) = sum_k f(c_k) have an exact expectation at any n:
///     E[S] = sum_k sum_j f(j) Binomial(j; n, p_k)
namespace truegap::test {
namespace {

// sum_k sum_j f(k, j) Binomial(j; n, p_k), 0 < p_k < 1.
template <class F>
double expectation(const std::vector<double>& p, std::uint32_t n, F f) {
    std::vector<double> ln_factorial(n + 1, 0.0);
    for (std::uint32_t j = 2; j <= n; ++j) ln_factorial[j] = ln_factorial[j - 1] + std::log(j);
    double sum = 0.0;
    for (std::size_t k = 0; k < p.size(); ++k)
        for (std::uint32_t j = 0; j <= n; ++j)
            sum += f(k, j) * std::exp(ln_factorial[n] - ln_factorial[j] - ln_factorial[n - j] +
                                      j * std::log(p[k]) + (n - j) * std::log1p(-p[k]));
    return sum;
}

double expected_plug_in(const std::vector<double>& p, std::uint32_t n) {
    return expectation(p, n, [n](std::size_t, std::uint32_t j) {
        const double share = static_cast<double>(j) / n;
        return j > 0 ? -share * std::log(share) : 0.0;
    });
}

double expected_miller_madow(const std::vector<double>& p, std::uint32_t n) {
    const double seen =
        expectation(p, n, [](std::size_t, std::uint32_t j) { return j > 0 ? 1.0 : 0.0; });
    return expected_plug_in(p, n) + (seen - 1.0) / (2.0 * n);
}

double expected_grassberger(const std::vector<double>& p, std::uint32_t n) {
    std::vector<double> G(n + 2);
    G[1] = -std::numbers::egamma - std::numbers::ln2;
    G[2] = 2.0 + G[1];
    for (std::uint32_t j = 3; j <= n; ++j) G[j] = j % 2 == 1 ? G[j - 1] : G[j - 2] + 2.0 / (j - 1);
    return std::log(n) - expectation(p, n, [&](std::size_t, std::uint32_t j) {
               return j > 0 ? j * G[j] / n : 0.0;
           });
}

// q of n users: with alpha pseudo-counts an item.
double expected_cross_entropy(const std::vector<double>& p,
                              const std::vector<double>& q,
                              std::uint32_t n,
                              double alpha) {
    const auto K = static_cast<double>(q.size());
    return expectation(p, n, [&](std::size_t k, std::uint32_t j) {
        return -(static_cast<double>(j) / n) * std::log((n * q[k] + alpha) / (n + alpha * K));
    });
}

sim::ExplicitPopulation fifty_items() {
    sim::ExplicitPopulation population = small_population();
    population.item_probabilities.resize(2, 50);
    for (int b = 0; b < 50; ++b) {
        population.item_probabilities(0, b) = std::pow(b + 1.0, -0.8);
        population.item_probabilities(1, b) = std::pow((7 * b) % 50 + 1.0, -1.5);
    }
    for (Eigen::Index z = 0; z < 2; ++z)
        population.item_probabilities.row(z) /= population.item_probabilities.row(z).sum();
    return population;
}

}  // namespace

TEST_CASE("run_study: additive statistics at larger n agree with their exact expectation",
          "[sim][study]") {
    sim::Scenario scenario = small_scenario();
    scenario.population = fifty_items();
    scenario.contexts.source =
        std::vector<sim::ListedContext>{{.group = {}, .history = {}, .candidates = sim::AllItems{}},
                                        {.group = {.proxy = {0}, .levels = {1}},
                                         .history = {7, 7, 30},
                                         .candidates = sim::AllItems{}}};
    const std::vector<std::uint32_t> sizes{20, 50, 200, 3000};  // 3000: conditional binomials
    scenario.design = sim::UsersPerGroup{sizes};
    scenario.replicates = 10'000;
    scenario.predictors = {
        mock("bayes", [](const sim::World& w) { return adapters::posterior_belief(w, {}); }),
        mock("popularity", [](const sim::World& w) {
            return adapters::posterior_belief(w, {.group = false, .history = false});
        })};
    scenario.approximations = {metrics::Probabilities{},
                               metrics::Probabilities{{metrics::Smoothing::Kind::additive, 0.5}}};
    scenario.estimators = {
        estimator("plug_in"), estimator("miller_madow"), estimator("grassberger_2003")};
    const sim::Results results = sim::run_study(scenario, {.threads = 2});
    REQUIRE(results.cells.size() == 2 * sizes.size() * 2 * 2 * 3);

    std::vector<std::vector<double>> p;
    std::vector<double> popularity;
    for (const sim::Context& context :
         {context_of({}, {}, all_items(50)),
          context_of({.proxy = {0}, .levels = {1}}, {7, 7, 30}, all_items(50))})
        p.push_back(naive_target(fifty_items(), context));
    popularity = p.front();

    ZScores z;
    ZScores errors;
    ZScores planted;  // the expectation of a sample that is 2 % larger
    for (const sim::CellRow& row : results.cells) {
        const auto& target = p[row.key.context];
        const auto& q = row.key.predictor == 0 ? target : popularity;
        const auto expected_entropy = [&](std::uint32_t n) {
            if (row.key.estimator == 0) return expected_plug_in(target, n);
            if (row.key.estimator == 1) return expected_miller_madow(target, n);
            return expected_grassberger(target, n);
        };
        const std::uint32_t n = row.key.users;
        const double alpha = row.key.approximation == 0 ? 0.0 : 0.5;
        const double entropy = expected_entropy(n);
        const double cross_entropy = expected_cross_entropy(target, q, n, alpha);
        z.add(*row.entropy_mean, entropy, *row.entropy_bias_mcse);
        z.add(*row.cross_entropy_mean, cross_entropy, *row.cross_entropy_mean_mcse);
        z.add(*row.gap_mean, cross_entropy - entropy, *row.gap_bias_mcse);
        z.add(*row.gap_bias, cross_entropy - entropy - *row.true_gap, *row.gap_bias_mcse);
        if (row.key.estimator == 0)
            planted.add(*row.entropy_mean, expected_entropy(n + n / 20), *row.entropy_bias_mcse);
        // The error of a mean of n independent -ln q.
        double second = 0.0;
        for (std::size_t k = 0; k < q.size(); ++k)
            second += target[k] * std::pow(std::log((n * q[k] + alpha) / (n + alpha * 50.0)), 2.0);
        const double sd = std::sqrt((second - cross_entropy * cross_entropy) / n / 10'000.0);
        errors.add(*row.cross_entropy_mean_mcse, sd, sd * 0.01);  // sqrt(1 / 2R), and kurtosis
    }
    CAPTURE(z.worst(), errors.worst());
    CHECK(z.random() == 4 * results.cells.size());
    CHECK(z.beyond() == 0);
    CHECK(errors.beyond() == 0);
    CHECK(planted.beyond() > planted.tested() / 2);
}

}  // namespace truegap::test
