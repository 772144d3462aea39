#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/observed.hpp"
#include "sim/observed_summary.hpp"

/// Which contexts a statement about a predictor rests on, so that no user counts twice.
namespace truegap::sim {

/// Of pools (proxy x history length) the one with the most attributes; of those the one with the most
/// contexts, then with the shortest history, then the first. Nested proxies hold the same users.
/// pools: at least one, none empty.
[[nodiscard]] std::size_t judged_pool(const ObservedStudy& study,
                                      const std::vector<ObservedPool>& pools);

/// The contexts of the pool's proxy at every history length, ascending.
[[nodiscard]] std::vector<std::uint32_t> contexts_of_proxy(const ObservedStudy& study,
                                                           const ObservedPool& pool);

}  // namespace truegap::sim
