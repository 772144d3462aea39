#include "sim/block.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

#include "metrics/contract.hpp"
#include "sim/stream.hpp"

namespace truegap::sim {

namespace {

// One figure a replicate; not every replicate has one.
struct Column {
    std::array<double, replicates_per_block> value{};
    std::array<bool, replicates_per_block> defined{};

    void set(std::size_t r, std::optional<double> figure) {
        defined[r] = figure.has_value();
        value[r] = figure.value_or(0.0);
    }
};

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

template <class Part>
void merge_each(std::vector<Part>& here, const std::vector<Part>& later) {
    for (std::size_t i = 0; i < here.size(); ++i) here[i].merge(later[i]);
}

void add_each(std::vector<std::uint64_t>& here, const std::vector<std::uint64_t>& later) {
    for (std::size_t i = 0; i < here.size(); ++i) here[i] += later[i];
}

}  // namespace

BlockStatistics::BlockStatistics(const Layout& layout)
    : users(layout.contexts),
      entropy(layout.contexts * layout.estimators),
      cross_entropy(layout.contexts * layout.predictors * layout.approximations),
      infinite(cross_entropy.size()),
      gap_error(cross_entropy.size() * layout.estimators),
      pooled_error(layout.bins * layout.predictors * layout.approximations * layout.estimators) {}

void BlockStatistics::merge(const BlockStatistics& later) {
    replicates += later.replicates;
    add_each(users, later.users);
    merge_each(entropy, later.entropy);
    merge_each(cross_entropy, later.cross_entropy);
    add_each(infinite, later.infinite);
    merge_each(gap_error, later.gap_error);
    merge_each(pooled_error, later.pooled_error);
}

double gap_offset(const Answer& answer) {
    return answer.true_gap && std::isfinite(*answer.true_gap) ? *answer.true_gap : 0.0;
}

WorldStudy::WorldStudy(const Scenario& scenario, WorldPlan plan)
    : scenario_(scenario), plan_(std::move(plan)), answers_(answer_world(scenario, plan_)) {
    for (const metrics::Approximation& approximation : scenario.approximations) {
        if (metrics::reads_ranking(approximation)) {
            scorers_.emplace_back(metrics::RankScorer(approximation, scenario.top));
        } else {
            scorers_.emplace_back(std::nullopt);
        }
    }
    for (const Truth& truth : plan_.truths) choices_.emplace_back(truth.distribution);
    if (std::holds_alternative<Users>(scenario.design)) joint_.emplace(scenario, plan_);
    make_levels();
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
            .estimators = scenario_.estimators.size(),
            .bins = level.bins.size()};
}

/// The working memory of one block, reused from context to context.
class BlockRun {
  public:
    BlockRun(const WorldStudy& study, const Level& level, std::uint32_t block)
        : study_(study),
          scenario_(study.scenario_),
          level_(level),
          layout_(study.layout(level)),
          block_(block),
          replicates_(
              std::min(replicates_per_block, scenario_.replicates - block * replicates_per_block)),
          entropies_(layout_.estimators),
          cross_entropies_(layout_.predictors * layout_.approximations),
          rank_logs_(layout_.approximations),
          statistics_(layout_),
          pool_sums_(statistics_.pooled_error.size()),
          pool_sizes_(statistics_.pooled_error.size()) {
        statistics_.replicates = replicates_;
        if (study.joint_) joint_ = study.joint_->draw(level.population_users, block, replicates_);
    }

    BlockStatistics run() {
        for (std::size_t c = 0; c < layout_.contexts; ++c) {
            draw(c);
            score_entropies();
            score_rankings(c);
            score_fixed(c);
            record(c);
        }
        record_pools();
        return std::move(statistics_);
    }

  private:
    using Slots = std::array<double, replicates_per_block>;

    [[nodiscard]] StreamAddress address(Purpose purpose, std::size_t c) const {
        return {.seed = scenario_.seed,
                .world = study_.plan_.index,
                .purpose = purpose,
                .cell = study_.plan_.contexts[c].id,
                .n = level_.users[c],
                .block = block_};
    }

    void draw(std::size_t c) {
        items_ = study_.plan_.contexts[c].candidates.size();
        n_.fill(level_.users[c]);
        if (joint_) std::copy(joint_->users[c].begin(), joint_->users[c].end(), n_.begin());
        if (joint_ && !joint_->counts[c].empty()) {
            counts_ = joint_->counts[c];
            return;
        }
        counts_.assign(replicates_ * items_, 0U);
        Stream draws = stream(address(Purpose::counts, c));
        for (std::size_t r = 0; r < replicates_; ++r)
            study_.choices_[c](n_[r], draws, std::span(counts_).subspan(r * items_, items_));
    }

    [[nodiscard]] std::span<const std::uint32_t> row(std::size_t r) const {
        return std::span(counts_).subspan(r * items_, items_);
    }

    void score_entropies() {
        for (std::size_t e = 0; e < layout_.estimators; ++e)
            for (std::size_t r = 0; r < replicates_; ++r)
                entropies_[e].set(r,
                                  scenario_.estimators[e].estimate(
                                      {.counts = row(r), .n = n_[r], .items = items_}));
    }

    // Which predictors have a ranking, and whether its ties matter.
    struct Ranked {
        std::size_t predictor = 0;
        const metrics::Ranking* ranking = nullptr;
        bool lottery = false;
    };
    [[nodiscard]] std::vector<Ranked> ranked_predictors(std::size_t c) const {
        std::vector<Ranked> ranked;
        for (std::size_t p = 0; p < layout_.predictors; ++p) {
            const auto& ranking = study_.answer(p, c).response.ranking;
            if (ranking) ranked.push_back({p, &*ranking, ranking->ties_within(scenario_.top)});
        }
        return ranked;
    }

    void score_rankings(std::size_t c) {
        std::vector<std::size_t> approximations;
        std::size_t largest_needed = 0;
        for (std::size_t a = 0; a < layout_.approximations; ++a) {
            if (!study_.scorers_[a]) continue;
            approximations.push_back(a);
            largest_needed = std::max(largest_needed, study_.scorers_[a]->largest_needed(items_));
            rank_logs_[a].reusable_for = 0;
            for (std::size_t p = 0; p < layout_.predictors; ++p) column(p, a).defined.fill(false);
        }
        if (approximations.empty()) return;
        const std::vector<Ranked> ranked = ranked_predictors(c);
        const bool lottery = std::any_of(
            ranked.begin(), ranked.end(), [](const Ranked& one) { return one.lottery; });
        lottery_.resize(items_);
        Stream lots = stream(address(Purpose::tie_lottery, c));
        for (std::size_t r = 0; r < replicates_; ++r) {
            if (lottery) random_permutation(lots, lottery_);
            if (n_[r] == 0) continue;
            if (largest_needed > 0) metrics::largest_counts(row(r), largest_needed, largest_);
            for (const std::size_t a : approximations)
                study_.scorers_[a]->logs(largest_, n_[r], items_, rank_logs_[a]);
            for (const Ranked& one : ranked) {
                if (one.lottery) metrics::break_ties(*one.ranking, lottery_, order_);
                const auto& order = one.lottery ? order_ : one.ranking->order;
                for (const std::size_t a : approximations)
                    column(one.predictor, a)
                        .set(
                            r,
                            study_.scorers_[a]->cross_entropy(rank_logs_[a], row(r), n_[r], order));
            }
        }
    }

    void score_fixed(std::size_t c) {
        for (std::size_t a = 0; a < layout_.approximations; ++a) {
            if (study_.scorers_[a]) continue;
            for (std::size_t p = 0; p < layout_.predictors; ++p) {
                std::optional<std::vector<double>> ln_q;
                std::uint32_t made_for = 0;  // n, on which additive smoothing depends
                for (std::size_t r = 0; r < replicates_; ++r) {
                    if (n_[r] > 0 && n_[r] != made_for) {
                        ln_q = metrics::fixed_logs(
                            scenario_.approximations[a], study_.answer(p, c).response, n_[r]);
                        made_for = n_[r];
                    }
                    if (n_[r] > 0 && ln_q) {
                        column(p, a).set(r, metrics::fixed_cross_entropy(*ln_q, row(r), n_[r]));
                    } else {
                        column(p, a).set(r, std::nullopt);
                    }
                }
            }
        }
    }

    [[nodiscard]] Column& column(std::size_t p, std::size_t a) {
        return cross_entropies_[p * layout_.approximations + a];
    }

    // The defined figures of a column, side by side.
    [[nodiscard]] std::span<const double> gather(const Column& column) {
        std::size_t filled = 0;
        for (std::size_t r = 0; r < replicates_; ++r)
            if (column.defined[r]) scratch_[filled++] = column.value[r];
        return std::span(scratch_).first(filled);
    }

    void record(std::size_t c) {
        for (std::size_t r = 0; r < replicates_; ++r) statistics_.users[c] += n_[r];
        for (std::size_t e = 0; e < layout_.estimators; ++e)
            statistics_.entropy[layout_.entropy(c, e)].add(gather(entropies_[e]));
        for (std::size_t p = 0; p < layout_.predictors; ++p) {
            const double offset = gap_offset(study_.answer(p, c));
            for (std::size_t a = 0; a < layout_.approximations; ++a) {
                const auto figures = gather(column(p, a));
                statistics_.cross_entropy[layout_.cross_entropy(c, p, a)].add(figures);
                statistics_.infinite[layout_.cross_entropy(c, p, a)] +=
                    static_cast<std::uint64_t>(std::count(
                        figures.begin(), figures.end(), std::numeric_limits<double>::infinity()));
                for (std::size_t e = 0; e < layout_.estimators; ++e) record_gap(c, p, a, e, offset);
            }
        }
    }

    void record_gap(std::size_t c, std::size_t p, std::size_t a, std::size_t e, double offset) {
        const Column& cross_entropy = column(p, a);
        const Column& entropy = entropies_[e];
        const std::size_t pool = layout_.pooled(level_.bin_of[c], p, a, e);
        std::size_t filled = 0;
        for (std::size_t r = 0; r < replicates_; ++r) {
            if (!cross_entropy.defined[r] || !entropy.defined[r]) continue;
            const double error = cross_entropy.value[r] - entropy.value[r] - offset;
            scratch_[filled++] = error;
            pool_sums_[pool][r] += error;
            pool_sizes_[pool][r] += 1.0;
        }
        statistics_.gap_error[layout_.gap(c, p, a, e)].add(std::span(scratch_).first(filled));
    }

    void record_pools() {
        for (std::size_t pool = 0; pool < pool_sums_.size(); ++pool) {
            std::size_t filled = 0;
            for (std::size_t r = 0; r < replicates_; ++r)
                if (pool_sizes_[pool][r] > 0.0)
                    scratch_[filled++] = pool_sums_[pool][r] / pool_sizes_[pool][r];
            statistics_.pooled_error[pool].add(std::span(scratch_).first(filled));
        }
    }

    const WorldStudy& study_;
    const Scenario& scenario_;
    const Level& level_;
    Layout layout_;
    std::uint32_t block_;
    std::uint32_t replicates_;
    std::optional<JointUsers::Block> joint_;

    std::size_t items_ = 0;                                // K of the context at hand
    std::array<std::uint32_t, replicates_per_block> n_{};  // its users, a replicate
    std::vector<std::uint32_t> counts_;                    // its counts, replicates x K
    std::vector<std::uint32_t> largest_, lottery_, order_;
    std::vector<Column> entropies_;             // [estimator]
    std::vector<Column> cross_entropies_;       // [predictor x approximation]
    std::vector<metrics::RankLogs> rank_logs_;  // [approximation]
    Slots scratch_{};

    BlockStatistics statistics_;
    std::vector<Slots> pool_sums_, pool_sizes_;  // Layout::pooled, a replicate
};

BlockStatistics WorldStudy::run(const Level& level, std::uint32_t block) const {
    return BlockRun(*this, level, block).run();
}

}  // namespace truegap::sim
