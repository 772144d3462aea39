#include "cli/scenario_source.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <iterator>

#include "cli/predictors.hpp"

#include "adapters/io/input_error.hpp"
#include "adapters/io/text_files.hpp"

namespace truegap::cli {

namespace {

namespace fs = std::filesystem;

constexpr int highest_folder = 4;  // how far above the program its scenarios are looked for

bool looks_like_a_path(const std::string& name) {
    std::error_code error;
    return name.find('/') != std::string::npos || name.ends_with(".json") ||
           fs::is_regular_file(name, error);
}

}  // namespace

fs::path shipped_folder() {
    if (const char* given = std::getenv("TRUEGAP_SCENARIOS")) return given;
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    // Installed as PREFIX/bin/truegap, or built somewhere below the sources.
    fs::path folder = program.parent_path();
    for (int up = 0; up < highest_folder; ++up, folder = folder.parent_path())
        for (const fs::path& shipped :
             {folder / "share" / "truegap" / "scenarios", folder / "scenarios"})
            if (fs::is_directory(shipped, error)) return shipped;
    return program.parent_path() / "scenarios";
}

std::vector<std::string> shipped_names() {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(shipped_folder(), error))
        if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

std::string shipped_text(const std::string& name) {
    const std::vector<std::string> names = shipped_names();
    if (std::find(names.begin(), names.end(), name) == names.end()) {
        std::error_code error;
        const std::string instead = fs::is_directory(name, error)
                                        ? "is a directory"
                                        : "no such file, and no shipped study of that name";
        const std::string near =
            fs::is_directory(name, error) ? std::string{} : adapters::nearest(name, names);
        throw adapters::InputError(
            name,
            "",
            instead +
                (near.empty() ? std::string{}
                              : "; the nearest study is " + adapters::in_quotes(near)) +
                " (allowed: a file, -, or a study: " + adapters::listed(names) + ")");
    }
    return adapters::read_text(shipped_folder() / (name + ".json"), name);
}

ScenarioText scenario_text(const std::string& name) {
    if (name.empty())
        throw adapters::InputError(
            "\"\"", "", "names no scenario (allowed: a file, -, or a study)");
    if (name == "-")
        return {.text = {std::istreambuf_iterator<char>(std::cin), {}},
                .file = "-",
                .directory = fs::path(".")};
    if (looks_like_a_path(name))
        return {.text = adapters::read_text(name, name),
                .file = name,
                .directory = fs::path(name).parent_path()};
    return {.text = shipped_text(name), .file = name, .directory = shipped_folder()};
}

adapters::ScenarioFile load_scenario(const ScenarioText& source,
                                     const adapters::ScenarioOverrides& overrides,
                                     const adapters::PredictorReader& read_predictor) {
    const adapters::PredictorReader usual = [](const auto& node, const auto& surroundings) {
        return cli::read_predictor(node, surroundings, {});
    };
    return adapters::read_scenario(source.text,
                                   source.file,
                                   source.directory,
                                   read_predictor ? read_predictor : usual,
                                   overrides);
}

adapters::ScenarioFile load_scenario(const std::string& name,
                                     const adapters::ScenarioOverrides& overrides,
                                     const adapters::PredictorReader& read_predictor) {
    return load_scenario(scenario_text(name), overrides, read_predictor);
}

void with_scenario_errors(const adapters::ScenarioFile& source, const std::function<void()>& body) {
    try {
        body();
    } catch (const sim::ScenarioError& error) {
        throw adapters::InputError(source.file, error.where(), error.what());
    }
}

}  // namespace truegap::cli
