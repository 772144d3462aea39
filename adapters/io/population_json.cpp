#include "adapters/io/population_json.hpp"

#include <algorithm>
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
constexpr std::uint64_t most_options = 100;

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

std::vector<double> read_thresholds(const JsonNode& node, std::size_t count) {
    const std::vector<JsonNode> nodes = node.some_elements();
    if (nodes.size() != count)
        node.fail("has " + std::to_string(nodes.size()) +
                  " entries (allowed: " + std::to_string(count) + ", one less than the options)");
    std::vector<double> result;
    for (const JsonNode& entry : nodes) {
        result.push_back(entry.number_between(-50.0, 50.0));
        if (result.size() > 1 && !(result.back() > result[result.size() - 2]))
            entry.fail("is not above the threshold before it (allowed: ascending thresholds)");
    }
    return result;
}

sim::Likert read_likert(const JsonNode& node, std::size_t classes) {
    node.require_keys({"options", "thresholds", "traits", "discrimination"});
    const auto options = static_cast<std::size_t>(node["options"].integer(2, most_options));
    sim::Likert likert;
    likert.thresholds = read_thresholds(node["thresholds"], options - 1);
    if (node.has("discrimination")) {
        likert.discrimination = node["discrimination"].number_between(1e-3, 50.0);
    }
    const JsonNode traits = node["traits"];
    if (!traits.is_array()) {
        traits.require_keys({"sd"});
        likert.traits = traits["sd"].number_between(0.0, 50.0);
        return likert;
    }
    std::vector<double> given;
    for (const JsonNode& entry : traits.some_elements())
        given.push_back(entry.number_between(-50.0, 50.0));
    if (given.size() != classes)
        traits.fail("has " + std::to_string(given.size()) +
                    " entries (allowed: " + std::to_string(classes) + ", one a class)");
    likert.traits = std::move(given);
    return likert;
}

sim::Examination read_examination(const JsonNode& population,
                                  std::span<const double> concentration) {
    using Kind = sim::Examination::Kind;
    if (!population.has("examination")) return {};
    const JsonNode node = population["examination"];
    node.require_keys({"kind", "ratio", "exponent", "weights"});
    sim::Examination result;
    result.kind = static_cast<Kind>(node["kind"].choice({"even", "geometric", "power", "listed"}));
    switch (result.kind) {
        case Kind::even:
            node.require_keys({"kind"});
            return result;
        case Kind::geometric:
            node.require_keys({"kind", "ratio"});
            result.parameter = node["ratio"].number_between(1e-3, 1.0);
            break;
        case Kind::power:
            node.require_keys({"kind", "exponent"});
            result.parameter = node["exponent"].number_between(0.0, 20.0);
            break;
        case Kind::listed:
            node.require_keys({"kind", "weights"});
            for (const JsonNode& weight : node["weights"].some_elements())
                result.weights.push_back(weight.number_between(1e-12, 1e12));
            break;
    }
    if (std::any_of(concentration.begin(), concentration.end(), [](double kappa) {
            return std::isfinite(kappa);
        }))
        node.fail(
            "stands in a population with heterogeneity, where the truth is not exact (allowed: an "
            "infinite concentration in every class)");
    return result;
}

Json examination_json(const sim::Examination& examination) {
    using Kind = sim::Examination::Kind;
    switch (examination.kind) {
        case Kind::even:
            break;
        case Kind::geometric:
            return {{"kind", "geometric"}, {"ratio", examination.parameter}};
        case Kind::power:
            return {{"kind", "power"}, {"exponent", examination.parameter}};
        case Kind::listed:
            return {{"kind", "listed"}, {"weights", examination.weights}};
    }
    return {{"kind", "even"}};
}

void read_common(const JsonNode& node, sim::GeneratedPopulation& spec) {
    spec.class_weights = read_class_weights(node, spec.classes);
    spec.concentration = read_heterogeneity(node, spec.classes);
    spec.attributes = read_attributes(node, spec.classes, Levels::may_be_drawn);
    spec.examination = read_examination(node, spec.concentration);
}

sim::GeneratedPopulation read_generated(const JsonNode& node) {
    node.require_keys({"items",
                       "classes",
                       "popularity",
                       "tilt_sd",
                       "likert",
                       "class_weights",
                       "heterogeneity",
                       "examination",
                       "attributes",
                       "recording",
                       "item_probabilities"});
    sim::GeneratedPopulation spec;
    if (node.has("likert")) {
        spec.classes = node["classes"].integer(1, most_classes);
        spec.likert = read_likert(node["likert"], spec.classes);
        spec.items = spec.likert->thresholds.size() + 1;
        for (const char* other : {"items", "popularity", "tilt_sd"})
            if (node.has(other))
                node[other].fail("has no use beside \"likert\" (allowed: one of the two)");
        read_common(node, spec);
        return spec;
    }
    spec.items = node["items"].integer(2, most_items);
    spec.classes = node["classes"].integer(1, most_classes);
    if (static_cast<double>(spec.items) * static_cast<double>(spec.classes) > most_class_items)
        node["items"].fail("is too many for " + std::to_string(spec.classes) +
                           " classes (allowed: items x classes up to " +
                           metrics::shortest(most_class_items) + ")");
    if (node.has("popularity")) spec.popularity = read_popularity(node["popularity"]);
    if (node.has("tilt_sd")) spec.tilt_sd = node["tilt_sd"].number_between(0.0, 100.0);
    read_common(node, spec);
    return spec;
}

sim::ExplicitPopulation read_explicit(const JsonNode& node) {
    node.require_keys({"exact",
                       "fitted",  // to whom: no matter to what follows
                       "class_weights",
                       "item_probabilities",
                       "heterogeneity",
                       "examination",
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
    spec.examination = read_examination(node, spec.concentration);
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
    Json population = parse_json(read_named_text(node, directory), node.text());
    if (population.is_string())
        throw InputError(
            node.text(), "", "is a string (allowed: an object, the population itself)");
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
    if (!population.examination().is_even())
        head["examination"] = examination_json(population.examination());
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
