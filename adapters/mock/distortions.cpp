#include "adapters/mock/distortions.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "metrics/log_tables.hpp"
#include "metrics/response.hpp"

namespace truegap::adapters {

Belief position_biased(Belief of, double ratio) {
    return [of = std::move(of), step = metrics::ln(ratio)](const sim::Context& context) {
        std::vector<double> logs;
        for (const double p : of(context))
            logs.push_back(metrics::ln(p) + static_cast<double>(logs.size()) * step);
        return from_log_weights(std::move(logs));
    };
}

Belief overconfident(Belief of, double share) {
    return [of = std::move(of), share](const sim::Context& context) {
        const metrics::Distribution p = of(context);
        const metrics::Ranking ranking = metrics::ranking_by(p);
        const std::size_t first = ranking.tier_begin[1];
        std::vector<double> weights(p.begin(), p.end());
        for (double& weight : weights) weight *= 1.0 - share;
        for (std::size_t i = 0; i < first; ++i)
            weights[ranking.order[i]] += share / static_cast<double>(first);
        return metrics::Distribution::from_weights(std::move(weights));
    };
}

}  // namespace truegap::adapters
