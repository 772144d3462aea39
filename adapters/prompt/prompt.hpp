#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/prompt/question.hpp"

/// Prompts: a question in the words that a language model is shown.
namespace truegap::adapters {

/// What a model is asked for.
enum class AnswerForm {
    ranking,      ///< the top T, best first
    logprobs,     ///< one option's label: the first token's log-probabilities are read
    choice,       ///< one item: sampled several times
    percentages,  ///< a percentage for every candidate
};

/// Set-up A shows demographics and history, set-up B the history only.
enum class Setup { demographics_and_history, history_only };

/// The texts a prompt is made of, each a template with placeholders in braces (`{{` is a brace):
///     system, user   {demographics} {history} {examples} {candidates} {instruction} {top} {count}
///     instruction    {top} {count}; one for each answer form
///     demographic    {name} {value}                 candidate    {label} {item}
///     history_item   {number} {item}                example      {demographics} {history} {choice}
/// A part with nothing to show (no demographics, no history, no examples) leaves its heading away, and so
/// does a line of any text whose placeholders all have nothing to show. Headings may have {top} and {count}.
/// Within an example demographics and history stand on one line, separated by semicolons.
struct PromptTexts {
    std::string system, user;
    std::string ranking, logprobs, choice, percentages;  ///< the instruction of each form
    std::string demographics_heading, history_heading, examples_heading, candidates_heading;
    std::string demographic, history_item, candidate, example;
};

struct PromptSpec {
    Setup setup = Setup::demographics_and_history;
    std::string language = "en";   ///< whose default texts are used: en, hi, zh, ar
    std::string script = "latin";  ///< of generated item names: latin, devanagari, han, arabic
    PromptTexts texts;
    std::uint32_t examples = 0;         ///< example users, synthetic worlds only
    bool examples_per_context = false;  ///< else one set a world, so that prompts share a beginning
    bool shuffle = true;                ///< candidates are shown in an order drawn for each context
    std::vector<std::string> items;     ///< names of the M items; empty: generated
    /// How attributes and levels are shown: `{shown name, shown levels}` by attribute; empty where as in the
    /// population.
    struct ShownAttribute {
        std::string attribute, name;
        std::vector<std::string> levels;
    };
    std::vector<ShownAttribute> attributes;
};

/// What is sent: the two messages, and the label of each candidate ("A"…"Z", "AA"…) by the place at which
/// it is shown.
struct Prompt {
    std::string system, user;
    std::vector<std::string>
        labels;  ///< shape (K,), by *candidate* number; empty where none are shown
};

/// Whether candidates are shown with their labels: without, there is nothing to ask log-probabilities for.
[[nodiscard]] bool shows_labels(const PromptSpec& spec);

/// The prompt of a question. A pure function.
[[nodiscard]] Prompt write_prompt(const PromptSpec& spec,
                                  const Question& question,
                                  AnswerForm form);

/// Labels of K options by place: A to Z, then AA, AB, … where K > 26 (all of them two letters then).
[[nodiscard]] std::vector<std::string> option_labels(std::size_t count);

}  // namespace truegap::adapters
