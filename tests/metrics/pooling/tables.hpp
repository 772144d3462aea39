#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "metrics/pooling/counts_table.hpp"

#include "tests/metrics/support.hpp"

/// Tables of counts that own their counts, for the tests of what borrows strength.
namespace truegap::metrics::test {

struct OwnedGroup {
    std::vector<std::uint32_t> counts;
    std::vector<std::uint32_t> items;  // as long as counts
    std::optional<std::size_t> parent = {};
};

struct OwnedTable {
    std::vector<OwnedGroup> groups;
    std::size_t items = 0;

    /// Valid as long as this lives and does not change.
    [[nodiscard]] CountsTable view() const;
};

[[nodiscard]] std::vector<std::uint32_t> first_items(std::size_t K);

/// All groups offer the same items 0 .. K-1.
[[nodiscard]] OwnedTable table_of(std::vector<std::vector<std::uint32_t>> counts);

/// Gamma(shape, 1), Marsaglia & Tsang 2000.
[[nodiscard]] double gamma_variate(Random& random, double shape);
/// theta ~ Dirichlet(a).
[[nodiscard]] std::vector<double> dirichlet_variate(Random& random, const std::vector<double>& a);
/// n choices, each item k with probability p_k.
[[nodiscard]] std::vector<std::uint32_t> choices(Random& random,
                                                 const std::vector<double>& p,
                                                 std::size_t n);

/// Groups of several sizes (also none), with candidates of their own, drawn around a common skewed
/// distribution, some of them unlike it.
[[nodiscard]] OwnedTable random_table(Random& random);

}  // namespace truegap::metrics::test
