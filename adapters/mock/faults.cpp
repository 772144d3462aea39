#include "adapters/mock/faults.hpp"

#include "metrics/approximation/smoothing.hpp"

namespace truegap::adapters {

namespace {

constexpr std::uint64_t longest_answer = 1'000'000;

double read_rate(const JsonNode& node, const std::string& key) {
    return node.has(key) ? node[key].number_between(0.0, 1.0) : 0.0;
}

sim::Faults read_faults(const JsonNode& node) {
    node.require_keys({"missing", "duplicates", "unknown", "short", "refusal"});
    sim::Faults faults{.missing = read_rate(node, "missing"),
                       .duplicates = read_rate(node, "duplicates"),
                       .unknown = read_rate(node, "unknown"),
                       .refusal = read_rate(node, "refusal")};
    if (faults.duplicates + faults.unknown > 1.0)
        node.fail("has \"duplicates\" and \"unknown\" that sum to " +
                  metrics::shortest(faults.duplicates + faults.unknown) +
                  " (allowed: up to 1, a place has one fault at most)");
    if (node.has("short")) {
        const JsonNode cut = node["short"];
        cut.require_keys({"rate", "length"});
        faults.cut = cut["rate"].number_between(0.0, 1.0);
        faults.length = static_cast<std::uint32_t>(cut["length"].integer(1, longest_answer));
    }
    return faults;
}

std::string faults_label(const sim::Faults& faults) {
    std::string text;
    const auto add = [&](const std::string& name, double rate, const std::string& more = "") {
        if (rate > 0.0)
            text += (text.empty() ? "" : ",") + name + " " + metrics::shortest(rate) + more;
    };
    add("missing", faults.missing);
    add("duplicates", faults.duplicates);
    add("unknown", faults.unknown);
    add("short", faults.cut, " at " + std::to_string(faults.length));
    add("refusal", faults.refusal);
    return "[" + text + "]";
}

}  // namespace

sim::PredictorMaker read_with_faults(
    const JsonNode& node, const std::function<sim::PredictorMaker(const JsonNode&)>& read) {
    if (!node.json().is_object() || !node.has("faults")) return read(node);
    Json without = node.json();
    without.erase("faults");
    sim::PredictorMaker maker = read(JsonNode(without, node.file(), node.pointer()));
    maker.faults = read_faults(node["faults"]);
    if (maker.faults.any()) maker.label += faults_label(maker.faults);
    return maker;
}

}  // namespace truegap::adapters
