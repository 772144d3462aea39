#include "adapters/io/pooled_answers.hpp"

#include <algorithm>
#include <numeric>

#include "metrics/pooling/empirical_bayes.hpp"
#include "metrics/pooling/mixture_prior.hpp"
#include "adapters/io/input_error.hpp"

namespace truegap::adapters {

namespace {

using metrics::Pooling;

constexpr std::uint64_t most_pooled_items = 1'000'000;

/// The lines as one table. Owns the counts, padded to each line's K, and the items' numbers.
struct Table {
    std::vector<std::vector<std::uint32_t>> counts;
    std::vector<std::uint32_t> items;
    metrics::CountsTable view;
};

Table table_of(const std::vector<KeptLine>& lines,
               const EstimateOptions& options,
               const std::string& file) {
    Table table;
    std::size_t most = 0;
    for (const auto& [line, number] : lines) {
        const std::uint64_t K = line.items.value_or(options.items.value_or(line.counts.size()));
        const std::string place = file + ": line " + std::to_string(number);
        if (K > most_pooled_items)
            throw InputError(place,
                             "",
                             "has K = " + std::to_string(K) +
                                 " (allowed: up to 1000000 for estimators that pool lines)");
        if (K < line.counts.size())
            throw InputError(place,
                             "",
                             "has " + std::to_string(line.counts.size()) +
                                 " counts and K = " + std::to_string(K) +
                                 " (allowed: K of at least that many, for estimators that pool "
                                 "lines)");
        auto& padded = table.counts.emplace_back(line.counts);
        padded.resize(K, 0U);
        most = std::max(most, padded.size());
    }
    table.items.resize(most);
    std::iota(table.items.begin(), table.items.end(), 0U);
    table.view.items = most;
    for (const auto& counts : table.counts)
        table.view.groups.push_back({.counts = counts,
                                     .items = std::span(table.items).first(counts.size()),
                                     .n = metrics::counts_view(counts).n});
    return table;
}

EstimateAnswer from_posterior(const std::optional<metrics::Posterior>& posterior,
                              const metrics::GroupCounts& group,
                              const EstimateOptions& options) {
    EstimateAnswer answer;
    answer.has_error = true;
    if (group.n == 0) {
        answer.note = "no observations (n = 0)";
    } else if (!posterior) {
        answer.note = "no line has two observations, so how alike the lines are cannot be known";
    } else {
        answer.estimate = posterior->mean;
        answer.standard_error = posterior->sd;
        if (options.level)
            answer.interval = metrics::within_entropies(
                metrics::normal_interval(posterior->mean, posterior->sd, *options.level),
                group.items.size());
        if (posterior->sd == 0.0) {
            answer.interval.reset();
            answer.note =
                "no interval: the lines look all alike, and then this error is 0 whatever "
                "the truth";
        }
        if (options.bootstrap)
            answer.note = "posterior standard deviation: not resampled, for it needs all lines";
    }
    return answer;
}

std::vector<EstimateAnswer> mixture_answers(const metrics::CountsTable& table,
                                            const EstimateOptions& options) {
    std::vector<EstimateAnswer> answers;
    const auto groups = metrics::mixture_posteriors(table);
    for (std::size_t g = 0; g < groups.size(); ++g) {
        EstimateAnswer& answer =
            answers.emplace_back(from_posterior(groups[g].entropy, table.groups[g], options));
        if (!answer.estimate) continue;
        const auto note = [&](const std::string& text) {
            answer.note += (answer.note.empty() ? "" : "; ") + text;
        };
        if (groups[g].pooled_weight < metrics::least_pooled_weight)
            note("unlike the other lines: estimated on its own counts");
        else if (groups.size() < metrics::least_groups)
            note("pooling is doubtful: only " + std::to_string(groups.size()) + " lines");
    }
    return answers;
}

}  // namespace

bool needs_all_lines(const EstimateOptions& options) {
    return std::any_of(
        options.estimators.begin(), options.estimators.end(), [](const auto& estimator) {
            return estimator.entry().pooling != Pooling::none;
        });
}

std::vector<std::vector<EstimateAnswer>> pooled_answers(const std::vector<KeptLine>& lines,
                                                        const EstimateOptions& options,
                                                        const std::string& file) {
    const Table table = table_of(lines, options, file);
    std::vector<std::vector<EstimateAnswer>> result(options.estimators.size());
    for (std::size_t e = 0; e < result.size(); ++e) {
        const Pooling pooling = options.estimators[e].entry().pooling;
        if (pooling == Pooling::none) continue;
        if (pooling == Pooling::mixture) {
            result[e] = mixture_answers(table.view, options);
            continue;
        }
        // Lines have no parents: a hierarchy of them is flat.
        const auto posteriors = pooling == Pooling::flat
                                    ? metrics::empirical_bayes(table.view)
                                    : metrics::empirical_bayes_hierarchical(table.view);
        for (std::size_t g = 0; g < posteriors.size(); ++g)
            result[e].push_back(from_posterior(posteriors[g], table.view.groups[g], options));
    }
    return result;
}

}  // namespace truegap::adapters
