#include "cli/verdict_text.hpp"

#include <ostream>

#include "cli/text_table.hpp"

#include "adapters/io/verdict_words.hpp"

namespace truegap::cli {

namespace {

std::string interval_text(const std::optional<metrics::Interval>& interval, adapters::Unit unit) {
    if (!interval) return "-";
    return figure(adapters::in_unit(interval->low, unit), true) + " to " +
           figure(adapters::in_unit(interval->high, unit), true);
}

}  // namespace

void print_verdicts(std::ostream& out,
                    const adapters::ScoreResults& results,
                    const adapters::Verdicts& verdicts,
                    const adapters::ScoreSettings& settings,
                    double margin) {
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
