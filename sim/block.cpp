#include "sim/block.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "metrics/contract.hpp"
#include "sim/stream.hpp"

namespace truegap::sim {

namespace {

// Group sizes are binned by 1-2-5 steps in the summary.
SizeBin bin_of_size(std::uint32_t population_users, double users) {
    std::uint64_t smallest = 1;
    for (int step = 0;; ++step) {
        const std::uint64_t next = step % 3 == 1 ? smallest / 2 * 5 : smallest * 2;
        if (users < static_cast<double>(next) || next > std::numeric_limits<std::uint32_t>::max())
            return {.population_users = population_users,
                    .smallest = static_cast<std::uint32_t>(smallest),
                    .largest = static_cast<std::uint32_t>(std::min<std::uint64_t>(
                        next - 1, std::numeric_limits<std::uint32_t>::max()))};
        smallest = next;
    }
}

void number_bins(Level& level, const std::vector<SizeBin>& bin_of_context) {
    std::map<SizeBin, std::uint32_t> numbers;
    for (const SizeBin& bin : bin_of_context) numbers.emplace(bin, 0U);
    for (auto& [bin, number] : numbers) {
        number = static_cast<std::uint32_t>(level.bins.size());
        level.bins.push_back(bin);
    }
    for (const SizeBin& bin : bin_of_context) level.bin_of.push_back(numbers.at(bin));
}

void merge_one(std::uint64_t& here, std::uint64_t later) {
    here += later;
}

template <class Part>
void merge_one(Part& here, const Part& later) {
    here.merge(later);
}

}  // namespace

BlockStatistics::BlockStatistics(const Layout& layout)
    : users(layout.contexts),
      entropy(layout.contexts * layout.estimators),
      cross_entropy(layout.contexts * layout.predictors * layout.approximations),
      infinite(cross_entropy.size()),
      answered(cross_entropy.size()),
      beyond_answered(cross_entropy.size()),
      intervals(cross_entropy.size()),
      pooled_weight(layout.contexts),
      gap_error(layout.contexts * layout.predictors * layout.methods),
      gap_entropy(gap_error.size()),
      gap_cross_entropy(gap_error.size()),
      pooled_error(layout.bins * layout.predictors * layout.methods) {}

void BlockStatistics::merge(const BlockStatistics& later) {
    replicates += later.replicates;
    const auto merge_each = [](auto& here, const auto& there) {
        for (std::size_t i = 0; i < here.size(); ++i) merge_one(here[i], there[i]);
    };
    visit_parts(merge_each, *this, later);
}

double gap_offset(const Answer& answer) {
    return answer.true_gap && std::isfinite(*answer.true_gap) ? *answer.true_gap : 0.0;
}

WorldStudy::WorldStudy(const Scenario& scenario, WorldPlan plan)
    : scenario_(scenario),
      plan_(std::move(plan)),
      estimators_(study_estimators(scenario)),
      methods_(study_methods(scenario)),
      answers_(answer_world(scenario, plan_)) {
    for (const metrics::Approximation& approximation : scenario.approximations) {
        const metrics::Needs needs = metrics::needs_of(approximation);
        auto& scorer = scorers_.emplace_back();
        if (needs == metrics::Needs::order) scorer.emplace(approximation, scenario.top);
        auto& halves_scorer = halves_scorers_.emplace_back();
        if (const auto* halved = std::get_if<metrics::CrossFittedRankMatched>(&approximation))
            halves_scorer.emplace(metrics::RankMatched{halved->residual, halved->smoothing},
                                  scenario.top);
        needs_groups_ = needs_groups_ || needs == metrics::Needs::groups;
        needs_mixture_ =
            needs_mixture_ || std::holds_alternative<metrics::Recommended>(approximation);
    }
    for (const metrics::Estimator& estimator : estimators_) {
        const metrics::Pooling pooling = estimator.entry().pooling;
        needs_groups_ = needs_groups_ || pooling != metrics::Pooling::none;
        needs_mixture_ = needs_mixture_ || pooling == metrics::Pooling::mixture;
    }
    for (const Truth& truth : plan_.truths) choices_.emplace_back(truth.distribution);
    if (std::holds_alternative<Users>(scenario.design)) joint_.emplace(scenario, plan_);
    make_levels();
    if (needs_groups_) make_table();
}

void WorldStudy::make_table() {
    const std::size_t contexts = plan_.contexts.size();
    std::map<ItemId, std::uint32_t> numbers;
    for (const Context& context : plan_.contexts) {
        auto& items = table_.items_of.emplace_back();
        for (const ItemId item : context.candidates)
            items.push_back(
                numbers.emplace(item, static_cast<std::uint32_t>(numbers.size())).first->second);
    }
    table_.items = numbers.size();
    table_.order.resize(contexts);
    std::iota(table_.order.begin(), table_.order.end(), std::size_t{0});
    const auto attributes = [&](std::size_t c) { return plan_.contexts[c].group.levels.size(); };
    std::stable_sort(table_.order.begin(), table_.order.end(), [&](std::size_t a, std::size_t b) {
        return attributes(a) < attributes(b);
    });
    // The parent: the same history, the group without its last-listed attribute.
    std::map<std::pair<std::vector<std::uint32_t>, History>, std::size_t> places;
    const auto key = [&](const Group& group, std::size_t attributes_kept, const History& history) {
        std::vector<std::uint32_t> shown;
        for (std::size_t i = 0; i < attributes_kept; ++i) {
            shown.push_back(group.proxy[i]);
            shown.push_back(group.levels[i]);
        }
        return std::pair(shown, history);
    };
    table_.parent_of.resize(contexts);
    for (std::size_t place = 0; place < contexts; ++place) {
        const Context& context = plan_.contexts[table_.order[place]];
        const std::size_t kept = context.group.levels.size();
        places.emplace(key(context.group, kept, context.history), place);
        if (kept == 0) continue;
        const auto parent = places.find(key(context.group, kept - 1, context.history));
        if (parent != places.end()) table_.parent_of[table_.order[place]] = parent->second;
    }
}

void WorldStudy::make_levels() {
    const std::size_t contexts = plan_.contexts.size();
    std::vector<SizeBin> bins(contexts);
    if (const auto* each = std::get_if<UsersPerGroup>(&scenario_.design)) {
        for (const std::uint32_t n : each->n) {
            Level& level = levels_.emplace_back();
            level.users.assign(contexts, n);
            std::fill(bins.begin(), bins.end(), SizeBin{.smallest = n, .largest = n});
            number_bins(level, bins);
        }
    } else if (const auto* users = std::get_if<Users>(&scenario_.design)) {
        for (const std::uint32_t n : users->n) {
            Level& level = levels_.emplace_back();
            level.population_users = n;
            level.users.assign(contexts, n);
            for (std::size_t c = 0; c < contexts; ++c)
                bins[c] = bin_of_size(n, std::round(n * joint_->expected_share(c)));
            number_bins(level, bins);
        }
    } else {
        Level& level = levels_.emplace_back();
        for (std::size_t c = 0; c < contexts; ++c) {
            const std::uint64_t n =
                users_in(std::get<GroupSizes>(scenario_.design), plan_.contexts[c].group);
            level.users.push_back(static_cast<std::uint32_t>(n));
            bins[c] = bin_of_size(0, static_cast<double>(n));
        }
        number_bins(level, bins);
    }
}

Layout WorldStudy::layout(const Level& level) const {
    return {.contexts = plan_.contexts.size(),
            .predictors = scenario_.predictors.size(),
            .approximations = scenario_.approximations.size(),
            .estimators = estimators_.size(),
            .methods = methods_.size(),
            .bins = level.bins.size()};
}

}  // namespace truegap::sim
