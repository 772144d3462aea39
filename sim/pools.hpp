#pragma once

#include <cstdint>
#include <vector>

#include "sim/context.hpp"
#include "sim/scenario.hpp"

/// Candidate pools: which items are offered, and in which order they are shown.
namespace truegap::sim {

/// P(b | delta) over all items, without history and page: shape (M,). The group is possible (a contract).
[[nodiscard]] std::vector<double> group_popularity(const Population& population,
                                                   const Group& group);

/// The pools of one world.
class Pools {
  public:
    Pools(const Population& population, std::uint64_t seed, std::uint32_t world)
        : population_(population), seed_(seed), world_(world) {}

    /// The candidates of a group, in the order in which the pool lists them: most popular first, but
    /// all items and listed ones as they are numbered and listed. Random choices are addressed by the
    /// group's number.
    [[nodiscard]] std::vector<ItemId> candidates(const CandidateSpec& spec,
                                                 const Group& group,
                                                 std::uint64_t group_number) const;

    /// The order in which they are shown. Random orders are addressed by group and slot, so that
    /// contexts with histories of the same user see one page.
    [[nodiscard]] std::vector<ItemId> shown(Display display,
                                            std::vector<ItemId> candidates,
                                            std::uint64_t group_number,
                                            std::uint32_t slot) const;

  private:
    [[nodiscard]] std::vector<ItemId> by_popularity() const;
    [[nodiscard]] std::vector<ItemId> group_popular(const GroupPopular& spec,
                                                    const Group& group,
                                                    std::uint64_t group_number) const;
    [[nodiscard]] std::vector<ItemId> sampled(const SampledPool& spec,
                                              std::uint64_t group_number) const;

    const Population& population_;
    std::uint64_t seed_;
    std::uint32_t world_;
};

}  // namespace truegap::sim
