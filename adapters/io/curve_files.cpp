#include "adapters/io/curve_files.hpp"

#include <algorithm>
#include <ostream>

#include "adapters/io/output_file.hpp"

namespace truegap::adapters {

namespace {

struct BinRow {
    const sim::CurveFindings* curve = nullptr;
    std::uint64_t number = 0;  // from 1

    [[nodiscard]] const metrics::CurveBin& bin() const { return curve->bins[number - 1]; }
};

std::string label_of(const std::vector<std::string>& labels,
                     const std::optional<std::uint32_t>& number) {
    return number ? labels[*number] : std::string();
}

std::string kind(bool measured) {
    return measured ? "measured" : "true";
}

Columns<BinRow> bin_columns(const sim::Results& results) {
    const auto of_bin = [](std::string name, double metrics::CurveBin::*member) {
        return Column<BinRow>{std::move(name), [member](const BinRow& row) -> Value {
                                  return sim::Figure(row.bin().*member);
                              }};
    };
    return {
        {"population",
         [&](const BinRow& row) -> Value {
             return results.populations[row.curve->curve.population];
         }},
        {"users",
         [](const BinRow& row) -> Value {
             if (!row.curve->curve.users) return sim::Figure{};
             return std::uint64_t{*row.curve->curve.users};
         }},
        {"predictor",
         [&](const BinRow& row) -> Value {
             return results.predictors[row.curve->curve.predictor];
         }},
        {"approximation",
         [&](const BinRow& row) -> Value {
             return label_of(results.approximations, row.curve->curve.approximation);
         }},
        {"estimator",
         [&](const BinRow& row) -> Value {
             return label_of(results.estimators, row.curve->curve.estimator);
         }},
        {"kind", [](const BinRow& row) -> Value { return kind(row.curve->curve.measured()); }},
        {"bin", [](const BinRow& row) -> Value { return row.number; }},
        of_bin("entropy_low", &metrics::CurveBin::low),
        of_bin("entropy_high", &metrics::CurveBin::high),
        {"contexts", [](const BinRow& row) -> Value { return std::uint64_t{row.bin().contexts}; }},
        of_bin("entropy", &metrics::CurveBin::entropy),
        of_bin("cross_entropy", &metrics::CurveBin::cross_entropy),
        {"cross_entropy_se", [](const BinRow& row) -> Value { return row.bin().cross_entropy_se; }},
        {"gap",
         [](const BinRow& row) -> Value {
             return sim::Figure(row.bin().cross_entropy - row.bin().entropy);
         }},
        {"gap_se", [](const BinRow& row) -> Value { return row.bin().gap_se; }}};
}

void write_curve_csv(const sim::StudyCurves& curves,
                     const std::vector<sim::Results>& results,
                     const Grid& grid,
                     const std::filesystem::path& directory) {
    std::vector<std::vector<BinRow>> rows;
    rows.reserve(curves.points.size());
    for (const auto& point : curves.points) {
        auto& here = rows.emplace_back();
        for (const sim::CurveFindings& found : point)
            for (std::uint64_t bin = 1; bin <= found.bins.size(); ++bin)
                here.push_back({.curve = &found, .number = bin});
    }
    TableParts<BinRow> parts;
    parts.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Columns<BinRow> columns = bin_columns(results[i]);
        add_factor_columns(columns, grid, i);
        parts.push_back({.rows = rows[i], .columns = std::move(columns)});
    }
    Digest unused;
    write_csv(parts, directory / curve_file_name, unused);
}

void write_published(std::ostream& out, const std::vector<metrics::CurveBin>& bins) {
    if (bins.empty()) {
        out << "null";
        return;
    }
    const auto inversion = metrics::published_inversion(bins);
    const std::size_t lowest = inversion.value_or(0);
    out << "{\"inverted\":" << (inversion ? "true" : "false") << ",\"bin\":" << lowest + 1
        << ",\"entropy\":" << json_number(bins[lowest].entropy) << '}';
}

void write_fit(std::ostream& out, const sim::InversionInterval& found) {
    if (!found.fit) {
        out << "null";
        return;
    }
    const auto low = found.interval ? sim::Figure(found.interval->low) : std::nullopt;
    const auto high = found.interval ? sim::Figure(found.interval->high) : std::nullopt;
    out << "{\"break\":" << json_number(found.fit->break_at) << ",\"low\":" << json_number(low)
        << ",\"high\":" << json_number(high)
        << ",\"left_slope\":" << json_number(found.fit->left_slope)
        << ",\"right_slope\":" << json_number(found.fit->right_slope)
        << ",\"value_at_break\":" << json_number(found.fit->value_at_break)
        << ",\"inversion\":" << (found.fit->inverted() ? "true" : "false")
        << ",\"share_without_inversion\":" << json_number(found.share_without_inversion) << '}';
}

void write_entry(std::ostream& out, const InversionEntry& entry) {
    const CurveLabel& label = entry.label;
    const auto text = [](const std::string& value) {
        return value.empty() ? std::string("null") : json_string(value);
    };
    out << '{';
    if (!label.point.empty()) out << "\"point\":" << label.point << ',';
    if (!label.population.empty()) out << "\"population\":" << json_string(label.population) << ',';
    out << "\"users\":" << (label.users ? std::to_string(*label.users) : "null")
        << ",\"predictor\":" << json_string(label.predictor)
        << ",\"approximation\":" << text(label.approximation)
        << ",\"estimator\":" << text(label.estimator) << ",\"kind\":\"" << kind(label.measured)
        << "\",\"contexts\":" << entry.contexts << ",\"left_out\":" << entry.left_out
        << ",\"published\":";
    write_published(out, entry.bins);
    out << ",\"fit\":";
    write_fit(out, entry.inversion);
    out << '}';
}

}  // namespace

void write_inversions(const std::vector<InversionEntry>& entries,
                      double level,
                      std::uint32_t resamples,
                      const std::string& version,
                      const std::filesystem::path& directory) {
    OutputFile file(directory / inversion_file_name);
    std::ostream& out = file.stream();
    out << "{\"truegap\":" << json_string(version)
        << ",\n\"unit\":\"nat\",\n\"level\":" << json_number(level)
        << ",\n\"resamples\":" << resamples << ",\n\"curves\":[";
    bool first = true;
    for (const InversionEntry& entry : entries) {
        out << (first ? "\n" : ",\n");
        write_entry(out, entry);
        first = false;
    }
    out << "]}\n";
    file.close();
}

void write_curves(const sim::StudyCurves& curves,
                  const std::vector<sim::Results>& results,
                  const Grid& grid,
                  const std::string& version,
                  const std::filesystem::path& directory) {
    write_curve_csv(curves, results, grid, directory);
    std::vector<InversionEntry> entries;
    for (std::size_t i = 0; i < curves.points.size(); ++i)
        for (const sim::CurveFindings& found : curves.points[i]) {
            const sim::Curve& curve = found.curve;
            entries.push_back(
                {.label = {.point = grid.json(i),
                           .population = results[i].populations[curve.population],
                           .users = curve.users,
                           .predictor = results[i].predictors[curve.predictor],
                           .approximation =
                               label_of(results[i].approximations, curve.approximation),
                           .estimator = label_of(results[i].estimators, curve.estimator),
                           .measured = curve.measured()},
                 .contexts = curve.points.size(),
                 .left_out = curve.left_out,
                 .bins = found.bins,
                 .inversion = found.inversion});
        }
    write_inversions(entries, curves.level, curves.resamples, version, directory);
}

}  // namespace truegap::adapters
