#include "sim/noise_floor.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "metrics/approximation/approximation.hpp"
#include "metrics/contract.hpp"
#include "metrics/entropy.hpp"
#include "sim/block.hpp"
#include "sim/given_answer.hpp"
#include "sim/parallel.hpp"
#include "sim/study.hpp"

namespace truegap::sim {

namespace {

metrics::Response perfect_statement(const metrics::Distribution& p) {
    metrics::Response response;
    response.probabilities.assign(p.begin(), p.end());
    response.faults = metrics::AnswerFaults{};
    return response;
}

metrics::Response perfect_ranking(const metrics::Distribution& p, std::size_t top) {
    metrics::Response response;
    auto order = metrics::ranking_by(p).order;
    order.resize(std::min(top, order.size()));
    response.rankings.push_back(std::move(order));
    response.faults = metrics::AnswerFaults{};
    return response;
}

bool states_wherever_it_answers(const ObservedPredictor& predictor) {
    bool any = false;
    for (const metrics::Response& response : predictor.responses) {
        if (!answered(response)) continue;
        any = true;
        if (!states_distribution(response)) return false;
    }
    return any;
}

// Keeps what a block shows: [method x slot x context].
class Collected final : public FigureSink {
  public:
    Collected(std::size_t methods, std::size_t slots, std::size_t contexts)
        : slots_(slots),
          contexts_(contexts),
          entropies_(methods * slots * contexts),
          losses_(entropies_.size()) {}
    void take(std::size_t context,
              std::size_t predictor,
              std::size_t method,
              const sim::Column& entropy,
              const sim::Column& cross_entropy) override {
        entropies_[place(method, predictor, context)] = entropy;
        losses_[place(method, predictor, context)] = cross_entropy;
    }
    // Nothing where one of the two is missing.
    struct Pair {
        bool defined = false;
        double entropy = 0.0, cross_entropy = 0.0;
    };
    [[nodiscard]] Pair at(std::size_t method,
                          std::size_t slot,
                          std::size_t c,
                          std::size_t r) const {
        const Column& entropy = entropies_[place(method, slot, c)];
        const Column& loss = losses_[place(method, slot, c)];
        return {entropy.defined[r] && loss.defined[r], entropy.value[r], loss.value[r]};
    }

  private:
    [[nodiscard]] std::size_t place(std::size_t method, std::size_t slot, std::size_t c) const {
        return (method * slots_ + slot) * contexts_ + c;
    }
    std::size_t slots_, contexts_;
    std::vector<Column> entropies_, losses_;
};

// What 64 data sets leave behind.
struct Chunk {
    std::vector<double> entropy, cross_entropy;  // [context x slot], sums
    std::vector<std::uint32_t> count;
    std::vector<NoiseFloor::Point> points;    // [r x slot x judged]
    std::vector<std::vector<FloorBin>> bins;  // [curve][bin], [r]
};

// Sizes of bins where some contexts have no figure: cut at the same shares.
std::size_t cut_at(std::size_t cumulated, std::size_t whole, std::size_t there) {
    if (there == whole) return cumulated;
    return (cumulated * there + whole / 2) / whole;
}

}  // namespace

std::vector<Figure> twin_gaps(const ObservedStudy& study,
                              const TwinData& twin,
                              std::size_t predictor) {
    std::vector<Figure> gaps(study.contexts.size());
    for (std::size_t c = 0; c < gaps.size(); ++c) {
        const std::size_t items = study.contexts[c].candidates.size();
        const metrics::Response response =
            received(study.predictors[predictor].responses[c], items);
        if (!answered(response) || !states_distribution(response)) continue;
        const auto stated = metrics::stated_probabilities(response);
        if (stated)
            gaps[c] =
                metrics::kl_divergence(twin.truth(c), metrics::Distribution::from_weights(*stated));
    }
    return gaps;
}

NoiseFloor::NoiseFloor(const ObservedStudy& study,
                       const TwinData& twin,
                       std::vector<std::uint32_t> judged,
                       const std::vector<FloorCurve>& curves,
                       const FloorPlan& plan)
    : draws_(plan.draws), judged_(std::move(judged)) {
    TRUEGAP_EXPECTS(draws_ >= 1 && plan.times >= 1);
    const std::size_t contexts = study.contexts.size();
    ObservedStudy drawn = study;
    drawn.seed = plan.seed;
    drawn.predictors.clear();
    std::optional<std::size_t> stated;
    std::optional<std::size_t> ranked;
    for (const ObservedPredictor& predictor : study.predictors) {
        const bool states = states_wherever_it_answers(predictor);
        auto& slot = states ? stated : ranked;
        if (!slot) {
            slot = drawn.predictors.size();
            ObservedPredictor& perfect = drawn.predictors.emplace_back();
            perfect.label = "perfect";
            for (std::size_t c = 0; c < contexts; ++c)
                perfect.responses.push_back(states ? perfect_statement(twin.truth(c))
                                                   : perfect_ranking(twin.truth(c), study.top));
        }
        perfect_.push_back(*slot);
        states_.push_back(states);
        own_.emplace_back();
        if (!states || !plan.own) continue;
        own_.back() = drawn.predictors.size();
        drawn.predictors.push_back({predictor.label, predictor.responses, {}});
    }
    slots_ = drawn.predictors.size();
    std::vector<std::vector<Figure>> true_gaps;
    for (std::size_t p = 0; p < study.predictors.size(); ++p)
        true_gaps.push_back(own_[p] ? twin_gaps(study, twin, p) : std::vector<Figure>(contexts));

    const std::vector<Method> methods = observed_methods(drawn);
    const auto method_of = [&](std::size_t approximation, std::size_t estimator) {
        const auto found = std::find_if(methods.begin(), methods.end(), [&](const Method& method) {
            return method.approximation == approximation && method.estimator == estimator;
        });
        TRUEGAP_EXPECTS(found != methods.end());
        return static_cast<std::size_t>(found - methods.begin());
    };
    const auto recommended_at =
        std::find_if(methods.begin(), methods.end(), [&](const Method& method) {
            return std::holds_alternative<metrics::Recommended>(
                study.approximations[method.approximation]);
        });
    TRUEGAP_EXPECTS(recommended_at != methods.end());
    const auto recommended = static_cast<std::size_t>(recommended_at - methods.begin());

    const auto score = [&](std::uint32_t first, std::uint32_t count) {
        std::vector<std::vector<std::uint32_t>> counts(contexts);
        for (std::uint32_t r = 0; r < count; ++r) {
            const TwinData::Draw draw = twin.draw(plan.seed, plan.family, first + r, plan.times);
            for (std::size_t c = 0; c < contexts; ++c)
                counts[c].insert(counts[c].end(), draw.counts[c].begin(), draw.counts[c].end());
        }
        Collected figures(methods.size(), slots_, contexts);
        score_data_sets(drawn, std::move(counts), count, 1 + first / replicates_per_block, figures);
        Chunk chunk;
        chunk.entropy.assign(contexts * slots_, 0.0);
        chunk.cross_entropy = chunk.entropy;
        chunk.count.assign(contexts * slots_, 0U);
        for (std::size_t c = 0; c < contexts; ++c)
            for (std::size_t s = 0; s < slots_; ++s)
                for (std::uint32_t r = 0; r < count; ++r) {
                    const auto pair = figures.at(recommended, s, c, r);
                    if (!pair.defined) continue;
                    chunk.entropy[c * slots_ + s] += pair.entropy;
                    chunk.cross_entropy[c * slots_ + s] += pair.cross_entropy;
                    ++chunk.count[c * slots_ + s];
                }
        chunk.points.reserve(count * slots_ * judged_.size());
        for (std::uint32_t r = 0; r < count; ++r)
            for (std::size_t s = 0; s < slots_; ++s)
                for (const std::uint32_t c : judged_) {
                    const auto pair = figures.at(recommended, s, c, r);
                    chunk.points.push_back(
                        pair.defined ? Point{pair.entropy, pair.cross_entropy - pair.entropy}
                                     : Point{});
                }
        for (const FloorCurve& curve : curves) {
            const std::size_t m = method_of(curve.approximation, curve.estimator);
            auto& bins = chunk.bins.emplace_back(curve.sizes.size());
            const auto& gaps = true_gaps[curve.predictor];
            const auto add = [&](std::size_t slot, bool own) {
                struct Seen {
                    double entropy = 0.0, excess = 0.0;
                };
                std::vector<Seen> seen;
                for (std::uint32_t r = 0; r < count; ++r) {
                    seen.clear();
                    for (const std::uint32_t c : curve.contexts) {
                        const auto pair = figures.at(m, slot, c, r);
                        if (!pair.defined || (own && !gaps[c])) continue;
                        // Infinite less infinite is not known: a gap that is infinite in truth.
                        const double gap = pair.cross_entropy - pair.entropy;
                        const double truth = own ? *gaps[c] : 0.0;
                        seen.push_back({pair.entropy,
                                        std::isfinite(truth)
                                            ? gap - truth
                                            : std::numeric_limits<double>::infinity()});
                    }
                    std::stable_sort(seen.begin(), seen.end(), [](const Seen& a, const Seen& b) {
                        return a.entropy < b.entropy;
                    });
                    std::size_t cumulated = 0;
                    std::size_t from = 0;
                    for (std::size_t bin = 0; bin < bins.size(); ++bin) {
                        cumulated += curve.sizes[bin];
                        const std::size_t to =
                            cut_at(cumulated, curve.contexts.size(), seen.size());
                        double sum = 0.0;
                        for (std::size_t i = from; i < to; ++i) sum += seen[i].excess;
                        (own ? bins[bin].bias : bins[bin].perfect)
                            .push_back(to > from ? Figure(sum / static_cast<double>(to - from))
                                                 : std::nullopt);
                        from = to;
                    }
                }
            };
            add(perfect_[curve.predictor], false);
            if (own_[curve.predictor]) add(*own_[curve.predictor], true);
        }
        return chunk;
    };

    const std::uint32_t chunk_count = (draws_ + replicates_per_block - 1) / replicates_per_block;
    std::vector<Chunk> chunks(chunk_count);
    for_each_index(plan.threads, chunk_count, [&](std::size_t i) {
        if (plan.stop != nullptr && *plan.stop) throw Interrupted();
        const auto first = static_cast<std::uint32_t>(i) * replicates_per_block;
        const std::uint32_t count = std::min(replicates_per_block, draws_ - first);
        chunks[i] = score(first, count);
        if (plan.progress) plan.progress(count);
    });

    std::vector<double> entropy(contexts * slots_);
    std::vector<double> cross_entropy(entropy.size());
    std::vector<std::uint32_t> count(entropy.size());
    bins_.resize(curves.size());
    for (std::size_t i = 0; i < curves.size(); ++i) bins_[i].resize(curves[i].sizes.size());
    points_.reserve(std::size_t{draws_} * slots_ * judged_.size());
    const auto append = [](auto& here, const auto& more) {
        here.insert(here.end(), more.begin(), more.end());
    };
    for (const Chunk& chunk : chunks) {
        for (std::size_t i = 0; i < entropy.size(); ++i) {
            entropy[i] += chunk.entropy[i];
            cross_entropy[i] += chunk.cross_entropy[i];
            count[i] += chunk.count[i];
        }
        append(points_, chunk.points);
        for (std::size_t i = 0; i < curves.size(); ++i)
            for (std::size_t bin = 0; bin < bins_[i].size(); ++bin) {
                append(bins_[i][bin].perfect, chunk.bins[i][bin].perfect);
                append(bins_[i][bin].bias, chunk.bins[i][bin].bias);
            }
    }
    means_.resize(entropy.size());
    for (std::size_t i = 0; i < means_.size(); ++i)
        if (count[i] > 0)
            means_[i] = {.entropy = entropy[i] / count[i],
                         .cross_entropy = cross_entropy[i] / count[i]};
}

}  // namespace truegap::sim
