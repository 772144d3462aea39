#include "adapters/io/curve_json.hpp"

#include "adapters/io/scenario_json.hpp"

namespace truegap::adapters {

namespace {

constexpr std::uint64_t most_bins = 1000;

}  // namespace

sim::CurveSpec read_curve(const JsonNode& scenario) {
    sim::CurveSpec spec;
    if (!scenario.has("curve")) return spec;
    const JsonNode node = scenario["curve"];
    node.require_keys({"bins", "binning"});
    if (node.has("bins"))
        spec.bins = static_cast<std::uint32_t>(node["bins"].integer(1, most_bins));
    if (node.has("binning"))
        spec.binning = node["binning"].choice({"equal_count", "equal_width"}) == 0
                           ? metrics::Binning::equal_count
                           : metrics::Binning::equal_width;
    return spec;
}

std::vector<sim::CurveSpec> curve_specs(const ScenarioFile& source) {
    std::vector<sim::CurveSpec> specs;
    specs.reserve(source.points.size());
    for (std::size_t i = 0; i < source.points.size(); ++i) {
        const Json document = source.grid.document(source.document, i);
        specs.push_back(read_curve(JsonNode(document, source.file)));
    }
    return specs;
}

}  // namespace truegap::adapters
