#include "sim/event_scores.hpp"

#include <optional>

#include "metrics/approximation/scorer.hpp"
#include "metrics/compensated_sum.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::sim {

namespace {

std::optional<double> event_loss(std::span<const metrics::Distribution> q,
                                 const ContextDraws& draws,
                                 std::size_t r) {
    const std::size_t n = draws.n[r];
    if (n == 0) return std::nullopt;
    metrics::CompensatedSum sum;
    for (std::size_t user = 0; user < n; ++user)
        sum.add(-metrics::ln(q[user][draws.choices[r * n + user]]));
    return sum.value() / static_cast<double>(n);
}

}  // namespace

void draw_users(const OwnHistories& own,
                std::uint32_t n,
                std::size_t replicates,
                Stream& stream,
                ContextDraws& draws) {
    draws.counts.assign(replicates * draws.items, 0U);
    draws.choices.reserve(replicates * n);
    for (std::size_t r = 0; r < replicates; ++r)
        for (std::uint32_t user = 0; user < n; ++user) {
            const std::uint32_t choice = own.choose[user](stream);
            ++draws.counts[r * draws.items + choice];
            draws.choices.push_back(choice);
        }
}

void score_events(const WorldStudy& study,
                  const Level& level,
                  std::size_t context,
                  const ContextDraws& draws,
                  std::size_t replicates,
                  std::span<Column> cross_entropies) {
    const Scenario& scenario = study.scenario();
    const std::size_t approximations = scenario.approximations.size();
    for (std::size_t a = 0; a < approximations; ++a) {
        if (metrics::needs_of(scenario.approximations[a]) != metrics::Needs::events) continue;
        for (std::size_t p = 0; p < scenario.predictors.size(); ++p) {
            if (level.answer(p, context).by_replicate) continue;
            Column& column = cross_entropies[p * approximations + a];
            const auto ln_q = metrics::fixed_logs(
                metrics::Probabilities{}, level.answer(p, context).response, 1.0);
            for (std::size_t r = 0; r < replicates; ++r) {
                std::optional<double> loss;
                if (study.own_histories(context) != nullptr) {
                    loss = event_loss(study.own_beliefs(p, context), draws, r);
                } else if (draws.n[r] > 0 && ln_q) {
                    loss = metrics::fixed_cross_entropy(*ln_q, draws.row(r), draws.n[r]);
                }
                column.set(r, loss);
            }
        }
    }
}

}  // namespace truegap::sim
