#include "adapters/io/verdict_words.hpp"

#include <cmath>
#include <cstdio>

#include "adapters/io/verdict_files.hpp"

namespace truegap::adapters {

namespace {

std::string decimals(double value, const char* format) {
    char text[64];  // NOLINT(modernize-avoid-c-arrays,cppcoreguidelines-avoid-c-arrays)
    std::snprintf(static_cast<char*>(text), sizeof text, format, value);  // NOLINT
    return static_cast<const char*>(text);
}

std::string amount(const sim::Figure& nats, Unit unit) {
    if (!nats) return "-";
    if (std::isinf(*nats)) return "infinite";
    return decimals(*in_unit(*nats, unit), "%.3f");
}

std::string with_interval(const sim::Judgement& judgement, Unit unit) {
    std::string text = amount(judgement.value, unit) + (unit == Unit::bit ? " bit" : " nat");
    if (judgement.interval)
        text += " (" + amount(judgement.interval->low, unit) + " to " +
                amount(judgement.interval->high, unit) + ")";
    if (judgement.p) text += ", p = " + decimals(*judgement.p, "%.3g");
    return text;
}

std::string whole(const sim::Figure& number) {
    return decimals(number.value_or(0.0), "%.0f");
}

std::string size_text(const sim::Verdict& verdict) {
    return std::to_string(verdict.contexts) + " groups, " + whole(verdict.median_users) +
           " users in the median one";
}

}  // namespace

std::string finding_word(sim::Finding finding) {
    switch (finding) {
        case sim::Finding::worse:
            return "worse";
        case sim::Finding::explained:
            return "explained";
        case sim::Finding::undecided:
            break;
    }
    return "undecided";
}

std::string finding_word(sim::SignatureFinding finding) {
    switch (finding) {
        case sim::SignatureFinding::yes:
            return "yes";
        case sim::SignatureFinding::no:
            return "no";
        case sim::SignatureFinding::undecided:
            break;
    }
    return "undecided";
}

std::string signature_name(sim::SignatureKind kind) {
    switch (kind) {
        case sim::SignatureKind::misaligned_with_task:
            return "misaligned_with_task";
        case sim::SignatureKind::inversion:
            return "inversion";
        case sim::SignatureKind::demographics_ignored:
            return "demographics_ignored";
        case sim::SignatureKind::lost_in_context:
            break;
    }
    return "lost_in_context";
}

std::string verdict_sentence(const sim::Verdict& verdict, Unit unit, double level, double margin) {
    const std::string gap = "corrected gap " + with_interval(verdict.gap, unit);
    const std::string size = " (" + size_text(verdict) + ")";
    if (verdict.finding == sim::Finding::worse) {
        std::string text = "worse than a perfect predictor at level " +
                           decimals(1.0 - level, "%.3g") + ": " + gap + size;
        if (verdict.infinite > 0)
            text += "; in " + std::to_string(verdict.infinite) +
                    " of them somebody chose what it gave no probability";
        return text;
    }
    const std::string limit = amount(margin, unit) + (unit == Unit::bit ? " bit" : " nat");
    if (verdict.finding == sim::Finding::explained)
        return "explained by sparsity: " + gap + ", below the margin of " + limit + size;
    if (verdict.contexts < sim::least_judged)
        return "undecided: " + std::to_string(verdict.contexts) +
               " groups have a gap, and at least " + std::to_string(sim::least_judged) +
               " are needed" + (verdict.gap.value ? "; " + gap : "");
    std::string text = "undecided: " + gap +
                       ", neither above what a perfect predictor scores nor "
                       "surely below " +
                       limit + size;
    if (verdict.needed && verdict.needed->users)
        text += "; about " + whole(verdict.needed->users) + " users a group would decide it";
    else if (verdict.needed && verdict.needed->groups)
        text += "; more users a group would not, about " + whole(verdict.needed->groups) +
                " such groups would decide it";
    return text;
}

std::string signature_basis(const sim::Signature& signature, const Verdicts& verdicts) {
    const std::string units = std::to_string(signature.units);
    switch (signature.kind) {
        case sim::SignatureKind::misaligned_with_task:
            if (verdicts.verdicts.empty()) return "no noise floor was given (--noise-floor)";
            return "mean corrected gap over the third of highest measured entropy of " + units +
                   " contexts, against perfect predictors in the twin";
        case sim::SignatureKind::inversion:
            if (verdicts.verdicts.empty()) return "no noise floor was given (--noise-floor)";
            return "mean corrected gap over the third of lowest measured entropy minus that over "
                   "the "
                   "others, of " +
                   units +
                   " contexts, against perfect predictors in the twin; the break and its interval "
                   "are in inversion.json";
        case sim::SignatureKind::demographics_ignored:
            if (signature.units == 0)
                return "no set-up without demographics was given (--without-demographics A=B)";
            return "paired difference of gaps without and with demographics over " + units +
                   " contexts, two one-sided tests at the margin";
        case sim::SignatureKind::lost_in_context:
            break;
    }
    if (signature.units == 0) return "no group was asked about at two history lengths";
    return "cross-entropy at the longest history minus at the shortest, within " + units +
           " groups; p of a rising slope, sign-flipping over groups";
}

}  // namespace truegap::adapters
