#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "sim/replication.hpp"
#include "adapters/io/digest.hpp"
#include "adapters/io/scenario_json.hpp"

namespace truegap::adapters {

/// The name of the file in a results folder that replicates are added from.
inline constexpr const char* state_file_name = "replicates.state";
/// A larger file is not kept.
inline constexpr std::uint64_t largest_state = 200'000'000;

/// What of a grid point decides about its replicates, as a SHA-256: all of the scenario but its name,
/// question, number of replicates, rows, curve, the rest of the grid, and (with one population) how many
/// worlds there are.
[[nodiscard]] std::string replicates_identity(const ScenarioFile& source, std::size_t point);

/// `replicates.state`: the moments of all whole blocks, exactly, so that a later run adds to them. A
/// line of text, entries of little-endian numbers, and the SHA-256 of all that; written from front to
/// back as the study goes.
class StudyState : public sim::StudyMemory {
  public:
    /// identities: of the points of the grid. version: of the program, down to its build; another one's state is
    /// not used.
    /// file: where to write.
    StudyState(std::vector<std::string> identities,
               std::string version,
               std::filesystem::path file);

    /// Reads what an earlier run kept. Returns why it is of no use; nothing when it can be used or
    /// there is none.
    [[nodiscard]] std::optional<std::string> read(const std::filesystem::path& earlier);

    [[nodiscard]] std::optional<sim::WholeBlocks> recall(const sim::StudyPlace& place,
                                                         const sim::Layout& layout) override;
    void keep(const sim::StudyPlace& place,
              std::uint32_t blocks,
              const std::vector<double>& errors,
              const sim::BlockStatistics& statistics) override;

    /// Ends the file. Returns why there is none; nothing when there is one or nothing to keep.
    /// Throws SystemError when it cannot be written whole.
    [[nodiscard]] std::optional<std::string> finish();

  private:
    using Key = std::tuple<std::string, std::uint32_t, std::uint32_t>;  // identity, world, level

    [[nodiscard]] std::string first_line() const;
    void write(std::string_view bytes);

    std::vector<std::string> identities_;
    std::string version_;
    std::filesystem::path file_;
    std::string earlier_;                      // the whole file
    std::map<Key, std::string_view> entries_;  // within earlier_
    std::ofstream out_;
    Digest digest_;
    std::uint64_t written_ = 0;
    bool too_large_ = false;
};

}  // namespace truegap::adapters
