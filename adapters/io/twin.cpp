#include "adapters/io/twin.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "adapters/io/input_error.hpp"
#include "adapters/io/json_node.hpp"
#include "adapters/io/population_json.hpp"

namespace truegap::adapters {

namespace {

constexpr std::uint64_t most_events = 1'000'000'000'000'000;

Json fitted_json(const sim::Fit& fit,
                 const FitInputs& inputs,
                 const sim::FitPlan& plan,
                 const TwinSource& source) {
    Json json;
    json["truegap"] = source.version;
    json["targets"] = source.targets;
    json["sha256"] = source.targets_sha256;
    json["share"] = source.share;
    json["events"] = inputs.data.events();
    json["sequences"] = inputs.data.sequences.size();
    json["classes"] = fit.population.classes();
    json["strength"] = fit.strength;
    json["seed"] = plan.seed;
    json["starts"] = plan.starts;
    json["folds"] = plan.folds;
    json["held_out"] = Json::array();
    for (const sim::HeldOut& row : fit.held_out)
        json["held_out"].push_back({{"classes", row.classes},
                                    {"strength", row.strength},
                                    {"log_likelihood", row.log_likelihood},
                                    {"se", row.standard_error}});
    json["log_likelihood"] = fit.log_likelihood;
    json["rounds"] = fit.rounds;
    json["converged"] = fit.converged;
    json["items"] = inputs.items;
    return json;
}

[[noreturn]] void refuse_no_twin(const std::string& file) {
    throw InputError(file, "", "is no fitted population (allowed: what truegap fit writes)");
}

// Items and groups by the twin's numbers.
class TwinNames {
  public:
    TwinNames(const Twin& twin, const Target& target, const std::string& file)
        : twin_(twin), target_(target), file_(file) {}

    [[nodiscard]] std::vector<sim::ItemId> items(const std::vector<std::string>& names) const {
        std::vector<sim::ItemId> numbers;
        numbers.reserve(names.size());
        for (const std::string& name : names) {
            const auto found = std::find(twin_.items.begin(), twin_.items.end(), name);
            if (found == twin_.items.end()) refuse("item " + in_quotes(name));
            numbers.push_back(static_cast<sim::ItemId>(found - twin_.items.begin()));
        }
        return numbers;
    }

    [[nodiscard]] sim::Group group() const {
        const auto attributes = twin_.population.attributes().list();
        sim::Group group;
        for (const Shown& shown : target_.group) {
            const auto own = std::find_if(
                attributes.begin(), attributes.end(), [&](const sim::Attribute& attribute) {
                    return attribute.name == shown.name;
                });
            if (own == attributes.end()) refuse("attribute " + in_quotes(shown.name));
            const auto level = std::find(own->levels.begin(), own->levels.end(), shown.value);
            if (level == own->levels.end())
                refuse("level " + in_quotes(shown.value) + " of " + in_quotes(shown.name));
            group.proxy.push_back(static_cast<std::uint32_t>(own - attributes.begin()));
            group.levels.push_back(static_cast<std::uint32_t>(level - own->levels.begin()));
        }
        return group;
    }

  private:
    [[noreturn]] void refuse(const std::string& what) const {
        throw InputError(file_,
                         "context " + in_quotes(target_.context_id),
                         "has " + what + ", which " + twin_.file +
                             " does not know (allowed: what is in the targets that it was fitted "
                             "to)");
    }

    const Twin& twin_;
    const Target& target_;
    const std::string& file_;
};

}  // namespace

std::string twin_text(const sim::Fit& fit,
                      const FitInputs& inputs,
                      const sim::FitPlan& plan,
                      const TwinSource& source) {
    std::ostringstream fitted;
    write_json(fitted, fitted_json(fit, inputs, plan, source));
    return "{\"fitted\":" + fitted.str() + ",\n" + population_text(fit.population).substr(1);
}

bool is_twin(const std::string& text) {
    try {
        const Json json = parse_json(text, "");
        return json.is_object() && json.contains("fitted") && json.contains("item_probabilities");
    } catch (const InputError&) {
        return false;
    }
}

Twin read_twin(const NamedText& file) {
    const Json json = parse_json(file.text, file.name);
    if (!json.is_object() || !json.contains("fitted") || !json.contains("item_probabilities"))
        refuse_no_twin(file.name);
    const JsonNode root(json, file.name);
    const JsonNode fitted = root["fitted"];
    Twin twin{.population = sim::make_population(read_population(root, {}), 0, 0),
              .file = file.name,
              .items = {},
              .targets = fitted["targets"].text(),
              .targets_sha256 = fitted["sha256"].text(),
              .share = fitted["share"].number_between(0.0, 1.0),
              .events = fitted["events"].integer(1, most_events),
              .strength = fitted["strength"].number_between(1e-9, 1e15)};
    const std::vector<JsonNode> items = fitted["items"].some_elements();
    for (const JsonNode& item : items) twin.items.push_back(item.nonempty_text());
    refuse_repeats(items, twin.items, "the item");
    if (twin.items.size() != twin.population.items())
        fitted["items"].fail("has " + std::to_string(twin.items.size()) + " names (allowed: " +
                             std::to_string(twin.population.items()) + ", one an item)");
    return twin;
}

FitNames names_of(const Twin& twin) {
    FitNames names{.items = twin.items, .attributes = {}};
    for (const sim::Attribute& attribute : twin.population.attributes().list())
        names.attributes.push_back({.name = attribute.name, .levels = attribute.levels});
    return names;
}

sim::Context twin_context(const Twin& twin,
                          const Target& target,
                          sim::ContextId id,
                          const std::string& targets_file) {
    const TwinNames names(twin, target, targets_file);
    return {.id = id,
            .group = names.group(),
            .history = names.items(target.history),
            .candidates = names.items(target.candidates)};
}

std::vector<sim::Context> twin_users(const Twin& twin,
                                     const Target& target,
                                     sim::ContextId id,
                                     const std::string& targets_file) {
    const TwinNames names(twin, target, targets_file);
    const sim::Context shared = twin_context(twin, target, id, targets_file);
    std::vector<sim::Context> users;
    users.reserve(target.users.size());
    for (const TargetUser& user : target.users) {
        sim::Context own = shared;
        own.history = names.items(user.history);
        own.user = static_cast<std::uint32_t>(users.size());
        users.push_back(std::move(own));
    }
    return users;
}

}  // namespace truegap::adapters
