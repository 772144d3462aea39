#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/population.hpp"

namespace truegap::sim {

/// Which attributes are shown: indices into the population's attributes, in the order listed.
using Proxy = std::vector<std::uint32_t>;

/// A group of users: one level for each attribute of its proxy. The empty group is everybody.
struct Group {
    Proxy proxy;
    std::vector<std::uint32_t> levels;  ///< one a proxy attribute

    [[nodiscard]] bool operator==(const Group&) const = default;
};

/// `age+gender`; empty for everybody.
[[nodiscard]] std::string proxy_label(const Proxy& proxy,
                                      std::span<const AttributeSpec> attributes);
/// `age=a;gender=f`; empty for everybody.
[[nodiscard]] std::string group_label(const Group& group,
                                      std::span<const AttributeSpec> attributes);

/// How many groups a proxy has: the product of its attributes' level counts.
[[nodiscard]] double group_count(const Proxy& proxy, std::span<const AttributeSpec> attributes);
/// Every group of a proxy, the last attribute running fastest.
[[nodiscard]] std::vector<Group> all_groups(const Proxy& proxy,
                                            std::span<const AttributeSpec> attributes);

/// Whether every user of `inner` is in `outer`: outer's attributes are among inner's, at its
/// levels.
[[nodiscard]] bool contains(const Group& outer, const Group& inner);

}  // namespace truegap::sim
