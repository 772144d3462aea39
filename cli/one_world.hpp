#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>

#include "sim/plan.hpp"
#include "sim/scenario.hpp"

namespace truegap::cli {

/// What a command about one world of a scenario is told.
struct OneWorldArguments {
    std::string scenario, format = "json", world = "0", point = "0";
};

/// Adds SCENARIO, --world and --point.
void add_which_world(CLI::App& command, OneWorldArguments& arguments);
/// Adds SCENARIO, --world, --point and --format.
void add_one_world_options(CLI::App& command, OneWorldArguments& arguments);

/// A world of a scenario, at a point of its grid.
struct OneWorld {
    const sim::Scenario& scenario;  ///< of the world's population
    sim::WorldPlan plan;
    std::string point;  ///< the factors' values by their columns' names, as JSON; or empty
};

/// Calls `print` with the world that is asked for. Throws InputError, naming the scenario's file, also
/// for what `print` finds wrong in the scenario.
void with_one_world(const OneWorldArguments& arguments, const std::function<void(OneWorld)>& print);

}  // namespace truegap::cli
