#include "sim/individual.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "metrics/approximation/smoothing.hpp"
#include "metrics/compensated_sum.hpp"
#include "metrics/entropy.hpp"
#include "metrics/expectation.hpp"
#include "metrics/poisson_binomial.hpp"
#include "sim/history.hpp"
#include "sim/stream.hpp"

namespace truegap::sim {

namespace {

constexpr double most_user_cells = 2e7;        // users times candidates, of all contexts
constexpr double most_binomial_steps = 2.5e7;  // of one context at one n

// Where a context's users draw their histories: an address shared by the contexts of the same group and
// slot that differ in length alone.
struct Address {
    ContextId group = 0;     // the first context of that group with a history
    std::uint32_t slot = 0;  // the how manieth of that group and length
};

Address address_of(const WorldPlan& plan, std::size_t context) {
    const Context& own = plan.contexts[context];
    Address address;
    bool found = false;
    for (std::size_t c = 0; c < context; ++c) {
        const Context& other = plan.contexts[c];
        if (other.history.empty() || other.group.proxy != own.group.proxy ||
            other.group.levels != own.group.levels)
            continue;
        if (!std::exchange(found, true)) address.group = other.id;
        if (other.history.size() == own.history.size()) ++address.slot;
    }
    if (!found) address.group = own.id;
    return address;
}

double mean(std::span<const Truth> truths, double (*figure)(const Truth&)) {
    metrics::CompensatedSum sum;
    for (const Truth& truth : truths) sum.add(figure(truth));
    return sum.value() / static_cast<double>(truths.size());
}

}  // namespace

bool has_own_histories(const Scenario& scenario, const Context& context) {
    return scenario.contexts.histories == Histories::individual && !context.history.empty();
}

std::uint32_t most_users(const Scenario& scenario, const Context& context) {
    if (const auto* each = std::get_if<UsersPerGroup>(&scenario.design))
        return *std::max_element(each->n.begin(), each->n.end());
    return static_cast<std::uint32_t>(
        users_in(std::get<GroupSizes>(scenario.design), context.group));
}

OwnHistories own_histories(const Scenario& scenario, const WorldPlan& plan, std::size_t context) {
    const Context& planned = plan.contexts[context];
    const Address address = address_of(plan, context);
    // As the plan draws them: the longest of the scenario, of which the latest are shown.
    const std::uint32_t longest = longest_history(scenario.contexts);
    const auto length = static_cast<std::ptrdiff_t>(planned.history.size());
    const std::uint32_t earlier = longest - static_cast<std::uint32_t>(planned.history.size());
    const auto first_class = classes_at_first_event(
        plan.population, planned.group, planned.unseen > earlier ? planned.unseen - earlier : 0);
    OwnHistories own;
    const std::uint32_t n = most_users(scenario, planned);
    for (std::uint32_t user = 0; user < n; ++user) {
        Context one = planned;
        one.user = user;
        if (user > 0) {
            Stream draws = stream({.seed = scenario.seed,
                                   .world = plan.index,
                                   .purpose = Purpose::user_histories,
                                   .cell = address.group,
                                   .n = user,
                                   .block = address.slot});
            const History backwards = draw_backwards(
                plan.population, first_class.value(), longest, draws, planned.candidates);
            one.history.assign(backwards.rend() - length, backwards.rend());
        }
        TruthOrReason found = find_truth(plan.population, one);
        if (!found.truth)
            throw ScenarioError("/contexts/candidates",
                                "context " + std::to_string(planned.id) + ", user " +
                                    std::to_string(user) +
                                    ": a class that is possible here gives every candidate "
                                    "probability 0 (allowed: candidates that every such class can "
                                    "choose from)");
        own.choose.emplace_back(found.truth->distribution);
        own.truths.push_back(std::move(*found.truth));
        own.users.push_back(std::move(one));
    }
    return own;
}

void refuse_too_many_users(const Scenario& scenario, const WorldPlan& plan) {
    double cells = 0.0;
    for (const Context& context : plan.contexts)
        if (has_own_histories(scenario, context))
            cells += static_cast<double>(most_users(scenario, context)) *
                     static_cast<double>(context.candidates.size());
    if (cells > most_user_cells)
        throw ScenarioError("/contexts/histories",
                            "gives each of the users of all contexts a distribution of his own: " +
                                metrics::shortest(cells) +
                                " probabilities (allowed: up to 2e7, fewer users, contexts or "
                                "candidates)");
}

metrics::Distribution mean_distribution(std::span<const metrics::Distribution> distributions,
                                        std::uint32_t n) {
    std::vector<metrics::CompensatedSum> sums(distributions.front().size());
    for (const metrics::Distribution& one : distributions.first(n))
        for (std::size_t k = 0; k < sums.size(); ++k) sums[k].add(one[k]);
    std::vector<double> weights;
    weights.reserve(sums.size());
    for (const metrics::CompensatedSum& sum : sums) weights.push_back(sum.value());
    return metrics::Distribution::from_weights(std::move(weights));
}

Truth pooled_truth(const OwnHistories& own, std::uint32_t n) {
    const std::span<const Truth> truths = std::span(own.truths).first(n);
    std::vector<metrics::Distribution> p;
    std::vector<metrics::Distribution> posteriors;
    for (const Truth& truth : truths) {
        p.push_back(truth.distribution);
        posteriors.push_back(truth.class_posterior);
    }
    Truth pooled = truths.front();
    pooled.distribution = mean_distribution(p, n);
    pooled.class_posterior = mean_distribution(posteriors, n);
    pooled.entropy = metrics::shannon_entropy(pooled.distribution);
    pooled.individual_entropy =
        mean(truths, [](const Truth& truth) { return truth.individual_entropy; });
    return pooled;
}

double mean_entropy(const OwnHistories& own, std::uint32_t n) {
    return mean(std::span(own.truths).first(n), [](const Truth& truth) { return truth.entropy; });
}

std::vector<std::optional<double>> expected_pooled_entropies(
    std::span<const metrics::Estimator> estimators, const OwnHistories& own, std::uint32_t n) {
    std::vector<std::optional<double>> expected(estimators.size());
    const std::size_t items = own.truths.front().distribution.size();
    const double steps =
        static_cast<double>(n) * static_cast<double>(n) / 2.0 * static_cast<double>(items);
    if (steps > most_binomial_steps) return expected;
    const metrics::SampleSize size{.n = n, .items = items};
    const Truth pooled = pooled_truth(own, n);
    std::vector<metrics::CompensatedSum> sums(estimators.size());
    for (std::size_t e = 0; e < estimators.size(); ++e)
        // The same estimators have an expectation as under multinomial counts.
        if (metrics::expected_entropy_mean(estimators[e], pooled.distribution, n))
            expected[e] = estimators[e].constant(size);
    std::vector<double> chances(n);
    for (std::size_t k = 0; k < items; ++k) {
        for (std::size_t u = 0; u < n; ++u) chances[u] = own.truths[u].distribution[k];
        const std::vector<double> law = metrics::poisson_binomial(chances);
        for (std::size_t e = 0; e < estimators.size(); ++e)
            if (expected[e])
                for (std::size_t j = 0; j < law.size(); ++j)
                    if (law[j] > 0.0) sums[e].add(law[j] * estimators[e].term(j, size));
    }
    for (std::size_t e = 0; e < estimators.size(); ++e)
        if (expected[e]) *expected[e] += sums[e].value();
    return expected;
}

}  // namespace truegap::sim
