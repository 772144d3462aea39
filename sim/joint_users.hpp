#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/plan.hpp"
#include "sim/samplers.hpp"

namespace truegap::sim {

/// The `users` design: N users of the population, seen by every group they belong to.
///
/// A *cell* is a combination of levels of all attributes of the population, whichever are shown, so
/// that another context changes no draw. In each replicate
///     cell sizes ~ Multinomial(N, P(cell)),   users of a group = the sum over its cells.
/// Contexts without history that offer the same candidates see the same choices: those of a cell,
/// ~ Multinomial(size, P(b | cell, C)), are added up over the cells of the group, so that nested
/// groups share their users and each group's counts given its size n are Multinomial(n, p).
/// Contexts with a history ask the same users another question (what would they do after h?), so
/// they share the group sizes, not the choices.
class JointUsers {
  public:
    JointUsers(const Scenario& scenario, const WorldPlan& plan);

    /// P(delta), the expected share of the users who are in a context's group.
    [[nodiscard]] double expected_share(std::size_t context) const { return shares_[context]; }

    /// Group sizes and shared choices for one block of replicates.
    struct Block {
        std::vector<std::vector<std::uint32_t>> users;   ///< [context][replicate]
        std::vector<std::vector<std::uint32_t>> counts;  ///< [context], replicates x K row by row;
                                                         ///< empty for contexts that do not share
    };
    [[nodiscard]] Block draw(std::uint32_t population_users,
                             std::uint32_t block,
                             std::size_t replicates) const;

  private:
    struct SharedChoices {
        std::vector<std::size_t> contexts;
        std::size_t items = 0;
        std::vector<std::optional<Multinomial>> choices;  ///< one a cell; none where nobody asks
    };
    void add_shared_choices(const Scenario& scenario, const WorldPlan& plan);

    std::uint64_t seed_;
    std::uint32_t world_;
    std::vector<Group> cells_;
    std::vector<double> cell_probabilities_;
    std::vector<Multinomial> sizes_;                    // of the cells; one element
    std::vector<std::vector<std::uint32_t>> cells_of_;  // [context]
    std::vector<double> shares_;
    std::vector<SharedChoices> shared_;
};

}  // namespace truegap::sim
