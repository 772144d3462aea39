#include "adapters/io/inversion_files.hpp"

#include <utility>

#include "adapters/io/output_file.hpp"

namespace truegap::adapters {

namespace {

using Row = sim::InversionRate;

Columns<Row> rate_columns(const sim::InversionRates& rates) {
    const auto share = [](std::string name, sim::Share Row::*member) {
        return Column<Row>{std::move(name),
                           [member](const Row& row) -> Value { return (row.*member).value(); }};
    };
    const auto error = [](std::string name, sim::Share Row::*member) {
        return Column<Row>{std::move(name), [member](const Row& row) -> Value {
                               return (row.*member).standard_error();
                           }};
    };
    const auto worlds = [](std::string name, sim::Share Row::*member) {
        return Column<Row>{std::move(name), [member](const Row& row) -> Value {
                               return std::uint64_t{(row.*member).worlds};
                           }};
    };
    return {{"users",
             [](const Row& row) -> Value {
                 if (row.users == 0) return sim::Figure{};
                 return std::uint64_t{row.users};
             }},
            {"predictor", [&](const Row& row) -> Value { return rates.predictors[row.predictor]; }},
            {"approximation",
             [&](const Row& row) -> Value { return rates.approximations[row.approximation]; }},
            {"estimator", [&](const Row& row) -> Value { return rates.estimators[row.estimator]; }},
            {"reading", [](const Row& row) -> Value { return reading_word(row.reading); }},
            {"null", [](const Row& row) -> Value { return null_word(row.null); }},
            {"level",
             [&](const Row& row) -> Value {
                 if (row.null == sim::InversionNull::none) return sim::Figure{};
                 return sim::Figure(rates.level);
             }},
            worlds("worlds", &Row::all),
            share("rate", &Row::all),
            error("rate_mcse", &Row::all),
            worlds("inverted_worlds", &Row::inverted),
            share("rate_if_inverted", &Row::inverted),
            error("rate_if_inverted_mcse", &Row::inverted)};
}

}  // namespace

std::string reading_word(sim::InversionReading reading) {
    switch (reading) {
        case sim::InversionReading::published:
            return "published";
        case sim::InversionReading::two_segment:
            return "two_segment";
        case sim::InversionReading::worse:
            return "worse";
        case sim::InversionReading::rise:
            return "rise";
    }
    return {};
}

std::string null_word(sim::InversionNull null) {
    switch (null) {
        case sim::InversionNull::none:
            return "";
        case sim::InversionNull::population:
            return "population";
        case sim::InversionNull::twin:
            return "twin";
    }
    return {};
}

void write_inversion_rates(const std::vector<sim::InversionRates>& rates,
                           const Grid& grid,
                           const std::filesystem::path& directory) {
    TableParts<Row> parts;
    parts.reserve(rates.size());
    for (std::size_t point = 0; point < rates.size(); ++point) {
        Columns<Row> columns = rate_columns(rates[point]);
        add_factor_columns(columns, grid, point);
        parts.push_back({.rows = rates[point].rows, .columns = std::move(columns)});
    }
    Digest unused;
    write_csv(parts, directory / inversion_rates_file_name, unused);
}

}  // namespace truegap::adapters
