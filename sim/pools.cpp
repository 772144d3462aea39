#include "sim/pools.hpp"

#include <algorithm>
#include <numeric>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "metrics/overloaded.hpp"
#include "sim/samplers.hpp"
#include "sim/stream.hpp"
#include "sim/truth.hpp"

namespace truegap::sim {

namespace {

std::vector<ItemId> all_items(const Population& population) {
    std::vector<ItemId> items(population.items());
    std::iota(items.begin(), items.end(), ItemId{0});
    return items;
}

// Moves `count` of the elements from `first` on to its front, each set of them equally likely
// (the beginning of a Fisher-Yates shuffle).
void choose(std::span<ItemId> items, std::size_t count, Stream& stream) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto place = i + wide_multiply(stream(), items.size() - i).high;
        std::swap(items[i], items[place]);
    }
}

}  // namespace

std::vector<double> group_popularity(const Population& population, const Group& group) {
    const auto posterior = class_posterior(
        population,
        {.id = 0, .group = group, .history = {}, .candidates = {}, .unseen = 0, .ago = 0});
    TRUEGAP_EXPECTS(posterior.has_value());
    std::vector<metrics::CompensatedSum> sums(population.items());
    for (std::size_t z = 0; z < population.classes(); ++z) {
        const auto row = population.item_probabilities(z);
        for (std::size_t b = 0; b < sums.size(); ++b) sums[b].add((*posterior)[z] * row[b]);
    }
    std::vector<double> result;
    result.reserve(sums.size());
    for (const metrics::CompensatedSum& sum : sums) result.push_back(sum.value());
    return result;
}

std::vector<ItemId> Pools::by_popularity() const {
    std::vector<ItemId> items = all_items(population_);
    const auto p = population_.item_marginal();
    std::stable_sort(items.begin(), items.end(), [&](ItemId a, ItemId b) { return p[a] > p[b]; });
    return items;
}

std::vector<ItemId> Pools::candidates(const CandidateSpec& spec,
                                      const Group& group,
                                      std::uint64_t group_number) const {
    return std::visit(
        metrics::Overloaded{
            [&](const AllItems&) { return all_items(population_); },
            [&](const MostProbable& most) {
                std::vector<ItemId> items = by_popularity();
                items.resize(most.count);
                return items;
            },
            [&](const GroupPopular& own) { return group_popular(own, group, group_number); },
            [&](const SampledPool& pool) { return sampled(pool, group_number); },
            [&](const std::vector<ItemId>& listed) { return listed; }},
        spec);
}

// Most frequent in the group first; what the group never chooses is filled up by overall popularity.
std::vector<ItemId> Pools::group_popular(const GroupPopular& spec,
                                         const Group& group,
                                         std::uint64_t group_number) const {
    std::vector<double> frequency = group_popularity(population_, group);
    if (spec.users) {
        std::vector<std::uint32_t> chosen(frequency.size(), 0U);
        Stream draws = stream({.seed = seed_,
                               .world = world_,
                               .purpose = Purpose::pool_users,
                               .cell = group_number,
                               .n = *spec.users});
        Multinomial{metrics::Distribution::from_weights(frequency)}(*spec.users, draws, chosen);
        std::copy(chosen.begin(), chosen.end(), frequency.begin());
    }
    std::vector<ItemId> items = by_popularity();
    std::stable_sort(items.begin(), items.end(), [&](ItemId a, ItemId b) {
        return frequency[a] > frequency[b];
    });
    items.resize(spec.count);
    return items;
}

// Each stratum of the popularity order gives its share, drawn without replacement.
std::vector<ItemId> Pools::sampled(const SampledPool& spec, std::uint64_t group_number) const {
    std::vector<ItemId> items = by_popularity();
    std::vector<std::size_t> place(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) place[items[i]] = i;
    Stream draws = stream({.seed = seed_,
                           .world = world_,
                           .purpose = Purpose::pools,
                           .cell = spec.per_group ? group_number + 1 : 0,
                           .n = spec.count});
    std::vector<ItemId> result;
    result.reserve(spec.count);
    for (std::size_t stratum = 0; stratum < spec.strata; ++stratum) {
        const auto share = [&](std::size_t whole, std::size_t i) {
            return whole * i / spec.strata;
        };
        const std::size_t first = share(items.size(), stratum);
        const std::size_t last = share(items.size(), stratum + 1);
        const std::size_t wanted = share(spec.count, stratum + 1) - share(spec.count, stratum);
        const std::span own = std::span(items).subspan(first, last - first);
        choose(own, wanted, draws);
        result.insert(result.end(), own.begin(), own.begin() + static_cast<std::ptrdiff_t>(wanted));
    }
    std::sort(
        result.begin(), result.end(), [&](ItemId a, ItemId b) { return place[a] < place[b]; });
    return result;
}

std::vector<ItemId> Pools::shown(Display display,
                                 std::vector<ItemId> candidates,
                                 std::uint64_t group_number,
                                 std::uint32_t slot) const {
    if (display == Display::reversed) std::reverse(candidates.begin(), candidates.end());
    if (display == Display::random) {
        Stream draws = stream({.seed = seed_,
                               .world = world_,
                               .purpose = Purpose::display,
                               .cell = group_number,
                               .block = slot});
        std::vector<std::uint32_t> order(candidates.size());
        random_permutation(draws, order);
        std::vector<ItemId> permuted;
        permuted.reserve(order.size());
        for (const std::uint32_t place : order) permuted.push_back(candidates[place]);
        candidates = std::move(permuted);
    }
    return candidates;
}

}  // namespace truegap::sim
