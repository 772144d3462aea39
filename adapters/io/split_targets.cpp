#include "adapters/io/split_targets.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "sim/random_answers.hpp"
#include "sim/samplers.hpp"
#include "sim/stream.hpp"
#include "adapters/io/input_error.hpp"

namespace truegap::adapters {

namespace {

using Counts = std::vector<std::uint32_t>;

// A number in [0, 1) with 53 bits.
double uniform(sim::Stream& draws) {
    return static_cast<double>(draws() >> 11U) * 0x1p-53;
}

bool fits(const Target& target) {
    return std::any_of(target.counts.begin(), target.counts.end(), [](auto n) { return n > 0; });
}

class Split {
  public:
    Split(const std::vector<Target>& targets,
          const std::string& file,
          double share,
          std::uint64_t seed)
        : targets_(targets), file_(file), share_(share), seed_(seed), judged_(targets.size()) {
        for (const Target& target : targets)
            for (const TargetUser& user : target.users) {
                const std::size_t number = sides_.size();
                const auto [side, fresh] = sides_.emplace(user.user, false);
                if (!fresh) continue;
                sim::Stream draws = sim::stream(
                    {.seed = seed, .purpose = sim::Purpose::judged_users, .cell = number});
                side->second = uniform(draws) >= share;
            }
    }

    SplitTargets operator()() {
        std::vector<std::size_t> order(targets_.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return targets_[a].group.size() > targets_[b].group.size();
        });
        for (const std::size_t t : order)
            if (!sum_of_finer(t)) split_alone(t);
        SplitTargets split;
        for (std::size_t t = 0; t < targets_.size(); ++t) {
            Target fitted = targets_[t];
            Target judged = targets_[t];
            judged.counts = judged_[t];
            for (std::size_t k = 0; k < judged.counts.size(); ++k)
                fitted.counts[k] -= judged.counts[k];
            std::erase_if(fitted.users, [&](const TargetUser& user) { return is_judged(user); });
            std::erase_if(judged.users, [&](const TargetUser& user) { return !is_judged(user); });
            if (keeps(targets_[t], fitted)) split.fitted.push_back(std::move(fitted));
            if (keeps(targets_[t], judged)) split.judged.push_back(std::move(judged));
        }
        return split;
    }

  private:
    [[nodiscard]] bool is_judged(const TargetUser& user) const { return sides_.at(user.user); }

    // A context that lists users is asked about them: without any left it is none of that kind.
    static bool keeps(const Target& whole, const Target& part) {
        return fits(part) && (whole.users.empty() || !part.users.empty());
    }

    // How many of the users listed chose each candidate; of the judged ones alone.
    [[nodiscard]] Counts listed(const Target& target, bool judged_only) const {
        Counts counts(target.counts.size(), 0U);
        for (const TargetUser& user : target.users)
            if (!judged_only || is_judged(user)) ++counts[place_of(target, user.choice)];
        return counts;
    }

    static std::size_t place_of(const Target& target, const std::string& name) {
        return static_cast<std::size_t>(
            std::find(target.candidates.begin(), target.candidates.end(), name) -
            target.candidates.begin());
    }

    static bool contains(const Target& coarse, const Target& fine) {
        return std::all_of(coarse.group.begin(), coarse.group.end(), [&](const Shown& shown) {
            return std::find(fine.group.begin(), fine.group.end(), shown) != fine.group.end();
        });
    }

    // The finer contexts of one proxy that make up a coarser one, if their counts add up to its own.
    bool sum_of_finer(std::size_t t) {
        const Target& own = targets_[t];
        std::map<std::vector<std::string>, std::vector<std::size_t>> proxies;
        for (std::size_t f = 0; f < targets_.size(); ++f) {
            const Target& fine = targets_[f];
            if (fine.group.size() <= own.group.size() || !contains(own, fine) ||
                fine.history_length != own.history_length || fine.history != own.history)
                continue;
            std::vector<std::string> names;
            for (const Shown& shown : fine.group) names.push_back(shown.name);
            std::sort(names.begin(), names.end());
            proxies[names].push_back(f);
        }
        const Target* most = nullptr;
        std::vector<std::size_t> parts;
        for (const auto& [names, fine] : proxies) {
            const Target& first = targets_[fine.front()];
            if (most != nullptr && first.group.size() <= most->group.size()) continue;
            if (!add_up(own, fine)) continue;
            most = &first;
            parts = fine;
        }
        if (parts.empty()) return false;
        Counts judged(own.counts.size(), 0U);
        for (const std::size_t f : parts)
            for (std::size_t k = 0; k < judged.size(); ++k)
                judged[k] += judged_[f][place_of(targets_[f], own.candidates[k])];
        const Counts least = listed(own, true);
        const Counts all = listed(own, false);
        for (std::size_t k = 0; k < judged.size(); ++k) {
            // Who is listed here, but not there, may have gone the other way.
            if (judged[k] < least[k]) return false;
            if (own.counts[k] - judged[k] < all[k] - least[k]) return false;
        }
        judged_[t] = std::move(judged);
        return true;
    }

    [[nodiscard]] bool add_up(const Target& own, const std::vector<std::size_t>& fine) const {
        Counts sums(own.counts.size(), 0U);
        for (const std::size_t f : fine) {
            const Target& part = targets_[f];
            if (part.candidates.size() != own.candidates.size()) return false;
            for (std::size_t k = 0; k < sums.size(); ++k) {
                const std::size_t place = place_of(part, own.candidates[k]);
                if (place == part.candidates.size()) return false;
                sums[k] += part.counts[place];
            }
        }
        return sums == own.counts;
    }

    void split_alone(std::size_t t) {
        const Target& target = targets_[t];
        const Counts all = listed(target, false);
        Counts judged = listed(target, true);
        Counts others = target.counts;
        for (std::size_t k = 0; k < others.size(); ++k) {
            if (all[k] > others[k])
                throw InputError(file_,
                                 "context " + in_quotes(target.context_id),
                                 "lists " + std::to_string(all[k]) + " users who chose " +
                                     in_quotes(target.candidates[k]) + ", and counts " +
                                     std::to_string(others[k]) +
                                     " (allowed: counts of all users, those listed among them)");
            others[k] -= all[k];
        }
        const std::uint32_t n = std::accumulate(others.begin(), others.end(), 0U);
        // Block 1: the users listed have block 0.
        sim::Stream draws = sim::stream(
            {.seed = seed_, .purpose = sim::Purpose::judged_users, .cell = t, .block = 1});
        const double wanted = (1.0 - share_) * n;
        const auto rounded =
            std::min(n, static_cast<std::uint32_t>(std::floor(wanted + uniform(draws))));
        Counts chosen(others.size());
        sim::random_subset(others, n, rounded, draws, chosen);
        for (std::size_t k = 0; k < chosen.size(); ++k) judged[k] += chosen[k];
        judged_[t] = std::move(judged);
    }

    const std::vector<Target>& targets_;
    const std::string& file_;
    double share_;
    std::uint64_t seed_;
    std::map<std::string, bool> sides_;  // of users listed: whether they are judged
    std::vector<Counts> judged_;         // [target]
};

}  // namespace

SplitTargets split_targets(const std::vector<Target>& targets,
                           const std::string& file,
                           double share,
                           std::uint64_t seed) {
    return Split(targets, file, share, seed)();
}

}  // namespace truegap::adapters
