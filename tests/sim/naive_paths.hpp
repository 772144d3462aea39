#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "sim/context.hpp"
#include "sim/population.hpp"

/// Targets of worlds that change, by adding up every path that a user's class can take.
namespace truegap::test {

using Rows = std::vector<std::vector<double>>;

/// What somebody recalls of a history: the last of its items, as it was that many events ago.
struct Recall {
    std::size_t last = std::numeric_limits<std::size_t>::max();
    std::size_t back = 0;
};

/// P(b | delta, what is recalled of h, C) over the candidates, in their order, where the class moves by
/// `transition`, whatever the population's own dynamics say of it:
///     sum over z_0..z_t of w[z_0] P(delta | z_0) prod_i T[z_i-1, z_i] prod_events B_i[z_i, b_i]
///         x e_b B_t[z_t, b] / sum_c e_c B_t[z_t, c]
/// Shares nothing with sim/truth but P(delta | z); reads a population's numbers. Time runs from a user's
/// first event; his last one shown is at unseen + L - 1, the target `steps` later, or that many back.
/// No class is heterogeneous and nobody chaotic.
[[nodiscard]] std::vector<double> naive_path_target(const sim::Population& population,
                                                    const Rows& transition,
                                                    const sim::Context& context,
                                                    const Recall& recall = {});

/// T of the population's own dynamics: the identity where classes do not change.
[[nodiscard]] Rows own_transition(const sim::Population& population);
/// s I + (1 - s) 1 w^T.
[[nodiscard]] Rows staying(double stay, const sim::Population& population);

}  // namespace truegap::test
