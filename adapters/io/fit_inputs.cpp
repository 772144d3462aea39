#include "adapters/io/fit_inputs.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "adapters/io/input_error.hpp"

namespace truegap::adapters {

namespace {

using Attributes = std::vector<std::string>;

Attributes attributes_of(const Target& target) {
    Attributes names;
    names.reserve(target.group.size());
    for (const Shown& shown : target.group) names.push_back(shown.name);
    std::sort(names.begin(), names.end());
    return names;
}

bool shares_history(const Target& target) {
    return !target.history.empty();
}

// The proxies that are read, in their order.
std::vector<Attributes> proxies_of(const std::vector<Target>& targets, std::uint32_t length) {
    std::vector<Attributes> all;
    for (const Target& target : targets) {
        if (shares_history(target) || target.history_length != length) continue;
        const Attributes own = attributes_of(target);
        if (std::find(all.begin(), all.end(), own) == all.end()) all.push_back(own);
    }
    std::stable_sort(all.begin(), all.end(), [](const Attributes& a, const Attributes& b) {
        return a.size() > b.size();
    });
    std::vector<Attributes> chosen;
    std::set<std::string> seen;
    for (Attributes& proxy : all) {
        const bool more = std::any_of(proxy.begin(), proxy.end(), [&](const std::string& name) {
            return seen.count(name) == 0;
        });
        if (!more && !chosen.empty()) continue;
        seen.insert(proxy.begin(), proxy.end());
        chosen.push_back(std::move(proxy));
    }
    return chosen;
}

// Numbers for names. Given ones are all there are; else new ones are added.
class Numbering {
  public:
    Numbering(const std::string& file, const FitNames* names) : file_(file), given_(names) {
        if (names == nullptr) return;
        for (const std::string& item : names->items) add_item(item);
        attributes_ = names->attributes;
    }

    void add_item(const std::string& name) {
        if (numbers_.emplace(name, static_cast<sim::ItemId>(items_.size())).second)
            items_.push_back(name);
    }
    sim::ItemId item(const std::string& name, const Target& target) {
        if (given_ == nullptr) add_item(name);
        const auto found = numbers_.find(name);
        if (found == numbers_.end()) refuse(target, "item " + in_quotes(name));
        return found->second;
    }
    std::vector<sim::ItemId> items(const std::vector<std::string>& names, const Target& target) {
        std::vector<sim::ItemId> numbers;
        numbers.reserve(names.size());
        for (const std::string& name : names) numbers.push_back(item(name, target));
        return numbers;
    }
    // [attribute]; later attributes are not told.
    std::vector<std::optional<std::uint32_t>> levels(const Target& target) {
        std::vector<std::optional<std::uint32_t>> result(attributes_.size());
        for (const Shown& shown : target.group) {
            const std::size_t attribute = attribute_of(shown, target);
            result.resize(attributes_.size());
            result[attribute] = level_of(shown, attributes_[attribute], target);
        }
        return result;
    }

    [[nodiscard]] const std::vector<std::string>& item_names() const { return items_; }
    [[nodiscard]] const std::vector<sim::FitAttribute>& attributes() const { return attributes_; }

  private:
    [[noreturn]] void refuse(const Target& target, const std::string& what) const {
        throw InputError(file_,
                         "context " + in_quotes(target.context_id),
                         "has " + what +
                             ", which the fitted users do not know (allowed: what is in the "
                             "targets that they were fitted to)");
    }
    std::size_t attribute_of(const Shown& shown, const Target& target) {
        const auto found =
            std::find_if(attributes_.begin(), attributes_.end(), [&](const sim::FitAttribute& one) {
                return one.name == shown.name;
            });
        if (found != attributes_.end())
            return static_cast<std::size_t>(found - attributes_.begin());
        if (given_ != nullptr) refuse(target, "attribute " + in_quotes(shown.name));
        attributes_.push_back({.name = shown.name, .levels = {}});
        return attributes_.size() - 1;
    }
    std::uint32_t level_of(const Shown& shown, sim::FitAttribute& attribute, const Target& target) {
        auto& levels = attribute.levels;
        const auto found = std::find(levels.begin(), levels.end(), shown.value);
        if (found != levels.end()) return static_cast<std::uint32_t>(found - levels.begin());
        if (given_ != nullptr)
            refuse(target, "level " + in_quotes(shown.value) + " of " + in_quotes(shown.name));
        levels.push_back(shown.value);
        return static_cast<std::uint32_t>(levels.size() - 1);
    }

    const std::string& file_;
    const FitNames* given_;
    std::vector<std::string> items_;
    std::map<std::string, sim::ItemId> numbers_;
    std::vector<sim::FitAttribute> attributes_;
};

struct Lengths {
    std::uint32_t shortest = 0, longest = 0;
};

// Of contexts without a shared history; the longest of those with users who are listed.
Lengths lengths_of(const std::vector<Target>& targets, const std::string& file) {
    std::optional<std::uint32_t> shortest;
    std::uint32_t longest = 0;
    for (const Target& target : targets) {
        if (shares_history(target)) continue;
        shortest = std::min(shortest.value_or(target.history_length), target.history_length);
        if (!target.users.empty()) longest = std::max(longest, target.history_length);
    }
    if (!shortest)
        throw InputError(file,
                         "",
                         "has only contexts whose users share a history (allowed: some without a "
                         "history, or whose users have their own)");
    return {.shortest = *shortest, .longest = longest};
}

// Users of one proxy, and those listed under one before.
using Listed = std::set<std::pair<std::string, std::vector<std::string>>>;

void read_sequences(const std::vector<Target>& targets,
                    const Attributes& proxy,
                    std::uint32_t length,
                    Numbering& numbering,
                    Listed& before,
                    FitInputs& inputs) {
    Listed own;
    for (std::size_t t = 0; t < targets.size(); ++t) {
        const Target& target = targets[t];
        if (target.history_length != length || attributes_of(target) != proxy) continue;
        for (std::size_t u = 0; u < target.users.size(); ++u) {
            const TargetUser& user = target.users[u];
            if (before.count({user.user, user.history}) > 0) continue;
            own.emplace(user.user, user.history);
            inputs.data.sequences.push_back(
                {.levels = numbering.levels(target),
                 .history = numbering.items(user.history, target),
                 .candidates = numbering.items(target.candidates, target),
                 .choice = numbering.item(user.choice, target)});
            inputs.sequence_users.emplace_back(t, u);
        }
    }
    before.merge(own);
}

FitInputs read_inputs(const std::vector<Target>& targets,
                      const std::string& file,
                      const FitNames* names) {
    const Lengths lengths = lengths_of(targets, file);
    Numbering numbering(file, names);
    FitInputs inputs;
    Listed listed;
    for (const Attributes& proxy : proxies_of(targets, lengths.shortest)) {
        for (std::size_t t = 0; t < targets.size(); ++t) {
            const Target& target = targets[t];
            if (shares_history(target) || target.history_length != lengths.shortest ||
                attributes_of(target) != proxy)
                continue;
            inputs.data.groups.push_back({.levels = numbering.levels(target),
                                          .candidates = numbering.items(target.candidates, target),
                                          .counts = target.counts});
            inputs.group_targets.push_back(t);
        }
        if (lengths.longest > 0)
            read_sequences(targets, proxy, lengths.longest, numbering, listed, inputs);
    }
    const std::uint64_t events = inputs.data.events();
    if (names == nullptr && events < least_fit_events)
        throw InputError(file,
                         "",
                         "has " + std::to_string(events) + " choices to fit users to (allowed: " +
                             std::to_string(least_fit_events) + " or more)");
    inputs.items = numbering.item_names();
    inputs.data.attributes = numbering.attributes();
    inputs.data.items = inputs.items.size();
    for (sim::FitGroup& group : inputs.data.groups)
        group.levels.resize(inputs.data.attributes.size());
    for (sim::FitSequence& sequence : inputs.data.sequences)
        sequence.levels.resize(inputs.data.attributes.size());
    return inputs;
}

}  // namespace

FitInputs read_fit_inputs(const std::vector<Target>& targets, const std::string& file) {
    return read_inputs(targets, file, nullptr);
}

FitInputs read_fit_inputs(const std::vector<Target>& targets,
                          const std::string& file,
                          const FitNames& names) {
    return read_inputs(targets, file, &names);
}

}  // namespace truegap::adapters
