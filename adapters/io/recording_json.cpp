#include "adapters/io/recording_json.hpp"

#include <algorithm>

#include "adapters/io/attributes_json.hpp"
#include "adapters/io/input_error.hpp"
#include "adapters/io/rows_json.hpp"

namespace truegap::adapters {

namespace {

/// A confusion matrix, with true levels as rows: as many columns, or one more for what is missing.
sim::RowMatrix read_confusion(const JsonNode& node, std::size_t true_levels, Sums sums) {
    sim::RowMatrix result = read_rows(node, true_levels, "true level", sums);
    const auto columns = static_cast<std::size_t>(result.cols());
    if (columns != true_levels && columns != true_levels + 1)
        node.fail("has rows of " + std::to_string(columns) +
                  " entries (allowed: " + std::to_string(true_levels) + ", one a level, or " +
                  std::to_string(true_levels + 1) + " with what is missing)");
    return result;
}

// Missing completely at random: the same for every level, the rest stays on the diagonal.
sim::RowMatrix missing_at_random(double share, std::size_t true_levels) {
    const auto levels = static_cast<Eigen::Index>(true_levels);
    sim::RowMatrix result = sim::RowMatrix::Zero(levels, levels + 1);
    for (Eigen::Index level = 0; level < levels; ++level) {
        result(level, level) = 1.0 - share;
        result(level, levels) = share;
    }
    return result;
}

// The matrices of one attribute as they are written: one, or one a recorded level of the parent in
// the order of the keys.
std::vector<sim::RowMatrix> read_matrices(const JsonNode& node,
                                          std::size_t true_levels,
                                          Sums sums) {
    if (node.has("missing")) {
        node.require_keys({"missing"});
        return {missing_at_random(node["missing"].number_between(0.0, 1.0), true_levels)};
    }
    node.require_keys({"missing", "confusion", "parent"});
    const JsonNode confusion = node["confusion"];
    if (!node.has("parent")) return {read_confusion(confusion, true_levels, sums)};
    std::vector<sim::RowMatrix> result;
    for (const auto& [level, matrix] : confusion.members()) {
        result.push_back(read_confusion(matrix, true_levels, sums));
        if (result.back().cols() != result.front().cols())
            matrix.fail("has rows of " + std::to_string(result.back().cols()) +
                        " entries where those before have " +
                        std::to_string(result.front().cols()) +
                        " (allowed: the same recorded levels for every level of the parent)");
    }
    if (result.empty())
        confusion.fail("is empty (allowed: a matrix for each recorded level of the parent)");
    return result;
}

// Puts the matrices in the order of the parent's recorded levels.
void join_parent(const JsonNode& node,
                 const std::vector<sim::AttributeSpec>& specs,
                 const std::vector<std::string>& names,
                 sim::Recording& recording) {
    const auto parent = static_cast<std::uint32_t>(node["parent"].choice(names));
    const std::vector<std::string>& levels = specs[parent].levels;
    const JsonNode confusion = node["confusion"];
    confusion.require_keys(levels);
    std::vector<sim::RowMatrix> ordered(levels.size());
    std::size_t given = 0;
    for (const auto& [level, matrix] : confusion.members()) {
        const auto place = std::find(levels.begin(), levels.end(), level) - levels.begin();
        ordered[static_cast<std::size_t>(place)] = recording.confusion[given++];
    }
    for (std::size_t level = 0; level < levels.size(); ++level)
        if (ordered[level].size() == 0)
            confusion.fail("has no matrix for the recorded level " + in_quotes(levels[level]) +
                           " of " + in_quotes(names[parent]) +
                           " (allowed: one for each recorded level)");
    recording = {.parent = parent, .confusion = std::move(ordered)};
}

void refuse_cycle(const JsonNode& node,
                  const std::vector<sim::AttributeSpec>& specs,
                  std::size_t start) {
    std::size_t attribute = start;
    for (std::size_t steps = 0; steps <= specs.size(); ++steps) {
        if (!specs[attribute].recording || !specs[attribute].recording->parent) return;
        attribute = *specs[attribute].recording->parent;
    }
    node["parent"].fail(
        "makes a cycle of parents (allowed: a parent that does not depend on this attribute)");
}

void refuse_too_many_parents(const JsonNode& node, const std::vector<sim::AttributeSpec>& specs) {
    std::uint64_t combinations = 1;
    for (std::size_t j = 0; j < specs.size(); ++j) {
        const bool is_parent = std::any_of(specs.begin(), specs.end(), [&](const auto& spec) {
            return spec.recording && spec.recording->parent == static_cast<std::uint32_t>(j);
        });
        if (!is_parent) continue;
        combinations *= specs[j].levels.size();
        if (combinations > most_parent_levels)
            node.fail("the parents have more than " + std::to_string(most_parent_levels) +
                      " combinations of recorded levels (allowed: up to that many)");
    }
}

}  // namespace

void read_recording(const JsonNode& node, Sums sums, std::vector<sim::AttributeSpec>& specs) {
    std::vector<std::string> names;
    names.reserve(specs.size());
    for (const sim::AttributeSpec& spec : specs) names.push_back(spec.name);
    if (names.empty() && !node.members().empty())
        node.fail("records attributes where the population has none (allowed: {})");
    node.require_keys(names);
    const auto index_of = [&](const std::string& name) {
        return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) -
                                        names.begin());
    };
    for (const auto& [name, entry] : node.members()) {
        sim::AttributeSpec& spec = specs[index_of(name)];
        spec.true_levels = spec.levels;
        spec.recording = sim::Recording{
            .parent = {}, .confusion = read_matrices(entry, spec.true_levels.size(), sums)};
        const auto columns = spec.recording->confusion.front().cols();
        if (static_cast<std::size_t>(columns) == spec.true_levels.size()) continue;
        if (std::find(spec.levels.begin(), spec.levels.end(), missing_level) != spec.levels.end())
            entry.fail("can be missing, but " + in_quotes(name) +
                       " has a true level of that name (allowed: levels of other names)");
        spec.levels.emplace_back(missing_level);
    }
    for (const auto& [name, entry] : node.members())
        if (entry.has("parent")) join_parent(entry, specs, names, *specs[index_of(name)].recording);
    for (const auto& [name, entry] : node.members()) refuse_cycle(entry, specs, index_of(name));
    refuse_too_many_parents(node, specs);
}

}  // namespace truegap::adapters
