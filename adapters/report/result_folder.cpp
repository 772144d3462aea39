#include "adapters/report/result_folder.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "adapters/io/input_error.hpp"
#include "adapters/io/text_files.hpp"
#include "adapters/report/result_document.hpp"
#include "adapters/report/result_table.hpp"

namespace truegap::adapters {

namespace {

namespace fs = std::filesystem;

struct KnownTable {
    std::string name;  // on the page
    ResultTable table;
    bool required = false;
};
struct Kind {
    std::string name;
    std::string head;  // the file that tells it
    std::vector<KnownTable> tables;
    std::vector<std::string> documents;  // JSON files, by their stems
};

const std::vector<std::string> method{"predictor", "approximation", "estimator"};

std::vector<std::string> with(std::vector<std::string> names,
                              const std::vector<std::string>& more) {
    names.insert(names.end(), more.begin(), more.end());
    return names;
}

KnownTable calibration_table() {
    return {.name = "calibration",
            .table = {.file = "calibration.csv",
                      .texts = {"predictor"},
                      .figures = {"bin", "stated", "happened", "mass", "items"}}};
}

KnownTable curve_table(const std::string& of) {
    std::vector<std::string> figures{
        "bin", "contexts", "entropy", "cross_entropy", "cross_entropy_se", "gap", "gap_se"};
    if (of == "run") figures.emplace_back("users");
    return {.name = "curve",
            .table = {.file = "curve.csv", .texts = with(method, {"kind"}), .figures = figures}};
}

const std::vector<Kind>& kinds() {
    static const std::vector<Kind> all{
        {.name = "run",
         .head = "results.json",
         .tables = {{.name = "summary",
                     .table = {.file = "summary.csv",
                               .texts = with(method, {"se_over", "population"}),
                               .figures = {"population_users",
                                           "users_min",
                                           "users_max",
                                           "contexts",
                                           "worlds",
                                           "true_entropy",
                                           "true_gap",
                                           "gap_mean",
                                           "gap_bias",
                                           "gap_bias_se",
                                           "approximation_term",
                                           "answer_term",
                                           "entropy_term",
                                           "cross_entropy_term",
                                           "infinite_fraction",
                                           "undefined_fraction",
                                           "coverage"}},
                     .required = true},
                    curve_table("run"),
                    calibration_table(),
                    {.name = "inversion_rates",
                     .table = {.file = "inversion_rates.csv",
                               .texts = with(method, {"reading", "null"}),
                               .figures = {"users",
                                           "worlds",
                                           "rate",
                                           "rate_mcse",
                                           "inverted_worlds",
                                           "rate_if_inverted",
                                           "rate_if_inverted_mcse"}}}},
         .documents = {"inversion"}},
        {.name = "score",
         .head = "score.json",
         .tables = {{.name = "proxies",
                     .table = {.file = "proxies.csv",
                               .texts = with(method, {"proxy"}),
                               .figures = {"history_length",
                                           "contexts",
                                           "users",
                                           "median_n",
                                           "entropy",
                                           "cross_entropy",
                                           "gap",
                                           "gap_low",
                                           "gap_high"}},
                     .required = true},
                    {.name = "answers",
                     .table =
                         {
                             .file = "answers.csv",
                             .texts = {"predictor"},
                             .figures =
                                 {"asked", "answered", "refused", "empty", "unreadable", "failed"}},
                     .required = true},
                    curve_table("score"),
                    calibration_table(),
                    {.name = "comparisons",
                     .table = {.file = "comparisons.csv", .texts = {}, .figures = {}}},
                    {.name = "ordering",
                     .table = {.file = "ordering.csv", .texts = {}, .figures = {}}},
                    {.name = "signatures",
                     .table = {.file = "signatures.csv", .texts = {"predictor"}, .figures = {}}}},
         .documents = {"inversion", "verdict"}}};
    return all;
}

const Kind& kind_of(const fs::path& folder, const std::string& label) {
    std::error_code error;
    if (!fs::exists(folder, error))
        throw InputError(
            label, "", "no such folder (allowed: a folder of truegap run or truegap score)");
    if (!fs::is_directory(folder, error))
        throw InputError(
            label, "", "is not a folder (allowed: a folder of truegap run or truegap score)");
    for (const Kind& kind : kinds())
        if (fs::exists(folder / kind.head, error)) return kind;
    throw InputError(
        label,
        "",
        "holds no result: there is neither results.json nor score.json (allowed: a folder of "
        "truegap run or truegap score)");
}

// Factors of a grid are the last columns of each table.
Json factors_of(const Json& head, const Json& summary) {
    Json names = Json::array();
    const auto scenario = head.find("scenario");
    if (scenario == head.end() || !scenario->is_object() || !scenario->contains("vary"))
        return names;
    const std::size_t factors = std::min(scenario->at("vary").size(), summary.size());
    std::size_t at = 0;
    for (const auto& [name, column] : summary.items())
        if (at++ >= summary.size() - factors) names.push_back(name);
    return names;
}

// What a folder is called, also `.` and `a/`.
std::string name_of(const fs::path& folder) {
    std::error_code error;
    fs::path whole = fs::absolute(folder, error).lexically_normal();
    if (whole.filename().empty()) whole = whole.parent_path();
    return whole.filename().string();
}

}  // namespace

Json read_result_folder(const fs::path& folder) {
    const Kind& kind = kind_of(folder, folder.string());
    Json result;
    result["kind"] = kind.name;
    result["folder"] = name_of(folder);
    result["head"] = read_result_head(folder / kind.head, (folder / kind.head).string());
    result["tables"] = Json::object();
    result["documents"] = Json::object();
    result["absent"] = Json::array();
    std::error_code error;
    for (const KnownTable& known : kind.tables) {
        const fs::path file = folder / known.table.file;
        if (!known.required && !fs::exists(file, error)) {
            result["absent"].push_back(known.table.file);
            continue;
        }
        result["tables"][known.name] =
            read_result_table(read_text(file, file.string()), file.string(), known.table);
    }
    for (const std::string& document : kind.documents) {
        const fs::path file = folder / (document + ".json");
        if (!fs::exists(file, error)) {
            result["absent"].push_back(document + ".json");
            continue;
        }
        result["documents"][document] = parse_json(read_text(file, file.string()), file.string());
    }
    result["factors"] = kind.name == "run" ? factors_of(result["head"], result["tables"]["summary"])
                                           : Json::array();
    return result;
}

}  // namespace truegap::adapters
