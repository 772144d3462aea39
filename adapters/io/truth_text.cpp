#include "adapters/io/truth_text.hpp"

#include <nlohmann/json.hpp>
#include <ostream>
#include <set>

#include "metrics/approximation/smoothing.hpp"
#include "sim/history_ladder.hpp"
#include "sim/ladder.hpp"
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

Json names_json(const sim::Proxy& proxy, std::span<const sim::AttributeSpec> attributes) {
    Json result = Json::array();
    for (const std::uint32_t attribute : proxy) result.push_back(attributes[attribute].name);
    return result;
}

Json ladder_json(const sim::Ladder& ladder,
                 const std::vector<sim::HistoryInformation>& by_history,
                 std::span<const sim::AttributeSpec> attributes) {
    Json result;
    result["H(B)"] = ladder.entropy;
    result["H(B|U)"] = ladder.individual_entropy;
    result["by_proxy"] = Json::array();
    for (const sim::ProxyInformation& rung : ladder.by_proxy) {
        Json row;
        row["proxy"] = names_json(rung.proxy, attributes);
        row["H(B|proxy)"] = rung.conditional_entropy;
        row["I(B;proxy)"] = rung.information;
        if (rung.truly) {
            row["H(B|true proxy)"] = rung.truly->conditional_entropy;
            row["I(B;true proxy)"] = rung.truly->information;
        }
        result["by_proxy"].push_back(std::move(row));
    }
    result["by_history"] = Json::array();
    for (const sim::HistoryInformation& rung : by_history) {
        Json row;
        row["proxy"] = names_json(rung.proxy, attributes);
        row["length"] = rung.length;
        row["H(B|proxy,h)"] = rung.conditional_entropy;
        row["I(B;h|proxy)"] = rung.information;
        row["se"] = rung.standard_error ? Json(*rung.standard_error) : Json();
        row["by"] = rung.standard_error ? "simulation" : "enumeration";
        result["by_history"].push_back(std::move(row));
    }
    return result;
}

// The different lengths of a scenario's histories.
std::vector<std::uint32_t> lengths_of(const sim::ContextSpec& contexts) {
    std::set<std::uint32_t> lengths;
    if (const auto* generated = std::get_if<sim::GeneratedContexts>(&contexts.source)) {
        lengths.insert(generated->history_lengths.begin(), generated->history_lengths.end());
    } else {
        for (const auto& context : std::get<std::vector<sim::ListedContext>>(contexts.source))
            lengths.insert(static_cast<std::uint32_t>(context.history.size()));
    }
    return {lengths.begin(), lengths.end()};
}

// One target time for all of the ladder: after as many events as the longest history shows, or as
// many as the users have had.
Json whole_ladder(const sim::Scenario& scenario, const sim::WorldPlan& plan) {
    const sim::Population& population = plan.population;
    const auto& examination = population.examination();
    if (examination.kind == sim::Examination::Kind::listed &&
        examination.weights.size() < population.items())
        return {};  // no page shows all items
    const auto attributes = sim::attribute_specs(scenario.population);
    const std::vector<sim::Proxy> proxies = sim::proxies_of(scenario.contexts);
    const std::vector<std::uint32_t> lengths = lengths_of(scenario.contexts);
    std::uint32_t events = lengths.empty() ? 0 : lengths.back();
    if (const auto* markov = std::get_if<sim::MarkovDynamics>(&scenario.dynamics))
        events = markov->events.value_or(events);
    return ladder_json(
        sim::ladder(population, proxies, attributes, events),
        sim::history_ladder(population,
                            proxies,
                            lengths,
                            attributes,
                            {.seed = scenario.seed, .world = plan.index, .events = events}),
        attributes);
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
    write_json(out, whole_ladder(scenario, plan));
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
