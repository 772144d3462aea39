#include "adapters/prompt/prompt.hpp"

#include "adapters/prompt/template.hpp"
#include "adapters/prompt/texts.hpp"

namespace truegap::adapters {

namespace {

constexpr std::size_t letters = 26;

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) text += between;
        text += parts[i];
    }
    return text;
}

std::vector<std::string> demographics(const PromptSpec& spec, const std::vector<Shown>& group) {
    std::vector<std::string> lines;
    if (spec.setup == Setup::history_only) return lines;
    lines.reserve(group.size());
    for (const Shown& one : group)
        lines.push_back(
            fill_template(spec.texts.demographic, {{"name", one.name}, {"value", one.value}}));
    return lines;
}

std::vector<std::string> history(const PromptSpec& spec, const std::vector<std::string>& items) {
    std::vector<std::string> lines;
    lines.reserve(items.size());
    for (std::size_t i = 0; i < items.size(); ++i)
        lines.push_back(fill_template(spec.texts.history_item,
                                      {{"number", std::to_string(i + 1)}, {"item", items[i]}}));
    return lines;
}

std::vector<std::string> examples(const PromptSpec& spec, const std::vector<ExampleUser>& users) {
    std::vector<std::string> parts;
    parts.reserve(users.size());
    for (const ExampleUser& user : users)
        parts.push_back(
            fill_template(spec.texts.example,
                          {{"demographics", joined(demographics(spec, user.group), "; ")},
                           {"history", joined(user.history, "; ")},
                           {"choice", user.choice}}));
    return parts;
}

std::vector<std::string> candidates(const PromptSpec& spec,
                                    const Question& question,
                                    const std::vector<std::string>& labels) {
    std::vector<std::string> lines;
    lines.reserve(question.order.size());
    for (const std::uint32_t candidate : question.order)
        lines.push_back(fill_template(
            spec.texts.candidate,
            {{"label", labels[candidate]}, {"item", question.candidates[candidate]}}));
    return lines;
}

std::string part(const std::string& heading,
                 const std::vector<std::string>& lines,
                 std::string_view between,
                 const Filling& counts) {
    if (lines.empty()) return {};
    const std::string text = fill_template(heading, counts);
    return (text.empty() ? text : text + '\n') + joined(lines, between);
}

const std::string& instruction(const PromptTexts& texts, AnswerForm form) {
    switch (form) {
        case AnswerForm::logprobs:
            return texts.logprobs;
        case AnswerForm::choice:
            return texts.choice;
        case AnswerForm::percentages:
            return texts.percentages;
        case AnswerForm::ranking:
            break;
    }
    return texts.ranking;
}

}  // namespace

std::vector<std::string> option_labels(std::size_t count) {
    std::size_t width = count > letters ? 2 : 1;
    for (std::size_t most = letters * letters; width > 1 && most < count; most *= letters) ++width;
    std::vector<std::string> labels;
    labels.reserve(count);
    for (std::size_t place = 0; place < count; ++place) {
        std::string label(width, 'A');
        for (std::size_t i = width, rest = place; i-- > 0; rest /= letters)
            label[i] = static_cast<char>('A' + static_cast<char>(rest % letters));
        labels.push_back(std::move(label));
    }
    return labels;
}

bool shows_labels(const PromptSpec& spec) {
    return has_gap(spec.texts.candidate, "label");
}

Prompt write_prompt(const PromptSpec& spec, const Question& question, AnswerForm form) {
    const std::vector<std::string> by_place = option_labels(question.candidates.size());
    Prompt prompt;
    prompt.labels.resize(by_place.size());
    for (std::size_t place = 0; place < question.order.size(); ++place)
        prompt.labels[question.order[place]] = by_place[place];
    const PromptTexts& texts = spec.texts;
    const Filling counts{{"top", std::to_string(question.top)},
                         {"count", std::to_string(question.candidates.size())}};
    Filling parts = counts;
    parts.emplace_back(
        "demographics",
        part(texts.demographics_heading, demographics(spec, question.group), "\n", counts));
    parts.emplace_back("history",
                       part(texts.history_heading, history(spec, question.history), "\n", counts));
    parts.emplace_back(
        "examples",
        part(texts.examples_heading, examples(spec, question.examples), "\n\n", counts));
    parts.emplace_back(
        "candidates",
        part(texts.candidates_heading, candidates(spec, question, prompt.labels), "\n", counts));
    parts.emplace_back("instruction", fill_template(instruction(texts, form), counts));
    prompt.system = fill_template(texts.system, parts);
    prompt.user = fill_template(texts.user, parts);
    if (!shows_labels(spec)) prompt.labels.clear();
    return prompt;
}

}  // namespace truegap::adapters
