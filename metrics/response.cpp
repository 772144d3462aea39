#include "metrics/response.hpp"

#include <algorithm>
#include <numeric>

#include "metrics/contract.hpp"

namespace truegap::metrics {

bool Ranking::ties_within(std::size_t top) const {
    for (std::size_t tier = 0; tier < tiers() && tier_begin[tier] < top; ++tier)
        if (tier_begin[tier + 1] - tier_begin[tier] > 1) return true;
    return false;
}

Ranking ranking_by(std::span<const double> scores) {
    Ranking ranking;
    ranking.order.resize(scores.size());
    std::iota(ranking.order.begin(), ranking.order.end(), 0U);
    std::stable_sort(ranking.order.begin(),
                     ranking.order.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return scores[a] > scores[b]; });
    ranking.tier_of.resize(scores.size());
    for (std::uint32_t i = 0; i < ranking.order.size(); ++i) {
        const double score = scores[ranking.order[i]];
        const bool tied = i > 0 && scores[ranking.order[i - 1]] - score <=
                                       tie_tolerance * scores[ranking.order[i - 1]];
        if (!tied) ranking.tier_begin.push_back(i);
        ranking.tier_of[ranking.order[i]] =
            static_cast<std::uint32_t>(ranking.tier_begin.size() - 1);
    }
    ranking.tier_begin.push_back(static_cast<std::uint32_t>(scores.size()));
    return ranking;
}

void break_ties(const Ranking& ranking,
                std::span<const std::uint32_t> lottery,
                std::vector<std::uint32_t>& order) {
    TRUEGAP_EXPECTS(lottery.size() == ranking.size());
    order.resize(ranking.size());
    thread_local std::vector<std::uint32_t> next;
    next.assign(ranking.tier_begin.begin(), ranking.tier_begin.end() - 1);
    for (const std::uint32_t candidate : lottery)
        order[next[ranking.tier_of[candidate]]++] = candidate;
}

}  // namespace truegap::metrics
