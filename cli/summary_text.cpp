#include "cli/summary_text.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <ostream>
#include <set>
#include <sstream>

#include "adapters/io/results_files.hpp"

namespace truegap::cli {

namespace {

constexpr int column_width = 9;

std::string figure(const sim::Figure& value, bool sign) {
    if (!value) return "-";
    if (std::isinf(*value)) return *value > 0.0 ? "inf" : "-inf";
    std::ostringstream out;
    out << std::fixed << std::setprecision(3) << (sign ? std::showpos : std::noshowpos)
        << (std::abs(*value) < 0.0005 ? 0.0 : *value);
    return out.str();
}

/// Rows of text cells: the first column left, the others right.
class TextTable {
  public:
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    void print(std::ostream& out) const {
        std::size_t first = 0;
        std::vector<std::size_t> widths;
        for (const auto& row : rows_) {
            first = std::max(first, row.front().size());
            widths.resize(std::max(widths.size(), row.size()), column_width);
            for (std::size_t i = 1; i < row.size(); ++i)
                widths[i] = std::max(widths[i], row[i].size() + 2);
        }
        for (const auto& row : rows_) {
            out << "  " << std::left << std::setw(static_cast<int>(first)) << row.front()
                << std::right;
            for (std::size_t i = 1; i < row.size(); ++i)
                out << std::setw(static_cast<int>(widths[i])) << row[i];
            out << '\n';
        }
    }

  private:
    std::vector<std::vector<std::string>> rows_;
};

/// Finds the rows of the summary by what they are about.
class Summary {
  public:
    explicit Summary(const sim::Results& results) : results_(results) {
        for (const sim::SummaryRow& row : results.summary) sizes_.insert(row.users);
    }
    [[nodiscard]] const std::set<sim::SizeBin>& sizes() const { return sizes_; }
    /// The row, or an empty one where nothing was ever measured.
    [[nodiscard]] sim::SummaryRow at(std::size_t p,
                                     std::size_t a,
                                     std::size_t e,
                                     const sim::SizeBin& size) const {
        const auto row = std::find_if(
            results_.summary.begin(), results_.summary.end(), [&](const sim::SummaryRow& one) {
                return one.predictor == p && one.approximation == a && one.estimator == e &&
                       one.users == size;
            });
        return row == results_.summary.end() ? sim::SummaryRow{} : *row;
    }

  private:
    const sim::Results& results_;
    std::set<sim::SizeBin> sizes_;
};

std::string column_label(const sim::SizeBin& size) {
    const std::string label = adapters::size_label(size);
    return size.population_users == 0 ? label : std::to_string(size.population_users) + ":" + label;
}

void print_gaps(std::ostream& out,
                const Summary& summary,
                const sim::Results& results,
                std::size_t a,
                std::size_t e) {
    TextTable table;
    std::vector<std::string> header{"predictor", "true gap"};
    for (const sim::SizeBin& size : summary.sizes()) header.push_back("n=" + column_label(size));
    table.add(std::move(header));
    sim::Figure largest_error;
    for (std::size_t p = 0; p < results.predictors.size(); ++p) {
        std::vector<std::string> row{results.predictors[p]};
        double true_gap = 0.0;
        double contexts = 0.0;
        for (const sim::SizeBin& size : summary.sizes()) {
            const sim::SummaryRow here = summary.at(p, a, e, size);
            true_gap += here.true_gap.value_or(0.0) * static_cast<double>(here.contexts);
            contexts += static_cast<double>(here.contexts);
            if (here.gap_bias_se)
                largest_error = std::max(largest_error.value_or(0.0), *here.gap_bias_se);
        }
        row.push_back(figure(true_gap / contexts, false));
        for (const sim::SizeBin& size : summary.sizes())
            row.push_back(figure(summary.at(p, a, e, size).gap_mean, false));
        table.add(std::move(row));
    }
    out << "\nMeasured gap: " << results.approximations[a] << " minus " << results.estimators[e]
        << '\n';
    table.print(out);
    out << "  standard errors of the bias, "
        << (results.errors_between_worlds ? "between worlds"
                                          : "over replicates given the one world")
        << ": " << (largest_error ? "at most " + figure(largest_error, false) : "unknown (too few)")
        << '\n';
}

// The predictor whose true gap is 0 everywhere: what it measures is the metric's own doing.
std::optional<std::size_t> perfect_predictor(const Summary& summary, const sim::Results& results) {
    for (std::size_t p = 0; p < results.predictors.size(); ++p) {
        const auto is_perfect = [&](const sim::SizeBin& size) {
            const auto gap = summary.at(p, 0, 0, size).true_gap;
            return gap && *gap < 1e-12;
        };
        if (std::all_of(summary.sizes().begin(), summary.sizes().end(), is_perfect)) return p;
    }
    return std::nullopt;
}

void print_terms(std::ostream& out,
                 const Summary& summary,
                 const sim::Results& results,
                 std::size_t p) {
    TextTable table;
    std::vector<std::string> header{"term"};
    for (const sim::SizeBin& size : summary.sizes()) header.push_back("n=" + column_label(size));
    table.add(std::move(header));
    const auto add = [&](const std::string& name, sim::Figure sim::SummaryRow::*term) {
        std::vector<std::string> row{name};
        for (const sim::SizeBin& size : summary.sizes())
            row.push_back(figure(summary.at(p, 0, 0, size).*term, true));
        table.add(std::move(row));
    };
    add("approximation (order kept, probabilities lost)", &sim::SummaryRow::approximation_term);
    add("answer (only the top is ranked, smoothing)", &sim::SummaryRow::answer_term);
    add("entropy (estimated from few users)", &sim::SummaryRow::entropy_term);
    add("cross-entropy (target borrowed, few users)", &sim::SummaryRow::cross_entropy_term);
    add("total bias", &sim::SummaryRow::gap_bias);
    out << "\nWhere the bias of " << results.predictors[p] << " comes from ("
        << results.approximations.front() << " minus " << results.estimators.front() << ")\n";
    table.print(out);
}

void print_reading(std::ostream& out,
                   const Summary& summary,
                   const sim::Results& results,
                   std::size_t p) {
    out << "\nHow to read it\n  " << results.predictors[p]
        << " predicts perfectly (true gap 0), so every gap measured for it is the metric's own:\n "
           " ";
    bool first = true;
    for (const sim::SizeBin& size : summary.sizes()) {
        const auto gap = summary.at(p, 0, 0, size).gap_mean;
        out << (first ? "" : ", ") << figure(gap, false) << (first ? " nat with " : " with ")
            << column_label(size);
        if (first) out << (size.largest == 1 ? " user" : " users") << " a group";
        first = false;
    }
    out << ".\n";
}

// Predictors that no number of users tells apart, though their true gaps differ: a ranking shows
// the order of the probabilities and not the probabilities.
void print_blindness(std::ostream& out,
                     const Summary& summary,
                     const sim::Results& results,
                     std::size_t a,
                     std::size_t p) {
    for (std::size_t other = 0; other < results.predictors.size(); ++other) {
        const auto same = [&](const sim::SizeBin& size) {
            const auto one = summary.at(p, a, 0, size);
            const auto two = summary.at(other, a, 0, size);
            return one.gap_mean && two.gap_mean && std::abs(*one.gap_mean - *two.gap_mean) < 1e-9 &&
                   one.true_gap && two.true_gap && std::abs(*one.true_gap - *two.true_gap) > 1e-3;
        };
        if (other == p || !std::all_of(summary.sizes().begin(), summary.sizes().end(), same))
            continue;
        out << "  " << results.predictors[other] << " gets the same gap as "
            << results.predictors[p] << " under " << results.approximations[a]
            << ": a ranking keeps the order and loses the probabilities.\n";
    }
}

}  // namespace

void print_summary(std::ostream& out, const sim::Scenario& scenario, const sim::Results& results) {
    const Summary summary(results);
    std::size_t contexts = 0;
    for (const auto& world : results.contexts) contexts += world.size();
    out << scenario.name << ": " << scenario.question << '\n'
        << results.contexts.size() << (results.contexts.size() == 1 ? " world, " : " worlds, ")
        << contexts << " contexts, " << scenario.replicates << " replicates, seed " << scenario.seed
        << "; all figures in nat, averaged over contexts; n = users a group\n";
    if (std::holds_alternative<sim::Users>(scenario.design))
        out << "(n=N:a-b: N users drawn in all, in a group of a to b on average)\n";
    for (std::size_t a = 0; a < results.approximations.size(); ++a)
        for (std::size_t e = 0; e < results.estimators.size(); ++e)
            print_gaps(out, summary, results, a, e);
    if (const auto perfect = perfect_predictor(summary, results)) {
        print_terms(out, summary, results, *perfect);
        print_reading(out, summary, results, *perfect);
        for (std::size_t a = 0; a < results.approximations.size(); ++a)
            print_blindness(out, summary, results, a, *perfect);
    }
}

}  // namespace truegap::cli
