#include <algorithm>
#include <cmath>
#include <map>
#include <ostream>
#include <set>
#include <utility>

#include "metrics/approximation/smoothing.hpp"
#include "metrics/compensated_sum.hpp"

#include "cli/summary_text.hpp"
#include "cli/text_table.hpp"

#include "adapters/io/grid_json.hpp"

namespace truegap::cli {

namespace {

constexpr std::size_t most_whole_points = 3;    // of which all findings are printed
constexpr std::size_t most_listed_points = 20;  // which have a row each
constexpr std::size_t most_listed_gaps = 60;    // points x predictors, which have a row each

using Method = std::pair<std::uint32_t, std::uint32_t>;  // approximation, estimator
using Points = std::vector<std::size_t>;

std::string method_label(const sim::Results& results, const Method& method) {
    return results.approximations[method.first] + " minus " + results.estimators[method.second];
}

std::string counted(std::size_t n, const std::string& noun) {
    return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

std::string joined(const std::string& a, const std::string& b) {
    return a == b ? a : a + " to " + b;
}

/// The smallest and largest of a number that may differ between points, as text: `5` or `5 to 20`.
template <class Number>
std::string range_of(const std::vector<sim::Results>& results, const Number& number) {
    std::size_t least = number(results.front());
    std::size_t most = least;
    for (const sim::Results& point : results) {
        least = std::min<std::size_t>(least, number(point));
        most = std::max<std::size_t>(most, number(point));
    }
    return joined(std::to_string(least), std::to_string(most));
}

// With a target each world and n has as many as it needed.
std::string replicates_of(const sim::Scenario& scenario, const std::vector<sim::Results>& results) {
    if (!results.front().precision) return std::to_string(scenario.replicates);
    std::uint64_t least = results.front().precision->least_used;
    std::uint64_t most = least;
    for (const sim::Results& point : results) {
        least = std::min(least, point.precision->least_used);
        most = std::max(most, point.precision->most_used);
    }
    return joined(std::to_string(least), std::to_string(most));
}

void print_precision(std::ostream& out, const std::vector<sim::Results>& results) {
    if (!results.front().precision) return;
    sim::Precision all = *results.front().precision;
    for (std::size_t i = 1; i < results.size(); ++i) {
        all.rows += results[i].precision->rows;
        all.rows_above += results[i].precision->rows_above;
        all.largest = std::max(all.largest, results[i].precision->largest);
    }
    out << "\nTarget: gap_bias_mcse at most " << metrics::shortest(all.target) << ", ";
    if (all.rows_above == 0)
        out << "reached in all " << all.rows << " rows that have one.\n";
    else
        out << "not reached in " << all.rows_above << " of " << all.rows << " rows with "
            << all.most_replicates << " replicates (the largest is "
            << metrics::shortest(all.largest) << ").\n";
}

void print_header(std::ostream& out,
                  const adapters::ScenarioFile& source,
                  const std::vector<sim::Results>& results) {
    const sim::Scenario& scenario = source.scenario;
    const sim::Results& first = results.front();
    const auto contexts = [](const sim::Results& point) {
        std::size_t count = 0;
        for (const auto& world : point.contexts) count += world.size();
        return count;
    };
    out << scenario.name << ": " << scenario.question << '\n';
    if (results.size() > 1) out << "A grid of " << results.size() << " points, each with ";
    if (first.populations.size() > 1)
        out << counted(first.populations.size(), "population") << ", ";
    out << counted(first.contexts.size(), "world") << ", " << range_of(results, contexts)
        << " contexts, " << replicates_of(scenario, results) << " replicates, seed "
        << scenario.seed << (results.size() > 1 ? ", the same random numbers at all points" : "")
        << "; all figures in nat, averaged over contexts; n = users a group\n";
    const bool drawn =
        std::any_of(source.points.begin(), source.points.end(), [](const sim::GridPoint& point) {
            return std::holds_alternative<sim::Users>(point.scenario.design);
        });
    if (drawn) out << "(n=N:a-b: N users drawn in all, in a group of a to b on average)\n";
}

sim::Figure mean_of(const std::vector<double>& values) {
    if (values.empty()) return std::nullopt;
    metrics::CompensatedSum sum;
    for (const double value : values) sum.add(value);
    return sum.value() / static_cast<double>(values.size());
}

/// Tables of one figure of the summary: for each method its mean over groups of points, a group a row,
/// and over predictors and populations; sizes across.
class GridTables {
  public:
    explicit GridTables(const std::vector<sim::Results>& results) : results_(results) {
        for (const sim::Results& point : results_)
            for (const sim::SummaryRow& row : point.summary) {
                sizes_.insert(row.users);
                methods_.insert({row.approximation, row.estimator});
            }
    }

    /// rows: what each group of points is called, and its points. value: of a summary row, nothing
    /// where it is not in the mean. Methods without any value are left out.
    template <class RowValue>
    void print(std::ostream& out,
               const std::string& what,
               const std::vector<std::pair<std::string, Points>>& rows,
               const RowValue& value) const {
        for (const Method& method : methods_) {
            TextTable table;
            std::vector<std::string> header{"at"};
            for (const sim::SizeBin& size : sizes_) header.push_back("n=" + column_label(size));
            table.add(std::move(header));
            bool any = false;
            const bool differs = label_differs(method);
            for (const auto& [name, points] : rows) {
                std::vector<std::string> row{
                    name + (differs && points.size() == 1 && has(points.front(), method)
                                ? ": " + method_label(results_[points.front()], method)
                                : "")};
                for (const sim::SizeBin& size : sizes_) {
                    const sim::Figure mean = mean_of(values(method, size, points, value));
                    any = any || mean;
                    row.push_back(figure(mean, false));
                }
                table.add(std::move(row));
            }
            if (!any) continue;
            out << '\n' << what << ": " << title(method, differs) << '\n';
            table.print(out);
        }
    }

    /// The true and the measured gap of every predictor at every point, for each method.
    /// names: of the points.
    void print_gaps(std::ostream& out, const std::vector<std::string>& names) const {
        for (const Method& method : methods_) {
            TextTable table;
            std::vector<std::string> header{"at, predictor", "true gap"};
            for (const sim::SizeBin& size : sizes_) header.push_back("n=" + column_label(size));
            table.add(std::move(header));
            const bool differs = label_differs(method);
            sim::Figure largest_error;
            for (std::size_t i = 0; i < results_.size(); ++i) {
                for (std::uint32_t p = 0; p < results_[i].predictors.size(); ++p) {
                    std::vector<double> truths;
                    std::vector<std::string> gaps;
                    for (const sim::SizeBin& size : sizes_) {
                        const sim::SummaryRow* row = find(i, p, method, size);
                        gaps.push_back(figure(row ? row->gap_mean : std::nullopt, false));
                        if (row != nullptr && row->true_gap) truths.push_back(*row->true_gap);
                        if (row != nullptr && row->gap_bias_se)
                            largest_error =
                                std::max(largest_error.value_or(0.0), *row->gap_bias_se);
                    }
                    std::vector<std::string> line{names[i] + ", " + results_[i].predictors[p],
                                                  figure(mean_of(truths), false)};
                    line.insert(line.end(), gaps.begin(), gaps.end());
                    table.add(std::move(line));
                }
            }
            out << "\nMeasured gap: " << title(method, differs) << '\n';
            table.print(out);
            if (largest_error)
                out << "  standard errors of the bias, "
                    << (results_.front().errors_between_worlds
                            ? "between worlds"
                            : "over replicates given the one world")
                    << ": at most " << figure(largest_error, false) << '\n';
        }
    }

  private:
    [[nodiscard]] const sim::SummaryRow* find(std::size_t point,
                                              std::uint32_t predictor,
                                              const Method& method,
                                              const sim::SizeBin& size) const {
        for (const sim::SummaryRow& row : results_[point].summary)
            if (row.predictor == predictor && row.users == size &&
                Method{row.approximation, row.estimator} == method)
                return &row;
        return nullptr;
    }
    [[nodiscard]] bool has(std::size_t point, const Method& method) const {
        return method.first < results_[point].approximations.size() &&
               method.second < results_[point].estimators.size();
    }
    [[nodiscard]] bool label_differs(const Method& method) const {
        std::set<std::string> labels;
        for (std::size_t i = 0; i < results_.size(); ++i)
            labels.insert(has(i, method) ? method_label(results_[i], method) : std::string{});
        return labels.size() > 1;
    }
    [[nodiscard]] std::string title(const Method& method, bool differs) const {
        for (std::size_t i = 0; i < results_.size(); ++i)
            if (has(i, method))
                return method_label(results_[i], method) +
                       (differs ? " (at the first point; it changes with the factors)" : "");
        return {};
    }
    template <class RowValue>
    [[nodiscard]] std::vector<double> values(const Method& method,
                                             const sim::SizeBin& size,
                                             const Points& points,
                                             const RowValue& value) const {
        std::vector<double> result;
        for (const std::size_t point : points)
            for (const sim::SummaryRow& row : results_[point].summary) {
                if (Method{row.approximation, row.estimator} != method || row.users != size)
                    continue;
                const sim::Figure figure = value(row);
                if (figure && std::isfinite(*figure)) result.push_back(*figure);
            }
        return result;
    }

    const std::vector<sim::Results>& results_;
    std::set<sim::SizeBin> sizes_;
    std::set<Method> methods_;
};

void print_tables(std::ostream& out,
                  const GridTables& tables,
                  const std::vector<std::pair<std::string, Points>>& rows) {
    tables.print(out, "Mean absolute bias", rows, [](const sim::SummaryRow& row) {
        return row.estimand_bias ? sim::Figure(std::abs(*row.estimand_bias)) : std::nullopt;
    });
    tables.print(
        out, "Mean coverage of its own 95 % intervals", rows, [](const sim::SummaryRow& row) {
            return row.coverage;
        });
}

void print_by_point(std::ostream& out,
                    const adapters::Grid& grid,
                    const std::vector<sim::Results>& results) {
    std::vector<std::pair<std::string, Points>> rows;
    for (std::size_t i = 0; i < results.size(); ++i) rows.push_back({grid.heading(i), {i}});
    print_tables(out, GridTables(results), rows);
}

void print_by_factor(std::ostream& out,
                     const adapters::Grid& grid,
                     const std::vector<sim::Results>& results) {
    const GridTables tables(results);
    for (std::size_t f = 0; f < grid.factors().size(); ++f) {
        const adapters::Factor& factor = grid.factors()[f];
        std::vector<std::pair<std::string, Points>> rows;
        for (const adapters::Json& value : factor.values)
            rows.emplace_back(adapters::heading(factor, value), Points{});
        for (std::size_t i = 0; i < results.size(); ++i)
            rows[grid.value_numbers(i)[f]].second.push_back(i);
        out << "\nBy " << factor.column
            << (grid.factors().size() > 1 ? ", over all values of the other factors\n" : "\n");
        print_tables(out, tables, rows);
    }
}

// Whether every gap can have a line of its own.
bool few_gaps(const std::vector<sim::Results>& results) {
    std::size_t gaps = 0;
    for (const sim::Results& point : results)
        gaps += point.predictors.size() * point.populations.size();
    return results.size() <= most_listed_points && gaps <= most_listed_gaps &&
           results.front().populations.size() == 1;
}

void print_grid(std::ostream& out,
                const adapters::ScenarioFile& source,
                const std::vector<sim::Results>& results) {
    if (results.size() <= most_whole_points) {
        for (std::size_t i = 0; i < results.size(); ++i) {
            out << "\n=== " << source.grid.heading(i) << " ===\n";
            print_findings(out, source.points[i].scenario, results[i]);
        }
        return;
    }
    if (few_gaps(results)) {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < results.size(); ++i) names.push_back(source.grid.heading(i));
        GridTables(results).print_gaps(out, names);
        return;
    }
    out << "\nMean absolute bias: of the gap that the method is for, over predictors"
        << (results.front().populations.size() > 1 ? " and populations" : "")
        << ", infinite ones left out.\nEvery row with its signed bias and standard error is in "
           "summary.csv.\n";
    if (results.size() <= most_listed_points)
        print_by_point(out, source.grid, results);
    else
        print_by_factor(out, source.grid, results);
}

}  // namespace

void print_summary(std::ostream& out,
                   const adapters::ScenarioFile& source,
                   const std::vector<sim::Results>& results) {
    print_header(out, source, results);
    if (source.grid.factors().empty())
        print_findings(out, source.scenario, results.front());
    else
        print_grid(out, source, results);
    print_precision(out, results);
    std::uint64_t exact_means = 0;
    double worst_z = 0.0;
    for (const sim::Results& point : results) {
        exact_means += point.exact_means;
        worst_z = std::max(worst_z, point.worst_z);
    }
    if (exact_means > 0)
        out << "\nChecked: " << exact_means
            << " means against their exact expectations; the largest |z| is "
            << figure(worst_z, false) << ", credible for that many.\n";
}

}  // namespace truegap::cli
