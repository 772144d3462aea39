#include "sim/group.hpp"

#include <algorithm>

namespace truegap::sim {

std::string proxy_label(const Proxy& proxy, std::span<const AttributeSpec> attributes) {
    std::string label;
    for (const std::uint32_t attribute : proxy) {
        if (!label.empty()) label += '+';
        label += attributes[attribute].name;
    }
    return label;
}

std::string group_label(const Group& group, std::span<const AttributeSpec> attributes) {
    std::string label;
    for (std::size_t i = 0; i < group.proxy.size(); ++i) {
        const AttributeSpec& attribute = attributes[group.proxy[i]];
        if (i > 0) label += ';';
        label += attribute.name + '=' + attribute.levels[group.levels[i]];
    }
    return label;
}

double group_count(const Proxy& proxy, std::span<const AttributeSpec> attributes) {
    double count = 1.0;
    for (const std::uint32_t attribute : proxy)
        count *= static_cast<double>(attributes[attribute].levels.size());
    return count;
}

std::vector<Group> all_groups(const Proxy& proxy, std::span<const AttributeSpec> attributes) {
    std::vector<Group> groups{{.proxy = proxy, .levels = {}}};
    for (const std::uint32_t attribute : proxy) {
        std::vector<Group> finer;
        for (const Group& group : groups) {
            for (std::uint32_t level = 0; level < attributes[attribute].levels.size(); ++level) {
                finer.push_back(group);
                finer.back().levels.push_back(level);
            }
        }
        groups = std::move(finer);
    }
    return groups;
}

bool contains(const Group& outer, const Group& inner) {
    for (std::size_t i = 0; i < outer.proxy.size(); ++i) {
        const auto place = std::find(inner.proxy.begin(), inner.proxy.end(), outer.proxy[i]);
        if (place == inner.proxy.end()) return false;
        if (inner.levels[static_cast<std::size_t>(place - inner.proxy.begin())] != outer.levels[i])
            return false;
    }
    return true;
}

}  // namespace truegap::sim
