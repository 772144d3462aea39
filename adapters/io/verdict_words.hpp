#pragma once

#include <string>

#include "sim/signatures.hpp"
#include "sim/verdict.hpp"

/// What verdicts and signatures are called in files and on screen.
namespace truegap::adapters {

inline constexpr const char* no_floor_sentence =
    "undecided: without a noise floor (--noise-floor) the gap of small groups is not told from "
    "that of the predictor";
inline constexpr const char* stated_assumption =
    "the predictor states probabilities: its cross-entropy is unbiased, and the bias is that of "
    "the "
    "entropy in the twin";
inline constexpr const char* ranking_assumption =
    "the predictor gives a ranking: the bias is taken to be that of a perfect ranking in the twin, "
    "and "
    "what is corrected is the gap of the order alone";

[[nodiscard]] std::string finding_word(sim::Finding finding);

}  // namespace truegap::adapters
