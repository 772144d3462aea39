#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/group.hpp"
#include "adapters/mock/beliefs.hpp"

/// A predictor that learns from training users, and where a group has few of them from wider groups.
namespace truegap::adapters {

/// Training users of one world. A *cell* is a combination of levels of all attributes:
///     cell sizes ~ Multinomial(m, P(cell)),   choices ~ Multinomial(size, P(b | cell, C))
/// C and its page being those of the context that is asked about, the target's moment too, and the
/// history unknown. Both are addressed by the cell alone, so that contexts that offer the same items on
/// the same page see the same choices, and others the same users. Refers to the world's population.
class TrainingUsers {
  public:
    /// m >= 1; the attributes have up to `most_cells` combinations (a contract).
    TrainingUsers(const sim::World& world, std::uint32_t m);
    static constexpr double most_cells = 1e5;

    /// The users of a cell, and what they choose: shape (K,), in the order of the candidates.
    struct Cell {
        sim::Group group;
        std::size_t number = 0;  ///< among all cells, the last attribute running fastest
        std::uint32_t users = 0;
        std::vector<std::uint32_t> choices = {};
    };
    /// The cells that have users. Throws ScenarioError where such a cell meets a class that gives every
    /// candidate probability 0.
    [[nodiscard]] std::vector<Cell> asked(const sim::Context& context) const;

  private:
    const sim::Population& population_;
    std::uint64_t seed_;
    std::uint32_t world_;
    std::uint32_t m_;
    std::vector<Cell> occupied_;
};

/// Hierarchical back-off along the group's attributes in their listed order, from everybody down:
///     q_root = (c + s / K) / (n + s),   q_delta = (c_delta + s q_parent) / (n_delta + s)
/// c and n the choices and the number of the training users in a group. Ignores the history.
/// users >= 1; strength: s > 0. Keeps the choices that were last asked for, so that one belief serves
/// one thread.
/// Source: MacKay & Peto, A hierarchical Dirichlet language model, Natural Language Engineering 1 (1995).
[[nodiscard]] Belief back_off(const sim::World& world, std::uint32_t users, double strength);

/// The same training users, and no wider group to fall back on:
///     q = (c + a) / (n + a K)
/// so that what it knows of a group is as sparse as the group. Ignores the history.
/// users >= 1; alpha: a > 0. Serves one thread, as above.
[[nodiscard]] Belief group_memorizer(const sim::World& world, std::uint32_t users, double alpha);

}  // namespace truegap::adapters
