#pragma once

#include <iosfwd>
#include <string>

#include "sim/plan.hpp"
#include "sim/scenario.hpp"
#include "sim/truth.hpp"

namespace truegap::adapters {

/// Exact distributions and entropies as one JSON object: contexts in scenario order, `distribution`
/// in candidate order, `class_posterior` by class, the ladder over all items without history.
/// point: a JSON object that says where in a grid this is, or empty.
void write_truth_json(std::ostream& out,
                      const sim::Scenario& scenario,
                      const sim::WorldPlan& plan,
                      const std::string& point);

/// The same as a long table, one row a context and candidate: context_id, proxy, group, history,
/// group_probability, entropy, individual_entropy, item, probability. The history is items joined
/// by spaces.
void write_truth_csv(std::ostream& out, const sim::Scenario& scenario, const sim::WorldPlan& plan);

}  // namespace truegap::adapters
