#include "sim/block.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "metrics/contract.hpp"
#include "sim/contaminated.hpp"
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

std::uint64_t users_given(const Observed& observed, std::size_t context, std::size_t items) {
    const auto counts = observed.row(context, 0, items);
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

bool is_given(const Answer& answer) {
    return answer.response.faults.has_value();
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
      completed(layout.contaminated ? cross_entropy.size() : 0),
      beyond_completed(completed.size()),
      faults(layout.faults ? layout.contexts * layout.predictors : 0),
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

double MethodTruth::offset() const {
    return gap && std::isfinite(*gap) ? *gap : 0.0;
}

MethodTruth method_truth(const Level& level,
                         std::size_t context,
                         std::size_t predictor,
                         const metrics::Approximation& approximation) {
    const Answer& answer = level.answer(predictor, context);
    if (std::holds_alternative<metrics::PerEvent>(approximation))
        return {.entropy = level.user_entropy[context],
                .cross_entropy = answer.event_cross_entropy,
                .gap = answer.event_gap};
    return {.entropy = level.truth(context).entropy,
            .cross_entropy = answer.true_cross_entropy,
            .gap = answer.true_gap};
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
    for (const std::vector<Answer>& of_predictor : answers_)
        given_ = given_ || std::any_of(of_predictor.begin(), of_predictor.end(), is_given);
    for (const Truth& truth : plan_.truths) choices_.emplace_back(truth.distribution);
    if (std::holds_alternative<Users>(scenario.design)) joint_.emplace(scenario, plan_);
    make_levels();
    fill_levels();
    if (needs_groups_) make_table();
}

const Answer* WorldStudy::answer_at(const Level& level, std::size_t p, std::size_t c) {
    const PredictorMaker& maker = scenario_.predictors[p];
    if (!maker.contamination) return &answers_[p][c];
    own_answers_.push_back(
        contaminated_answer(scenario_, maker, answers_[p][c], level.truth(c), level.users[c]));
    return &own_answers_.back();
}

// Contexts with individual histories have truths and answers that depend on n, and so do the levels of
// a learned curve, which is made of the other contexts' truths.
void WorldStudy::pool_level(Level& level) {
    for (std::size_t c = 0; c < own_.size(); ++c) {
        if (own_[c].users.empty() || level.users[c] == 0) continue;
        own_truths_.push_back(pooled_truth(own_[c], level.users[c]));
        level.truths[c] = &own_truths_.back();
        level.user_entropy[c] = mean_entropy(own_[c], level.users[c]);
    }
    pooled_answers_.push_back(
        pooled_answers(scenario_, answers_, own_, own_beliefs_, level.truths, level.users));
}

void WorldStudy::fill_levels() {
    const auto own = [&](const Context& context) { return has_own_histories(scenario_, context); };
    if (std::any_of(plan_.contexts.begin(), plan_.contexts.end(), own)) {
        for (std::size_t c = 0; c < plan_.contexts.size(); ++c)
            own_.push_back(own(plan_.contexts[c]) ? sim::own_histories(scenario_, plan_, c)
                                                  : OwnHistories{});
        own_beliefs_ = sim::own_beliefs(scenario_, plan_, own_);
    }
    for (Level& level : levels_) {
        for (const Truth& truth : plan_.truths) {
            level.truths.push_back(&truth);
            level.user_entropy.push_back(truth.entropy);
        }
        if (!own_.empty()) pool_level(level);
        for (std::size_t p = 0; p < answers_.size(); ++p) {
            auto& answers = level.answers.emplace_back();
            for (std::size_t c = 0; c < answers_[p].size(); ++c)
                answers.push_back(own_.empty() ? answer_at(level, p, c)
                                               : &pooled_answers_.back()[p][c]);
        }
    }
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
        const auto* observed = std::get_if<Observed>(&scenario_.design);
        for (std::size_t c = 0; c < contexts; ++c) {
            const std::uint64_t n =
                observed != nullptr
                    ? users_given(*observed, c, plan_.contexts[c].candidates.size())
                    : users_in(std::get<GroupSizes>(scenario_.design), plan_.contexts[c].group);
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
            .bins = level.bins.size(),
            .faults = given_ ||
                      std::any_of(scenario_.predictors.begin(),
                                  scenario_.predictors.end(),
                                  [](const PredictorMaker& maker) { return maker.faults.any(); }),
            .contaminated = std::any_of(
                scenario_.predictors.begin(),
                scenario_.predictors.end(),
                [](const PredictorMaker& maker) { return maker.contamination.has_value(); }),
            .given = given_};
}

StreamAddress WorldStudy::address(const Level& level,
                                  std::uint32_t block,
                                  Purpose purpose,
                                  std::size_t context) const {
    return {.seed = scenario_.seed,
            .world = plan_.index,
            .purpose = purpose,
            .cell = plan_.contexts[context].id,
            .n = level.users[context],
            .block = block};
}

}  // namespace truegap::sim
