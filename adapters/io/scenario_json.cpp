#include "adapters/io/scenario_json.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <sstream>

#include "sim/refusals.hpp"
#include "adapters/io/contexts_json.hpp"
#include "adapters/io/curve_json.hpp"
#include "adapters/io/design_json.hpp"
#include "adapters/io/dynamics_json.hpp"
#include "adapters/io/input_error.hpp"
#include "adapters/io/inversion_json.hpp"
#include "adapters/io/methods_json.hpp"
#include "adapters/io/population_json.hpp"

namespace truegap::adapters {

namespace {

constexpr std::uint64_t most_worlds = 1'000'000;
constexpr std::size_t longest_name = 100;

void write_defaults(Json& document, const ScenarioOverrides& overrides) {
    if (overrides.seed) document["seed"] = *overrides.seed;
    if (overrides.replicates) document["replicates"] = *overrides.replicates;
    if (!document.contains("worlds")) document["worlds"] = 1;
    if (!document.contains("dynamics")) document["dynamics"] = {{"kind", "static"}};
    const auto write_repeat = [](Json& contexts) {
        if (contexts.is_object() && !contexts.contains("repeat")) contexts["repeat"] = true;
    };
    // Where the whole place is a factor, what stands there is never read and may be anything.
    if (document.contains("contexts")) write_repeat(document["contexts"]);
    if (document.contains("populations"))
        for (Json& one : document["populations"])
            if (one.contains("contexts")) write_repeat(one["contexts"]);
}

// What a file holds in place of its name.
void write_populations(Json& document,
                       const std::string& file,
                       const std::filesystem::path& directory) {
    const auto write = [&](Json& parent) {
        if (parent.contains("population") && parent["population"].is_string())
            parent["population"] =
                read_population_file(JsonNode(parent["population"], file), directory);
    };
    write(document);
    if (document.contains("populations"))
        for (Json& one : document["populations"]) write(one);
}

std::vector<sim::PredictorMaker> read_predictors(const JsonNode& node,
                                                 const PredictorReader& read_predictor,
                                                 const PredictorSurroundings& surroundings) {
    const std::vector<JsonNode> nodes = node.some_elements();
    std::vector<sim::PredictorMaker> makers;
    std::vector<std::string> labels;
    for (const JsonNode& entry : nodes) {
        makers.push_back(read_predictor(entry, surroundings));
        labels.push_back(makers.back().label);
    }
    refuse_repeats(nodes, labels, "the predictor");
    return makers;
}

// Predictors that cannot be built in the worlds described.
void refuse_misplaced_predictors(const JsonNode& node, const sim::Scenario& scenario) {
    const std::vector<JsonNode> nodes = node.elements();
    for (const sim::Scenario& one : sim::one_a_population(scenario)) {
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            const auto& objection = scenario.predictors[i].objection;
            const auto reason = objection ? objection(one) : std::nullopt;
            if (reason) nodes[i].fail(*reason);
        }
    }
}

// One `population`, or several `populations` with names, and contexts of their own where they differ.
void read_populations(const JsonNode& root,
                      const std::filesystem::path& directory,
                      sim::Scenario& scenario) {
    if (!root.has("populations")) {
        scenario.population = read_population(root["population"], directory);
        scenario.contexts = read_contexts(root["contexts"], scenario.population);
        return;
    }
    if (root.has("population"))
        root["population"].fail("stands beside \"populations\" (allowed: one of the two)");
    const std::vector<JsonNode> nodes = root["populations"].some_elements();
    std::vector<std::string> names;
    for (const JsonNode& node : nodes) {
        node.require_keys({"name", "population", "contexts"});
        sim::NamedPopulation& one = scenario.populations.emplace_back();
        one.name = node["name"].nonempty_text();
        names.push_back(one.name);
        one.population = read_population(node["population"], directory);
        one.own_contexts = node.has("contexts");
        one.contexts =
            read_contexts(one.own_contexts ? node["contexts"] : root["contexts"], one.population);
    }
    refuse_repeats(nodes, names, "the population");
    scenario.population = scenario.populations.front().population;
    scenario.contexts = scenario.populations.front().contexts;
}

std::uint64_t smallest_item_count(const sim::Scenario& scenario) {
    std::uint64_t smallest = sim::item_count(scenario.population);
    for (const sim::NamedPopulation& one : scenario.populations)
        smallest = std::min<std::uint64_t>(smallest, sim::item_count(one.population));
    return smallest;
}

// One design for all populations. Group sizes name attributes and levels, which have to mean the same.
void read_designs(const JsonNode& root,
                  const std::filesystem::path& directory,
                  sim::Scenario& scenario) {
    const JsonNode node = root["design"];
    std::optional<sim::Design> design;
    for (const sim::Scenario& one : sim::one_a_population(scenario)) {
        sim::Design own = read_design(node, one.population, one.contexts, directory);
        const auto* sizes = std::get_if<sim::GroupSizes>(&own);
        if (sizes != nullptr && design && std::get<sim::GroupSizes>(*design) != *sizes)
            node["group_sizes"].fail(
                "is for populations that list their attributes or levels differently (allowed: the "
                "same order in every population)");
        design = std::move(own);
    }
    scenario.design = *design;
}

sim::Scenario read(const JsonNode& root,
                   const std::filesystem::path& directory,
                   const PredictorReader& read_predictor) {
    if (root.json().is_object() && root.has("targets"))
        root["targets"].fail(
            "makes this a study of users who exist, whose truth is unknown (allowed: truegap "
            "predict, "
            "then truegap score; without \"targets\", a scenario with a population)");
    root.require_keys({"name",
                       "question",
                       "seed",
                       "replicates",
                       "worlds",
                       "rows",
                       "population",
                       "populations",
                       "dynamics",
                       "contexts",
                       "design",
                       "prompts",
                       "predictors",
                       "responses",
                       "approximations",
                       "estimators",
                       "curve",
                       "inversion",
                       "vary"});
    sim::Scenario scenario;
    scenario.name = root["name"].nonempty_text();
    const bool has_control = std::any_of(scenario.name.begin(), scenario.name.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
    });
    if (has_control || scenario.name.size() > longest_name ||
        scenario.name.find_first_of("/\\") != std::string::npos || scenario.name.front() == '.' ||
        scenario.name.front() == '-')
        root["name"].fail(
            "is " + in_quotes(scenario.name) +
            " (allowed: a name that can be a folder's: up to 100 bytes, no / or \\ or "
            "control characters, not starting with . or -)");
    scenario.question = root["question"].nonempty_text();
    scenario.seed = root["seed"].integer(0, std::numeric_limits<std::uint64_t>::max());
    scenario.replicates =
        static_cast<std::uint32_t>(root["replicates"].integer(1, most_replicates));
    if (root.has("worlds"))
        scenario.worlds = static_cast<std::uint32_t>(root["worlds"].integer(1, most_worlds));
    scenario.summary_only = root.has("rows") && root["rows"].choice({"contexts", "summary"}) == 1;
    read_populations(root, directory, scenario);
    if (root.has("dynamics"))
        for (const sim::Scenario& one : sim::one_a_population(scenario))
            scenario.dynamics = read_dynamics(root["dynamics"], one.population, one.contexts);
    root["responses"].require_keys({"top"});
    scenario.top = root["responses"]["top"].integer(1, smallest_item_count(scenario));
    scenario.approximations = read_approximations(root["approximations"], scenario.top);
    scenario.estimators = read_estimators(root["estimators"]);
    scenario.predictors = read_predictors(
        root["predictors"],
        read_predictor,
        {.prompts = root.has("prompts") ? std::optional(root["prompts"]) : std::nullopt,
         .directory = directory,
         .top = scenario.top,
         .seed = scenario.seed,
         .study = scenario.name});
    refuse_misplaced_predictors(root["predictors"], scenario);
    static_cast<void>(read_curve(root));  // no part of the study, but wrong from the start
    read_designs(root, directory, scenario);
    if (root.has("inversion")) scenario.inversion = read_inversion(root["inversion"]);
    return scenario;
}

// What is the same at every point of a grid is wrong without it as well; then the grid is not to blame.
bool wrong_without_grid(const ScenarioFile& source,
                        const InputError& error,
                        const std::function<void(const Json&)>& read_document) {
    Json plain = source.document;
    plain.erase("vary");
    try {
        read_document(plain);
    } catch (const InputError& plain_error) {
        return std::string_view(plain_error.what()) == error.what();
    }
    return false;
}

sim::GridPoint read_point(const ScenarioFile& source,
                          std::size_t point,
                          const std::filesystem::path& directory,
                          const PredictorReader& read_predictor,
                          const ScenarioOverrides& overrides) {
    sim::GridPoint result{.values = source.grid.note(point), .scenario = {}};
    const auto read_document = [&](const Json& document) {
        result.scenario = read(JsonNode(document, source.file), directory, read_predictor);
        try {
            sim::refuse_impossible(result.scenario);
        } catch (const sim::ScenarioError& error) {
            throw InputError(source.file, error.where(), error.what());
        }
    };
    try {
        read_document(source.grid.document(source.document, point));
    } catch (const InputError& error) {
        if (source.grid.factors().empty() || wrong_without_grid(source, error, read_document))
            throw;
        throw error.noted(sim::at_point_note(result.values));
    }
    if (overrides.seed) result.scenario.seed = *overrides.seed;
    if (overrides.replicates) result.scenario.replicates = *overrides.replicates;
    return result;
}

bool design_varies(const Grid& grid) {
    return std::any_of(grid.factors().begin(), grid.factors().end(), [](const Factor& factor) {
        return factor.tokens.front() == "design" &&
               (factor.tokens.size() == 1 || factor.tokens[1] != "times");
    });
}

// Writes in what the scenario leaves to the command line, to defaults and to other files, so that it
// can be run again from anywhere.
void complete(Json& document,
              const std::string& file,
              const std::filesystem::path& directory,
              const sim::Scenario& scenario,
              const ScenarioOverrides& overrides,
              bool design_varies) {
    write_defaults(document, overrides);
    write_populations(document, file, directory);
    if (const auto* sizes = std::get_if<sim::GroupSizes>(&scenario.design); sizes && !design_varies)
        document["design"]["group_sizes"] =
            group_sizes_json(*sizes, sim::attribute_specs(scenario.population));
}

}  // namespace

ScenarioFile read_scenario(const std::string& text,
                           const std::string& file,
                           const std::filesystem::path& directory,
                           const PredictorReader& read_predictor,
                           const ScenarioOverrides& overrides) {
    ScenarioFile result;
    result.file = file;
    result.document = parse_json(text, file);
    result.grid = Grid(JsonNode(result.document, file));
    for (std::size_t i = 0; i < result.grid.size(); ++i)
        result.points.push_back(read_point(result, i, directory, read_predictor, overrides));
    result.scenario = result.points.front().scenario;
    complete(
        result.document, file, directory, result.scenario, overrides, design_varies(result.grid));
    return result;
}

namespace {

// Puts a value in the place of the file that `"key": "file"` names, at the first such place.
void put_in_place(std::string& text,
                  const std::string& key,
                  const std::string& file,
                  const std::string& value) {
    const std::string quoted_key = json_string(key);
    const std::string quoted_file = json_string(file);
    const auto after_space = [&](std::size_t place) {
        return std::min(text.find_first_not_of(" \t\r\n", place), text.size());
    };
    for (std::size_t place = text.find(quoted_key); place != std::string::npos;
         place = text.find(quoted_key, place + 1)) {
        const std::size_t colon = after_space(place + quoted_key.size());
        if (colon == text.size() || text[colon] != ':') continue;
        const std::size_t start = after_space(colon + 1);
        if (text.compare(start, quoted_file.size(), quoted_file) != 0) continue;
        text.replace(start, quoted_file.size(), value);
        return;
    }
}

std::string on_one_line(const Json& value) {
    std::ostringstream out;
    write_json(out, value);
    return out.str();
}

}  // namespace

std::string self_contained(std::string text, const ScenarioFile& read) {
    const Json original = parse_json(text, read.file);
    const Json& design = original.at("design");
    if (design.contains("group_sizes") && design["group_sizes"].is_string()) {
        std::string rows;
        for (const auto& row : read.document.at("design").at("group_sizes"))
            rows += (rows.empty() ? "[\n      " : ",\n      ") + row.dump();
        put_in_place(
            text, "group_sizes", design["group_sizes"].get<std::string>(), rows + "\n    ]");
    }
    const auto put_population = [&](const Json& given, const Json& whole) {
        if (given.contains("population") && given["population"].is_string())
            put_in_place(text,
                         "population",
                         given["population"].get<std::string>(),
                         on_one_line(whole.at("population")));
    };
    put_population(original, read.document);
    if (original.contains("populations"))
        for (std::size_t i = 0; i < original["populations"].size(); ++i)
            put_population(original["populations"][i], read.document["populations"][i]);
    return text;
}

}  // namespace truegap::adapters
