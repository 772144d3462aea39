#include "adapters/io/drawn_files.hpp"

#include <algorithm>

#include "adapters/io/output_file.hpp"
#include "adapters/io/responses.hpp"
#include "adapters/io/targets.hpp"
#include "adapters/prompt/questions.hpp"

namespace truegap::adapters {

namespace {

// What is asked of each context: one question, or one a user who chose.
std::vector<std::vector<Question>> questions_of(const sim::WorldStudy& study,
                                                const sim::DrawnData& data) {
    const sim::WorldPlan& plan = study.plan();
    std::vector<sim::Context> asked;
    for (std::size_t c = 0; c < plan.contexts.size(); ++c) {
        const std::size_t users = data.choices[c].size();
        if (const sim::OwnHistories* own = study.own_histories(c); users > 0)
            asked.insert(asked.end(),
                         own->users.begin(),
                         own->users.begin() + static_cast<std::ptrdiff_t>(users));
        else
            asked.push_back(plan.contexts[c]);
    }
    PromptSpec names;
    names.shuffle = false;
    const std::vector<Question> all = world_questions(
        names,
        {.population = plan.population, .seed = study.scenario().seed, .index = plan.index},
        asked,
        study.scenario().top);
    std::vector<std::vector<Question>> questions(plan.contexts.size());
    std::size_t next = 0;
    for (std::size_t c = 0; c < plan.contexts.size(); ++c) {
        const std::size_t users = data.choices[c].size();
        for (std::size_t u = 0; u < std::max<std::size_t>(1, users); ++u) {
            questions[c].push_back(all[next++]);
            if (users > 0) questions[c].back().user = std::to_string(u);
        }
    }
    return questions;
}

Target target_of(const sim::Context& context,
                 const std::vector<Question>& questions,
                 const std::vector<std::uint32_t>& counts,
                 const std::vector<std::uint32_t>& choices) {
    const Question& first = questions.front();
    Target target{.context_id = first.context_id,
                  .group = first.group,
                  .history_length = static_cast<std::uint32_t>(context.history.size()),
                  .history = choices.empty() ? first.history : std::vector<std::string>{},
                  .candidates = first.candidates,
                  .counts = counts,
                  .users = {}};
    for (std::size_t u = 0; u < choices.size(); ++u)
        target.users.push_back({.user = questions[u].user,
                                .history = questions[u].history,
                                .choice = first.candidates[choices[u]]});
    return target;
}

struct TruthRow {
    std::string context, predictor;
    sim::Figure entropy, cross_entropy, gap;
};

Columns<TruthRow> truth_columns() {
    return {{"context_id", [](const TruthRow& row) -> Value { return row.context; }},
            {"predictor", [](const TruthRow& row) -> Value { return row.predictor; }},
            figure("true_entropy", &TruthRow::entropy),
            figure("true_cross_entropy", &TruthRow::cross_entropy),
            figure("true_gap", &TruthRow::gap)};
}

}  // namespace

const std::vector<std::string>& drawn_file_names() {
    static const std::vector<std::string> names{"targets.jsonl", "responses.jsonl", "truth.csv"};
    return names;
}

void write_drawn(const sim::WorldStudy& study,
                 const sim::Level& level,
                 const sim::DrawnData& data,
                 const std::filesystem::path& directory) {
    OutputFile targets(directory / drawn_file_names()[0]);
    OutputFile responses(directory / drawn_file_names()[1]);
    OutputFile truths(directory / drawn_file_names()[2]);
    const Columns<TruthRow> columns = truth_columns();
    truths.stream() << csv_header(columns);
    const sim::WorldPlan& plan = study.plan();
    const std::vector<std::vector<Question>> asked = questions_of(study, data);
    for (std::size_t c = 0; c < plan.contexts.size(); ++c) {
        const std::vector<Question>& questions = asked[c];
        targets.stream() << target_line(
            target_of(plan.contexts[c], questions, data.counts[c], data.choices[c]));
        for (std::size_t p = 0; p < data.responses.size(); ++p) {
            const std::string& label = study.scenario().predictors[p].label;
            for (std::size_t q = 0; q < questions.size(); ++q)
                responses.stream() << response_line(label, questions[q], data.responses[p][c][q]);
            const sim::MethodTruth truth = sim::method_truth(level, c, p, metrics::Probabilities{});
            truths.stream() << csv_line<TruthRow>({.context = questions.front().context_id,
                                                   .predictor = label,
                                                   .entropy = truth.entropy,
                                                   .cross_entropy = truth.cross_entropy,
                                                   .gap = truth.gap},
                                                  columns);
        }
    }
    for (OutputFile* file : {&targets, &responses, &truths}) file->close();
}

}  // namespace truegap::adapters
