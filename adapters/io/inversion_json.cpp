#include "adapters/io/inversion_json.hpp"

#include "sim/latent_class_fit.hpp"

namespace truegap::adapters {

namespace {

constexpr std::uint64_t most_worlds = 1'000'000;
constexpr std::uint64_t most_null = 100'000;
constexpr std::uint64_t most_bins = 1'000;
constexpr std::uint64_t most_starts = 1'000;

std::uint32_t number(const JsonNode& node,
                     const char* key,
                     std::uint64_t least,
                     std::uint64_t most,
                     std::uint32_t otherwise) {
    return node.has(key) ? static_cast<std::uint32_t>(node[key].integer(least, most)) : otherwise;
}

}  // namespace

sim::InversionSpec read_inversion(const JsonNode& node) {
    node.require_keys({"worlds", "null", "level", "bins", "twin"});
    sim::InversionSpec spec;
    spec.worlds = number(node, "worlds", 1, most_worlds, spec.worlds);
    spec.null = number(node, "null", 1, most_null, spec.null);
    spec.bins = number(node, "bins", 2, most_bins, spec.bins);
    if (node.has("level")) spec.level = node["level"].number_between(0.0, 1.0);
    if (1.0 / (spec.null + 1.0) > spec.level)
        node.fail(
            "has " + std::to_string(spec.null) +
            " data sets of the null, whose smallest p is above the level (allowed: \"null\" of "
            "at least 1 / level - 1)");
    if (node.has("twin")) {
        const JsonNode twin = node["twin"];
        twin.require_keys({"classes", "starts", "worlds"});
        spec.twin = sim::InversionSpec::Twin{
            .classes =
                static_cast<std::uint32_t>(twin["classes"].integer(1, sim::most_fitted_classes)),
            .starts = number(twin, "starts", 1, most_starts, 1),
            .worlds = number(twin, "worlds", 1, spec.worlds, spec.worlds)};
    }
    return spec;
}

}  // namespace truegap::adapters
