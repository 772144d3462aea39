#include "adapters/io/score_files.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "metrics/compensated_sum.hpp"
#include "sim/calibration.hpp"
#include "sim/given_answer.hpp"
#include "adapters/io/calibration_file.hpp"
#include "adapters/io/digest.hpp"
#include "adapters/io/output_file.hpp"
#include "adapters/io/results_files.hpp"

namespace truegap::adapters {

namespace {

using sim::Figure;

struct ContextRow {
    const sim::ObservedRow* scored = nullptr;
    const AnswerFigures* answers = nullptr;
    std::string no_answer;  ///< why there is none for the context
    std::optional<metrics::Interval> interval;
};

struct AnswersRow {
    const ScoredPredictor* predictor = nullptr;
    AnswerFigures answers;
};

template <class Row, class Get>
Column<Row> column(std::string name, const Get& get) {
    return {std::move(name), [get](const Row& row) -> Value { return get(row); }};
}

Figure end_of(const std::optional<metrics::Interval>& interval, double metrics::Interval::*end) {
    if (!interval) return std::nullopt;
    return (*interval).*end;
}

// What went wrong with answers: the same columns for a context and for a predictor.
template <class Row, class Get>
void add_fault_columns(Columns<Row>& columns, const Get& answers) {
    const auto add = [&](const std::string& name, Figure AnswerFigures::*member) {
        columns.push_back(
            column<Row>(name, [answers, member](const Row& row) { return answers(row).*member; }));
    };
    add("places_missing", &AnswerFigures::missing);
    add("places_duplicated", &AnswerFigures::duplicated);
    add("places_unknown", &AnswerFigures::unknown);
    add("answers_short", &AnswerFigures::cut);
    add("covered_mass", &AnswerFigures::covered_mass);
}

template <class Row, class Get>
void add_count_column(Columns<Row>& columns,
                      const std::string& name,
                      const Get& answers,
                      std::uint64_t AnswerFigures::*member) {
    columns.push_back(
        column<Row>(name, [answers, member](const Row& row) { return answers(row).*member; }));
}

// What a row of observed figures is about.
template <class Row, class Get>
void add_method_columns(Columns<Row>& columns, const ScoreResults& results, const Get& row_of) {
    columns.push_back(column<Row>("predictor", [&results, row_of](const Row& row) {
        return results.study.predictors[row_of(row).predictor].label;
    }));
    columns.push_back(column<Row>("approximation", [&results, row_of](const Row& row) {
        return results.scores.approximations[row_of(row).approximation];
    }));
    columns.push_back(column<Row>("estimator", [&results, row_of](const Row& row) {
        return results.scores.estimators[row_of(row).estimator];
    }));
}

Columns<ContextRow> context_columns(const ScoreResults& results, Unit unit) {
    using Row = ContextRow;
    const auto scored = [](const Row& row) -> const sim::ObservedRow& { return *row.scored; };
    const auto target = [&results](const Row& row) -> const Target& {
        return results.inputs.targets[row.scored->context];
    };
    Columns<Row> columns{
        column<Row>("context_id", [target](const Row& row) { return target(row).context_id; }),
        column<Row>("proxy", [target](const Row& row) { return proxy_name(target(row)); }),
        column<Row>("group", [target](const Row& row) { return group_name(target(row)); }),
        column<Row>("history_length",
                    [target](const Row& row) { return std::uint64_t{target(row).history_length}; }),
        column<Row>("n", [target](const Row& row) { return target(row).n(); }),
        column<Row>("items", [target](const Row& row) {
            return std::uint64_t{target(row).candidates.size()};
        })};
    add_method_columns(columns, results, scored);
    const auto add = [&](const std::string& name, const auto& get) {
        columns.push_back(
            column<Row>(name, [get, unit](const Row& row) { return in_unit(get(row), unit); }));
    };
    add("entropy", [](const Row& row) { return row.scored->entropy; });
    add("cross_entropy", [](const Row& row) { return row.scored->cross_entropy; });
    add("gap", [](const Row& row) { return row.scored->gap; });
    add("gap_se", [](const Row& row) { return row.scored->standard_error; });
    add("gap_low", [](const Row& row) { return end_of(row.interval, &metrics::Interval::low); });
    add("gap_high", [](const Row& row) { return end_of(row.interval, &metrics::Interval::high); });
    columns.push_back(
        column<Row>("pooled_weight", [](const Row& row) { return row.scored->pooled_weight; }));
    const auto answers = [](const Row& row) -> const AnswerFigures& { return *row.answers; };
    add_count_column(columns, "asked", answers, &AnswerFigures::asked);
    add_count_column(columns, "answered", answers, &AnswerFigures::answered);
    columns.push_back(column<Row>("no_answer", [](const Row& row) { return row.no_answer; }));
    add_fault_columns(columns, answers);
    return columns;
}

Columns<sim::PoolRow> proxy_columns(const ScoreResults& results, Unit unit) {
    using Row = sim::PoolRow;
    Columns<Row> columns{
        column<Row>("proxy", [&results](const Row& row) { return results.pools[row.pool].proxy; }),
        column<Row>("history_length", [&results](const Row& row) {
            return std::uint64_t{results.pools[row.pool].history_length};
        })};
    add_method_columns(columns, results, [](const Row& row) -> const Row& { return row; });
    columns.push_back(column<Row>("contexts", [](const Row& row) { return row.contexts; }));
    columns.push_back(column<Row>("undefined", [](const Row& row) { return row.undefined; }));
    columns.push_back(column<Row>("users", [](const Row& row) { return row.users; }));
    columns.push_back(column<Row>("median_n", [](const Row& row) { return row.median_users; }));
    const auto add = [&](const std::string& name, const auto& get) {
        columns.push_back(
            column<Row>(name, [get, unit](const Row& row) { return in_unit(get(row), unit); }));
    };
    add("entropy", [](const Row& row) { return row.entropy; });
    add("cross_entropy", [](const Row& row) { return row.cross_entropy; });
    add("gap", [](const Row& row) { return row.gap; });
    add("gap_low", [](const Row& row) { return end_of(row.interval, &metrics::Interval::low); });
    add("gap_high", [](const Row& row) { return end_of(row.interval, &metrics::Interval::high); });
    add("gap_by_users", [](const Row& row) { return row.gap_by_users; });
    add("gap_by_users_low",
        [](const Row& row) { return end_of(row.interval_by_users, &metrics::Interval::low); });
    add("gap_by_users_high",
        [](const Row& row) { return end_of(row.interval_by_users, &metrics::Interval::high); });
    return columns;
}

Columns<AnswersRow> answers_columns() {
    using Row = AnswersRow;
    const auto answers = [](const Row& row) -> const AnswerFigures& { return row.answers; };
    Columns<Row> columns{
        column<Row>("predictor", [](const Row& row) { return row.predictor->label; })};
    add_count_column(columns, "asked", answers, &AnswerFigures::asked);
    add_count_column(columns, "answered", answers, &AnswerFigures::answered);
    add_count_column(columns, "refused", answers, &AnswerFigures::refused);
    add_count_column(columns, "empty", answers, &AnswerFigures::empty);
    add_count_column(columns, "unreadable", answers, &AnswerFigures::unreadable);
    add_count_column(columns, "failed", answers, &AnswerFigures::failed);
    columns.push_back(column<Row>("without_response", [](const Row& row) {
        return std::uint64_t{row.predictor->answers.missing};
    }));
    columns.push_back(column<Row>("without_target", [](const Row& row) {
        return std::uint64_t{row.predictor->answers.unused};
    }));
    add_fault_columns(columns, answers);
    return columns;
}

class Mean {
  public:
    void add(double value) {
        sum_.add(value);
        ++count_;
    }
    [[nodiscard]] Figure value() const {
        if (count_ == 0) return std::nullopt;
        return sum_.value() / static_cast<double>(count_);
    }

  private:
    metrics::CompensatedSum sum_;
    std::uint64_t count_ = 0;
};

// [context x predictor]
std::vector<AnswerFigures> answers_by_context(const ScoreInputs& inputs) {
    std::vector<AnswerFigures> answers;
    for (std::size_t c = 0; c < inputs.targets.size(); ++c)
        for (std::size_t p = 0; p < inputs.predictors.size(); ++p)
            answers.push_back(answer_figures(inputs.responses(p, c)));
    return answers;
}

std::vector<ContextRow> context_rows(const ScoreResults& results,
                                     const std::vector<AnswerFigures>& answers,
                                     double level) {
    std::vector<ContextRow> rows;
    rows.reserve(results.scores.rows.size());
    for (const sim::ObservedRow& scored : results.scores.rows) {
        ContextRow& row = rows.emplace_back();
        row.scored = &scored;
        row.answers = &answers[scored.context * results.study.predictors.size() + scored.predictor];
        row.no_answer = no_answer_word(
            results.study.predictors[scored.predictor].responses[scored.context].faults->no_answer);
        if (scored.gap && scored.standard_error && std::isfinite(*scored.gap) &&
            std::isfinite(*scored.standard_error))
            row.interval = metrics::normal_interval(*scored.gap, *scored.standard_error, level);
    }
    return rows;
}

std::vector<AnswersRow> answers_rows(const ScoreInputs& inputs) {
    std::vector<AnswersRow> rows;
    for (const ScoredPredictor& predictor : inputs.predictors)
        rows.push_back({&predictor, answer_figures(predictor.answers.responses)});
    return rows;
}

Json file_json(const NamedText& file) {
    Digest digest;
    digest.add(file.text);
    return {{"file", std::filesystem::path(file.name).filename().string()},
            {"sha256", digest.hexadecimal()}};
}

Json settings_json(const ScoreResults& results, const ScoreSettings& settings) {
    Json json;
    json["unit"] = settings.unit == Unit::bit ? "bit" : "nat";
    json["seed"] = results.inputs.seed;
    json["top"] = results.inputs.top;
    json["resamples"] = settings.resamples;
    json["level"] = settings.level;
    json["targets"] = file_json(settings.targets);
    json["responses"] = Json::array();
    for (const NamedText& file : settings.responses) json["responses"].push_back(file_json(file));
    json["approximations"] = results.scores.approximations;
    json["estimators"] = Json::array();
    for (const metrics::Estimator& estimator : results.study.estimators)
        json["estimators"].push_back(estimator.label());
    return json;
}

}  // namespace

AnswerFigures answer_figures(std::span<const metrics::Response> responses) {
    AnswerFigures figures;
    Mean missing;
    Mean duplicated;
    Mean unknown;
    Mean cut;
    Mean covered;
    for (const metrics::Response& response : responses) {
        const metrics::AnswerFaults& faults = *response.faults;
        ++figures.asked;
        figures.refused += faults.no_answer == metrics::NoAnswer::refused ? 1U : 0U;
        figures.empty += faults.no_answer == metrics::NoAnswer::empty ? 1U : 0U;
        figures.unreadable += faults.no_answer == metrics::NoAnswer::unreadable ? 1U : 0U;
        figures.failed += faults.no_answer == metrics::NoAnswer::failed ? 1U : 0U;
        if (!sim::answered(response)) continue;
        ++figures.answered;
        missing.add(faults.missing);
        duplicated.add(faults.duplicates);
        unknown.add(faults.unknown);
        cut.add(faults.cut ? 1.0 : 0.0);
        if (const auto mass = sim::covered_mass(response)) covered.add(*mass);
    }
    figures.missing = missing.value();
    figures.duplicated = duplicated.value();
    figures.unknown = unknown.value();
    figures.cut = cut.value();
    figures.covered_mass = covered.value();
    return figures;
}

Figure in_unit(const Figure& nats, Unit unit) {
    if (!nats || unit == Unit::nat) return nats;
    return *nats / std::numbers::ln2;
}

std::string write_score(const ScoreResults& results,
                        const ScoreSettings& settings,
                        const std::filesystem::path& directory) {
    const std::vector<AnswerFigures> by_context = answers_by_context(results.inputs);
    const std::vector<ContextRow> contexts = context_rows(results, by_context, settings.level);
    const std::vector<AnswersRow> answers = answers_rows(results.inputs);
    const TableParts<ContextRow> context_table{
        {.rows = contexts, .columns = context_columns(results, settings.unit)}};
    const TableParts<sim::PoolRow> proxy_table{
        {.rows = results.proxies, .columns = proxy_columns(results, settings.unit)}};
    const TableParts<AnswersRow> answers_table{{.rows = answers, .columns = answers_columns()}};
    Digest digest;
    write_csv(context_table, directory / "contexts.csv", digest);
    write_csv(proxy_table, directory / "proxies.csv", digest);
    write_csv(answers_table, directory / "answers.csv", digest);
    std::string hash = digest.hexadecimal();
    std::vector<std::string> predictors;
    for (const sim::ObservedPredictor& predictor : results.study.predictors)
        predictors.push_back(predictor.label);
    const std::vector<sim::CalibrationRow> calibration = sim::calibrate_observed(results.study);
    Digest apart;
    write_csv(TableParts<sim::CalibrationRow>{{.rows = calibration,
                                               .columns = calibration_columns(predictors)}},
              directory / calibration_file_name,
              apart);

    OutputFile file(directory / "score.json");
    std::ostream& out = file.stream();
    out << results_signature << json_string(settings.version);
    const Json head = settings_json(results, settings);
    for (const auto& [key, value] : head.items()) {
        out << ",\n" << json_string(key) << ':';
        write_json(out, value);
    }
    out << ",\n\"sha256\":" << json_string(hash) << ",\n\"tables\":{\n\"contexts\":";
    write_json_table(context_table, out);
    out << ",\n\"proxies\":";
    write_json_table(proxy_table, out);
    out << ",\n\"answers\":";
    write_json_table(answers_table, out);
    out << "}}\n";
    file.close();
    return hash;
}

const std::vector<std::string>& score_file_names() {
    static const std::vector<std::string> names{"contexts.csv",
                                                "proxies.csv",
                                                "answers.csv",
                                                calibration_file_name,
                                                "score.json",
                                                "comparisons.csv",
                                                "ordering.csv",
                                                "history_length.csv",
                                                "curve.csv",
                                                "inversion.json",
                                                "signatures.csv",
                                                "verdict.json"};
    return names;
}

}  // namespace truegap::adapters
