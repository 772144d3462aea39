#include "cli/inversion_text.hpp"

#include <ostream>
#include <string>

#include "cli/text_table.hpp"

#include "adapters/io/inversion_files.hpp"

namespace truegap::cli {

namespace {

std::string share(const sim::Share& share) {
    if (share.worlds == 0) return "-";
    return percent(*share.value()) + " (" + percent(*share.standard_error()) + ")";
}

std::string reading(const sim::InversionRate& row) {
    std::string text = adapters::reading_word(row.reading);
    if (row.null != sim::InversionNull::none) text += ", null " + adapters::null_word(row.null);
    return text;
}

std::string method(const sim::InversionRates& rates, const sim::InversionRate& row) {
    const std::string& estimator = rates.estimators[row.estimator];
    return rates.approximations[row.approximation] +
           (estimator.empty() ? "" : " minus " + estimator);
}

bool same_curves(const sim::InversionRate& a, const sim::InversionRate& b) {
    return a.users == b.users && a.approximation == b.approximation && a.estimator == b.estimator;
}

// A method at one n: readings down, predictors across.
void print_method(std::ostream& out,
                  const sim::InversionRates& rates,
                  const sim::InversionRate& of) {
    out << '\n' << method(rates, of);
    if (of.users > 0) out << ", n=" << of.users;
    out << '\n';
    TextTable table;
    std::vector<std::string> head{"reading"};
    for (std::size_t p = 0; p < rates.predictors.size(); ++p)
        head.push_back(rates.predictors[p] + (p == rates.reference ? "" : ", if inverted"));
    table.add(head);
    for (const sim::InversionRate& row : rates.rows) {
        if (!same_curves(row, of) || row.predictor != 0) continue;
        std::vector<std::string> line{reading(row)};
        for (std::size_t p = 0; p < rates.predictors.size(); ++p)
            for (const sim::InversionRate& other : rates.rows)
                if (same_curves(other, of) && other.predictor == p &&
                    other.reading == row.reading && other.null == row.null)
                    line.push_back(share(p == rates.reference ? other.all : other.inverted));
        table.add(line);
    }
    table.print(out);
}

}  // namespace

void print_inversion_rates(std::ostream& out,
                           const adapters::Grid& grid,
                           const std::vector<sim::InversionRates>& rates) {
    out << "\nHow often a curve is read as inverted, one data set a world (Monte Carlo standard "
           "error). A\n"
           "perfect predictor never is, so its column is of false alarms; the others' are of the "
           "worlds\n"
           "where their true curve is inverted. The tests `worse` and `rise` have level "
        << percent(rates.front().level) << ".\n";
    for (std::size_t point = 0; point < rates.size(); ++point) {
        if (!grid.factors().empty()) out << "\n== " << grid.heading(point) << " ==\n";
        const sim::InversionRates& here = rates[point];
        const sim::InversionRate* last = nullptr;
        for (const sim::InversionRate& row : here.rows) {
            if (row.predictor != 0 || (last != nullptr && same_curves(row, *last))) continue;
            print_method(out, here, row);
            last = &row;
        }
    }
}

}  // namespace truegap::cli
