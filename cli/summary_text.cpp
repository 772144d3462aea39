#include "cli/summary_text.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <ostream>
#include <set>
#include <tuple>

#include "metrics/pooling/mixture_prior.hpp"

#include "cli/text_table.hpp"

#include "adapters/io/results_files.hpp"

namespace truegap::cli {

namespace {

constexpr double doubtful_weight = 0.9;  // of the posterior, on the other groups

/// Finds the rows of one population's summary by what they are about.
class Summary {
  public:
    /// Labels are indices into `Results`.
    using Method = std::pair<std::uint32_t, std::uint32_t>;  // approximation, estimator

    Summary(const sim::Results& results, std::uint32_t population) {
        for (const sim::SummaryRow& row : results.summary) {
            if (row.population != population) continue;
            sizes_.insert(row.users);
            methods_.insert({row.approximation, row.estimator});
            rows_.emplace(std::tuple(row.predictor, row.approximation, row.estimator, row.users),
                          row);
        }
    }
    [[nodiscard]] const std::set<sim::SizeBin>& sizes() const { return sizes_; }
    [[nodiscard]] const std::set<Method>& methods() const { return methods_; }
    /// The row, or an empty one where nothing was ever measured.
    [[nodiscard]] sim::SummaryRow at(std::uint32_t predictor,
                                     const Method& method,
                                     const sim::SizeBin& size) const {
        const auto row = rows_.find(std::tuple(predictor, method.first, method.second, size));
        return row == rows_.end() ? sim::SummaryRow{} : row->second;
    }

  private:
    std::set<sim::SizeBin> sizes_;
    std::set<Method> methods_;
    std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, sim::SizeBin>, sim::SummaryRow>
        rows_;
};

std::string method_label(const sim::Results& results, const Summary::Method& method) {
    return results.approximations[method.first] + " minus " + results.estimators[method.second];
}

void print_gaps(std::ostream& out,
                const Summary& summary,
                const sim::Results& results,
                const Summary::Method& method) {
    TextTable table;
    std::vector<std::string> header{"predictor", "true gap"};
    for (const sim::SizeBin& size : summary.sizes()) header.push_back("n=" + column_label(size));
    table.add(std::move(header));
    sim::Figure largest_error;
    for (std::uint32_t p = 0; p < results.predictors.size(); ++p) {
        std::vector<std::string> row{results.predictors[p]};
        double true_gap = 0.0;
        double contexts = 0.0;
        for (const sim::SizeBin& size : summary.sizes()) {
            const sim::SummaryRow here = summary.at(p, method, size);
            true_gap += here.true_gap.value_or(0.0) * static_cast<double>(here.contexts);
            contexts += static_cast<double>(here.contexts);
            if (here.gap_bias_se)
                largest_error = std::max(largest_error.value_or(0.0), *here.gap_bias_se);
        }
        row.push_back(
            figure(contexts > 0.0 ? sim::Figure(true_gap / contexts) : std::nullopt, false));
        for (const sim::SizeBin& size : summary.sizes())
            row.push_back(figure(summary.at(p, method, size).gap_mean, false));
        table.add(std::move(row));
    }
    out << "\nMeasured gap: " << method_label(results, method) << '\n';
    table.print(out);
    out << "  standard errors of the bias, "
        << (results.errors_between_worlds ? "between worlds"
                                          : "over replicates given the one world")
        << ": " << (largest_error ? "at most " + figure(largest_error, false) : "unknown (too few)")
        << '\n';
}

// The predictor whose true gap is 0 everywhere: what it measures is the metric's own doing.
std::optional<std::uint32_t> perfect_predictor(const Summary& summary,
                                               const sim::Results& results) {
    for (std::uint32_t p = 0; p < results.predictors.size(); ++p) {
        const auto is_perfect = [&](const sim::SizeBin& size) {
            const auto gap = summary.at(p, *summary.methods().begin(), size).true_gap;
            return gap && *gap < 1e-12;
        };
        if (std::all_of(summary.sizes().begin(), summary.sizes().end(), is_perfect)) return p;
    }
    return std::nullopt;
}

void print_terms(std::ostream& out,
                 const Summary& summary,
                 const sim::Results& results,
                 std::uint32_t p) {
    TextTable table;
    std::vector<std::string> header{"term"};
    for (const sim::SizeBin& size : summary.sizes()) header.push_back("n=" + column_label(size));
    table.add(std::move(header));
    const auto add = [&](const std::string& name, sim::Figure sim::SummaryRow::*term) {
        std::vector<std::string> row{name};
        for (const sim::SizeBin& size : summary.sizes())
            row.push_back(figure(summary.at(p, *summary.methods().begin(), size).*term, true));
        table.add(std::move(row));
    };
    add("approximation (order kept, probabilities lost)", &sim::SummaryRow::approximation_term);
    add("answer (only the top is ranked, smoothing)", &sim::SummaryRow::answer_term);
    add("entropy (estimated from few users)", &sim::SummaryRow::entropy_term);
    add("cross-entropy (target borrowed, few users)", &sim::SummaryRow::cross_entropy_term);
    add("total bias", &sim::SummaryRow::gap_bias);
    out << "\nWhere the bias of " << results.predictors[p] << " comes from ("
        << method_label(results, *summary.methods().begin()) << ")\n";
    table.print(out);
}

// "2.050 nat with 5 users a group, 1.438 with 10, ...": the predictor's gap under a method.
void print_gap_by_size(std::ostream& out,
                       const Summary& summary,
                       std::uint32_t p,
                       const Summary::Method& method) {
    bool first = true;
    for (const sim::SizeBin& size : summary.sizes()) {
        const auto gap = summary.at(p, method, size).gap_mean;
        out << (first ? "" : ", ") << figure(gap, false) << (first ? " nat with " : " with ")
            << column_label(size);
        if (first) out << (size.largest == 1 ? " user" : " users") << " a group";
        first = false;
    }
    out << ".\n";
}

bool has_intervals(const Summary& summary, std::uint32_t p, const Summary::Method& method) {
    return std::any_of(summary.sizes().begin(), summary.sizes().end(), [&](const auto& size) {
        return summary.at(p, method, size).intervals > 0;
    });
}

void print_reading(std::ostream& out,
                   const Summary& summary,
                   const sim::Results& results,
                   std::uint32_t p) {
    const Summary::Method first = *summary.methods().begin();
    out << "\nHow to read it\n  " << results.predictors[p]
        << " predicts perfectly (true gap 0), so every gap measured for it is the metric's own:\n "
           " ";
    print_gap_by_size(out, summary, p, first);
    for (const Summary::Method& method : summary.methods()) {
        if (method == first || !has_intervals(summary, p, method)) continue;
        out << "  Under " << results.approximations[method.first] << ": ";
        print_gap_by_size(out, summary, p, method);
    }
}

// Predictors that no number of users tells apart, though their true gaps differ: a ranking shows
// the order of the probabilities and not the probabilities.
void print_blindness(std::ostream& out,
                     const Summary& summary,
                     const sim::Results& results,
                     const Summary::Method& method,
                     std::uint32_t p) {
    for (std::uint32_t other = 0; other < results.predictors.size(); ++other) {
        const auto same = [&](const sim::SizeBin& size) {
            const auto one = summary.at(p, method, size);
            const auto two = summary.at(other, method, size);
            return one.gap_mean && two.gap_mean && std::abs(*one.gap_mean - *two.gap_mean) < 1e-9 &&
                   one.true_gap && two.true_gap && std::abs(*one.true_gap - *two.true_gap) > 1e-3;
        };
        if (other == p || !std::all_of(summary.sizes().begin(), summary.sizes().end(), same))
            continue;
        out << "  " << results.predictors[other] << " gets the same gap as "
            << results.predictors[p] << " under " << results.approximations[method.first]
            << ": a ranking keeps the order and loses the probabilities.\n";
    }
}

/// What the rows of a method with intervals of its own say together.
struct Intervals {
    double covered = 0.0;
    double count = 0.0;
    double least_pooled_weight = 1.0;
    double contexts = 0.0;
    double fallen_back = 0.0;       ///< contexts
    double most_fallen_back = 0.0;  ///< a share, of the contexts of one size
    sim::SizeBin most_at;
    std::map<std::uint32_t, std::uint64_t> groups;  ///< in a world, of those drawn together
};

Intervals intervals_of(const Summary& summary,
                       const Summary::Method& method,
                       const sim::Scenario& scenario,
                       const sim::Results& results) {
    // Each n has all groups for itself, or the groups are split into bins of n.
    const bool apart = std::holds_alternative<sim::UsersPerGroup>(scenario.design);
    Intervals all;
    for (std::uint32_t p = 0; p < results.predictors.size(); ++p)
        for (const sim::SizeBin& size : summary.sizes()) {
            const sim::SummaryRow row = summary.at(p, method, size);
            if (p == 0 && row.worlds > 0)
                all.groups[apart ? size.smallest : size.population_users] +=
                    row.contexts / row.worlds;
            const auto count = static_cast<double>(row.intervals);
            all.covered += row.coverage.value_or(0.0) * count;
            all.count += count;
            all.least_pooled_weight =
                std::min(all.least_pooled_weight, row.pooled_weight.value_or(1.0));
            const double fallen = row.fallen_back.value_or(0.0);
            all.contexts += static_cast<double>(row.contexts);
            all.fallen_back += fallen * static_cast<double>(row.contexts);
            if (fallen > all.most_fallen_back) {
                all.most_fallen_back = fallen;
                all.most_at = size;
            }
        }
    return all;
}

// The intervals of the methods that have their own, and whether pooling may be believed.
void print_intervals(std::ostream& out,
                     const Summary& summary,
                     const sim::Scenario& scenario,
                     const sim::Results& results) {
    for (const Summary::Method& method : summary.methods()) {
        const Intervals all = intervals_of(summary, method, scenario, results);
        if (all.count == 0.0) continue;
        out << "\n"
            << method_label(results, method) << ": its 95 % intervals held the truth "
            << percent(all.covered / all.count) << " of the time.\n";
        const auto fewest = std::min_element(
            all.groups.begin(), all.groups.end(), [](const auto& one, const auto& other) {
                return one.second < other.second;
            });
        if (fewest != all.groups.end() && fewest->second < metrics::least_groups)
            out << "  Pooling is doubtful: only " << fewest->second << " groups to learn from.\n";
        if (all.fallen_back > 0.0)
            out << "  Pooling is doubtful for " << percent(all.fallen_back / all.contexts)
                << " of the groups (" << percent(all.most_fallen_back)
                << " of those with n=" << column_label(all.most_at)
                << "): they are unlike the others, and were estimated on their own.\n";
        else if (all.least_pooled_weight < doubtful_weight)
            out << "  Pooling is doubtful: up to " << percent(1.0 - all.least_pooled_weight)
                << " of the weight fell back on the groups' own counts.\n";
    }
}

// Several populations: how far each method is off, on average over them and the predictors.
void print_over_populations(std::ostream& out, const sim::Results& results) {
    std::map<Summary::Method, std::map<sim::SizeBin, std::vector<double>>> errors;
    std::map<Summary::Method, std::map<sim::SizeBin, std::vector<double>>> coverage;
    std::set<sim::SizeBin> sizes;
    for (const sim::SummaryRow& row : results.summary) {
        const Summary::Method method{row.approximation, row.estimator};
        sizes.insert(row.users);
        if (row.estimand_bias && std::isfinite(*row.estimand_bias))
            errors[method][row.users].push_back(std::abs(*row.estimand_bias));
        if (row.coverage) coverage[method][row.users].push_back(*row.coverage);
    }
    const auto print = [&](const auto& figures) {
        TextTable table;
        std::vector<std::string> header{"method"};
        for (const sim::SizeBin& size : sizes) header.push_back("n=" + column_label(size));
        table.add(std::move(header));
        for (const auto& [method, by_size] : figures) {
            std::vector<std::string> row{method_label(results, method)};
            for (const sim::SizeBin& size : sizes) {
                const auto found = by_size.find(size);
                row.push_back(
                    figure(found == by_size.end()
                               ? std::nullopt
                               : sim::Figure(std::accumulate(
                                                 found->second.begin(), found->second.end(), 0.0) /
                                             static_cast<double>(found->second.size())),
                           false));
            }
            table.add(std::move(row));
        }
        table.print(out);
    };
    out << "\nMean absolute bias over populations and predictors (of the gap that the method is "
           "for;\n"
           "infinite ones left out)\n";
    print(errors);
    if (coverage.empty()) return;
    out << "\nMean coverage of the methods' own 95 % intervals\n";
    print(coverage);
}

void print_population(std::ostream& out,
                      const Summary& summary,
                      const sim::Scenario& scenario,
                      const sim::Results& results) {
    for (const Summary::Method& method : summary.methods())
        print_gaps(out, summary, results, method);
    if (const auto perfect = perfect_predictor(summary, results)) {
        print_terms(out, summary, results, *perfect);
        print_reading(out, summary, results, *perfect);
        std::set<std::uint32_t> seen;
        for (const Summary::Method& method : summary.methods())
            if (seen.insert(method.first).second)
                print_blindness(out, summary, results, method, *perfect);
    }
    print_intervals(out, summary, scenario, results);
}

}  // namespace

void print_findings(std::ostream& out, const sim::Scenario& scenario, const sim::Results& results) {
    if (results.populations.size() > 1)
        print_over_populations(out, results);
    else
        print_population(out, Summary(results, 0), scenario, results);
}

}  // namespace truegap::cli
