#pragma once

#include <vector>

#include "sim/context.hpp"
#include "sim/scenario.hpp"
#include "sim/truth.hpp"

namespace truegap::sim {

/// One world of a study before anything is answered or drawn: a population and its contexts, each
/// with its exact truth.
struct WorldPlan {
    std::uint32_t index = 0;
    Population population;
    std::vector<Context> contexts;
    std::vector<Truth> truths;  ///< one a context
};

/// Plans one world. A pure function of the scenario and the world's number.
/// Throws ScenarioError when a context has no truth, or fewer candidates than `top`.
[[nodiscard]] WorldPlan plan_world(const Scenario& scenario, std::uint32_t world);

/// The distinct proxies of a scenario's contexts, in order of appearance.
[[nodiscard]] std::vector<Proxy> proxies_of(const ContextSpec& contexts);

/// Users of a group as counted in the rows: the sum over the rows that belong to it, `times` as many,
/// rounded, and at least one where there was one.
[[nodiscard]] std::uint64_t users_in(const GroupSizes& sizes, const Group& group);

}  // namespace truegap::sim
