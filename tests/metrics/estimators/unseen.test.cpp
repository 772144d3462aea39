#include "metrics/estimators/unseen.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "metrics/counts.hpp"
#include "metrics/estimators/detail/linear_programme.hpp"
#include "metrics/estimators/plug_in.hpp"
#include "metrics/estimators/registry.hpp"

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using detail::LinearProgramme;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using Counts = std::vector<std::uint32_t>;

double unseen(const Counts& counts) {
    return Unseen{}(counts_view(counts)).value();
}

Counts uniform_sample(Random& random, std::size_t K, int n) {
    Counts counts(K, 0);
    for (int draw = 0; draw < n; ++draw) ++counts[random.below(K)];
    return counts;
}

Counts zipf_sample(Random& random, std::size_t K, int n) {
    std::vector<double> cumulative(K);
    double total = 0.0;
    for (std::size_t k = 0; k < K; ++k) cumulative[k] = total += 1.0 / static_cast<double>(k + 1);
    Counts counts(K, 0);
    for (int draw = 0; draw < n; ++draw) {
        const auto found =
            std::lower_bound(cumulative.begin(), cumulative.end(), random.uniform() * total);
        ++counts[static_cast<std::size_t>(found - cumulative.begin())];
    }
    return counts;
}

// The optimum, and a proof of it that needs no solver: x and the duals y are feasible, and their
// objectives are equal. y_i <= 0 for a row of at most; costs - A^T y >= 0.
detail::Optimum proven(const LinearProgramme& programme) {
    const auto optimum = minimise(programme);
    REQUIRE(optimum.has_value());
    const auto& [value, x, y] = *optimum;
    double by_x = 0.0;
    for (std::size_t j = 0; j < x.size(); ++j) {
        by_x += programme.costs[j] * x[j];
        REQUIRE(x[j] >= 0.0);
    }
    double by_y = 0.0;
    std::vector<double> reduced = programme.costs;
    std::vector<double> size = programme.costs;
    for (std::size_t i = 0; i < y.size(); ++i) {
        const auto& row = programme.rows[i];
        by_y += row.bound * y[i];
        double sum = 0.0;
        for (std::size_t j = 0; j < x.size(); ++j) {
            sum += row.coefficients[j] * x[j];
            reduced[j] -= row.coefficients[j] * y[i];
            size[j] += std::abs(row.coefficients[j] * y[i]);
        }
        REQUIRE(sum <= row.bound + 1e-8 * std::max(1.0, std::abs(row.bound)));
        if (row.relation == LinearProgramme::Relation::equal)
            REQUIRE(sum >= row.bound - 1e-8 * std::max(1.0, std::abs(row.bound)));
        else
            REQUIRE(y[i] <= 0.0);
    }
    for (std::size_t j = 0; j < x.size(); ++j) REQUIRE(reduced[j] >= -1e-10 * (1.0 + size[j]));
    REQUIRE(close(by_x, value, 1e-9));
    REQUIRE(close(by_y, value, 1e-8));
    return *optimum;
}

// The definition once more: numbers of items for variables' masses, Poisson by lgamma, proof of
// each optimum.
double definition(const Counts& counts) {
    std::map<double, double> F;
    double n = 0.0;
    for (const std::uint32_t c : counts) {
        if (c > 0) F[c] += 1.0;
        n += c;
    }
    double H = 0.0;
    double mass = 0.0;
    std::vector<double> f;
    for (const auto& [i, items] : F) {
        const double reach = std::ceil(std::sqrt(i));
        double around = 0.0;
        for (const auto& [k, others] : F) around += std::abs(k - i) <= reach ? others : 0.0;
        if (i <= 500.0 && around >= std::sqrt(i)) {
            f.resize(static_cast<std::size_t>(i), 0.0);
            f.back() = items;
            mass += i * items;
        } else {
            H += items * (-i / n * std::log(i / n) + 0.5 / n);
        }
    }
    if (f.empty()) return H;
    const auto most = static_cast<double>(f.size());
    f.resize(std::min<std::size_t>(
        500, f.size() + static_cast<std::size_t>(std::ceil(std::sqrt(most)))));
    const bool singletons = F.count(1.0) > 0;
    const double least = singletons ? 1.0 / std::max(10.0, n) : F.begin()->first;
    std::vector<double> grid{least};
    while (grid.back() < most) grid.push_back(grid.back() * 1.05);
    LinearProgramme first;
    const std::size_t columns = grid.size() + 2 * f.size();
    first.costs.assign(columns, 0.0);
    for (std::size_t i = 0; i < f.size(); ++i) {
        LinearProgramme::Row row{.coefficients = std::vector<double>(columns, 0.0), .bound = f[i]};
        const auto j = static_cast<double>(i + 1);
        for (std::size_t g = 0; g < grid.size(); ++g)
            row.coefficients[g] =
                std::exp((j - 1.0) * std::log(grid[g]) - grid[g] - std::lgamma(j + 1.0));
        row.coefficients[grid.size() + i] = 1.0;
        row.coefficients[grid.size() + f.size() + i] = -1.0;
        first.costs[grid.size() + i] = first.costs[grid.size() + f.size() + i] =
            1.0 / std::sqrt(f[i] + 1.0);
        first.rows.push_back(row);
    }
    LinearProgramme::Row whole{.coefficients = std::vector<double>(columns, 0.0), .bound = mass};
    std::fill_n(whole.coefficients.begin(), grid.size(), 1.0);
    first.rows.push_back(whole);
    detail::Optimum optimum = proven(first);
    if (singletons) {
        LinearProgramme second = first;
        second.rows.push_back({.coefficients = first.costs,
                               .relation = LinearProgramme::Relation::at_most,
                               .bound = optimum.value + 0.5});
        std::fill(second.costs.begin(), second.costs.end(), 0.0);
        for (std::size_t g = 0; g < grid.size(); ++g) second.costs[g] = 1.0 / grid[g];
        optimum = proven(second);
    }
    for (std::size_t g = 0; g < grid.size(); ++g) H -= optimum.x[g] / n * std::log(grid[g] / n);
    return H;
}

}  // namespace

TEST_CASE("unseen: the authors' program's values", "[metrics][entropy][golden]") {
    // The authors' MATLAB, to four digits, as printed in the tests of DiscreteEntropy.jl.
    CHECK(std::abs(unseen({1, 2, 3, 2, 1}) - 1.6017) < 5.1e-5);
    CHECK(std::abs(unseen({1, 2, 3, 4, 5, 6, 7, 8, 7, 6, 5}) - 2.2612) < 5.1e-5);
    CHECK(std::abs(unseen({1}) - 0.0690) < 5.1e-5);
    // A simplex method in 120 digits, written for this comparison.
    CHECK(close(unseen({1, 2, 3, 2, 1}), 1.60170315433, 1e-11));
    CHECK(close(unseen({1, 2, 3, 4, 5, 6, 7, 8, 7, 6, 5}), 2.26121325594, 1e-11));
    CHECK(close(unseen({1}), 0.0689689881581, 1e-11));
    CHECK(close(unseen({1, 2, 3, 4, 5, 4, 3, 2, 1}), 2.12834026978, 1e-11));
    CHECK(close(unseen({1, 1, 1, 1, 1, 2, 2}), 2.41622586836, 1e-11));
}

TEST_CASE("unseen: agrees with its definition, each optimum proven", "[metrics][entropy]") {
    Random random(82);
    std::vector<Counts> samples{uniform_sample(random, 1000, 300),
                                uniform_sample(random, 1000, 10'000),
                                uniform_sample(random, 200, 40'000),
                                zipf_sample(random, 50, 100),
                                zipf_sample(random, 50, 20),
                                zipf_sample(random, 10'000, 10'000),
                                Counts(300, 1),
                                {2, 2, 2},
                                {2, 2, 3, 3, 4, 4, 700, 90},
                                {1, 1, 1, 2, 50, 5'000, 2'147'483'647, 2'147'483'600}};
    for (const test::Shape shape : test::all_shapes)
        samples.push_back(test::random_counts(random, shape, 60));
    for (const Counts& counts : samples) {
        CAPTURE(counts.size(), counts[0], counts.back());
        CHECK(close(unseen(counts), definition(counts), 1e-8, 0.01));
    }
}

TEST_CASE("unseen: what it documents", "[metrics][entropy]") {
    CHECK_FALSE(Unseen{}(counts_view(Counts{})).has_value());
    CHECK_FALSE(Unseen{}(counts_view(Counts{0, 0})).has_value());
    for (const std::uint32_t n : {2U, 3U, 100U, 2'147'483'647U, 4'294'967'295U})
        CHECK(close(unseen({n}), 0.5 / n, 1e-12, 0.0));
    for (const std::size_t n : {10U, 100U, 1'000U, 100'000U}) {
        const double value = unseen(Counts(n, 1));
        CAPTURE(n, value);
        CHECK(value > 1.7 * std::log(static_cast<double>(n)));
        CHECK(value < 2.0 * std::log(static_cast<double>(n)));
    }
    // Seen often, and apart from each other: plug-in, Miller and Madow's term for each item.
    const Counts often{900, 20'000, 3'000'000};
    const double n = 3'020'900.0;
    CHECK(close(unseen(often), PlugIn{}(counts_view(often)).value() + 1.5 / n, 1e-13));
    // The same, many items close together beyond the limit: no linear programme of their size.
    Counts crowd(20'000);
    std::iota(crowd.begin(), crowd.end(), 1'000'000U);
    const auto total = static_cast<double>(counts_view(crowd).n);
    CHECK(close(unseen(crowd), PlugIn{}(counts_view(crowd)).value() + 10'000.0 / total, 1e-12));
}

TEST_CASE("unseen: says when its answer is the grid's", "[metrics][entropy]") {
    const Estimator estimator = find_estimator("unseen").value();
    CHECK(estimator.caveat(counts_view(Counts{1, 0, 1})).find("once") != std::string::npos);
    CHECK(estimator.caveat(counts_view(Counts{1, 2})).empty());
    CHECK(estimator.caveat(counts_view(Counts{0})).empty());
    CHECK(estimator.why_undefined(counts_view(Counts{1, 2})) ==
          "the linear programme was not solved");
}

TEST_CASE("unseen: zeros, the order of items and K change nothing",
          "[metrics][entropy][property]") {
    Random random(83);
    for (const test::Shape shape : test::all_shapes) {
        const Counts counts = test::random_counts(random, shape, 40);
        Counts other;
        for (const std::uint32_t k : test::random_permutation(random, 40)) {
            other.push_back(0);
            other.push_back(counts[k]);
        }
        CHECK(unseen(other) == unseen(counts));
        CHECK(Unseen{}(counts_view(counts, 1'000'000)) == unseen(counts));
    }
}

TEST_CASE("unseen: sees a uniform distribution over more items than observations",
          "[metrics][entropy][statistical]") {
    constexpr int replicates = 300;
    Random random(84);
    double sum = 0.0;
    double sum_of_squares = 0.0;
    double plug_in_sum = 0.0;
    for (int replicate = 0; replicate < replicates; ++replicate) {
        const Counts counts = uniform_sample(random, 1000, 300);
        const double error = unseen(counts) - std::log(1000.0);
        sum += error;
        sum_of_squares += error * error;
        plug_in_sum += PlugIn{}(counts_view(counts)).value() - std::log(1000.0);
    }
    const double bias = sum / replicates;
    const double se = std::sqrt((sum_of_squares / replicates - bias * bias) / (replicates - 1));
    const double plug_in_bias = plug_in_sum / replicates;
    CAPTURE(bias, se, plug_in_bias);
    CHECK(plug_in_bias < -1.3);
    CHECK(std::abs(bias) + 4.5 * se < 0.1 * std::abs(plug_in_bias));
}
