#include "metrics/estimators/unseen.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "metrics/compensated_sum.hpp"
#include "metrics/estimators/detail/linear_programme.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

static_assert(SaysWhyUndefined<Unseen> && SaysCaveat<Unseen>);

namespace {

using detail::LinearProgramme;

constexpr double grid_factor = 1.05;
constexpr double tolerated = 0.5;
constexpr std::uint32_t largest_explained = 500;

// In units of one observation: a grid point is N x, a mass h x is N h x, and the numbers that the
// solver sees are neither tiny nor huge, whatever N.
struct Explained {
    std::vector<double> fingerprint;  // F'_1, F'_2, ...; empty when there is nothing to explain
    std::uint64_t observations = 0;   // sum i F'_i
};

// Items seen i - ceil(sqrt i) to i + ceil(sqrt i) times; entries ascend by count.
std::uint64_t items_around(const std::vector<CountMultiplicity>& entries, std::uint32_t i) {
    const auto reach = static_cast<std::uint32_t>(std::ceil(std::sqrt(static_cast<double>(i))));
    std::uint64_t items = 0;
    for (const auto& entry : entries) {
        if (entry.count > i + reach) break;
        if (entry.count + reach >= i) items += entry.items;
    }
    return items;
}

LinearProgramme explanation(const Explained& part, const std::vector<double>& grid) {
    const std::size_t rows = part.fingerprint.size();
    const std::size_t columns = grid.size() + 2 * rows;
    LinearProgramme programme;
    programme.costs.assign(columns, 0.0);
    programme.rows.assign(rows + 1, {std::vector<double>(columns, 0.0)});
    for (std::size_t j = 0; j < grid.size(); ++j) {
        // Poisson(i; lambda) / lambda, from one i to the next; lambda stays below 600.
        double chance = exponential(-grid[j]);
        for (std::size_t i = 1; i <= rows; ++i) {
            programme.rows[i - 1].coefficients[j] = chance;
            chance *= grid[j] / static_cast<double>(i + 1);
        }
        programme.rows[rows].coefficients[j] = 1.0;
    }
    for (std::size_t i = 0; i < rows; ++i) {
        const double items = part.fingerprint[i];
        const std::size_t excess = grid.size() + 2 * i;
        programme.rows[i].coefficients[excess] = -1.0;
        programme.rows[i].coefficients[excess + 1] = 1.0;
        programme.rows[i].bound = items;
        programme.costs[excess] = programme.costs[excess + 1] = 1.0 / std::sqrt(items + 1.0);
    }
    programme.rows[rows].bound = static_cast<double>(part.observations);
    return programme;
}

// The same constraints, no worse an explanation, and the number of items to be minimised.
LinearProgramme fewest_items(LinearProgramme programme,
                             const std::vector<double>& grid,
                             double least_discrepancy) {
    std::vector<double> items(programme.costs.size(), 0.0);
    for (std::size_t j = 0; j < grid.size(); ++j) items[j] = 1.0 / grid[j];
    programme.rows.push_back({.coefficients = std::move(programme.costs),
                              .relation = LinearProgramme::Relation::at_most,
                              .bound = least_discrepancy + tolerated});
    programme.costs = std::move(items);
    return programme;
}

// Masses at the grid points, in observations.
std::optional<std::vector<double>> masses(const Explained& part,
                                          const std::vector<double>& grid,
                                          bool singletons) {
    const LinearProgramme first = explanation(part, grid);
    auto optimum = minimise(first);
    if (optimum && singletons) optimum = minimise(fewest_items(first, grid, optimum->value));
    if (!optimum) return std::nullopt;
    return std::move(optimum->x);
}

std::vector<double> grid_from(double least, double most) {
    const auto steps = static_cast<std::size_t>(std::ceil(ln(most / least) / ln(grid_factor)));
    std::vector<double> grid;
    for (std::size_t j = 0; j <= steps; ++j)
        grid.push_back(least * power(grid_factor, static_cast<double>(j)));
    return grid;
}

}  // namespace

std::optional<double> Unseen::operator()(const CountsView& sample) const {
    if (sample.n == 0) return std::nullopt;
    const auto n = static_cast<double>(sample.n);
    const std::vector<CountMultiplicity> entries = fingerprint(sample.counts);
    Explained part;
    CompensatedSum entropy;
    for (const auto& [count, items] : entries) {
        const double root = std::sqrt(static_cast<double>(count));
        if (count <= largest_explained &&
            static_cast<double>(items_around(entries, count)) >= root) {
            part.fingerprint.resize(count, 0.0);
            part.fingerprint[count - 1] = static_cast<double>(items);
            part.observations += std::uint64_t{count} * items;
        } else {
            const double share = static_cast<double>(count) / n;
            entropy.add(static_cast<double>(items) * (share * ln_ratio(sample.n, count) + 0.5 / n));
        }
    }
    if (part.fingerprint.empty()) return entropy.value();

    const std::size_t most = part.fingerprint.size();
    const auto beyond = static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(most))));
    part.fingerprint.resize(std::min<std::size_t>(most + beyond, largest_explained), 0.0);
    const bool singletons = entries.front().count == 1;
    const std::vector<double> grid =
        grid_from(singletons ? 1.0 / std::max(10.0, n) : static_cast<double>(entries.front().count),
                  static_cast<double>(most));
    const auto mass = masses(part, grid, singletons);
    if (!mass) return std::nullopt;
    for (std::size_t j = 0; j < grid.size(); ++j)
        if ((*mass)[j] > 0.0) entropy.add((*mass)[j] / n * ln(n / grid[j]));
    return entropy.value();
}

std::string_view Unseen::why_undefined(const CountsView& /*sample*/) {
    return "the linear programme was not solved";
}

std::string_view Unseen::caveat(const CountsView& sample) {
    const SeenItems seen = seen_items(sample.counts);
    if (seen.items > 0 && seen.singletons == seen.items)
        return "every item was seen once: the answer is set by the smallest probability of the "
               "grid";
    return {};
}

}  // namespace truegap::metrics
