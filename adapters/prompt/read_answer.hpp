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

/// One item, as one of several samples: the candidate, or `metrics::no_candidate`.
[[nodiscard]] std::uint32_t read_choice(std::string_view text,
                                        const Question& question,
                                        const Prompt& prompt);

/// Percentages by item: JSON objects and arrays, `item: 12 %` lines, tables. Fills `percentages`, NaN where
/// none was stated.
[[nodiscard]] metrics::Response read_percentages(std::string_view text,
                                                 const Question& question,
                                                 const Prompt& prompt);

/// A first token that a server offers, with its natural log-probability.
struct TokenLogprob {
    std::string token;
    double logprob = 0.0;
};

/// Log-probabilities of options from the first token's alternatives: those of a label's variants ("A",
/// " A", "a)") are added up. Fills `logprobs` and `probabilities` (completed).
[[nodiscard]] metrics::Response read_logprobs(const std::vector<TokenLogprob>& tokens,
                                              const Question& question,
                                              const Prompt& prompt);

/// Options that the server did not name each get min(smallest seen, (1 - sum seen) / number missing), and
/// everything is divided by its sum. logprobs: shape (K,), NaN = not named. Nothing when none is.
[[nodiscard]] std::optional<std::vector<double>> complete_logprobs(
    const std::vector<double>& logprobs);

/// The mass that the named options cover, in [0, 1].
[[nodiscard]] double covered_mass(const std::vector<double>& logprobs);

}  // namespace truegap::adapters
