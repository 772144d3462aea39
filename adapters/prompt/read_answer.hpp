#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/response.hpp"
#include "adapters/prompt/prompt.hpp"
#include "adapters/prompt/question.hpp"

/// What a model said, read as an answer: tolerant of how it is said, strict about what. None of these
/// throws, whatever the bytes. All give `faults`.
namespace truegap::adapters {

/// A ranking: JSON in any of the usual shapes, with or without code fences and talk around it, numbered
/// lists, bullets, quotes, one a line or separated by commas; items by title (small differences allowed)
/// or by their option label. Fills `rankings` with one ranking.
[[nodiscard]] metrics::Response read_ranking(std::string_view text,
                                             const Question& question,
                                             const Prompt& prompt);

/// The ranking that names these candidates in order (anything that is no candidate's number is unknown), cut
/// after K places, and its faults: a repeat and an unknown item take up their place.
[[nodiscard]] metrics::Response ranking_response(const std::vector<std::uint32_t>& named,
                                                 const Question& question);

/// Why a text that names no candidate is no answer: nothing was said beside thoughts, or it declines, or
/// it cannot be read.
[[nodiscard]] metrics::NoAnswer why_no_answer(std::string_view text);

/// One item, as one of several samples: the candidate, or `metrics::no_candidate`.
[[nodiscard]] std::uint32_t read_choice(std::string_view text,
                                        const Question& question,
                                        const Prompt& prompt);

/// Percentages by item: JSON objects and arrays (one of K numbers is in the order shown), `item: 12 %`
/// lines, tables, as they are stated: their sum is not looked at. Fills `percentages`, NaN where none was
/// stated. The first statement about an item counts; faults: others about it (`duplicates`), and those about
/// what is no candidate (`unknown`).
[[nodiscard]] metrics::Response read_percentages(std::string_view text,
                                                 const Question& question,
                                                 const Prompt& prompt);

/// A first token that a server offers, with its natural log-probability.
struct TokenLogprob {
    std::string token;
    double logprob = 0.0;
};

/// Log-probabilities of options from the first token's alternatives: those of a label's variants ("A",
/// " A", "a)") are added up. A token with which exactly one label begins counts for it; one with which several
/// begin ("A" of "AA" and "AB") counts for none, and is a fault (`unknown`). Fills `logprobs` and
/// `probabilities` (`metrics::complete_logprobs`).
[[nodiscard]] metrics::Response read_logprobs(const std::vector<TokenLogprob>& tokens,
                                              const Question& question,
                                              const Prompt& prompt);

}  // namespace truegap::adapters
