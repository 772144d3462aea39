#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>

#include "sim/plan.hpp"
#include "sim/scenario.hpp"

namespace truegap::cli {

/// What a command about one world of a scenario is told.
struct OneWorldArguments {
    std::string scenario, format = "json", world = "0";
};

/// Adds SCENARIO and --world.
void add_which_world(CLI::App& command, OneWorldArguments& arguments);
/// Adds SCENARIO, --format and --world.
void add_one_world_options(CLI::App& command, OneWorldArguments& arguments);

/// Calls `print` with the scenario of the world's population and with the world's plan. Throws
/// InputError, naming the scenario's file, also for what `print` finds wrong in the scenario.
void with_one_world(const OneWorldArguments& arguments,
                    const std::function<void(const sim::Scenario&, sim::WorldPlan)>& print);

}  // namespace truegap::cli
