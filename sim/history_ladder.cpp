#include "sim/history_ladder.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "metrics/entropy.hpp"
#include "sim/history.hpp"
#include "sim/ladder.hpp"
#include "sim/samplers.hpp"
#include "sim/scenario.hpp"
#include "sim/stream.hpp"
#include "sim/truth.hpp"

namespace truegap::sim {

namespace {

// A group of a proxy that can occur, and its target without history.
struct OccupiedGroup {
    Context context;
    double probability = 0.0;
    metrics::Distribution target;
};

std::vector<OccupiedGroup> occupied_groups(const Population& population,
                                           const Proxy& proxy,
                                           std::span<const AttributeSpec> attributes,
                                           std::uint32_t events) {
    const std::vector<ItemId> items = every_item(population);
    std::vector<OccupiedGroup> result;
    for (Group& group : all_groups(proxy, attributes)) {
        const double probability = group_probability(population, group);
        if (!(probability > 0.0)) continue;
        Context context{.id = 0,
                        .group = std::move(group),
                        .history = {},
                        .candidates = items,
                        .unseen = events,
                        .ago = 0};
        auto target = target_distribution(population, context);
        if (target) result.push_back({std::move(context), probability, std::move(*target)});
    }
    return result;
}

// I(B; h | delta) of one group, over every history of one length.
class Enumeration {
  public:
    /// next_event: the same population, with targets one event after the history.
    Enumeration(const Population& population,
                const Population& next_event,
                const OccupiedGroup& group,
                std::uint32_t length)
        : population_(population),
          next_event_(next_event),
          group_(group),
          length_(length),
          context_(group.context) {
        context_.unseen -= length;
        visit(1.0, 0);
    }
    [[nodiscard]] double information() const { return sum_.value(); }

  private:
    // weight: P(history so far | delta) times the orders it stands for; run: how often its last item
    // ends it.
    void visit(double weight, std::uint32_t run) {
        const auto shown = static_cast<std::uint32_t>(context_.history.size());
        if (shown == length_) {
            context_.ago = 0;
            const auto p = target_distribution(population_, context_);
            TRUEGAP_EXPECTS(p.has_value());
            sum_.add(weight * metrics::kl_divergence(*p, group_.target));
            return;
        }
        context_.ago = population_.dynamics().steps + length_ - 1 - shown;
        const auto next = target_distribution(next_event_, context_);
        TRUEGAP_EXPECTS(next.has_value());
        const bool exchangeable = population_.dynamics().is_static();
        const ItemId first = exchangeable && shown > 0 ? context_.history.back() : 0;
        for (auto item = first; item < next->size(); ++item) {
            if (!((*next)[item] > 0.0)) continue;
            const std::uint32_t again = shown > 0 && item == first ? run + 1 : 1;
            const double orders =
                exchangeable ? static_cast<double>(shown + 1) / static_cast<double>(again) : 1.0;
            context_.history.push_back(item);
            visit(weight * (*next)[item] * orders, again);
            context_.history.pop_back();
        }
    }

    const Population& population_;
    const Population& next_event_;
    const OccupiedGroup& group_;
    std::uint32_t length_;
    Context context_;
    metrics::CompensatedSum sum_;
};

// How many histories of a length there are, as they are enumerated.
double histories(const Population& population, std::uint32_t length) {
    const auto items = static_cast<double>(population.items());
    if (!population.dynamics().is_static()) return std::pow(items, length);
    double result = 1.0;
    for (std::uint32_t i = 1; i <= length; ++i) result *= (items + i - 1.0) / i;
    return result;
}

// What one evaluation costs, in terms of one item and class.
double terms_of(const Population& population, std::uint32_t length) {
    const auto terms = static_cast<double>(population.items() * population.classes());
    // A history of chaotic users leaves up to 2^L sets of states possible.
    if (population.dynamics().chaotic) return terms * std::exp2(std::min(length, 20U));
    const bool plain = population.dynamics().is_static() && population.examination().is_even();
    return plain ? terms : terms * (length + 1.0);
}

struct MeanAndError {
    double mean = 0.0, standard_error = 0.0;
};
MeanAndError mean_and_error(const std::vector<double>& values) {
    const auto n = static_cast<double>(values.size());
    metrics::CompensatedSum sum;
    for (const double value : values) sum.add(value);
    const double mean = sum.value() / n;
    metrics::CompensatedSum squares;
    for (const double value : values) squares.add((value - mean) * (value - mean));
    return {mean, std::sqrt(squares.value() / (n * (n - 1.0)))};
}

// I(B; h | delta) of some lengths, from the same draws.
std::vector<MeanAndError> simulate(const Population& population,
                                   const std::vector<OccupiedGroup>& groups,
                                   const std::vector<std::uint32_t>& lengths,
                                   std::uint32_t draws,
                                   const LadderSetting& setting,
                                   std::uint64_t proxy) {
    const std::uint32_t longest = lengths.back();
    std::vector<double> probabilities;
    std::vector<metrics::Distribution> first_classes;
    for (const OccupiedGroup& group : groups) {
        probabilities.push_back(group.probability);
        first_classes.push_back(
            *classes_at_first_event(population, group.context.group, setting.events - longest));
    }
    const AliasTable which(probabilities);
    std::vector<std::vector<double>> values(lengths.size());
    for (std::uint32_t draw = 0; draw < draws; ++draw) {
        Stream stream_of_draw = stream({.seed = setting.seed,
                                        .world = setting.world,
                                        .purpose = Purpose::ladder,
                                        .cell = proxy,
                                        .block = draw});
        const std::uint32_t g = which(stream_of_draw);
        Context context = groups[g].context;
        const History backwards = draw_backwards(
            population, first_classes[g], longest, stream_of_draw, context.candidates);
        for (std::size_t i = 0; i < lengths.size(); ++i) {
            context.history.assign(backwards.rend() - static_cast<std::ptrdiff_t>(lengths[i]),
                                   backwards.rend());
            context.unseen = setting.events - lengths[i];
            const auto p = target_distribution(population, context);
            TRUEGAP_EXPECTS(p.has_value());
            values[i].push_back(metrics::kl_divergence(*p, groups[g].target));
        }
    }
    std::vector<MeanAndError> result;
    result.reserve(values.size());
    for (const auto& of_length : values) result.push_back(mean_and_error(of_length));
    return result;
}

/// The rungs of one proxy.
class ProxyRungs {
  public:
    ProxyRungs(const Population& population,
               const Population& next_event,
               const Proxy& proxy,
               std::vector<OccupiedGroup> groups)
        : population_(population),
          next_event_(next_event),
          proxy_(proxy),
          groups_(std::move(groups)) {
        metrics::CompensatedSum entropy;
        for (const OccupiedGroup& group : groups_)
            entropy.add(group.probability * metrics::shannon_entropy(group.target));
        entropy_ = entropy.value();
    }

    [[nodiscard]] double evaluations(std::uint32_t length) const {
        return histories(population_, length) * static_cast<double>(groups_.size());
    }
    [[nodiscard]] HistoryInformation enumerated(std::uint32_t length) const {
        metrics::CompensatedSum information;
        for (const OccupiedGroup& group : groups_)
            information.add(group.probability *
                            Enumeration(population_, next_event_, group, length).information());
        return rung(length, information.value(), std::nullopt);
    }
    [[nodiscard]] std::vector<HistoryInformation> simulated(
        const std::vector<std::uint32_t>& lengths,
        std::uint32_t draws,
        const LadderSetting& setting,
        std::uint64_t number) const {
        const auto figures = simulate(population_, groups_, lengths, draws, setting, number);
        std::vector<HistoryInformation> result;
        for (std::size_t i = 0; i < lengths.size(); ++i)
            result.push_back(rung(lengths[i], figures[i].mean, figures[i].standard_error));
        return result;
    }

  private:
    [[nodiscard]] HistoryInformation rung(std::uint32_t length,
                                          double information,
                                          std::optional<double> standard_error) const {
        return {.proxy = proxy_,
                .length = length,
                .conditional_entropy = entropy_ - information,
                .information = information,
                .standard_error = standard_error};
    }

    const Population& population_;
    const Population& next_event_;
    const Proxy& proxy_;
    std::vector<OccupiedGroup> groups_;
    double entropy_ = 0.0;
};

// A chaotic history may leave too many states possible; then there is no rung.
template <class Body>
void unless_too_many_states(const Body& body) {
    try {
        body();
    } catch (const ScenarioError&) {
    }
}

}  // namespace

std::vector<HistoryInformation> history_ladder(const Population& population,
                                               std::span<const Proxy> proxies,
                                               std::span<const std::uint32_t> lengths,
                                               std::span<const AttributeSpec> attributes,
                                               const LadderSetting& setting) {
    std::vector<std::uint32_t> ascending(lengths.begin(), lengths.end());
    std::erase(ascending, 0U);
    std::sort(ascending.begin(), ascending.end());
    if (ascending.empty() || proxies.empty()) return {};
    TRUEGAP_EXPECTS(setting.events >= ascending.back());
    const LadderEffort& effort = setting.effort;
    const double share = effort.most_terms / static_cast<double>(ascending.size() * proxies.size());
    const Population next_event = population.with_steps(1);
    std::vector<HistoryInformation> result;
    for (std::size_t number = 0; number < proxies.size(); ++number) {
        const ProxyRungs rungs(
            population,
            next_event,
            proxies[number],
            occupied_groups(population, proxies[number], attributes, setting.events));
        std::vector<std::uint32_t> too_many;
        for (const std::uint32_t length : ascending) {
            const double evaluations = rungs.evaluations(length);
            if (evaluations > effort.most_evaluations ||
                evaluations * terms_of(population, length) > share) {
                too_many.push_back(length);
                continue;
            }
            unless_too_many_states([&] { result.push_back(rungs.enumerated(length)); });
        }
        if (too_many.empty()) continue;
        const auto draws =
            static_cast<std::uint32_t>(std::clamp(share / terms_of(population, too_many.back()),
                                                  static_cast<double>(effort.least_draws),
                                                  static_cast<double>(effort.most_draws)));
        unless_too_many_states([&] {
            for (HistoryInformation& rung : rungs.simulated(too_many, draws, setting, number))
                result.push_back(std::move(rung));
        });
    }
    return result;
}

}  // namespace truegap::sim
