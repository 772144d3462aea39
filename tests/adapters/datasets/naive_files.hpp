#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "adapters/datasets/format.hpp"

/// The files of the five data sets, read plainly, for the oracle.
namespace truegap::test {

struct Row {
    std::string user, item;
    std::int64_t when = 0;  ///< time, or plays
};

struct Files {
    std::vector<Row> rows;                     ///< good lines, in the order of the file
    std::map<std::string, std::string> names;  ///< of items
    /// By user and demographic: how the level is sorted, and how it is called. Unknown ones are not there.
    std::map<std::string, std::map<std::string, std::pair<int, std::string>>> profiles;
    std::map<std::string, std::uint64_t> found;
};

[[nodiscard]] Files read_files(const std::string& dataset,
                               const std::filesystem::path& folder,
                               adapters::ItemKind items);

}  // namespace truegap::test
