#include "sim/signatures.hpp"

namespace truegap::sim {

namespace {

SignatureFinding finding_of(const Signature& signature, double level, double margin) {
    if (signature.units < least_judged || !signature.p || !signature.figure)
        return SignatureFinding::undecided;
    if (*signature.p <= 1.0 - level && *signature.figure > 0.0) return SignatureFinding::yes;
    if (signature.interval && signature.interval->high < margin) return SignatureFinding::no;
    return SignatureFinding::undecided;
}

void rest_on(Signature& signature, const Judgement& judgement, std::uint64_t contexts) {
    signature.figure = judgement.value;
    signature.interval = judgement.interval;
    signature.p = judgement.p;
    signature.units = contexts;
}

void compare_set_ups(Signature& signature, const ComparisonRow& row, bool turned, double level) {
    signature.figure = row.difference;
    signature.interval = row.interval;
    if (turned) {
        if (row.difference) signature.figure = -*row.difference;
        if (row.interval)
            signature.interval = metrics::Interval{-row.interval->high, -row.interval->low};
    }
    signature.p = row.p_equivalent;
    signature.units = row.contexts;
    if (signature.units < least_judged) return;
    if (row.p_equivalent && *row.p_equivalent <= 1.0 - level)
        signature.finding = SignatureFinding::yes;
    else if (row.p && *row.p <= 1.0 - level)
        signature.finding = SignatureFinding::no;
}

}  // namespace

std::vector<Signature> find_signatures(std::size_t predictors,
                                       const SignatureEvidence& evidence,
                                       double level,
                                       double margin) {
    std::vector<Signature> signatures;
    for (std::uint32_t p = 0; p < predictors; ++p) {
        Signature misaligned{.predictor = p, .kind = SignatureKind::misaligned_with_task};
        Signature inversion{.predictor = p, .kind = SignatureKind::inversion};
        Signature ignored{.predictor = p, .kind = SignatureKind::demographics_ignored};
        Signature lost{.predictor = p, .kind = SignatureKind::lost_in_context};
        if (evidence.verdicts != nullptr) {
            const Verdict& verdict = (*evidence.verdicts)[p];
            rest_on(misaligned, verdict.highest, verdict.contexts);
            rest_on(inversion, verdict.rise, verdict.contexts);
            misaligned.finding = finding_of(misaligned, level, margin);
            inversion.finding = finding_of(inversion, level, margin);
        }
        if (evidence.set_ups && evidence.pairs != nullptr && evidence.set_ups->first == p)
            for (const ComparisonRow& row : *evidence.pairs) {
                const auto [told, not_told] = *evidence.set_ups;
                const bool turned = row.first == not_told && row.second == told;
                if (turned || (row.first == told && row.second == not_told))
                    compare_set_ups(ignored, row, turned, level);
            }
        if (evidence.history != nullptr)
            for (const HistoryRow& row : *evidence.history) {
                if (row.predictor != p || row.figure != HistoryFigure::cross_entropy) continue;
                lost.figure = row.contrast;
                lost.interval = row.contrast_interval;
                lost.p = row.p_rising;
                lost.units = row.groups;
                lost.finding = finding_of(lost, level, margin);
            }
        signatures.insert(signatures.end(), {misaligned, inversion, ignored, lost});
    }
    return signatures;
}

}  // namespace truegap::sim
