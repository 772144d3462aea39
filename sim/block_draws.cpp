#include "sim/block_draws.hpp"

#include <algorithm>

#include "sim/event_scores.hpp"
#include "sim/redrawn_scores.hpp"
#include "sim/stream.hpp"

namespace truegap::sim {

namespace {

bool ties_matter(const WorldStudy& study, const Level& level, std::size_t context) {
    const std::vector<RankedAnswer> ranked = ranked_answers(study, level, context);
    return redrawn_ties_matter(study, level, context) ||
           std::any_of(
               ranked.begin(), ranked.end(), [](const RankedAnswer& one) { return one.lottery; });
}

}  // namespace

BlockDraws::BlockDraws(const WorldStudy& study,
                       const Level& level,
                       std::uint32_t block,
                       std::size_t replicates)
    : study_(study), level_(level), block_(block), replicates_(replicates) {
    if (study.joint_users())
        joint_ = study.joint_users()->draw(level.population_users, block, replicates);
}

void BlockDraws::draw_counts(std::size_t context, ContextDraws& draws) {
    if (joint_ && !joint_->counts[context].empty()) {
        draws.counts = std::move(joint_->counts[context]);
        return;
    }
    if (const OwnHistories* own = study_.own_histories(context)) {
        Stream choices = stream(study_.address(level_, block_, Purpose::user_choices, context));
        draw_users(*own, level_.users[context], replicates_, choices, draws);
        return;
    }
    if (const auto* observed = std::get_if<Observed>(&study_.scenario().design)) {
        for (std::size_t r = 0; r < replicates_; ++r) {
            const auto counts =
                observed->row(context, block_ * std::size_t{replicates_per_block} + r, draws.items);
            draws.counts.insert(draws.counts.end(), counts.begin(), counts.end());
        }
        return;
    }
    draws.counts.assign(replicates_ * draws.items, 0U);
    Stream choices = stream(study_.address(level_, block_, Purpose::counts, context));
    for (std::size_t r = 0; r < replicates_; ++r)
        study_.choices(context)(
            draws.n[r], choices, std::span(draws.counts).subspan(r * draws.items, draws.items));
}

ContextDraws BlockDraws::operator()(std::size_t context) {
    ContextDraws draws;
    draws.items = study_.plan().contexts[context].candidates.size();
    draws.n.fill(level_.users[context]);
    if (joint_)
        std::copy(joint_->users[context].begin(), joint_->users[context].end(), draws.n.begin());
    draw_counts(context, draws);
    if (ties_matter(study_, level_, context)) {
        draws.lotteries.resize(replicates_ * draws.items);
        Stream lots = stream(study_.address(level_, block_, Purpose::tie_lottery, context));
        for (std::size_t r = 0; r < replicates_; ++r)
            random_permutation(lots,
                               std::span(draws.lotteries).subspan(r * draws.items, draws.items));
    }
    const std::size_t predictors = study_.scenario().predictors.size();
    for (std::size_t p = 0; p < predictors; ++p) {
        if (!level_.answer(p, context).by_replicate) continue;
        draws.answers.resize(predictors);
        draws.answers[p] = draw_answers(study_, level_, block_, context, p, draws, replicates_);
    }
    return draws;
}

std::size_t ranks_read(const Scenario& scenario) {
    std::size_t ranks = 0;
    for (const metrics::Approximation& approximation : scenario.approximations) {
        const bool may_read_top = std::holds_alternative<metrics::Recommended>(approximation);
        ranks = std::max(
            ranks, may_read_top ? scenario.top : metrics::ranks_read(approximation, scenario.top));
    }
    return ranks;
}

std::vector<RankedAnswer> ranked_answers(const WorldStudy& study,
                                         const Level& level,
                                         std::size_t context) {
    const std::size_t ranks = ranks_read(study.scenario());
    std::vector<RankedAnswer> ranked;
    if (ranks == 0) return ranked;
    for (std::size_t p = 0; p < study.scenario().predictors.size(); ++p) {
        const Answer& answer = level.answer(p, context);
        const auto& ranking = answer.response.ranking;
        if (ranking && !answer.by_replicate)
            ranked.push_back(
                {p, &*ranking, ranking->ties_within(std::min(ranks, ranking->size()))});
    }
    return ranked;
}

}  // namespace truegap::sim
