#include "sim/twin_data.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "metrics/contract.hpp"
#include "sim/group.hpp"
#include "sim/scenario.hpp"
#include "sim/stream.hpp"
#include "sim/truth.hpp"

namespace truegap::sim {

namespace {

metrics::Distribution truth_of(const Population& twin, const Context& context) {
    TruthOrReason found = find_truth(twin, context);
    if (found.truth) return std::move(found.truth->distribution);
    throw ScenarioError("",
                        "context " + std::to_string(context.id) +
                            " of the targets cannot occur in the fitted population (allowed: "
                            "groups, histories and candidates that it gives a probability)");
}

std::uint32_t users_of(const ObservedContext& context) {
    return std::accumulate(context.counts.begin(), context.counts.end(), 0U);
}

}  // namespace

TwinData::TwinData(const ObservedStudy& study,
                   const Population& twin,
                   const std::vector<TwinContext>& contexts) {
    TRUEGAP_EXPECTS(contexts.size() == study.contexts.size());
    for (std::size_t c = 0; c < contexts.size(); ++c) {
        Source& source = sources_.emplace_back();
        source.n = users_of(study.contexts[c]);
        metrics::Distribution shared = truth_of(twin, contexts[c].shared);
        if (contexts[c].users.empty()) {
            source.others.emplace_back(shared);
            truths_.push_back(std::move(shared));
            continue;
        }
        const auto others = static_cast<double>(
            source.n - std::min<std::size_t>(source.n, contexts[c].users.size()));
        std::vector<double> sum(shared.size());
        for (std::size_t k = 0; k < sum.size(); ++k) sum[k] = others * shared[k];
        for (const Context& user : contexts[c].users) {
            const metrics::Distribution p = truth_of(twin, user);
            source.users.emplace_back(p);
            for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += p[k];
        }
        source.others.emplace_back(shared);
        truths_.push_back(metrics::Distribution::from_weights(std::move(sum)));
    }
    find_parts(study);
}

// Groups of one proxy do not overlap: where they add up, they are all there is.
void TwinData::find_parts(const ObservedStudy& study) {
    std::map<std::pair<Proxy, History>, std::vector<std::uint32_t>> pools;
    for (std::uint32_t c = 0; c < study.contexts.size(); ++c)
        if (sources_[c].users.empty())
            pools[{study.contexts[c].group.proxy, study.contexts[c].history}].push_back(c);
    const auto attributes = [&](std::uint32_t c) { return study.contexts[c].group.proxy.size(); };
    order_.resize(study.contexts.size());
    std::iota(order_.begin(), order_.end(), 0U);
    std::stable_sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
        return attributes(a) > attributes(b);
    });
    for (const std::uint32_t c : order_) {
        const ObservedContext& whole = study.contexts[c];
        if (!sources_[c].users.empty()) continue;
        std::size_t finest = attributes(c);
        for (const auto& [key, pool] : pools) {
            if (key.first.size() <= finest || key.second != whole.history) continue;
            std::vector<std::uint32_t> parts;
            std::vector<std::uint32_t> sum(whole.counts.size());
            bool same_candidates = true;
            for (const std::uint32_t d : pool) {
                if (!contains(whole.group, study.contexts[d].group)) continue;
                same_candidates =
                    same_candidates && study.contexts[d].candidates == whole.candidates;
                if (!same_candidates) break;
                parts.push_back(d);
                for (std::size_t k = 0; k < sum.size(); ++k) sum[k] += study.contexts[d].counts[k];
            }
            if (!same_candidates || parts.empty() || sum != whole.counts) continue;
            finest = key.first.size();
            sources_[c].parts = std::move(parts);
        }
        if (sources_[c].parts.empty() || sources_[c].n == 0) continue;
        std::vector<double> mean(whole.counts.size());
        for (const std::uint32_t d : sources_[c].parts)
            for (std::size_t k = 0; k < mean.size(); ++k) mean[k] += sources_[d].n * truths_[d][k];
        truths_[c] = metrics::Distribution::from_weights(std::move(mean));
    }
}

TwinData::Draw TwinData::draw(std::uint64_t seed,
                              std::uint32_t family,
                              std::uint32_t number,
                              std::uint32_t times) const {
    Draw draw{.counts = std::vector<std::vector<std::uint32_t>>(contexts()),
              .user_choices = std::vector<std::vector<std::uint32_t>>(contexts())};
    for (const std::uint32_t c : order_) {
        const Source& source = sources_[c];
        auto& counts = draw.counts[c];
        counts.assign(truths_[c].size(), 0U);
        if (!source.parts.empty()) {
            for (const std::uint32_t d : source.parts)
                for (std::size_t k = 0; k < counts.size(); ++k) counts[k] += draw.counts[d][k];
            continue;
        }
        Stream choices = stream({.seed = seed,
                                 .world = family,
                                 .purpose = Purpose::counts,
                                 .cell = c,
                                 .n = times,
                                 .block = number});
        std::uint32_t left = source.n * times;
        for (const AliasTable& user : source.users)
            for (std::uint32_t i = 0; i < times && left > 0; ++i, --left) {
                const std::uint32_t choice = user(choices);
                ++counts[choice];
                if (i == 0) draw.user_choices[c].push_back(choice);
            }
        source.others.front()(left, choices, counts);
    }
    return draw;
}

}  // namespace truegap::sim
