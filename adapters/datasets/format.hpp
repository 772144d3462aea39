#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/datasets/dirt.hpp"
#include "adapters/datasets/key_table.hpp"
#include "adapters/datasets/profiles.hpp"

namespace truegap::adapters {

/// What a line of the file of events says; its texts are parts of the line.
struct EventLine {
    std::string_view user;
    std::string_view item;  ///< tells items apart
    std::string_view name;  ///< how the item is shown, where the line says it
    std::int64_t when = 0;  ///< seconds; or how many plays, where there are no times
};

/// Whether a line is an event, or why not.
enum class LineKind : std::uint8_t { event, heading, malformed, stray_user, unnamed, no_plays };

/// The items of a data set: what tells them apart, and how they are shown.
struct Items {
    KeyTable keys;
    std::vector<std::string> names;  ///< [item]; empty where it has none
};

/// Which items Last.fm's plays are of.
enum class ItemKind : std::uint8_t { artists, tracks };

/// A data set as its owner publishes it: which files, and what their lines say.
class DatasetFormat {
  public:
    DatasetFormat() = default;
    DatasetFormat(const DatasetFormat&) = delete;
    DatasetFormat& operator=(const DatasetFormat&) = delete;
    DatasetFormat(DatasetFormat&&) = delete;
    DatasetFormat& operator=(DatasetFormat&&) = delete;
    virtual ~DatasetFormat() = default;

    /// What the owner's page is called.
    [[nodiscard]] virtual std::string page() const = 0;
    [[nodiscard]] virtual std::string events_file() const = 0;
    [[nodiscard]] virtual std::vector<std::string> other_files() const = 0;
    /// Whether events have times; if not, `when` is how often the item was played.
    [[nodiscard]] virtual bool timed() const { return true; }
    /// Whether the items stand in a file of their own, and a line with another one is no event.
    [[nodiscard]] virtual bool items_listed() const { return true; }

    /// Reads a line without its end. What is wrong with a malformed one says `shape`.
    [[nodiscard]] virtual LineKind read(std::string_view line, EventLine& event) const = 0;
    /// How the name on a line of events is shown.
    [[nodiscard]] virtual std::string shown(std::string_view name) const {
        return std::string(name);
    }
    /// What a line of events should be, for messages.
    [[nodiscard]] virtual std::string shape() const = 0;
    /// Reads who the users are; none where the data set does not say. Throws InputError.
    [[nodiscard]] virtual Profiles profiles(const std::filesystem::path& folder,
                                            Findings& findings) const = 0;
    /// Reads the items that are listed; none where they are not. Throws InputError.
    [[nodiscard]] virtual Items items(const std::filesystem::path& folder,
                                      Findings& findings) const = 0;
    /// The demographics that default groups are made of.
    [[nodiscard]] virtual std::vector<std::string> usual_demographics() const = 0;
};

/// The names of all data sets.
[[nodiscard]] const std::vector<std::string>& dataset_names();
/// items: for lastfm_1k. Throws InputError for a name that is not among them.
[[nodiscard]] std::unique_ptr<DatasetFormat> dataset_format(const std::string& name,
                                                            ItemKind items);

}  // namespace truegap::adapters
