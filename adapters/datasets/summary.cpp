#include "adapters/datasets/summary.hpp"

#include <nlohmann/json.hpp>
#include <sstream>

#include "adapters/io/json_text.hpp"

namespace truegap::adapters {

namespace {

constexpr std::string_view mark = "truegap_dataset";

template <typename Each>
void each_found(Each each) {
    for (std::size_t f = 0; f < static_cast<std::size_t>(Found::count_); ++f)
        each(static_cast<Found>(f));
}

Json texts_json(const std::vector<std::string>& texts) {
    Json list = Json::array();
    for (const std::string& text : texts) list.push_back(text);
    return list;
}

Json options_json(const DatasetOptions& options) {
    return {{"items", text_of(options.items)},
            {"candidates", options.candidates},
            {"pool", text_of(options.pool)},
            {"target", text_of(options.choice)},
            {"asked", options.asked},
            {"min_users", options.min_users},
            {"seed", options.seed}};
}

Json tally_json(const LengthTally& tally) {
    return {{"groups", texts_json(tally.by)},
            {"history_length", tally.history_length},
            {"contexts", tally.contexts},
            {"users", tally.users},
            {"too_few_events", tally.too_few_events},
            {"no_choice", tally.no_choice},
            {"unknown_group", tally.unknown_group}};
}

}  // namespace

std::string text_of(ChoiceRule rule) {
    return rule == ChoiceRule::next ? "next" : "next-in-pool";
}

std::string text_of(PoolOf pool) {
    return pool == PoolOf::group ? "group" : "popular";
}

std::string text_of(ItemKind items) {
    return items == ItemKind::tracks ? "tracks" : "artists";
}

std::string group_by_label(const GroupBy& by) {
    std::string label;
    for (const std::string& name : by) label += (label.empty() ? "" : "+") + name;
    return label.empty() ? "all" : label;
}

std::string summary_json(const DatasetOptions& options, const DatasetSummary& summary) {
    Json json;
    json[std::string(mark)] = options.name;
    json["options"] = options_json(options);
    json["counts"] = Json::object();
    each_found([&](Found found) {
        json["counts"][std::string(name_of(found).key)] = summary.findings[found];
    });
    json["first_malformed"] = texts_json(summary.findings.first_malformed());
    json["unknown_countries"] = texts_json(summary.findings.strange_countries());
    json["tallies"] = Json::array();
    for (const LengthTally& tally : summary.tallies) json["tallies"].push_back(tally_json(tally));
    std::ostringstream out;
    write_json(out, json);
    return out.str() + '\n';
}

std::vector<std::pair<std::string, std::uint64_t>> found_rows(const Findings& findings) {
    std::vector<std::pair<std::string, std::uint64_t>> rows;
    each_found([&](Found found) {
        if (found <= Found::profiles || findings[found] > 0)
            rows.emplace_back(name_of(found).words, findings[found]);
    });
    return rows;
}

bool is_targets(const std::string& text) {
    const std::string line = text.substr(0, text.find('\n'));
    return line.starts_with("{") && line.find("\"context_id\"") != std::string::npos &&
           line.find("\"candidates\"") != std::string::npos;
}

bool is_dataset_summary(const std::string& text) {
    return text.find('"' + std::string(mark) + '"') < 8;
}

}  // namespace truegap::adapters
