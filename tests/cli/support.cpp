#include "tests/cli/support.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <limits>
#include <spawn.h>
#include <stdexcept>
#include <sys/resource.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace truegap::test {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds look_again{1};
constexpr std::chrono::seconds patience{60};

void require(bool worked, const std::string& what) {
    if (!worked) throw std::runtime_error(what);
}

// The environment with the shipped studies where the sources have them.
std::vector<std::string> environment(bool shipped_beside) {
    constexpr std::string_view name = "TRUEGAP_SCENARIOS=";
    std::vector<std::string> result;
    for (char** variable = environ; *variable != nullptr; ++variable)
        if (!std::string_view(*variable).starts_with(name)) result.emplace_back(*variable);
    if (!shipped_beside) result.push_back(std::string(name) + TRUEGAP_SCENARIO_FOLDER);
    return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (std::string& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

}  // namespace

std::vector<std::string> entries_below(const fs::path& folder) {
    std::vector<std::string> result;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        result.push_back(fs::relative(entry.path(), folder).string());
    std::sort(result.begin(), result.end());
    return result;
}

Running::Running(const Call& call) {
    write_file(scratch_ / "in", call.input);
    fs::create_directory(scratch_ / "work");
    const fs::path folder = call.folder.empty() ? scratch_ / "work" : call.folder;
    out_file_ = call.out_file.empty() ? scratch_ / "out" : call.out_file;

    std::vector<std::string> command = call.wrapper;
    command.emplace_back(TRUEGAP_PROGRAM);
    command.insert(command.end(), call.arguments.begin(), call.arguments.end());
    std::vector<std::string> variables = environment(call.shipped_beside);

    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    constexpr mode_t mode = 0600;
    constexpr int write_new = O_WRONLY | O_CREAT | O_TRUNC;
    posix_spawn_file_actions_addopen(&files, 0, (scratch_ / "in").c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, out_file_.c_str(), write_new, mode);
    posix_spawn_file_actions_addopen(&files, 2, (scratch_ / "err").c_str(), write_new, mode);
    posix_spawn_file_actions_addchdir_np(&files, folder.c_str());
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t usual;
    sigemptyset(&usual);
    posix_spawnattr_setsigmask(&attributes, &usual);
    for (const int signal : {SIGINT, SIGTERM, SIGPIPE}) sigaddset(&usual, signal);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    const int error = ::posix_spawnp(&process_,
                                     command.front().c_str(),
                                     &files,
                                     &attributes,
                                     pointers(command).data(),
                                     pointers(variables).data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    if (error != 0) process_ = -1;
    require(error == 0, command.front() + " does not start");
}

Running::~Running() {
    if (process_ < 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
}

void Running::send(int signal) const {
    require(process_ > 0 && ::kill(process_, signal) == 0, "no process to send a signal to");
}

bool Running::appears(const fs::path& folder, const std::string& part) {
    const auto end = Clock::now() + patience;
    while (Clock::now() < end) {
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(folder, error))
            if (entry.path().filename().string().find(part) != std::string::npos) return true;
        std::this_thread::sleep_for(look_again);
    }
    return false;
}

Finished Running::wait() {
    const auto end = Clock::now() + patience;
    int status = 0;
    rusage usage{};
    while (::wait4(process_, &status, WNOHANG, &usage) == 0) {
        if (Clock::now() > end) ::kill(process_, SIGKILL);
        std::this_thread::sleep_for(look_again);
    }
    process_ = -1;
    return {.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
            .out = fs::is_regular_file(out_file_) ? read_file(out_file_) : std::string{},
            .err = read_file(scratch_ / "err"),
            .peak_kilobytes = usage.ru_maxrss};
}

Finished run(const Call& call) {
    return Running(call).wait();
}

Finished run(const std::vector<std::string>& arguments,
             const fs::path& folder,
             const std::string& input) {
    return run({.arguments = arguments, .input = input, .folder = folder});
}

std::uint64_t Dice::bits() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
}

double Dice::uniform() {
    return (static_cast<double>(bits() >> 12U) + 0.5) / 4503599627370496.0;
}

Json small_scenario() {
    return Json::parse(R"({
        "name": "small", "question": "Does it work?", "seed": 1, "replicates": 70, "worlds": 2,
        "population": {"items": 12, "classes": 3,
            "popularity": {"kind": "zipf", "exponent": 0.8}, "tilt_sd": 1.0,
            "class_weights": {"kind": "dirichlet", "concentration": 0.7},
            "heterogeneity": {"concentration": 25.0},
            "attributes": [
                {"name": "age", "levels": ["young", "old"], "informativeness": 0.6},
                {"name": "gender", "levels": ["f", "m"], "informativeness": 0.4}]},
        "dynamics": {"kind": "static"},
        "contexts": {"proxies": [[], ["age"]], "history_lengths": [0, 2],
            "histories_per_group": 2, "candidates": 8},
        "design": {"users_per_group": [5, 20]},
        "predictors": [{"kind": "bayes"}, {"kind": "tempered", "temperature": 2.0}],
        "responses": {"top": 4},
        "approximations": [{"kind": "rank_matched", "residual": "uniform",
            "smoothing": {"kind": "additive", "alpha": 0.5}}],
        "estimators": ["plug_in", "chao_wang_jost"]})");
}

Json explicit_scenario() {
    Json scenario = small_scenario();
    scenario["name"] = "explicit";
    scenario["population"] = Json::parse(R"({
        "class_weights": [0.5, 0.25, 0.25],
        "item_probabilities": [[0.5, 0.25, 0.25, 0, 0], [0, 0.5, 0.25, 0.25, 0],
                               [0.125, 0.125, 0.25, 0.25, 0.25]],
        "heterogeneity": {"concentration": [25.0, "infinite", 4]},
        "attributes": [{"name": "age", "levels": ["young", "old"],
                        "probabilities": [[1, 0], [0.25, 0.75], [0.5, 0.5]]}]})");
    scenario["contexts"] = Json::parse(R"({"list": [
        {"group": {"age": "young"}, "history": [1, 1, 2], "candidates": [0, 1, 2, 4]},
        {"group": {}, "history": []}, {"candidates": 3}]})");
    scenario["responses"]["top"] = 2;
    return scenario;
}

Json with(Json scenario, const std::string& pointer, Json value) {
    scenario[Json::json_pointer(pointer)] = std::move(value);
    return scenario;
}

Json without(Json scenario, const std::string& pointer) {
    const Json::json_pointer place(pointer);
    scenario.at(place.parent_pointer()).erase(place.back());
    return scenario;
}

std::size_t Table::column(const std::string& name) const {
    const auto place = std::find(columns.begin(), columns.end(), name);
    require(place != columns.end(), "no column " + name);
    return static_cast<std::size_t>(place - columns.begin());
}

double Table::number(std::size_t row, const std::string& name) const {
    const std::string& cell = at(row, name);
    if (cell.empty()) return std::numeric_limits<double>::quiet_NaN();
    char* end = nullptr;
    const double value = std::strtod(cell.c_str(), &end);
    require(*end == '\0', name + " is no number: " + cell);
    return value;
}

Table read_table(const std::string& csv) {
    std::vector<std::vector<std::string>> rows(1, std::vector<std::string>(1));
    bool quoted = false;
    for (std::size_t i = 0; i < csv.size(); ++i) {
        const char c = csv[i];
        if (quoted && c == '"' && i + 1 < csv.size() && csv[i + 1] == '"') {
            rows.back().back() += csv[++i];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (quoted || (c != ',' && c != '\n')) {
            rows.back().back() += c;
        } else if (c == ',') {
            rows.back().emplace_back();
        } else {
            rows.emplace_back(1);
        }
    }
    require(rows.back() == std::vector<std::string>(1), "the last line does not end");
    rows.pop_back();
    Table table{.columns = rows.front(), .rows = {rows.begin() + 1, rows.end()}};
    for (const auto& row : table.rows)
        require(row.size() == table.columns.size(), "a ragged row in the CSV");
    return table;
}

}  // namespace truegap::test
