#include "adapters/report/result_document.hpp"

#include <fstream>
#include <nlohmann/json.hpp>

#include "adapters/io/input_error.hpp"
#include "adapters/io/results_files.hpp"

namespace truegap::adapters {

namespace {

constexpr std::string_view start_of_tables = "\"tables\":";

[[noreturn]] void fail(const std::string& label, const std::string& what) {
    throw InputError(label, "", what + " (allowed: the file as truegap wrote it)");
}

}  // namespace

Json read_result_head(const std::filesystem::path& file, const std::string& label) {
    std::ifstream in(file, std::ios::binary);
    if (!in) fail(label, "cannot be read");
    std::string head;
    std::string line;
    bool whole = false;
    while (!whole && std::getline(in, line)) {
        if (head.empty() && !line.starts_with(results_signature))
            fail(label, "is not what truegap writes");
        whole = line.starts_with(start_of_tables);
        if (!whole) head += line + '\n';
    }
    if (!whole) fail(label, "is cut short");
    head.erase(head.find_last_not_of(",\n") + 1);
    Json json = parse_json(head + '}', label);
    for (const char* key : {"truegap", "unit", "sha256"})
        if (!json.contains(key) || !json.at(key).is_string())
            fail(label, "lacks " + in_quotes(key));
    if (!json.contains("seed")) fail(label, "lacks \"seed\"");
    return json;
}

}  // namespace truegap::adapters
