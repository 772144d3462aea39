#include "adapters/io/results_files.hpp"

#include <nlohmann/json.hpp>

#include "adapters/io/calibration_file.hpp"
#include "adapters/io/curve_files.hpp"
#include "adapters/io/digest.hpp"
#include "adapters/io/inversion_files.hpp"
#include "adapters/io/output_file.hpp"
#include "adapters/io/responses.hpp"
#include "adapters/io/study_state.hpp"
#include "adapters/io/table_text.hpp"

namespace truegap::adapters {

namespace {

Columns<sim::CellRow> cell_columns(const sim::Results& results) {
    using Row = sim::CellRow;
    const auto label = [&results](const Row& row) -> const sim::ContextLabel& {
        return results.contexts[row.key.world][row.key.context];
    };
    Columns<Row> columns{
        {"world", [](const Row& row) -> Value { return std::uint64_t{row.key.world}; }},
        {"context_id", [](const Row& row) -> Value { return std::uint64_t{row.key.context}; }},
        {"proxy", [label](const Row& row) -> Value { return label(row).proxy; }},
        {"group", [label](const Row& row) -> Value { return label(row).group; }},
        {"history_length",
         [label](const Row& row) -> Value { return std::uint64_t{label(row).history_length}; }},
        {"users", [](const Row& row) -> Value { return std::uint64_t{row.key.users}; }},
        {"predictor",
         [&](const Row& row) -> Value { return results.predictors[row.key.predictor]; }},
        {"approximation",
         [&](const Row& row) -> Value { return results.approximations[row.key.approximation]; }},
        {"estimator",
         [&](const Row& row) -> Value { return results.estimators[row.key.estimator]; }},
        figure("true_entropy", &Row::true_entropy),
        figure("true_cross_entropy", &Row::true_cross_entropy),
        figure("true_gap", &Row::true_gap),
        figure("entropy_mean", &Row::entropy_mean),
        figure("entropy_bias", &Row::entropy_bias),
        figure("entropy_bias_mcse", &Row::entropy_bias_mcse),
        figure("cross_entropy_mean", &Row::cross_entropy_mean),
        figure("cross_entropy_mean_mcse", &Row::cross_entropy_mean_mcse),
        figure("gap_mean", &Row::gap_mean),
        figure("gap_bias", &Row::gap_bias),
        figure("gap_bias_mcse", &Row::gap_bias_mcse),
        figure("gap_empirical_se", &Row::gap_empirical_se),
        figure("gap_empirical_se_mcse", &Row::gap_empirical_se_mcse),
        figure("gap_rmse", &Row::gap_rmse),
        figure("gap_rmse_mcse", &Row::gap_rmse_mcse),
        {"infinite_fraction",
         [](const Row& row) -> Value { return sim::Figure(row.infinite_fraction); }},
        {"undefined_fraction",
         [](const Row& row) -> Value { return sim::Figure(row.undefined_fraction); }},
        {"replicates", [](const Row& row) -> Value { return row.replicates; }},
        figure("users_mean", &Row::users_mean),
        figure("gap_estimand", &Row::gap_estimand),
        figure("gap_model_se", &Row::gap_model_se),
        figure("gap_model_se_mcse", &Row::gap_model_se_mcse),
        figure("gap_coverage", &Row::gap_coverage),
        figure("gap_coverage_mcse", &Row::gap_coverage_mcse),
        figure("pooled_weight", &Row::pooled_weight),
        figure("repaired", &Row::repaired),
        figure("entropy_z", &Row::entropy_z),
        figure("gap_z", &Row::gap_z),
        {"population", [&](const Row& row) -> Value {
             return results.populations[row.key.world / results.worlds_per_population];
         }}};
    if (results.has_faults) {
        const auto add = [&](const std::string& name, sim::Figure sim::FaultFigures::*member) {
            columns.push_back(
                {name, [member](const Row& row) -> Value { return row.faults.*member; }});
        };
        add("refused", &sim::FaultFigures::refused);
        add("items_missing", &sim::FaultFigures::missing);
        add("items_duplicated", &sim::FaultFigures::duplicated);
        add("items_unknown", &sim::FaultFigures::unknown);
        add("answers_short", &sim::FaultFigures::cut);
        if (!results.has_given) return columns;
        columns.push_back({"no_answer", [](const Row& row) -> Value {
                               return no_answer_word(row.faults.no_answer);
                           }});
        add("covered_mass", &sim::FaultFigures::covered_mass);
    }
    return columns;
}

Columns<sim::DecompositionRow> decomposition_columns(const sim::Results& results) {
    using Row = sim::DecompositionRow;
    Columns<Row> columns{
        {"world", [](const Row& row) -> Value { return std::uint64_t{row.key.world}; }},
        {"context_id", [](const Row& row) -> Value { return std::uint64_t{row.key.context}; }},
        {"predictor",
         [&](const Row& row) -> Value { return results.predictors[row.key.predictor]; }},
        {"users", [](const Row& row) -> Value { return std::uint64_t{row.key.users}; }},
        {"approximation",
         [&](const Row& row) -> Value { return results.approximations[row.key.approximation]; }},
        {"estimator",
         [&](const Row& row) -> Value { return results.estimators[row.key.estimator]; }},
        figure("true_gap", &Row::true_gap),
        figure("approximation_term", &Row::approximation_term),
        figure("answer_term", &Row::answer_term),
        figure("entropy_term", &Row::entropy_term),
        figure("cross_entropy_term", &Row::cross_entropy_term),
        figure("total_bias", &Row::total_bias),
        figure("entropy_term_mcse", &Row::entropy_term_mcse),
        figure("cross_entropy_term_mcse", &Row::cross_entropy_term_mcse),
        figure("total_bias_mcse", &Row::total_bias_mcse),
        figure("answer_term_mcse", &Row::answer_term_mcse)};
    if (results.has_contaminated)
        columns.push_back(figure("approximation_term_mcse", &Row::approximation_term_mcse));
    return columns;
}

Columns<sim::SummaryRow> summary_columns(const sim::Results& results) {
    using Row = sim::SummaryRow;
    return {
        {"predictor", [&](const Row& row) -> Value { return results.predictors[row.predictor]; }},
        {"approximation",
         [&](const Row& row) -> Value { return results.approximations[row.approximation]; }},
        {"estimator", [&](const Row& row) -> Value { return results.estimators[row.estimator]; }},
        {"population_users",
         [](const Row& row) -> Value {
             if (row.users.population_users == 0) return sim::Figure{};
             return std::uint64_t{row.users.population_users};
         }},
        {"users_min", [](const Row& row) -> Value { return std::uint64_t{row.users.smallest}; }},
        {"users_max", [](const Row& row) -> Value { return std::uint64_t{row.users.largest}; }},
        {"contexts", [](const Row& row) -> Value { return row.contexts; }},
        {"worlds", [](const Row& row) -> Value { return row.worlds; }},
        figure("true_entropy", &Row::true_entropy),
        figure("true_gap", &Row::true_gap),
        figure("gap_mean", &Row::gap_mean),
        figure("gap_bias", &Row::gap_bias),
        figure("gap_bias_se", &Row::gap_bias_se),
        {"se_over",
         [&](const Row&) -> Value {
             return std::string(results.errors_between_worlds ? "worlds"
                                                              : "replicates given the world");
         }},
        figure("approximation_term", &Row::approximation_term),
        figure("answer_term", &Row::answer_term),
        figure("entropy_term", &Row::entropy_term),
        figure("cross_entropy_term", &Row::cross_entropy_term),
        {"infinite_fraction",
         [](const Row& row) -> Value { return sim::Figure(row.infinite_fraction); }},
        {"undefined_fraction",
         [](const Row& row) -> Value { return sim::Figure(row.undefined_fraction); }},
        figure("estimand_bias", &Row::estimand_bias),
        figure("estimand_bias_se", &Row::estimand_bias_se),
        figure("coverage", &Row::coverage),
        figure("coverage_se", &Row::coverage_se),
        {"intervals", [](const Row& row) -> Value { return row.intervals; }},
        figure("pooled_weight", &Row::pooled_weight),
        figure("fallen_back", &Row::fallen_back),
        {"population",
         [&](const Row& row) -> Value { return results.populations[row.population]; }}};
}

Columns<sim::CalibrationRow> calibration_of_run(const sim::Results& results) {
    Columns<sim::CalibrationRow> columns = calibration_columns(results.predictors);
    columns.push_back({"population", [&](const sim::CalibrationRow& row) -> Value {
                           return results.populations[row.population];
                       }});
    return columns;
}

// A table over all points: its columns, then the factors'.
template <class Row>
TableParts<Row> parts_of(const std::vector<sim::Results>& points,
                         const Grid& grid,
                         const std::vector<Row> sim::Results::*rows,
                         Columns<Row> (*columns)(const sim::Results&)) {
    TableParts<Row> parts;
    for (std::size_t i = 0; i < points.size(); ++i) {
        TablePart<Row>& part = parts.emplace_back(
            TablePart<Row>{.rows = points[i].*rows, .columns = columns(points[i])});
        add_factor_columns(part.columns, grid, i);
    }
    return parts;
}

template <class Row>
void add_names(const Columns<Row>& columns, std::vector<std::string>& names) {
    for (const Column<Row>& column : columns) names.push_back(column.name);
}

}  // namespace

std::string write_results(const std::vector<sim::Results>& points,
                          const Grid& grid,
                          const Json& scenario,
                          const std::string& version,
                          const std::filesystem::path& directory) {
    const auto cells = parts_of(points, grid, &sim::Results::cells, cell_columns);
    const auto decomposition =
        parts_of(points, grid, &sim::Results::decomposition, decomposition_columns);
    const auto summary = parts_of(points, grid, &sim::Results::summary, summary_columns);
    Digest digest;
    write_csv(cells, directory / "cells.csv", digest);
    write_csv(decomposition, directory / "decomposition.csv", digest);
    write_csv(summary, directory / "summary.csv", digest);
    std::string hash = digest.hexadecimal();
    Digest apart;
    write_csv(
        parts_of<sim::CalibrationRow>(points, grid, &sim::Results::calibration, calibration_of_run),
        directory / calibration_file_name,
        apart);

    OutputFile file(directory / "results.json");
    std::ostream& out = file.stream();
    out << results_signature << json_string(version) << ",\n\"unit\":\"nat\",\n\"seed\":";
    write_json(out, scenario.at("seed"));
    if (const auto& precision = points.front().precision) {
        out << ",\n\"target_mcse\":" << json_number(precision->target)
            << ",\n\"max_replicates\":" << precision->most_replicates;
    }
    out << ",\n\"scenario\":";
    write_json(out, scenario);
    out << ",\n\"sha256\":" << json_string(hash) << ",\n\"tables\":{\n\"cells\":";
    write_json_table(cells, out);
    out << ",\n\"decomposition\":";
    write_json_table(decomposition, out);
    out << ",\n\"summary\":";
    write_json_table(summary, out);
    out << "}}\n";
    file.close();
    return hash;
}

void write_timings(const Timings& timings, const std::filesystem::path& directory) {
    OutputFile file(directory / "timings.json");
    Json document;
    document["threads"] = timings.threads;
    document["study_seconds"] = timings.study_seconds;
    document["write_seconds"] = timings.write_seconds;
    document["blocks"] = timings.blocks;
    document["blocks_taken_over"] = timings.blocks_taken_over;
    write_json(file.stream(), document);
    file.stream() << '\n';
    file.close();
}

const std::vector<std::string>& result_file_names() {
    static const std::vector<std::string> names{"cells.csv",
                                                "decomposition.csv",
                                                "summary.csv",
                                                calibration_file_name,
                                                "results.json",
                                                "timings.json",
                                                curve_file_name,
                                                inversion_rates_file_name,
                                                inversion_file_name,
                                                state_file_name};
    return names;
}

std::vector<std::string> result_column_names() {
    const sim::Results none;
    std::vector<std::string> names;
    add_names(cell_columns(none), names);
    add_names(decomposition_columns(none), names);
    add_names(summary_columns(none), names);
    return names;
}

std::string size_label(const sim::SizeBin& bin) {
    const std::string smallest = std::to_string(bin.smallest);
    return bin.smallest == bin.largest ? smallest : smallest + "-" + std::to_string(bin.largest);
}

}  // namespace truegap::adapters
