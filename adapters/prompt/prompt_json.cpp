#include "adapters/prompt/prompt_json.hpp"

#include <algorithm>
#include <memory>
#include <unordered_map>

#include "adapters/io/input_error.hpp"
#include "adapters/io/json_text.hpp"
#include "adapters/io/population_json.hpp"
#include "adapters/io/text_files.hpp"
#include "adapters/prompt/item_names.hpp"
#include "adapters/prompt/template.hpp"
#include "adapters/prompt/texts.hpp"
#include "adapters/prompt/unicode.hpp"

namespace truegap::adapters {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t most_examples = 1000;

// The object itself, or the file that it names; the text of the file lives as long as this.
struct Given {
    std::unique_ptr<Json> file;
    std::optional<JsonNode> node;
};

Given given(const std::optional<JsonNode>& place, const fs::path& directory) {
    Given result{.file = nullptr, .node = place};
    if (!place || !place->is_string()) return result;
    const std::string name = place->text();
    const std::string text = read_named_text(*place, directory);
    result.file = std::make_unique<Json>(parse_json(text, name));
    result.node.emplace(*result.file, name);
    return result;
}

// What is wrong with a name that is shown on a line of its own.
std::optional<std::string> name_defect(std::string_view name) {
    if (!is_well_formed(name)) return "is not UTF-8 (allowed: a name in UTF-8)";
    const std::u32string text = folded(name);
    if (std::none_of(text.begin(), text.end(), [](char32_t c) { return !is_space(c); }))
        return "is an empty name (allowed: at least one character)";
    const std::u32string shown = composed(name);
    if (std::any_of(shown.begin(), shown.end(), is_control))
        return "the name " + in_quotes(name) +
               " holds a line break or a control character (allowed: one line of text)";
    return std::nullopt;
}

std::string shown_name(const JsonNode& node) {
    std::string name = node.text();
    if (const auto defect = name_defect(name)) node.fail(*defect);
    return name;
}

// Fails at the later of two names that are the same but for how they are written.
class SeenNames {
  public:
    std::optional<std::string> add(const std::string& name) {
        const auto [place, is_new] = seen_.try_emplace(folded(std::string_view(name)), name);
        if (is_new) return std::nullopt;
        return "the name " + in_quotes(name) + " is the same as " + in_quotes(place->second) +
               " (allowed: names that differ in more than letter case and form)";
    }

  private:
    std::unordered_map<std::u32string, std::string> seen_;
};

std::vector<std::string> read_name_file(const JsonNode& node, const fs::path& directory) {
    const std::string file = node.text();
    const std::string text = read_named_text(node, directory);
    std::vector<std::string> names;
    SeenNames seen;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string name = text.substr(at, end - at);
        if (!name.empty() && name.back() == '\r') name.pop_back();
        at = end + 1;
        const std::string place = "line " + std::to_string(names.size() + 1);
        if (const auto defect = name_defect(name)) throw InputError(file, place, *defect);
        if (const auto defect = seen.add(name)) throw InputError(file, place, *defect);
        names.push_back(std::move(name));
    }
    return names;
}

std::vector<std::string> read_items(const JsonNode& node, const fs::path& directory) {
    std::vector<std::string> names;
    if (node.is_string()) {
        names = read_name_file(node, directory);
    } else {
        const std::vector<JsonNode> nodes = node.some_elements();
        names.reserve(nodes.size());
        SeenNames seen;
        for (const JsonNode& entry : nodes) {
            std::string name = shown_name(entry);
            if (const auto defect = seen.add(name)) entry.fail(*defect);
            names.push_back(std::move(name));
        }
    }
    if (names.size() < 2 || names.size() > most_items)
        node.fail("has " + std::to_string(names.size()) + " names (allowed: from 2 to " +
                  std::to_string(most_items) + ")");
    return names;
}

PromptSpec::ShownAttribute read_attribute(const std::string& attribute, const JsonNode& node) {
    node.require_keys({"name", "levels"});
    PromptSpec::ShownAttribute shown{.attribute = attribute, .name = {}, .levels = {}};
    if (node.has("name")) shown.name = shown_name(node["name"]);
    if (!node.has("levels")) return shown;
    SeenNames seen;
    for (const JsonNode& entry : node["levels"].some_elements()) {
        shown.levels.push_back(shown_name(entry));
        if (const auto defect = seen.add(shown.levels.back())) entry.fail(*defect);
    }
    return shown;
}

void read_texts(const JsonNode& node, PromptTexts& texts) {
    std::vector<std::string> known;
    known.reserve(prompt_text_keys().size());
    for (const PromptTextKey& key : prompt_text_keys()) known.push_back(key.key);
    node.require_keys(known);
    for (const PromptTextKey& key : prompt_text_keys()) {
        if (!node.has(key.key)) continue;
        const JsonNode place = node[key.key];
        std::string text = place.text();
        if (const auto defect = template_defect(text, key.placeholders)) place.fail(*defect);
        if (key.key == "candidate" && !has_gap(text, "item"))
            place.fail("does not show the item (allowed: a text with {item})");
        texts.*key.text = std::move(text);
    }
    for (const char* part : {"candidates", "instruction"})
        if (!has_gap(texts.user, part) && !has_gap(texts.system, part))
            node.fail("neither system nor user shows the " + std::string(part) + " (allowed: {" +
                      part + "} in one of them)");
}

void check_keys(const JsonNode& node) {
    node.require_keys({"setup",
                       "language",
                       "script",
                       "examples",
                       "examples_per_context",
                       "shuffle",
                       "items",
                       "attributes",
                       "texts"});
}

void read_language(const JsonNode& node, PromptSpec& spec) {
    if (!node.has("language")) return;
    spec.language = prompt_languages()[node["language"].choice(prompt_languages())];
    spec.script = script_of(spec.language);
}

void read_rest(const JsonNode& node, const fs::path& directory, PromptSpec& spec) {
    if (node.has("script")) spec.script = name_scripts()[node["script"].choice(name_scripts())];
    if (node.has("setup")) {
        const std::size_t setup =
            node["setup"].choice({"A", "B", "demographics_and_history", "history_only"});
        spec.setup = setup % 2 == 0 ? Setup::demographics_and_history : Setup::history_only;
    }
    if (node.has("examples"))
        spec.examples = static_cast<std::uint32_t>(node["examples"].integer(0, most_examples));
    if (node.has("examples_per_context"))
        spec.examples_per_context = node["examples_per_context"].boolean();
    if (node.has("shuffle")) spec.shuffle = node["shuffle"].boolean();
    if (node.has("items")) spec.items = read_items(node["items"], directory);
    if (node.has("attributes")) {
        spec.attributes.clear();
        for (const auto& [attribute, entry] : node["attributes"].members())
            spec.attributes.push_back(read_attribute(attribute, entry));
    }
    if (node.has("texts")) read_texts(node["texts"], spec.texts);
}

}  // namespace

PromptSpec read_prompts(const std::optional<JsonNode>& scenario_prompts,
                        const std::optional<JsonNode>& own_prompts,
                        const fs::path& directory) {
    const Given layers[] = {given(scenario_prompts, directory), given(own_prompts, directory)};
    PromptSpec spec;
    for (const Given& layer : layers) {
        if (!layer.node) continue;
        check_keys(*layer.node);
        read_language(*layer.node, spec);
    }
    // Texts given outright stay, whatever the language of the others.
    spec.texts = default_texts(spec.language);
    for (const Given& layer : layers)
        if (layer.node) read_rest(*layer.node, directory, spec);
    return spec;
}

std::optional<std::string> prompt_objection(const PromptSpec& spec, const sim::Scenario& scenario) {
    const std::size_t items = sim::item_count(scenario.population);
    if (!spec.items.empty() && spec.items.size() != items)
        return "its prompts name " + std::to_string(spec.items.size()) +
               " items, and the population has " + std::to_string(items) +
               " (allowed: as many names as items, or none)";
    const auto attributes = sim::attribute_specs(scenario.population);
    std::vector<std::string> known;
    known.reserve(attributes.size());
    for (const sim::AttributeSpec& one : attributes) known.push_back(one.name);
    for (const PromptSpec::ShownAttribute& shown : spec.attributes) {
        const auto place = std::find(known.begin(), known.end(), shown.attribute);
        if (place == known.end())
            return "its prompts show the attribute " + in_quotes(shown.attribute) +
                   ", which the population does not have (allowed: " +
                   (known.empty() ? "none" : listed(known)) + ")";
        const std::size_t levels =
            attributes[static_cast<std::size_t>(place - known.begin())].levels.size();
        if (!shown.levels.empty() && shown.levels.size() != levels)
            return "its prompts name " + std::to_string(shown.levels.size()) + " levels of " +
                   in_quotes(shown.attribute) + ", and the population has " +
                   std::to_string(levels) + " (allowed: as many names as levels, or none)";
    }
    return std::nullopt;
}

}  // namespace truegap::adapters
