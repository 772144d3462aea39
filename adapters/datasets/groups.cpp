#include "adapters/datasets/groups.hpp"

#include <algorithm>

#include "adapters/io/input_error.hpp"

namespace truegap::adapters {

namespace {

constexpr std::uint64_t most_groups = 1'000'000;

std::vector<std::string> names_of(const std::vector<Demographic>& demographics) {
    std::vector<std::string> names;
    names.reserve(demographics.size());
    for (const Demographic& demographic : demographics) names.push_back(demographic.name);
    return names;
}

std::size_t place_of(const std::string& name, const std::vector<Demographic>& demographics) {
    const std::vector<std::string> names = names_of(demographics);
    const auto place = std::find(names.begin(), names.end(), name);
    if (place != names.end()) return static_cast<std::size_t>(place - names.begin());
    if (names.empty())
        throw InputError("--groups",
                         "",
                         "is " + name +
                             ", but this data set does not say who its users are "
                             "(allowed: none)");
    throw InputError("--groups",
                     "",
                     "names " + in_quotes(name) + "; the nearest is " +
                         in_quotes(nearest(name, names)) + " (allowed: none, or some of " +
                         listed(names) + ")");
}

}  // namespace

Groups::Groups(const std::vector<Demographic>& demographics, const std::vector<GroupBy>& by)
    : demographics_(demographics) {
    std::uint64_t size = 0;
    for (const GroupBy& names : by) {
        Set set{.demographics = {}, .first = static_cast<std::uint32_t>(size)};
        for (const std::string& name : names)
            set.demographics.push_back(place_of(name, demographics_));
        auto& chosen = set.demographics;
        std::sort(chosen.begin(), chosen.end());
        chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
        if (std::any_of(sets_.begin(), sets_.end(), [&](const Set& other) {
                return other.demographics == chosen;
            }))
            continue;
        std::uint64_t cells = 1;
        for (const std::size_t d : chosen) cells *= demographics_[d].levels.size();
        size += cells;
        if (size > most_groups)
            throw InputError("--groups",
                             "",
                             "make more than " + std::to_string(most_groups) +
                                 " groups (allowed: fewer demographics together)");
        sets_.push_back(std::move(set));
    }
    size_ = static_cast<std::uint32_t>(size);
}

GroupBy Groups::names(std::size_t set) const {
    GroupBy names;
    names.reserve(sets_[set].demographics.size());
    for (const std::size_t d : sets_[set].demographics) names.push_back(demographics_[d].name);
    return names;
}

std::optional<std::uint32_t> Groups::of(std::span<const std::int16_t> levels,
                                        std::size_t set) const {
    std::uint32_t cell = 0;
    for (const std::size_t d : sets_[set].demographics) {
        if (levels.empty() || levels[d] == unknown_level) return std::nullopt;
        cell = cell * static_cast<std::uint32_t>(demographics_[d].levels.size()) +
               static_cast<std::uint32_t>(levels[d]);
    }
    return sets_[set].first + cell;
}

std::vector<Shown> Groups::shown(std::size_t set, std::uint32_t group) const {
    const auto& chosen = sets_[set].demographics;
    std::vector<Shown> shown(chosen.size());
    std::size_t cell = group - sets_[set].first;
    for (std::size_t i = chosen.size(); i-- > 0;) {
        const Demographic& demographic = demographics_[chosen[i]];
        shown[i] = {.name = demographic.name,
                    .value = demographic.levels[cell % demographic.levels.size()]};
        cell /= demographic.levels.size();
    }
    return shown;
}

std::string group_label(const std::vector<Shown>& group) {
    std::string label;
    for (const Shown& level : group)
        label += (label.empty() ? "" : ";") + level.name + "=" + level.value;
    return label.empty() ? "all" : label;
}

std::vector<GroupBy> usual_groups(const DatasetFormat& format) {
    std::vector<GroupBy> by{{}};
    const std::vector<std::string> usual = format.usual_demographics();
    for (const std::string& name : usual) by.push_back({name});
    if (!usual.empty()) by.push_back({"age", "gender"});
    return by;
}

}  // namespace truegap::adapters
