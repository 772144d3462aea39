#include "tests/metrics/pooling/tables.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace truegap::metrics::test {

CountsTable OwnedTable::view() const {
    CountsTable table{.groups = {}, .items = items};
    for (const OwnedGroup& group : groups)
        table.groups.push_back(
            {.counts = group.counts,
             .items = group.items,
             .n = std::accumulate(group.counts.begin(), group.counts.end(), std::uint64_t{0}),
             .parent = group.parent});
    return table;
}

std::vector<std::uint32_t> first_items(std::size_t K) {
    std::vector<std::uint32_t> items(K);
    std::iota(items.begin(), items.end(), 0U);
    return items;
}

OwnedTable table_of(std::vector<std::vector<std::uint32_t>> counts) {
    OwnedTable table;
    for (std::vector<std::uint32_t>& own : counts) {
        table.items = own.size();
        table.groups.push_back({.counts = std::move(own), .items = {}, .parent = {}});
        table.groups.back().items = first_items(table.items);
    }
    return table;
}

double gamma_variate(Random& random, double shape) {
    if (shape < 1.0)
        return gamma_variate(random, shape + 1.0) * std::pow(random.uniform(), 1.0 / shape);
    const double d = shape - 1.0 / 3.0;
    const double c = 1.0 / std::sqrt(9.0 * d);
    for (;;) {
        const double x = random.normal();
        const double root = 1.0 + c * x;
        if (root <= 0.0) continue;
        const double v = root * root * root;
        if (std::log(random.uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
    }
}

std::vector<double> dirichlet_variate(Random& random, const std::vector<double>& a) {
    std::vector<double> theta;
    for (const double a_k : a) theta.push_back(gamma_variate(random, a_k));
    return normalised(std::move(theta));
}

std::vector<std::uint32_t> choices(Random& random, const std::vector<double>& p, std::size_t n) {
    std::vector<double> below(p.size());
    std::partial_sum(p.begin(), p.end(), below.begin());
    std::vector<std::uint32_t> counts(p.size(), 0);
    for (std::size_t i = 0; i < n; ++i) {
        const auto found =
            std::upper_bound(below.begin(), below.end() - 1, random.uniform() * below.back());
        ++counts[static_cast<std::size_t>(found - below.begin())];
    }
    return counts;
}

OwnedTable random_table(Random& random) {
    OwnedTable table;
    table.items = 1 + random.below(12);
    const std::vector<double> common = random_distribution(random, table.items, 1.5);
    const double A = std::exp(5.0 * random.uniform() - 1.0);
    const std::size_t groups = 1 + random.below(9);
    for (std::size_t g = 0; g < groups; ++g) {
        OwnedGroup group{
            .counts = {}, .items = random_permutation(random, table.items), .parent = {}};
        if (random.below(2) == 0) group.items.resize(1 + random.below(table.items));
        std::vector<double> a;
        for (const std::uint32_t item : group.items) a.push_back(A * common[item] + 1e-3);
        if (random.below(4) == 0) std::reverse(a.begin(), a.end());
        const std::size_t n = random.below(3) == 0 ? random.below(3) : random.below(60);
        group.counts = choices(random, dirichlet_variate(random, a), n);
        table.groups.push_back(std::move(group));
    }
    return table;
}

}  // namespace truegap::metrics::test
