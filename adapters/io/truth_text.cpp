#include "adapters/io/truth_text.hpp"

#include <nlohmann/json.hpp>
#include <ostream>

#include "metrics/approximation/smoothing.hpp"
#include "adapters/io/csv.hpp"
#include "adapters/io/grid_json.hpp"
#include "adapters/io/json_text.hpp"

namespace truegap::adapters {

namespace {

Json group_json(const sim::Group& group, std::span<const sim::AttributeSpec> attributes) {
    Json result = Json::object();
    for (std::size_t i = 0; i < group.proxy.size(); ++i) {
        const sim::AttributeSpec& attribute = attributes[group.proxy[i]];
        result[attribute.name] = attribute.levels[group.levels[i]];
    }
    return result;
}

Json context_json(const sim::Context& context,
                  const sim::Truth& truth,
                  std::span<const sim::AttributeSpec> attributes) {
    Json result;
    result["id"] = context.id;
    result["group"] = group_json(context.group, attributes);
    result["history"] = context.history;
    result["candidates"] = context.candidates;
    result["group_probability"] = truth.group_probability;
    result["class_posterior"] =
        std::vector<double>(truth.class_posterior.begin(), truth.class_posterior.end());
    result["distribution"] =
        std::vector<double>(truth.distribution.begin(), truth.distribution.end());
    result["entropy"] = truth.entropy;
    result["individual_entropy"] = truth.individual_entropy;
    return result;
}

Json ladder_json(const sim::Ladder& ladder, std::span<const sim::AttributeSpec> attributes) {
    Json result;
    result["H(B)"] = ladder.entropy;
    result["H(B|U)"] = ladder.individual_entropy;
    result["by_proxy"] = Json::array();
    for (const sim::ProxyInformation& rung : ladder.by_proxy) {
        Json row;
        row["proxy"] = Json::array();
        for (const std::uint32_t attribute : rung.proxy)
            row["proxy"].push_back(attributes[attribute].name);
        row["H(B|proxy)"] = rung.conditional_entropy;
        row["I(B;proxy)"] = rung.information;
        result["by_proxy"].push_back(std::move(row));
    }
    return result;
}

}  // namespace

void write_truth_json(std::ostream& out,
                      const sim::Scenario& scenario,
                      const sim::WorldPlan& plan,
                      const std::string& point) {
    const auto attributes = sim::attribute_specs(scenario.population);
    out << "{\"unit\":\"nat\",\n";
    write_point_json(out, point);
    out << "\"contexts\":[";
    for (std::size_t i = 0; i < plan.contexts.size(); ++i) {
        out << (i > 0 ? ",\n" : "\n");
        write_json(out, context_json(plan.contexts[i], plan.truths[i], attributes));
    }
    out << "],\n\"ladder\":";
    write_json(
        out,
        ladder_json(sim::ladder(plan.population, sim::proxies_of(scenario.contexts), attributes),
                    attributes));
    out << "}\n";
}

void write_truth_csv(std::ostream& out, const sim::Scenario& scenario, const sim::WorldPlan& plan) {
    const auto attributes = sim::attribute_specs(scenario.population);
    out << "context_id,proxy,group,history,group_probability,entropy,individual_entropy,item,"
           "probability\n";
    for (std::size_t i = 0; i < plan.contexts.size(); ++i) {
        const sim::Context& context = plan.contexts[i];
        const sim::Truth& truth = plan.truths[i];
        std::string history;
        for (const sim::ItemId item : context.history)
            history += (history.empty() ? "" : " ") + std::to_string(item);
        const std::string start = std::to_string(context.id) + ',' +
                                  csv_field(sim::proxy_label(context.group.proxy, attributes)) +
                                  ',' + csv_field(sim::group_label(context.group, attributes)) +
                                  ',' + history + ',' + metrics::shortest(truth.group_probability) +
                                  ',' + metrics::shortest(truth.entropy) + ',' +
                                  metrics::shortest(truth.individual_entropy) + ',';
        for (std::size_t k = 0; k < context.candidates.size(); ++k)
            out << start << context.candidates[k] << ',' << metrics::shortest(truth.distribution[k])
                << '\n';
    }
}

}  // namespace truegap::adapters
