#include "cli/score_text.hpp"

#include <algorithm>
#include <optional>
#include <ostream>

#include "metrics/pooling/mixture_prior.hpp"

#include "cli/text_table.hpp"

#include "sim/given_answer.hpp"

namespace truegap::cli {

namespace {

using adapters::ScoreResults;
using adapters::Unit;
using metrics::Approximation;

// Below this a bootstrap over contexts holds the mean clearly less often than it says.
constexpr std::uint64_t enough_contexts = 20;

// A method as the rows name it.
struct Shown {
    std::uint32_t approximation = 0, estimator = 0;
    bool recommended = false;
};

// The published metric and the recommended one, where they are asked for; else the first method.
std::vector<Shown> shown_methods(const ScoreResults& results) {
    const auto first_of = [&](const auto& wanted) -> std::optional<Shown> {
        for (const sim::ObservedRow& row : results.scores.rows) {
            const Approximation& approximation = results.study.approximations[row.approximation];
            if (wanted(approximation))
                return Shown{row.approximation,
                             row.estimator,
                             std::holds_alternative<metrics::Recommended>(approximation)};
        }
        return std::nullopt;
    };
    std::vector<Shown> shown;
    if (const auto published = first_of([](const Approximation& approximation) {
            return std::holds_alternative<metrics::RankMatched>(approximation);
        }))
        shown.push_back(*published);
    if (const auto recommended = first_of([](const Approximation& approximation) {
            return std::holds_alternative<metrics::Recommended>(approximation);
        }))
        shown.push_back(*recommended);
    if (shown.empty())
        if (const auto any = first_of([](const Approximation&) { return true; }))
            shown.push_back(*any);
    return shown;
}

std::string heading(const ScoreResults& results, const Shown& method) {
    if (method.recommended) return "recommended gap";
    const bool published = std::holds_alternative<metrics::RankMatched>(
        results.study.approximations[method.approximation]);
    return published ? "published gap" : "gap";
}

std::string interval_text(const std::optional<metrics::Interval>& interval, Unit unit) {
    if (!interval) return "-";
    return figure(adapters::in_unit(interval->low, unit), true) + " to " +
           figure(adapters::in_unit(interval->high, unit), true);
}

std::string median_text(const sim::Figure& users) {
    if (!users) return "-";
    return metrics::shortest(*users);
}

const sim::PoolRow* row_of(const ScoreResults& results,
                           std::size_t pool,
                           std::size_t predictor,
                           const Shown& method) {
    const auto found =
        std::find_if(results.proxies.begin(), results.proxies.end(), [&](const sim::PoolRow& row) {
            return row.pool == pool && row.predictor == predictor &&
                   row.approximation == method.approximation && row.estimator == method.estimator;
        });
    return found == results.proxies.end() ? nullptr : &*found;
}

void print_answers(std::ostream& out, const adapters::ScoredPredictor& predictor) {
    const auto figures = adapters::answer_figures(predictor.answers.responses);
    out << predictor.label << ": " << figures.answered << " of " << figures.asked
        << " questions answered";
    const auto count = [&](std::uint64_t number, const char* what) {
        if (number > 0) out << ", " << number << ' ' << what;
    };
    count(figures.refused, "refused");
    count(figures.empty, "empty");
    count(figures.unreadable, "unreadable");
    count(figures.failed, "failed");
    if (predictor.answers.missing > 0)
        out << " (" << predictor.answers.missing << " without a response)";
    if (predictor.answers.unused > 0)
        out << "; " << predictor.answers.unused << " responses are about no target";
    out << '\n';
    const auto only_ranks = [](const metrics::Response& response) {
        return sim::answered(response) && !sim::states_distribution(response);
    };
    const auto& responses = predictor.answers.responses;
    if (std::any_of(responses.begin(), responses.end(), only_ranks))
        out << "  Not all of these state probabilities: the recommended gap is that of the order "
               "alone.\n";
}

void print_table(std::ostream& out,
                 const ScoreResults& results,
                 std::size_t predictor,
                 const std::vector<Shown>& methods,
                 Unit unit) {
    TextTable table;
    std::vector<std::string> head{"proxy", "history", "contexts", "median n"};
    for (const Shown& method : methods) {
        head.push_back(heading(results, method));
        head.emplace_back("interval");
    }
    table.add(head);
    for (std::size_t pool = 0; pool < results.pools.size(); ++pool) {
        const adapters::ScorePool& about = results.pools[pool];
        std::vector<std::string> line{about.proxy.empty() ? "(everybody)" : about.proxy,
                                      std::to_string(about.history_length)};
        for (std::size_t i = 0; i < methods.size(); ++i) {
            const sim::PoolRow* row = row_of(results, pool, predictor, methods[i]);
            if (row == nullptr) continue;
            if (i == 0) {
                line.push_back(std::to_string(row->contexts));
                line.push_back(median_text(row->median_users));
            }
            line.push_back(figure(adapters::in_unit(row->gap, unit), true));
            line.push_back(interval_text(row->interval, unit));
        }
        table.add(std::move(line));
    }
    table.print(out);
}

// The smallest median n of a proxy, where the metric's own bias is largest.
sim::Figure smallest_median(const ScoreResults& results) {
    sim::Figure smallest;
    for (const sim::PoolRow& row : results.proxies)
        if (row.median_users && (!smallest || *row.median_users < *smallest))
            smallest = row.median_users;
    return smallest;
}

void print_meaning(std::ostream& out,
                   const ScoreResults& results,
                   const std::vector<Shown>& methods) {
    for (const Shown& method : methods) {
        out << heading(results, method) << ": "
            << results.scores.approximations[method.approximation];
        const std::string& estimator = results.scores.estimators[method.estimator];
        if (!estimator.empty()) out << " with " << estimator;
        out << '\n';
    }
    const sim::Figure users = smallest_median(results);
    if (users && !methods.empty() && heading(results, methods.front()) == "published gap")
        out << "The published gap of a perfect predictor is not 0 either: it is the larger the "
               "fewer users a\ngroup has, and here the median n of a proxy is as small as "
            << median_text(users)
            << ".\nRead the recommended gap: where its interval holds 0, there is no evidence of "
               "a gap.\n";
    const auto few = [](const sim::PoolRow& row) {
        return row.interval && row.contexts < enough_contexts;
    };
    if (std::any_of(results.proxies.begin(), results.proxies.end(), few))
        out << "Intervals over fewer than " << enough_contexts << " contexts are too short.\n";
    if (results.inputs.targets.size() < metrics::least_groups)
        out << "There are fewer than " << metrics::least_groups
            << " contexts: what the recommended metric borrows from the others is doubtful.\n";
}

}  // namespace

void print_score(std::ostream& out, const ScoreResults& results, Unit unit) {
    const std::vector<Shown> methods = shown_methods(results);
    out << "Gaps in " << (unit == Unit::bit ? "bits" : "nats")
        << ": means over the contexts of a proxy, with bootstrap intervals over contexts\n";
    for (std::size_t p = 0; p < results.inputs.predictors.size(); ++p) {
        out << '\n';
        print_answers(out, results.inputs.predictors[p]);
        print_table(out, results, p, methods, unit);
    }
    out << '\n';
    print_meaning(out, results, methods);
}

}  // namespace truegap::cli
