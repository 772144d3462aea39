#include "adapters/io/counts_lines.hpp"

#include <istream>
#include <limits>
#include <numbers>
#include <ostream>

#include "adapters/io/input_error.hpp"
#include "adapters/io/json_node.hpp"

namespace truegap::adapters {

namespace {

struct CountsLine {
    std::vector<std::uint32_t> counts;
    std::optional<std::uint64_t> items;
};

CountsLine read_line(const JsonNode& node) {
    CountsLine line;
    const bool bare = node.is_array();
    if (!bare && !node.json().is_object())
        node.fail("is " + node.description() +
                  " (allowed: a list of counts, or an object with \"counts\")");
    if (!bare) node.require_keys({"counts", "items"});
    const JsonNode counts = bare ? node : node["counts"];
    for (const JsonNode& count : counts.elements())
        line.counts.push_back(static_cast<std::uint32_t>(
            count.integer(0, std::numeric_limits<std::uint32_t>::max())));
    if (!bare && node.has("items")) line.items = node["items"].integer(1, most_estimate_items);
    return line;
}

Json estimates_of(const CountsLine& line, const EstimateOptions& options) {
    const auto sample = metrics::counts_view(line.counts, line.items ? line.items : options.items);
    // Inside everything is in nats; bits are made here, once, at the end.
    const double scale = options.unit == Unit::bit ? 1.0 / std::numbers::ln2 : 1.0;
    Json result;
    result["n"] = sample.n;
    result["items_seen"] = metrics::seen_items(line.counts).items;
    result["unit"] = options.unit == Unit::bit ? "bit" : "nat";
    result["estimates"] = Json::object();
    result["sd"] = Json::object();
    Json notes = Json::object();
    for (const metrics::Estimator& estimator : options.estimators) {
        const std::string name = estimator.label();
        const std::optional<double> estimate = estimator.estimate(sample);
        if (estimate) {
            result["estimates"][name] = *estimate * scale;
        } else {
            result["estimates"][name] = nullptr;
            notes[name] = estimator.why_undefined(sample);
        }
    }
    if (!notes.empty()) result["notes"] = std::move(notes);
    return result;
}

}  // namespace

void estimate_lines(std::istream& in,
                    const std::string& file,
                    const EstimateOptions& options,
                    std::ostream& out) {
    std::string text;
    for (std::size_t number = 1; std::getline(in, text); ++number) {
        if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
        const std::string place = file + ": line " + std::to_string(number);
        const Json json = parse_json(text, file, number);
        write_json(out, estimates_of(read_line(JsonNode(json, place)), options));
        out << '\n';
    }
    if (in.bad())
        throw InputError(file, "", "cannot be read to its end (allowed: a file that can be read)");
}

}  // namespace truegap::adapters
