#pragma once

#include "sim/scenario.hpp"

namespace truegap::sim {

/// Throws ScenarioError for a scenario whose parts are each allowed but not together, because no exact
/// truth or no right score would be known. Needs no plan: asked as soon as a scenario is read.
void refuse_impossible(const Scenario& scenario);

}  // namespace truegap::sim
