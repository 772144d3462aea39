#include "adapters/io/attributes_json.hpp"

#include <algorithm>

#include "adapters/io/input_error.hpp"
#include "adapters/io/population_json.hpp"
#include "adapters/io/recording_json.hpp"
#include "adapters/io/rows_json.hpp"

namespace truegap::adapters {

namespace {

std::vector<std::string> read_levels(const JsonNode& node) {
    const std::vector<JsonNode> nodes = node.some_elements();
    std::vector<std::string> levels;
    levels.reserve(nodes.size());
    for (const JsonNode& level : nodes) levels.push_back(level.nonempty_text());
    refuse_repeats(nodes, levels, "the level");
    return levels;
}

/// The attributes of a table, still without their distribution; where each is named.
struct Table {
    std::vector<sim::AttributeSpec> specs;
    std::vector<JsonNode> names;
    std::vector<std::size_t> shape;
    std::size_t cells = 1;
};

Table read_table(const JsonNode& node) {
    Table table;
    std::vector<JsonNode> levels;
    if (node.has("names")) {
        table.names = node["names"].some_elements();
        levels = node["levels"].some_elements();
        if (levels.size() != table.names.size())
            node["levels"].fail("has " + std::to_string(levels.size()) + " lists (allowed: " +
                                std::to_string(table.names.size()) + ", one a name)");
    } else {
        table.names.push_back(node["name"]);
        levels.push_back(node["levels"]);
    }
    for (std::size_t j = 0; j < table.names.size(); ++j) {
        sim::AttributeSpec& spec = table.specs.emplace_back();
        spec.name = table.names[j].nonempty_text();
        spec.levels = read_levels(levels[j]);
        spec.table = j == 0 ? static_cast<std::uint32_t>(table.names.size()) : 0;
        table.shape.push_back(spec.levels.size());
        table.cells *= spec.levels.size();
        if (table.cells > most_table_cells)
            node["levels"].fail("has more than " + std::to_string(most_table_cells) +
                                " combinations (allowed: up to that many)");
    }
    return table;
}

// Nested lists of numbers, the last attribute the innermost, put in a row.
void flatten(const JsonNode& node, std::span<const std::size_t> shape, Json& row) {
    const std::vector<JsonNode> nodes = node.some_elements();
    if (nodes.size() != shape.front())
        node.fail("has " + std::to_string(nodes.size()) +
                  " entries (allowed: " + std::to_string(shape.front()) + ", one a level)");
    for (const JsonNode& entry : nodes) {
        if (shape.size() > 1) {
            flatten(entry, shape.subspan(1), row);
        } else {
            if (!(entry.number() >= 0.0))
                entry.fail("is " + entry.description() + " (allowed: a probability from 0 to 1)");
            row.push_back(entry.json());
        }
    }
}

sim::RowMatrix read_joint(const JsonNode& node,
                          std::size_t classes,
                          std::span<const std::size_t> shape,
                          Sums sums) {
    const std::vector<JsonNode> nodes = node.some_elements();
    if (nodes.size() != classes)
        node.fail("has " + std::to_string(nodes.size()) +
                  " tables (allowed: " + std::to_string(classes) + ", one a class)");
    sim::RowMatrix result;
    for (std::size_t z = 0; z < classes; ++z) {
        Json flat = Json::array();
        flatten(nodes[z], shape, flat);
        const std::vector<double> row =
            JsonNode(flat, nodes[z].file(), nodes[z].pointer()).probabilities(sums);
        if (z == 0)
            result.resize(static_cast<Eigen::Index>(classes),
                          static_cast<Eigen::Index>(row.size()));
        std::copy(row.begin(), row.end(), result.row(static_cast<Eigen::Index>(z)).data());
    }
    return result;
}

sim::RowMatrix read_plain(const JsonNode& node,
                          std::size_t classes,
                          std::size_t levels,
                          Sums sums) {
    sim::RowMatrix result = read_rows(node, classes, "class", sums);
    if (static_cast<std::size_t>(result.cols()) != levels)
        node.fail("has rows of " + std::to_string(result.cols()) +
                  " entries (allowed: " + std::to_string(levels) + ", one a level)");
    return result;
}

Table read_entry(const JsonNode& node, std::size_t classes, Sums sums) {
    const bool joint = node.has("names");
    if (joint && node.has("name"))
        node["name"].fail("has no use beside \"names\" (allowed: one of the two)");
    node.require_keys(
        {joint ? "names" : "name", "levels", "informativeness", "concentration", "probabilities"});
    Table table = read_table(node);
    sim::AttributeSpec& spec = table.specs.front();
    if (node.has("probabilities")) {
        if (node.has("concentration"))
            node["concentration"].fail(
                "has no use beside \"probabilities\" (allowed: one of the two)");
        const JsonNode given = node["probabilities"];
        spec.class_levels = joint ? read_joint(given, classes, table.shape, sums)
                                  : read_plain(given, classes, table.cells, sums);
    } else {
        if (static_cast<double>(table.cells) * static_cast<double>(classes) > most_class_items)
            node["levels"].fail("has " + std::to_string(table.cells) +
                                " combinations, too many for " + std::to_string(classes) +
                                " classes (allowed: combinations x classes up to 1e8)");
        spec.class_levels = sim::DirichletWeights{
            node.has("concentration")
                ? node["concentration"].number_between(least_concentration, most_concentration)
                : 1.0};
    }
    if (node.has("informativeness"))
        spec.informativeness = node["informativeness"].number_between(0.0, 1.0);
    return table;
}

// A row of a joint table as nested lists, the last attribute the innermost.
Json nested(std::span<const double> row, std::span<const std::size_t> shape) {
    Json result = Json::array();
    const std::size_t part = row.size() / shape.front();
    for (std::size_t level = 0; level < shape.front(); ++level) {
        const auto inner = row.subspan(level * part, part);
        result.push_back(shape.size() > 1 ? nested(inner, shape.subspan(1)) : Json(inner.front()));
    }
    return result;
}

}  // namespace

std::vector<sim::AttributeSpec> read_attributes(const JsonNode& population,
                                                std::size_t classes,
                                                Levels levels,
                                                Sums sums) {
    std::vector<sim::AttributeSpec> specs;
    std::vector<JsonNode> places;
    std::vector<std::string> names;
    if (population.has("attributes")) {
        for (const JsonNode& node : population["attributes"].elements()) {
            Table table = read_entry(node, classes, sums);
            if (levels == Levels::must_be_given)
                static_cast<void>(node["probabilities"]);  // throws where it is missing
            for (std::size_t j = 0; j < table.specs.size(); ++j) {
                names.push_back(table.specs[j].name);
                // A plain attribute is its entry; one of several is its name.
                places.push_back(table.specs.size() > 1 ? table.names[j] : node);
                specs.push_back(std::move(table.specs[j]));
            }
        }
    }
    refuse_repeats(places, names, "the attribute name");
    if (population.has("recording")) read_recording(population["recording"], sums, specs);
    return specs;
}

Json attributes_json(const sim::Attributes& attributes) {
    Json result = Json::array();
    for (const sim::AttributeTable& table : attributes.tables()) {
        Json entry;
        if (table.size == 1) {
            const sim::Attribute& attribute = attributes.list()[table.first];
            entry["name"] = attribute.name;
            entry["levels"] = attribute.true_levels;
            entry["probabilities"] = rows_json(table.probabilities);
        } else {
            std::vector<std::size_t> shape;
            for (const auto& attribute : attributes.list().subspan(table.first, table.size)) {
                entry["names"].push_back(attribute.name);
                shape.push_back(attribute.true_levels.size());
            }
            for (const auto& attribute : attributes.list().subspan(table.first, table.size))
                entry["levels"].push_back(attribute.true_levels);
            for (Eigen::Index z = 0; z < table.probabilities.rows(); ++z)
                entry["probabilities"].push_back(
                    nested({table.probabilities.row(z).data(),
                            static_cast<std::size_t>(table.probabilities.cols())},
                           shape));
        }
        result.push_back(std::move(entry));
    }
    return result;
}

Json recording_json(const sim::Attributes& attributes) {
    Json result = Json::object();
    for (const sim::Attribute& attribute : attributes.list()) {
        if (!attribute.recording) continue;
        const sim::Recording& recording = *attribute.recording;
        Json& entry = result[attribute.name];
        if (!recording.parent) {
            entry["confusion"] = rows_json(recording.confusion.front());
            continue;
        }
        const sim::Attribute& parent = attributes.list()[*recording.parent];
        entry["parent"] = parent.name;
        for (std::size_t level = 0; level < parent.levels.size(); ++level)
            entry["confusion"][parent.levels[level]] = rows_json(recording.confusion[level]);
    }
    return result;
}

}  // namespace truegap::adapters
