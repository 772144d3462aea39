#include "sim/latent_class_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "metrics/contract.hpp"
#include "metrics/log_tables.hpp"
#include "sim/latent_class_em.hpp"
#include "sim/parallel.hpp"
#include "sim/samplers.hpp"
#include "sim/truth.hpp"
#include "sim/wide_multiply.hpp"

namespace truegap::sim {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
// Nats an event that a round must gain: what the choice of Z and s is worth, and the fit itself.
constexpr double held_out_tolerance = 1e-6, fit_tolerance = 1e-8;

// Everybody's proportions, each times exp(e), e standard normal, so that classes differ.
LatentClasses random_classes(const ClassPrior& prior,
                             std::uint32_t classes,
                             std::uint32_t start,
                             std::uint64_t seed) {
    Stream draws =
        stream({.seed = seed, .purpose = Purpose::class_starts, .cell = start, .n = classes});
    const auto rows = static_cast<Eigen::Index>(classes);
    const auto perturbed = [&](const Eigen::VectorXd& proportions) {
        RowMatrix table(rows, proportions.size());
        for (Eigen::Index z = 0; z < rows; ++z) {
            for (Eigen::Index k = 0; k < proportions.size(); ++k)
                table(z, k) = proportions(k) * metrics::exponential(standard_normal(draws));
            table.row(z) /= table.row(z).sum();
        }
        return table;
    };
    LatentClasses result{
        .weights = Eigen::VectorXd::Constant(rows, 1.0 / static_cast<double>(classes)),
        .levels = {},
        .items = perturbed(prior.items),
        .concentration = infinity};
    for (const Eigen::VectorXd& levels : prior.levels) result.levels.push_back(perturbed(levels));
    return result;
}

// Users in folds: which of them are in fold f, and which are not.
struct Fold {
    FitData held_out, others;
};

std::vector<Fold> folds_of(const FitData& data, std::uint32_t count, std::uint64_t seed) {
    FitData none = data;
    none.sequences.clear();
    for (FitGroup& group : none.groups) std::fill(group.counts.begin(), group.counts.end(), 0U);
    std::vector<Fold> folds(count, {.held_out = none, .others = data});
    for (Fold& fold : folds) fold.others.sequences.clear();
    Stream draws = stream({.seed = seed, .purpose = Purpose::fit_folds});
    for (std::size_t g = 0; g < data.groups.size(); ++g)
        for (std::size_t k = 0; k < data.groups[g].counts.size(); ++k)
            for (std::uint32_t user = 0; user < data.groups[g].counts[k]; ++user) {
                Fold& fold = folds[wide_multiply(draws(), count).high];
                ++fold.held_out.groups[g].counts[k];
                --fold.others.groups[g].counts[k];
            }
    for (const FitSequence& sequence : data.sequences) {
        const std::uint64_t own = wide_multiply(draws(), count).high;
        for (std::size_t f = 0; f < folds.size(); ++f)
            (f == own ? folds[f].held_out : folds[f].others).sequences.push_back(sequence);
    }
    return folds;
}

// One EM run of the choice of Z and s: a start on all folds but one, s ascending, each from the one before.
struct Chain {
    std::uint32_t classes = 0, start = 0, fold = 0;
    std::vector<double> penalised;    // [s]
    std::vector<EventLogs> held_out;  // [s]
};

Chain run_chain(Chain chain,
                const EventTable& others,
                const EventTable& held_out,
                ClassPrior prior,
                const FitPlan& plan) {
    LatentClasses classes = random_classes(prior, chain.classes, chain.start, plan.seed);
    for (const double strength : plan.strengths) {
        prior.strength = strength;
        const LatentClassEm em(others, prior);
        chain.penalised.push_back(
            em.run(classes, plan.most_rounds, held_out_tolerance, plan.stop).penalised);
        chain.held_out.push_back(LatentClassEm(held_out, prior).event_logs(classes));
    }
    return chain;
}

std::vector<HeldOut> choose(const FitData& data, const FitPlan& plan) {
    const std::vector<Fold> folds = folds_of(data, plan.folds, plan.seed);
    std::vector<EventTable> others, held_out;
    std::vector<ClassPrior> priors;
    for (const Fold& fold : folds) {
        others.emplace_back(fold.others);
        held_out.emplace_back(fold.held_out);
        priors.push_back(prior_of_everybody(others.back()));
    }
    std::vector<Chain> chains;
    for (const std::uint32_t classes : plan.classes)
        for (std::uint32_t start = 0; start < (classes == 1 ? 1 : plan.held_out_starts); ++start)
            for (std::uint32_t fold = 0; fold < plan.folds; ++fold)
                chains.push_back({.classes = classes,
                                  .start = start,
                                  .fold = fold,
                                  .penalised = {},
                                  .held_out = {}});
    if (plan.progress != nullptr) plan.progress->total += chains.size();
    // The largest first, so that no thread is left with one at the end.
    for_each_index(plan.threads, chains.size(), [&](std::size_t i) {
        Chain& chain = chains[chains.size() - 1 - i];
        chain =
            run_chain(chain, others[chain.fold], held_out[chain.fold], priors[chain.fold], plan);
        if (plan.progress != nullptr) ++plan.progress->done;
    });
    std::vector<HeldOut> rows;
    for (const std::uint32_t classes : plan.classes) {
        HeldOut best{.log_likelihood = -infinity};
        for (std::size_t s = 0; s < plan.strengths.size(); ++s) {
            EventLogs logs;
            for (std::uint32_t fold = 0; fold < plan.folds; ++fold) {
                const Chain* chosen = nullptr;  // the best start, as the other folds see it
                for (const Chain& chain : chains)
                    if (chain.classes == classes && chain.fold == fold &&
                        (chosen == nullptr || chain.penalised[s] > chosen->penalised[s]))
                        chosen = &chain;
                const EventLogs& own = chosen->held_out[s];
                logs.sum += own.sum;
                logs.squares += own.squares;
                logs.events += own.events;
            }
            const double mean = logs.sum / logs.events;
            if (!(mean > best.log_likelihood) && s > 0) continue;
            const double variance = std::max(0.0, logs.squares / logs.events - mean * mean);
            best = {.classes = classes,
                    .strength = plan.strengths[s],
                    .log_likelihood = mean,
                    .standard_error = std::sqrt(variance / logs.events)};
        }
        rows.push_back(best);
    }
    return rows;
}

// Classes by descending weight.
Population population_of(const LatentClasses& classes,
                         const std::vector<FitAttribute>& attributes) {
    const auto count = static_cast<std::size_t>(classes.classes());
    std::vector<Eigen::Index> order(count);
    std::iota(order.begin(), order.end(), Eigen::Index{0});
    std::stable_sort(order.begin(), order.end(), [&](Eigen::Index a, Eigen::Index b) {
        return classes.weights(a) > classes.weights(b);
    });
    const auto sorted = [&](const RowMatrix& table) {
        RowMatrix result(table.rows(), table.cols());
        for (std::size_t z = 0; z < count; ++z)
            result.row(static_cast<Eigen::Index>(z)) =
                table.row(order[z]) / table.row(order[z]).sum();
        return result;
    };
    PopulationParts parts;
    for (const Eigen::Index z : order) parts.class_weights.push_back(classes.weights(z));
    parts.item_probabilities = sorted(classes.items);
    parts.concentration.assign(count, classes.concentration);
    std::vector<Attribute> list;
    std::vector<AttributeTable> tables;
    for (std::uint32_t j = 0; j < attributes.size(); ++j) {
        list.push_back({.name = attributes[j].name,
                        .levels = attributes[j].levels,
                        .true_levels = attributes[j].levels});
        tables.push_back({.first = j, .size = 1, .probabilities = sorted(classes.levels[j])});
    }
    parts.attributes = Attributes(std::move(list), std::move(tables));
    return Population(std::move(parts));
}

LatentClasses classes_of(const Population& population) {
    const auto weights = population.class_weights();
    LatentClasses classes{.weights = Eigen::Map<const Eigen::VectorXd>(
                              weights.data(), static_cast<Eigen::Index>(weights.size())),
                          .levels = {},
                          .items = RowMatrix(static_cast<Eigen::Index>(population.classes()),
                                             static_cast<Eigen::Index>(population.items())),
                          .concentration = population.concentration().front()};
    for (std::size_t z = 0; z < population.classes(); ++z) {
        const auto row = population.item_probabilities(z);
        classes.items.row(static_cast<Eigen::Index>(z)) =
            Eigen::Map<const Eigen::RowVectorXd>(row.data(), static_cast<Eigen::Index>(row.size()));
    }
    for (const AttributeTable& table : population.attributes().tables())
        classes.levels.push_back(table.probabilities);
    return classes;
}

double mean_of(const EventLogs& logs) {
    return logs.sum / logs.events;
}

// All of these are told; nothing where a group tells less.
Group group_of(const std::vector<std::optional<std::uint32_t>>& levels) {
    Group group;
    for (std::uint32_t j = 0; j < levels.size(); ++j) {
        if (!levels[j]) continue;
        group.proxy.push_back(j);
        group.levels.push_back(*levels[j]);
    }
    return group;
}

}  // namespace

std::uint64_t FitData::events() const {
    std::uint64_t events = sequences.size();
    for (const FitGroup& group : groups)
        events += std::accumulate(group.counts.begin(), group.counts.end(), std::uint64_t{0});
    return events;
}

Fit fit_latent_classes(const FitData& data, const FitPlan& plan) {
    TRUEGAP_EXPECTS(data.events() >= 2 * std::uint64_t{plan.folds});
    std::vector<HeldOut> held_out;
    HeldOut chosen{.classes = plan.classes.front(), .strength = plan.strengths.front()};
    if (plan.progress != nullptr) plan.progress->total += plan.starts;
    if (plan.classes.size() > 1 || plan.strengths.size() > 1) {
        held_out = choose(data, plan);
        chosen = *std::max_element(
            held_out.begin(), held_out.end(), [](const HeldOut& a, const HeldOut& b) {
                return a.log_likelihood < b.log_likelihood;
            });
    }
    const EventTable table(data);
    ClassPrior prior = prior_of_everybody(table);
    prior.strength = chosen.strength;
    const LatentClassEm em(table, prior);
    std::vector<LatentClasses> ends(plan.starts);
    std::vector<LatentClassEm::Run> runs(plan.starts);
    for_each_index(plan.threads, plan.starts, [&](std::size_t start) {
        ends[start] =
            random_classes(prior, chosen.classes, static_cast<std::uint32_t>(start), plan.seed);
        runs[start] = em.run(ends[start], plan.most_rounds, fit_tolerance, plan.stop);
        if (plan.progress != nullptr) ++plan.progress->done;
    });
    const auto best = static_cast<std::size_t>(
        std::max_element(runs.begin(),
                         runs.end(),
                         [](const auto& a, const auto& b) { return a.penalised < b.penalised; }) -
        runs.begin());
    return {.population = population_of(ends[best], data.attributes),
            .strength = chosen.strength,
            .log_likelihood = mean_of(em.event_logs(ends[best])),
            .held_out = std::move(held_out),
            .rounds = runs[best].rounds,
            .converged = runs[best].converged};
}

Fit refit(const FitData& data, const Population& start, std::uint32_t rounds, double strength) {
    const EventTable table(data);
    ClassPrior prior = prior_of_everybody(table);
    prior.strength = strength;
    const LatentClassEm em(table, prior);
    LatentClasses classes = classes_of(start);
    const LatentClassEm::Run run = em.run(classes, rounds, fit_tolerance, nullptr);
    return {.population = population_of(classes, data.attributes),
            .strength = strength,
            .log_likelihood = mean_of(em.event_logs(classes)),
            .held_out = {},
            .rounds = run.rounds,
            .converged = run.converged};
}

double mean_log_likelihood(const Population& population, const FitData& data) {
    EventLogs logs;
    const auto add = [&](const Context& context, const std::vector<std::uint32_t>& counts) {
        const TruthOrReason found = find_truth(population, context);
        for (std::size_t k = 0; k < counts.size(); ++k)
            if (counts[k] > 0)
                logs.add(found.truth ? std::log(found.truth->distribution[k]) : -infinity,
                         counts[k]);
    };
    for (const FitGroup& group : data.groups)
        add({.group = group_of(group.levels), .history = {}, .candidates = group.candidates},
            group.counts);
    for (const FitSequence& sequence : data.sequences) {
        std::vector<std::uint32_t> counts(sequence.candidates.size(), 0U);
        counts[static_cast<std::size_t>(
            std::find(sequence.candidates.begin(), sequence.candidates.end(), sequence.choice) -
            sequence.candidates.begin())] = 1;
        add({.group = group_of(sequence.levels),
             .history = sequence.history,
             .candidates = sequence.candidates},
            counts);
    }
    TRUEGAP_EXPECTS(logs.events > 0.0);
    return mean_of(logs);
}

}  // namespace truegap::sim
