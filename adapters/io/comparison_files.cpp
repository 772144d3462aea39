#include "adapters/io/comparison_files.hpp"

#include "sim/judged_pool.hpp"
#include "adapters/io/digest.hpp"
#include "adapters/io/output_file.hpp"
#include "adapters/io/table_text.hpp"

namespace truegap::adapters {

namespace {

using sim::Figure;

template <class Row, class Get>
Column<Row> column(std::string name, const Get& get) {
    return {std::move(name), [get](const Row& row) -> Value { return get(row); }};
}

template <class Row, class Get>
void add_figure(Columns<Row>& columns, std::string name, Unit unit, const Get& get) {
    columns.push_back(column<Row>(std::move(name),
                                  [get, unit](const Row& row) { return in_unit(get(row), unit); }));
}

template <class Row>
void add_interval(Columns<Row>& columns,
                  const std::string& name,
                  Unit unit,
                  std::optional<metrics::Interval> Row::*member) {
    add_figure(columns, name + "_low", unit, [member](const Row& row) {
        return row.*member ? Figure((row.*member)->low) : std::nullopt;
    });
    add_figure(columns, name + "_high", unit, [member](const Row& row) {
        return row.*member ? Figure((row.*member)->high) : std::nullopt;
    });
}

template <class Row>
void add_pool(Columns<Row>& columns, const ScoreResults& results) {
    columns.push_back(
        column<Row>("proxy", [&results](const Row& row) { return results.pools[row.pool].proxy; }));
    columns.push_back(column<Row>("history_length", [&results](const Row& row) {
        return std::uint64_t{results.pools[row.pool].history_length};
    }));
}

template <class Row>
void add_method(Columns<Row>& columns, const ScoreResults& results) {
    columns.push_back(column<Row>("approximation", [&results](const Row& row) {
        return results.scores.approximations[row.approximation];
    }));
    columns.push_back(column<Row>("estimator", [&results](const Row& row) {
        return results.scores.estimators[row.estimator];
    }));
}

template <class Row>
void add_label(Columns<Row>& columns,
               const std::string& name,
               const ScoreResults& results,
               std::uint32_t Row::*member) {
    columns.push_back(column<Row>(name, [&results, member](const Row& row) {
        return results.study.predictors[row.*member].label;
    }));
}

Columns<sim::ComparisonRow> pair_columns(const ScoreResults& results, Unit unit) {
    using Row = sim::ComparisonRow;
    Columns<Row> columns;
    add_pool(columns, results);
    add_label(columns, "first", results, &Row::first);
    add_label(columns, "second", results, &Row::second);
    add_method(columns, results);
    columns.push_back(column<Row>("contexts", [](const Row& row) { return row.contexts; }));
    add_figure(columns, "difference", unit, [](const Row& row) { return row.difference; });
    add_interval(columns, "difference", unit, &Row::interval);
    columns.push_back(figure("p", &Row::p));
    columns.push_back(figure("p_equivalent", &Row::p_equivalent));
    return columns;
}

Columns<sim::OrderingRow> ordering_columns(const ScoreResults& results, Unit unit) {
    using Row = sim::OrderingRow;
    Columns<Row> columns;
    add_pool(columns, results);
    add_label(columns, "predictor", results, &Row::predictor);
    add_method(columns, results);
    columns.push_back(column<Row>("contexts", [](const Row& row) { return row.contexts; }));
    add_figure(columns, "gap", unit, [](const Row& row) { return row.gap; });
    for (std::size_t place = 0; place < results.study.predictors.size(); ++place)
        columns.push_back(
            column<Row>("place_" + std::to_string(place + 1), [place](const Row& row) {
                return row.shares.empty() ? Figure() : Figure(row.shares[place]);
            }));
    return columns;
}

Columns<sim::HistoryRow> history_columns(const ScoreResults& results, Unit unit) {
    using Row = sim::HistoryRow;
    Columns<Row> columns;
    add_label(columns, "predictor", results, &Row::predictor);
    add_method(columns, results);
    columns.push_back(column<Row>("figure", [](const Row& row) -> std::string {
        return row.figure == sim::HistoryFigure::gap ? "gap" : "cross_entropy";
    }));
    columns.push_back(column<Row>("groups", [](const Row& row) { return row.groups; }));
    columns.push_back(
        column<Row>("shortest", [](const Row& row) { return std::uint64_t{row.shortest}; }));
    columns.push_back(
        column<Row>("longest", [](const Row& row) { return std::uint64_t{row.longest}; }));
    add_figure(columns, "slope", unit, [](const Row& row) { return row.slope; });
    add_interval(columns, "slope", unit, &Row::interval);
    columns.push_back(figure("p_rising", &Row::p_rising));
    add_figure(columns, "contrast", unit, [](const Row& row) { return row.contrast; });
    add_interval(columns, "contrast", unit, &Row::contrast_interval);
    return columns;
}

}  // namespace

Comparisons compare_predictors(const ScoreResults& results, const sim::ComparisonPlan& plan) {
    std::vector<sim::ObservedPool> pools;
    pools.reserve(results.pools.size());
    for (const ScorePool& pool : results.pools) pools.push_back(pool.contexts);
    Comparisons comparisons{.judged = sim::judged_pool(results.study, pools),
                            .pairs = {},
                            .ordering = {},
                            .history = {}};
    if (results.study.predictors.size() > 1) {
        comparisons.pairs = sim::compare(results.study, results.scores, pools, plan);
        comparisons.ordering = sim::order_predictors(results.study, results.scores, pools, plan);
    }
    comparisons.history =
        sim::history_effects(results.study,
                             results.scores,
                             sim::contexts_of_proxy(results.study, pools[comparisons.judged]),
                             plan);
    return comparisons;
}

void write_comparisons(const ScoreResults& results,
                       const Comparisons& comparisons,
                       Unit unit,
                       const std::filesystem::path& directory) {
    Digest apart;  // these tables are not part of the results' own
    const auto write = [&](const auto& rows, const auto& columns, const char* name) {
        using Row = typename std::decay_t<decltype(rows)>::value_type;
        if (!rows.empty())
            write_csv(TableParts<Row>{{.rows = rows, .columns = columns}}, directory / name, apart);
    };
    write(comparisons.pairs, pair_columns(results, unit), "comparisons.csv");
    write(comparisons.ordering, ordering_columns(results, unit), "ordering.csv");
    write(comparisons.history, history_columns(results, unit), "history_length.csv");
}

}  // namespace truegap::adapters
