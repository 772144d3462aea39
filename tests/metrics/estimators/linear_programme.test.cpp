#include "metrics/estimators/detail/linear_programme.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics::detail;
using truegap::metrics::test::Random;
using Relation = LinearProgramme::Relation;

// Solves A x = b by elimination with pivoting; false when A is singular.
bool solve(std::vector<std::vector<double>> A, std::vector<double> b, std::vector<double>& x) {
    const std::size_t size = b.size();
    for (std::size_t k = 0; k < size; ++k) {
        std::size_t pivot = k;
        for (std::size_t i = k; i < size; ++i)
            if (std::abs(A[i][k]) > std::abs(A[pivot][k])) pivot = i;
        if (std::abs(A[pivot][k]) < 1e-9) return false;
        std::swap(A[k], A[pivot]);
        std::swap(b[k], b[pivot]);
        for (std::size_t i = k + 1; i < size; ++i) {
            const double factor = A[i][k] / A[k][k];
            for (std::size_t j = k; j < size; ++j) A[i][j] -= factor * A[k][j];
            b[i] -= factor * b[k];
        }
    }
    x.assign(size, 0.0);
    for (std::size_t k = size; k-- > 0;) {
        x[k] = b[k];
        for (std::size_t j = k + 1; j < size; ++j) x[k] -= A[k][j] * x[j];
        x[k] /= A[k][k];
    }
    return true;
}

// The least cost over every vertex: every choice of as many columns (slacks among them) as rows.
// Infinity when no vertex is feasible. Right for costs >= 0, which keep the optimum finite.
double least_at_a_vertex(const LinearProgramme& programme) {
    const std::size_t rows = programme.rows.size();
    std::vector<std::vector<double>> columns;
    std::vector<double> costs = programme.costs;
    for (std::size_t j = 0; j < programme.costs.size(); ++j) {
        columns.emplace_back(rows);
        for (std::size_t i = 0; i < rows; ++i) columns[j][i] = programme.rows[i].coefficients[j];
    }
    std::vector<double> bounds;
    for (std::size_t i = 0; i < rows; ++i) {
        bounds.push_back(programme.rows[i].bound);
        if (programme.rows[i].relation == Relation::equal) continue;
        columns.emplace_back(rows, 0.0);
        columns.back()[i] = 1.0;
        costs.push_back(0.0);
    }
    double best = std::numeric_limits<double>::infinity();
    std::vector<char> chosen(columns.size(), 0);
    std::fill(chosen.begin(), chosen.begin() + static_cast<std::ptrdiff_t>(rows), 1);
    do {
        std::vector<std::size_t> basis;
        for (std::size_t j = 0; j < columns.size(); ++j)
            if (chosen[j] != 0) basis.push_back(j);
        std::vector<std::vector<double>> A(rows, std::vector<double>(rows));
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t j = 0; j < rows; ++j) A[i][j] = columns[basis[j]][i];
        std::vector<double> x;
        if (!solve(A, bounds, x)) continue;
        double cost = 0.0;
        for (std::size_t j = 0; j < rows; ++j) cost += costs[basis[j]] * x[j];
        if (*std::min_element(x.begin(), x.end()) >= -1e-10) best = std::min(best, cost);
    } while (std::prev_permutation(chosen.begin(), chosen.end()));
    return best;
}

}  // namespace

TEST_CASE("linear_programme: the best vertex of every small one", "[metrics][entropy]") {
    Random random(81);
    int feasible = 0;
    int infeasible = 0;
    for (int repeat = 0; repeat < 300; ++repeat) {
        const std::size_t columns = 2 + random.below(4);
        const std::size_t rows = 1 + random.below(3);
        LinearProgramme programme;
        for (std::size_t j = 0; j < columns; ++j) programme.costs.push_back(random.uniform());
        for (std::size_t i = 0; i < std::min(rows, columns); ++i) {
            LinearProgramme::Row row;
            for (std::size_t j = 0; j < columns; ++j)
                row.coefficients.push_back(random.below(4) == 0 ? 0.0 : random.normal());
            row.relation = random.below(2) == 0 ? Relation::equal : Relation::at_most;
            row.bound = random.normal();
            programme.rows.push_back(row);
        }
        const double expected = least_at_a_vertex(programme);
        const auto optimum = minimise(programme);
        CAPTURE(repeat, columns, rows, expected);
        REQUIRE(optimum.has_value() == std::isfinite(expected));
        ++(optimum ? feasible : infeasible);
        if (!optimum) continue;
        CHECK(std::abs(optimum->value - expected) < 1e-8 * std::max(1.0, expected));
        for (const auto& row : programme.rows) {
            double sum = 0.0;
            for (std::size_t j = 0; j < columns; ++j) sum += row.coefficients[j] * optimum->x[j];
            CHECK(sum <= row.bound + 1e-8);
            if (row.relation == Relation::equal) CHECK(sum >= row.bound - 1e-8);
        }
        // The same vertex on every call.
        CHECK(minimise(programme)->x == optimum->x);
    }
    CHECK(feasible > 100);
    CHECK(infeasible > 30);
}

TEST_CASE("linear_programme: nothing when it has no solution or no least one",
          "[metrics][entropy]") {
    // x = -1 with x >= 0.
    CHECK_FALSE(minimise({.costs = {1.0}, .rows = {{{1.0}, Relation::equal, -1.0}}}).has_value());
    // -x as small as can be, with -x <= 1.
    CHECK_FALSE(
        minimise({.costs = {-1.0}, .rows = {{{-1.0}, Relation::at_most, 1.0}}}).has_value());
    // The textbook's: 3x + 5y with x <= 4, 2y <= 12, 3x + 2y <= 18 is 36 at (2, 6).
    const auto optimum = minimise({.costs = {-3.0, -5.0},
                                   .rows = {{{1.0, 0.0}, Relation::at_most, 4.0},
                                            {{0.0, 2.0}, Relation::at_most, 12.0},
                                            {{3.0, 2.0}, Relation::at_most, 18.0}}});
    REQUIRE(optimum.has_value());
    CHECK(std::abs(optimum->value + 36.0) < 1e-12);
    CHECK(std::abs(optimum->x[0] - 2.0) < 1e-12);
    CHECK(std::abs(optimum->x[1] - 6.0) < 1e-12);
    // Prices of the bounds, known as well: 0, 3/2, 1.
    CHECK(std::abs(optimum->duals[0]) < 1e-12);
    CHECK(std::abs(optimum->duals[1] + 1.5) < 1e-12);
    CHECK(std::abs(optimum->duals[2] + 1.0) < 1e-12);
}
