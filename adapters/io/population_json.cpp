#include "adapters/io/population_json.hpp"

#include <cmath>
#include <limits>
#include <sstream>

#include "metrics/approximation/smoothing.hpp"
#include "adapters/io/attributes_json.hpp"
#include "adapters/io/input_error.hpp"
#include "adapters/io/rows_json.hpp"
#include "adapters/io/text_files.hpp"

namespace truegap::adapters {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
double read_concentration(const JsonNode& node) {
    if (node.is_string() && node.text() == "infinite") return infinity;
    if (!node.is_number() || !(node.number() >= least_concentration) ||
        !(node.number() <= most_concentration))
        node.fail("is " + node.description() +
                  " (allowed: a number from 1e-09 to 1e+15, or \"infinite\")");
    return node.number();
}

std::vector<double> read_heterogeneity(const JsonNode& population, std::size_t classes) {
    if (!population.has("heterogeneity")) return std::vector<double>(classes, infinity);
    const JsonNode node = population["heterogeneity"];
    node.require_keys({"concentration"});
    const JsonNode concentration = node["concentration"];
    if (!concentration.is_array())
        return std::vector<double>(classes, read_concentration(concentration));
    std::vector<double> result;
    for (const JsonNode& entry : concentration.some_elements())
        result.push_back(read_concentration(entry));
    if (result.size() != classes)
        concentration.fail("has " + std::to_string(result.size()) +
                           " entries (allowed: " + std::to_string(classes) + ", one a class)");
    return result;
}

sim::Popularity read_popularity(const JsonNode& node) {
    using Kind = sim::Popularity::Kind;
    node.require_keys({"kind", "exponent", "ratio"});
    const auto kind = static_cast<Kind>(node["kind"].choice({"uniform", "zipf", "geometric"}));
    switch (kind) {
        case Kind::uniform:
            node.require_keys({"kind"});
            return {kind, 0.0};
        case Kind::zipf:
            node.require_keys({"kind", "exponent"});
            return {kind, node["exponent"].number_between(0.0, 100.0)};
        case Kind::geometric: {
            node.require_keys({"kind", "ratio"});
            const double ratio = node["ratio"].number_between(0.0, 1.0);
            if (ratio == 0.0) node["ratio"].fail("is 0 (allowed: a number above 0, up to 1)");
            return {kind, ratio};
        }
    }
    return {};
}

std::variant<sim::DirichletWeights, std::vector<double>> read_class_weights(
    const JsonNode& population, std::size_t classes) {
    if (!population.has("class_weights"))
        return std::vector<double>(classes, 1.0 / static_cast<double>(classes));
    const JsonNode node = population["class_weights"];
    if (node.is_array()) {
        std::vector<double> weights = node.probabilities();
        if (weights.size() != classes)
            node.fail("has " + std::to_string(weights.size()) +
                      " entries (allowed: " + std::to_string(classes) + ", one a class)");
        return weights;
    }
    node.require_keys({"kind", "concentration"});
    if (node["kind"].choice({"uniform", "dirichlet"}) == 0) {
        node.require_keys({"kind"});
        return std::vector<double>(classes, 1.0 / static_cast<double>(classes));
    }
    return sim::DirichletWeights{
        node["concentration"].number_between(least_concentration, most_concentration)};
}

sim::GeneratedPopulation read_generated(const JsonNode& node) {
    node.require_keys({"items",
                       "classes",
                       "popularity",
                       "tilt_sd",
                       "class_weights",
                       "heterogeneity",
                       "attributes",
                       "recording",
                       "item_probabilities"});
    sim::GeneratedPopulation spec;
    spec.items = node["items"].integer(2, most_items);
    spec.classes = node["classes"].integer(1, most_classes);
    if (static_cast<double>(spec.items) * static_cast<double>(spec.classes) > most_class_items)
        node["items"].fail("is too many for " + std::to_string(spec.classes) +
                           " classes (allowed: items x classes up to " +
                           metrics::shortest(most_class_items) + ")");
    if (node.has("popularity")) spec.popularity = read_popularity(node["popularity"]);
    if (node.has("tilt_sd")) spec.tilt_sd = node["tilt_sd"].number_between(0.0, 100.0);
    spec.class_weights = read_class_weights(node, spec.classes);
    spec.concentration = read_heterogeneity(node, spec.classes);
    spec.attributes = read_attributes(node, spec.classes, Levels::may_be_drawn);
    return spec;
}

sim::ExplicitPopulation read_explicit(const JsonNode& node) {
    node.require_keys({"exact",
                       "class_weights",
                       "item_probabilities",
                       "heterogeneity",
                       "attributes",
                       "recording"});
    const Sums sums =
        node.has("exact") && node["exact"].boolean() ? Sums::as_given : Sums::divided_out;
    sim::ExplicitPopulation spec;
    spec.class_weights = node["class_weights"].probabilities(sums);
    spec.item_probabilities =
        read_rows(node["item_probabilities"], spec.class_weights.size(), "class", sums);
    spec.concentration = read_heterogeneity(node, spec.class_weights.size());
    spec.attributes = read_attributes(node, spec.class_weights.size(), Levels::must_be_given, sums);
    return spec;
}

}  // namespace

sim::PopulationSpec read_population(const JsonNode& node, const std::filesystem::path& directory) {
    if (node.is_string()) {
        const Json inner = read_population_file(node, directory);
        return read_population(JsonNode(inner, node.text()), directory);
    }
    if (node.has("item_probabilities") && !node.has("items")) return read_explicit(node);
    if (node.has("item_probabilities"))
        node["items"].fail("has no use beside \"item_probabilities\" (allowed: one of the two)");
    return read_generated(node);
}

Json read_population_file(const JsonNode& node, const std::filesystem::path& directory) {
    const std::string file = node.nonempty_text();
    std::string text;
    try {
        text = read_text(directory / file, in_quotes(file));
    } catch (const InputError& error) {
        node.fail(error.what());
    }
    Json population = parse_json(text, file);
    if (population.is_string())
        throw InputError(file, "", "is a string (allowed: an object, the population itself)");
    return population;
}

std::string population_text(const sim::Population& population) {
    const auto weights = population.class_weights();
    Json head;
    head["exact"] = true;
    head["class_weights"] = std::vector<double>(weights.begin(), weights.end());
    Json concentration = Json::array();
    for (const double kappa : population.concentration())
        concentration.push_back(std::isinf(kappa) ? Json("infinite") : Json(kappa));
    head["heterogeneity"]["concentration"] = std::move(concentration);
    head["attributes"] = attributes_json(population.attributes());
    if (Json recording = recording_json(population.attributes()); !recording.empty())
        head["recording"] = std::move(recording);
    std::ostringstream out;
    out << "{";
    for (const auto& [key, value] : head.items()) {
        out << json_string(key) << ':';
        write_json(out, value);
        out << ",\n";
    }
    // Straight into the text: a population may have 1e8 of these.
    std::string text = out.str() + "\"item_probabilities\":[";
    for (std::size_t z = 0; z < population.classes(); ++z) {
        text += z > 0 ? ",\n[" : "\n[";
        const auto row = population.item_probabilities(z);
        for (std::size_t b = 0; b < row.size(); ++b) {
            if (b > 0) text += ',';
            append_json_number(text, row[b]);
        }
        text += ']';
    }
    return text + "]}\n";
}

bool is_population(const std::string& text) {
    try {
        const Json json = parse_json(text, "");
        return json.is_object() && json.contains("class_weights") &&
               json.contains("item_probabilities");
    } catch (const InputError&) {
        return false;
    }
}

}  // namespace truegap::adapters
