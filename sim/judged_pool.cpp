#include "sim/judged_pool.hpp"

#include <algorithm>
#include <tuple>

#include "metrics/contract.hpp"

namespace truegap::sim {

std::size_t judged_pool(const ObservedStudy& study, const std::vector<ObservedPool>& pools) {
    TRUEGAP_EXPECTS(!pools.empty());
    const auto rank = [&](const ObservedPool& pool) {
        const ObservedContext& first = study.contexts[pool.contexts.front()];
        return std::tuple(-static_cast<std::ptrdiff_t>(first.group.proxy.size()),
                          -static_cast<std::ptrdiff_t>(pool.contexts.size()),
                          first.history.size());
    };
    const auto best = std::min_element(
        pools.begin(), pools.end(), [&](const ObservedPool& a, const ObservedPool& b) {
            return rank(a) < rank(b);
        });
    return static_cast<std::size_t>(best - pools.begin());
}

std::vector<std::uint32_t> contexts_of_proxy(const ObservedStudy& study, const ObservedPool& pool) {
    const auto& proxy = study.contexts[pool.contexts.front()].group.proxy;
    std::vector<std::uint32_t> contexts;
    for (std::uint32_t c = 0; c < study.contexts.size(); ++c)
        if (study.contexts[c].group.proxy == proxy) contexts.push_back(c);
    return contexts;
}

}  // namespace truegap::sim
