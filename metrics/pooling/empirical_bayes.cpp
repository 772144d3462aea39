#include "metrics/pooling/empirical_bayes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "metrics/dirichlet.hpp"
#include "metrics/entropy.hpp"
#include "metrics/gamma_functions.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// A group's prior mean over its own candidates, and its counts.
struct Centred {
    const GroupCounts* group = nullptr;
    std::vector<double> mean;  // shape (K_g,), sums to 1; empty when the prior has no mass there
};

/// sum over counts c of ln [x (x + 1) ... (x + c - 1) / x^c], for any x > 0: the j-th observation adds
/// ln(1 + j/x), so that equal steps of all counts are taken together, and the long tails of large
/// counts at once.
class RisingSum {
  public:
    void add(std::uint64_t count) {
        const std::uint64_t near = std::min(count, few);
        if (above_.size() < near) above_.resize(near, 0.0);
        for (std::uint64_t j = 0; j < near; ++j) above_[j] += 1.0;
        if (count > few) tails_[static_cast<double>(count - few)] += 1.0;
    }

    [[nodiscard]] double at(double x) const {
        CompensatedSum sum;
        for (std::size_t j = 1; j < above_.size(); ++j)
            sum.add(above_[j] * ln_1p(static_cast<double>(j) / x));
        if (tails_.empty()) return sum.value();
        const double start = x + static_cast<double>(few);
        const double ln_start = ln_1p(static_cast<double>(few) / x);
        for (const auto& [steps, times] : tails_)
            sum.add(times * (ln_scaled_rising(start, steps) + steps * ln_start));
        return sum.value();
    }

  private:
    static constexpr std::uint64_t few = 64;
    std::vector<double> above_;       // [j], j < few: how many counts are larger than j
    std::map<double, double> tails_;  // count - few: how many there are
};

/// ln prod_k [rising(A m_k, n_k) / m_k^n_k] / rising(A, n), summed over groups: the likelihood
/// relative to that of A = infinity, whose value is 0. Groups with the same m share their steps.
class MarginalLikelihood {
  public:
    explicit MarginalLikelihood(const std::vector<Centred>& groups) {
        for (const Centred& centred : groups) add(centred);
    }

    /// Whether any group has two observations.
    [[nodiscard]] bool informative() const { return informative_; }

    [[nodiscard]] double at(double A) const {
        CompensatedSum sum;
        for (const Item& item : items_) sum.add(item.rising.at(A * item.mean));
        sum.add(-total_.at(A));
        return sum.value();
    }

  private:
    struct Item {
        double mean = 0.0;
        RisingSum rising;
    };

    void add(const Centred& centred) {
        const GroupCounts& group = *centred.group;
        std::uint64_t n =
            0;  // of the items that the prior knows; the others are as unlikely for any A
        for (std::size_t k = 0; k < group.counts.size(); ++k)
            if (centred.mean[k] > 0.0) n += group.counts[k];
        if (n < 2) return;  // a single observation says nothing about A
        informative_ = true;
        total_.add(n);
        const bool shared = !shared_.empty() && *shared_mean_ == centred.mean;
        if (!shared) {
            shared_.assign(centred.mean.size(), none);
            shared_mean_ = &centred.mean;
        }
        for (std::size_t k = 0; k < group.counts.size(); ++k) {
            if (group.counts[k] == 0 || centred.mean[k] <= 0.0) continue;
            if (shared_[k] == none) {
                shared_[k] = items_.size();
                items_.push_back({.mean = centred.mean[k], .rising = {}});
            }
            items_[shared_[k]].rising.add(group.counts[k]);
        }
    }

    static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
    std::vector<Item> items_;
    RisingSum total_;
    bool informative_ = false;
    std::vector<std::size_t> shared_;  // [candidate] of the groups with the last mean: its item
    const std::vector<double>* shared_mean_ = nullptr;
};

// The A of the highest likelihood: a coarse search over its whole range, then a golden section.
std::optional<double> best_concentration(const std::vector<Centred>& groups) {
    const MarginalLikelihood likelihood(groups);
    if (!likelihood.informative()) return std::nullopt;
    constexpr double step = 1.3862943611198906;   // ln 4
    constexpr double least = -6.907755278982137;  // A = 0.001
    constexpr int steps = 22;                     // up to 1.8e10
    double best = infinity;
    double highest = 0.0;
    for (int i = 0; i <= steps; ++i) {
        const double x = least + step * i;
        const double here = likelihood.at(exponential(x));
        if (here > highest) {
            highest = here;
            best = x;
        }
    }
    if (std::isinf(best)) return infinity;
    constexpr double golden = 0.6180339887498949;
    double low = best - step;
    double high = best + step;
    double x1 = high - golden * (high - low);
    double x2 = low + golden * (high - low);
    double f1 = likelihood.at(exponential(x1));
    double f2 = likelihood.at(exponential(x2));
    while (high - low > 1e-6) {
        if (f1 > f2) {
            high = x2;
            x2 = x1;
            f2 = f1;
            x1 = high - golden * (high - low);
            f1 = likelihood.at(exponential(x1));
        } else {
            low = x1;
            x1 = x2;
            f1 = f2;
            x2 = low + golden * (high - low);
            f2 = likelihood.at(exponential(x2));
        }
    }
    return exponential((low + high) / 2.0);
}

std::vector<double> restricted(std::span<const double> mean, std::span<const std::uint32_t> items) {
    CompensatedSum total;
    for (const std::uint32_t item : items) total.add(mean[item]);
    std::vector<double> result;
    if (total.value() <= 0.0) return result;
    for (const std::uint32_t item : items) result.push_back(mean[item] / total.value());
    return result;
}

std::vector<double> pooled_mean(const CountsTable& table, const std::vector<std::size_t>& members) {
    std::vector<double> mean(table.items, 0.0);
    double total = 0.0;
    for (const std::size_t g : members) {
        const GroupCounts& group = table.groups[g];
        for (std::size_t k = 0; k < group.counts.size(); ++k)
            mean[group.items[k]] += static_cast<double>(group.counts[k]);
        total += static_cast<double>(group.n);
    }
    if (total > 0.0)
        for (double& m : mean) m /= total;
    return mean;
}

/// A group's posterior: of the entropy, and the mean over its candidates.
struct GroupResult {
    std::optional<Posterior> entropy;
    std::vector<double> mean;
};

GroupResult posterior_of(const Centred& centred, double A) {
    const GroupCounts& group = *centred.group;
    if (centred.mean.empty()) return {};
    if (std::isinf(A))
        return {.entropy = Posterior{.mean = shannon_entropy(centred.mean), .sd = 0.0},
                .mean = centred.mean};
    std::vector<double> a;  // of the items that can have mass; the others contribute nothing
    GroupResult result;
    const double total = A + static_cast<double>(group.n);
    for (std::size_t k = 0; k < centred.mean.size(); ++k) {
        const double concentration = A * centred.mean[k] + static_cast<double>(group.counts[k]);
        if (concentration > 0.0) a.push_back(concentration);
        result.mean.push_back(concentration / total);
    }
    const DirichletEntropy entropy = dirichlet_entropy(a);
    result.entropy = Posterior{.mean = entropy.mean, .sd = std::sqrt(entropy.variance)};
    return result;
}

std::vector<Centred> centred_on(const CountsTable& table,
                                const std::vector<std::size_t>& members,
                                const std::vector<double>& mean) {
    std::vector<Centred> result;
    result.reserve(members.size());
    for (const std::size_t g : members)
        result.push_back(
            {.group = &table.groups[g], .mean = restricted(mean, table.groups[g].items)});
    return result;
}

std::vector<std::size_t> all_of(const CountsTable& table) {
    std::vector<std::size_t> members(table.groups.size());
    std::iota(members.begin(), members.end(), std::size_t{0});
    return members;
}

std::vector<Centred> with_mass(const std::vector<Centred>& groups) {
    std::vector<Centred> result;
    for (const Centred& one : groups)
        if (!one.mean.empty()) result.push_back(one);
    return result;
}

}  // namespace

std::optional<DirichletPrior> fit_dirichlet_prior(const CountsTable& table,
                                                  const std::vector<std::size_t>& members) {
    std::vector<double> mean = pooled_mean(table, members);
    const auto A = best_concentration(with_mass(centred_on(table, members, mean)));
    if (!A) return std::nullopt;
    return DirichletPrior{.mean = std::move(mean), .concentration = *A};
}

std::vector<std::optional<Posterior>> empirical_bayes(const CountsTable& table) {
    std::vector<std::optional<Posterior>> result(table.groups.size());
    const std::vector<std::size_t> members = all_of(table);
    const auto prior = fit_dirichlet_prior(table, members);
    if (!prior) return result;
    const std::vector<Centred> centred = centred_on(table, members, prior->mean);
    for (std::size_t g = 0; g < centred.size(); ++g)
        result[g] = posterior_of(centred[g], prior->concentration).entropy;
    return result;
}

std::vector<std::optional<Posterior>> empirical_bayes_hierarchical(const CountsTable& table) {
    std::vector<std::optional<Posterior>> result(table.groups.size());
    std::vector<std::size_t> depth(table.groups.size(), 0);
    std::size_t deepest = 0;
    for (std::size_t g = 0; g < table.groups.size(); ++g) {
        const auto parent = table.groups[g].parent;
        TRUEGAP_EXPECTS(!parent || *parent < g);
        if (parent) depth[g] = depth[*parent] + 1;
        deepest = std::max(deepest, depth[g]);
    }
    // Posterior means over all items, for the children to be centred on.
    std::vector<std::vector<double>> means(table.groups.size());
    for (std::size_t level = 0; level <= deepest; ++level) {
        std::vector<std::size_t> members;
        for (std::size_t g = 0; g < table.groups.size(); ++g)
            if (depth[g] == level) members.push_back(g);
        std::vector<Centred> centred;
        if (level == 0) {
            // Of all groups, so that no item that was seen anywhere has a prior mean of 0 below.
            centred = centred_on(table, members, pooled_mean(table, all_of(table)));
        } else {
            for (const std::size_t g : members)
                centred.push_back(
                    {.group = &table.groups[g],
                     .mean = restricted(means[*table.groups[g].parent], table.groups[g].items)});
        }
        const auto A = best_concentration(with_mass(centred));
        for (std::size_t i = 0; i < members.size(); ++i) {
            const std::size_t g = members[i];
            // A level that cannot tell its A hands its own centre down.
            GroupResult own = A ? posterior_of(centred[i], *A)
                                : GroupResult{.entropy = std::nullopt, .mean = centred[i].mean};
            result[g] = own.entropy;
            means[g].assign(table.items, 0.0);
            for (std::size_t k = 0; k < own.mean.size(); ++k)
                means[g][table.groups[g].items[k]] = own.mean[k];
        }
    }
    return result;
}

}  // namespace truegap::metrics
