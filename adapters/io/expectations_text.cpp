#include "adapters/io/expectations_text.hpp"

#include "adapters/io/grid_json.hpp"
#include "adapters/io/table_text.hpp"

namespace truegap::adapters {

namespace {

std::string by_name(sim::ExactBy by) {
    switch (by) {
        case sim::ExactBy::additive:
            return "additive";
        case sim::ExactBy::enumeration:
            return "enumeration";
        case sim::ExactBy::nothing:
            return {};
    }
    return {};
}

Columns<sim::ExpectationRow> expectation_columns(const sim::WorldStudy& study) {
    using Row = sim::ExpectationRow;
    const auto attributes = sim::attribute_specs(study.scenario().population);
    const auto context = [&study](const Row& row) -> const sim::Context& {
        return study.plan().contexts[row.key.context];
    };
    return {
        {"world", [](const Row& row) -> Value { return std::uint64_t{row.key.world}; }},
        {"context_id", [](const Row& row) -> Value { return std::uint64_t{row.key.context}; }},
        {"proxy",
         [=](const Row& row) -> Value {
             return sim::proxy_label(context(row).group.proxy, attributes);
         }},
        {"group",
         [=](const Row& row) -> Value { return sim::group_label(context(row).group, attributes); }},
        {"history_length",
         [=](const Row& row) -> Value { return std::uint64_t{context(row).history.size()}; }},
        {"users", [](const Row& row) -> Value { return std::uint64_t{row.key.users}; }},
        {"predictor",
         [&](const Row& row) -> Value {
             return study.scenario().predictors[row.key.predictor].label;
         }},
        {"approximation",
         [&](const Row& row) -> Value {
             return metrics::label(study.scenario().approximations[row.key.approximation],
                                   study.scenario().top);
         }},
        {"estimator",
         [&](const Row& row) -> Value { return study.estimators()[row.key.estimator].label(); }},
        figure("true_entropy", &Row::true_entropy),
        figure("true_gap", &Row::true_gap),
        figure("entropy_mean", &Row::entropy_mean),
        figure("entropy_bias", &Row::entropy_bias),
        figure("entropy_sd", &Row::entropy_sd),
        {"entropy_by", [](const Row& row) -> Value { return by_name(row.entropy_by); }},
        figure("gap_mean", &Row::gap_mean),
        figure("gap_bias", &Row::gap_bias),
        figure("gap_sd", &Row::gap_sd),
        {"gap_by", [](const Row& row) -> Value { return by_name(row.gap_by); }},
        figure("infinite_fraction", &Row::infinite_fraction),
        figure("undefined_fraction", &Row::undefined_fraction)};
}

}  // namespace

void write_expectations_csv(std::ostream& out,
                            const sim::WorldStudy& study,
                            const std::vector<sim::ExpectationRow>& rows) {
    const auto columns = expectation_columns(study);
    out << csv_header(columns);
    for (const sim::ExpectationRow& row : rows) out << csv_line(row, columns);
}

void write_expectations_json(std::ostream& out,
                             const sim::WorldStudy& study,
                             const std::vector<sim::ExpectationRow>& rows,
                             const std::string& point) {
    out << "{\"unit\":\"nat\",\n";
    write_point_json(out, point);
    out << "\"expectations\":";
    write_json_table(rows, expectation_columns(study), out);
    out << "}\n";
}

}  // namespace truegap::adapters
