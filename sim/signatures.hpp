#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "sim/comparison.hpp"
#include "sim/history_effect.hpp"
#include "sim/verdict.hpp"

/// The method's four failure signatures, each with a test of its own.
namespace truegap::sim {

enum class SignatureKind { misaligned_with_task, inversion, demographics_ignored, lost_in_context };
enum class SignatureFinding { yes, no, undecided };

struct Signature {
    std::uint32_t predictor = 0;
    SignatureKind kind = SignatureKind::misaligned_with_task;
    SignatureFinding finding = SignatureFinding::undecided;
    Figure figure = {};
    std::optional<metrics::Interval> interval = {};
    Figure p = {};
    std::uint64_t units = 0;  ///< contexts, or groups for `lost_in_context`
};

/// What the signatures rest on, of the recommended metric and the judged contexts. Whatever is missing
/// leaves its signature undecided.
struct SignatureEvidence {
    const std::vector<Verdict>* verdicts = nullptr;     ///< with a noise floor
    const std::vector<ComparisonRow>* pairs = nullptr;  ///< of the judged pool
    std::optional<std::pair<std::uint32_t, std::uint32_t>> set_ups =
        {};                                            ///< with demographics, without
    const std::vector<HistoryRow>* history = nullptr;  ///< of the cross-entropy
};

/// Four a predictor, in the order of the kinds.
///     misaligned_with_task  the corrected gap over the third of the highest entropy: yes, p <= 1 - level;
///                           no, its interval ends below the margin
///     inversion             the corrected gap over the lowest third minus that over the others: likewise
///     demographics_ignored  gap(without) - gap(with): yes, within -+margin by two one-sided tests; no, not 0
///     lost_in_context       cross-entropy at the longest minus at the shortest history, within groups: yes,
///                           its slope on the length is above 0; no, the interval ends below the margin
/// each also undecided with fewer than `least_judged` units.
[[nodiscard]] std::vector<Signature> find_signatures(std::size_t predictors,
                                                     const SignatureEvidence& evidence,
                                                     double level,
                                                     double margin);

}  // namespace truegap::sim
