#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/latent_class_fit.hpp"
#include "adapters/io/targets.hpp"

/// Targets as latent classes are fitted to them.
namespace truegap::adapters {

/// Names in place of numbers: items and attributes of a fitted population.
struct FitNames {
    std::vector<std::string> items;             ///< [ItemId]
    std::vector<sim::FitAttribute> attributes;  ///< in the order of the population's
};

struct FitInputs {
    sim::FitData data;
    std::vector<std::string> items;
    std::vector<std::size_t> group_targets;  ///< [group] its target; candidates in that one's order
    /// [sequence] its target, and which of its users; candidates in that one's order.
    std::vector<std::pair<std::size_t, std::size_t>> sequence_users;
};

/// What of targets a fit reads. Targets nest, and the same users stand in several of them:
///     counts      of the shortest history length, of the proxy with the most attributes, and of every
///                 further proxy (most attributes first, then as in the file) that has an attribute the ones
///                 before it have not; counted without regard to the users' own histories
///     sequences   the users listed in contexts of these proxies, of the longest history length; one who
///                 was listed under a proxy before with the same history is not read again
/// Contexts whose users share a history are left out: who shares it was not chosen by chance.
/// The order of names is that of their appearance. Throws InputError where fewer than `least_fit_events`
/// choices are left.
[[nodiscard]] FitInputs read_fit_inputs(const std::vector<Target>& targets,
                                        const std::string& file);
/// The same in the numbers of a population that was fitted. Throws InputError for what it does not know.
[[nodiscard]] FitInputs read_fit_inputs(const std::vector<Target>& targets,
                                        const std::string& file,
                                        const FitNames& names);

inline constexpr std::uint64_t least_fit_events = 20;

}  // namespace truegap::adapters
