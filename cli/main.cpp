#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/exit.hpp"
#include "cli/version.hpp"

#include "sim/study.hpp"
#include "adapters/io/input_error.hpp"

namespace {

namespace adapters = truegap::adapters;

using truegap::cli::bad_input;
using truegap::cli::ExitCode;
using truegap::cli::failure;
using truegap::cli::interrupted;
using truegap::cli::success;

int complain(const std::string& what, ExitCode code) {
    std::cerr << "truegap: " << what << '\n';
    return code;
}

std::vector<std::string> command_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
    return names;
}

int run_program(int argc, char** argv) {
    CLI::App app(
        "How much of a measured entropy gap is the model, and how much is the metric?\n"
        "Simulates users whose preferences are known, and scores predictors on them.",
        "truegap");
    app.set_version_flag("--version", std::string("truegap ") + truegap::cli::version);
    app.require_subcommand(1);
    app.footer(
        "Example:\n  truegap run quickstart\n\n'truegap COMMAND --help' shows a command's options "
        "and an example.");
    truegap::cli::add_run(app);
    truegap::cli::add_truth(app);
    truegap::cli::add_expect(app);
    truegap::cli::add_estimate(app);
    truegap::cli::add_population(app);
    truegap::cli::add_predict(app);
    truegap::cli::add_prompts(app);
    truegap::cli::add_validate(app);
    truegap::cli::add_scenarios(app);
    truegap::cli::add_draw(app);
    truegap::cli::add_fit(app);
    truegap::cli::add_dataset(app);
    truegap::cli::add_score(app);
    truegap::cli::add_report(app);
    const std::vector<std::string> commands = command_names(app);
    if (argc == 1)
        return complain("no command given (allowed: " + adapters::listed(commands) + ")",
                        bad_input);
    if (argv[1][0] != '-') {
        if (std::find(commands.begin(), commands.end(), argv[1]) == commands.end())
            return complain("unknown command " + adapters::in_quotes(argv[1]) +
                                "; the nearest is " +
                                adapters::in_quotes(adapters::nearest(argv[1], commands)) +
                                " (allowed: " + adapters::listed(commands) + ")",
                            bad_input);
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& help_or_version) {
        app.exit(help_or_version);
    } catch (const CLI::ParseError& error) {
        std::string what = error.what();
        for (char& c : what)
            if (c == '\n') c = ' ';
        return complain(what + " (see truegap --help)", bad_input);
    }
    std::cout.flush();
    if (!std::cout) return complain("standard output cannot be written", failure);
    return success;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run_program(argc, argv);
    } catch (const truegap::cli::Exit& end) {
        return complain(end.what(), end.code());
    } catch (const truegap::adapters::InputError& error) {
        return complain(error.what(), bad_input);
    } catch (const truegap::sim::Interrupted&) {
        return complain("interrupted; nothing was written", interrupted);
    } catch (const std::bad_alloc&) {
        return complain("not enough memory for this study", failure);
    } catch (const std::exception& error) {
        return complain(error.what(), failure);
    }
}
