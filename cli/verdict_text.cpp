#include "cli/verdict_text.hpp"

#include <ostream>

#include "cli/curve_text.hpp"
#include "cli/text_table.hpp"

#include "adapters/io/verdict_words.hpp"

namespace truegap::cli {

namespace {

std::string interval_text(const std::optional<metrics::Interval>& interval, adapters::Unit unit) {
    if (!interval) return "-";
    return figure(adapters::in_unit(interval->low, unit), true) + " to " +
           figure(adapters::in_unit(interval->high, unit), true);
}

// Of the first predictor: the first method that reads a ranking into probabilities, the recommended one,
// and what a perfect predictor's curve by the former is.
void print_measured_curve(std::ostream& out,
                          const adapters::ScoreResults& results,
                          const adapters::Verdicts& verdicts,
                          double level) {
    const sim::ObservedCurve* published = nullptr;
    const sim::ObservedCurve* recommended = nullptr;
    for (const sim::ObservedCurve& curve : verdicts.curves) {
        if (curve.predictor != 0 || curve.bins.empty()) continue;
        const auto& approximation = results.study.approximations[curve.approximation];
        if (std::holds_alternative<metrics::Recommended>(approximation)) {
            if (recommended == nullptr) recommended = &curve;
        } else if (published == nullptr) {
            published = &curve;
        }
    }
    std::vector<CurveSeries> series;
    std::vector<std::string> readings;
    const auto add = [&](const sim::ObservedCurve* curve, char mark) {
        if (curve == nullptr) return;
        std::string name = results.scores.approximations[curve->approximation] + ", " +
                           results.scores.estimators[curve->estimator];
        std::vector<metrics::CurveBin> bins;
        CurveSeries floor{.mark = 'f', .name = "a perfect predictor by " + name, .points = {}};
        for (const sim::ObservedBin& bin : curve->bins) {
            bins.push_back(bin.bin);
            if (bin.floor) floor.points.push_back({bin.bin.entropy, bin.bin.entropy + *bin.floor});
        }
        readings.push_back(name + ": " + inversion_reading(bins, curve->inversion, level));
        if (!floor.points.empty() && mark == 'o') series.push_back(std::move(floor));
        series.push_back(curve_series(mark, std::move(name), bins));
    };
    add(published, 'o');
    add(recommended, 'r');
    if (series.empty()) return;
    out << "\nEntropy curve of " << results.study.predictors.front().label << ", in nats\n";
    print_curve(out, series);
    for (const std::string& reading : readings) out << reading << ".\n";
}

}  // namespace

void print_verdicts(std::ostream& out,
                    const adapters::ScoreResults& results,
                    const adapters::Verdicts& verdicts,
                    const adapters::ScoreSettings& settings,
                    double margin) {
    print_measured_curve(out, results, verdicts, settings.level);
    out << "\nVerdict\n";
    for (std::size_t p = 0; p < results.study.predictors.size(); ++p) {
        out << results.study.predictors[p].label << ": ";
        if (verdicts.verdicts.empty()) {
            out << adapters::no_floor_sentence << '\n';
        } else {
            const sim::Verdict& verdict = verdicts.verdicts[p];
            out << adapters::verdict_sentence(verdict, settings.unit, settings.level, margin)
                << ".\n";
            if (!verdict.states) out << "  Here " << adapters::ranking_assumption << ".\n";
        }
        TextTable table;
        table.add({"  signature", "found", "figure", "interval", "p"});
        for (const sim::Signature& signature : verdicts.signatures)
            if (signature.predictor == p)
                table.add({"  " + adapters::signature_name(signature.kind),
                           adapters::finding_word(signature.finding),
                           figure(adapters::in_unit(signature.figure, settings.unit), true),
                           interval_text(signature.interval, settings.unit),
                           figure(signature.p, false)});
        table.print(out);
    }
    if (verdicts.fitted_to_judged)
        out << "The twin was fitted to the targets that it judges: p is that of a double "
               "bootstrap.\n";
}

}  // namespace truegap::cli
