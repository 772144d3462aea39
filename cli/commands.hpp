#pragma once

#include <CLI/App.hpp>

/// The subcommands. Each adds itself, its options and an example; its callback does the work.
namespace truegap::cli {

void add_run(CLI::App& app);
void add_truth(CLI::App& app);
void add_estimate(CLI::App& app);
void add_expect(CLI::App& app);
void add_population(CLI::App& app);
void add_predict(CLI::App& app);
void add_prompts(CLI::App& app);
void add_validate(CLI::App& app);
void add_scenarios(CLI::App& app);
void add_dataset(CLI::App& app);
void add_draw(CLI::App& app);
void add_fit(CLI::App& app);
void add_score(CLI::App& app);
void add_report(CLI::App& app);

}  // namespace truegap::cli
