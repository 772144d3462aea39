#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <sys/types.h>
#include <vector>

#include "tests/temporary_folder.hpp"

/// Runs the built program on files, as a stranger would. Nothing here shares code with it.
namespace truegap::test {

using Json = nlohmann::ordered_json;

/// Everything below a folder, by its path relative to it, sorted.
[[nodiscard]] std::vector<std::string> entries_below(const std::filesystem::path& folder);

/// What a process left behind.
struct Finished {
    int code = 0;  ///< its exit code, or minus the signal that ended it
    std::string out, err;
    long peak_kilobytes = 0;
};

struct Call {
    std::vector<std::string> arguments = {};
    std::string input = {};
    std::filesystem::path folder = {};      ///< where it runs; empty: an empty folder of its own
    std::filesystem::path out_file = {};    ///< where its standard output goes; empty: into `out`
    std::vector<std::string> wrapper = {};  ///< a program that starts it, with its arguments
    bool shipped_beside = false;            ///< whether it must find the shipped studies by itself
};

/// A started program.
class Running {
  public:
    explicit Running(const Call& call);
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    Running(Running&&) = delete;
    Running& operator=(Running&&) = delete;
    ~Running();

    void send(int signal) const;
    /// Waits until something whose name has this in it appears in the folder.
    [[nodiscard]] static bool appears(const std::filesystem::path& folder, const std::string& part);
    /// Waits for its end; kills it after a minute.
    [[nodiscard]] Finished wait();

  private:
    TemporaryFolder scratch_;
    std::filesystem::path out_file_;
    pid_t process_ = -1;
};

[[nodiscard]] Finished run(const Call& call);
[[nodiscard]] Finished run(const std::vector<std::string>& arguments,
                           const std::filesystem::path& folder,
                           const std::string& input = {});

/// Random numbers for making cases, the same everywhere: SplitMix64.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    [[nodiscard]] std::uint64_t bits();
    [[nodiscard]] double uniform();  ///< in (0, 1)
    [[nodiscard]] std::size_t below(std::size_t n) { return bits() % n; }

  private:
    std::uint64_t state_;
};

/// A small study with a generated population, two predictors, quick to run.
[[nodiscard]] Json small_scenario();
/// A small study whose population and contexts are given outright.
[[nodiscard]] Json explicit_scenario();
/// The scenario with the value at a JSON pointer put in (`/-` appends).
[[nodiscard]] Json with(Json scenario, const std::string& pointer, Json value);
/// The scenario with the member at a JSON pointer taken out.
[[nodiscard]] Json without(Json scenario, const std::string& pointer);

/// A CSV text, read by RFC 4180: header and rows.
struct Table {
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;
    [[nodiscard]] std::size_t column(const std::string& name) const;
    [[nodiscard]] const std::string& at(std::size_t row, const std::string& name) const {
        return rows[row][column(name)];
    }
    /// The cell as a number: NaN for an empty one, infinity for `inf`.
    [[nodiscard]] double number(std::size_t row, const std::string& name) const;
};
[[nodiscard]] Table read_table(const std::string& csv);

}  // namespace truegap::test
