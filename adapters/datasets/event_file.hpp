#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "adapters/datasets/format.hpp"

namespace truegap::adapters {

/// A user chose an item.
struct Event {
    std::uint32_t item = 0;
    std::int64_t when = 0;  ///< as in EventLine
};

/// Lines of one user that stand together in the file of events.
struct UserLines {
    std::uint32_t user = 0;
    std::uint64_t begin = 0, bytes = 0;
};

/// How long reading is, and whether it is to end.
struct ReadingProgress {
    std::atomic<std::uint64_t> done{0}, total{0};  ///< bytes
};

/// The big file of a data set, of which never more than a part is in memory. Users and items are numbered as
/// they are first seen.
class EventFile {
  public:
    /// items: listed ones, or those that are found are added to it. Reading ends with sim::Interrupted once
    /// `stop` is set. Throws InputError for what is not a readable regular file.
    EventFile(const std::filesystem::path& path,
              const DatasetFormat& format,
              Items& items,
              const std::atomic<bool>& stop,
              ReadingProgress& progress);
    EventFile(const EventFile&) = delete;
    EventFile& operator=(const EventFile&) = delete;
    EventFile(EventFile&&) = delete;
    EventFile& operator=(EventFile&&) = delete;
    ~EventFile();

    /// Events of a user in the order of the file; the callee may change them.
    using Visit = std::function<void(const UserLines& lines, std::vector<Event>& events)>;
    /// Reads the whole file once. A user whose lines are not together is visited several times.
    void walk(Findings& findings, const Visit& visit);
    /// Adds the events of some lines, found by `walk` before.
    void read_again(const UserLines& lines, std::vector<Event>& events) const;
    /// From here on a new user or item is a SystemError: the file was changed between two readings.
    void expect_no_more() { complete_ = true; }

    [[nodiscard]] const KeyTable& users() const { return users_; }
    [[nodiscard]] std::uint64_t size() const { return size_; }

  private:
    bool take(std::string_view line,
              std::uint64_t number,
              Findings& findings,
              EventLine& event,
              std::uint32_t& item);
    [[nodiscard]] std::uint32_t user_of(std::string_view name, std::uint32_t last);
    bool find_item(const EventLine& event, Findings& findings, std::uint32_t& item);
    [[noreturn]] void fail_as_changed() const;

    std::string file_;
    const DatasetFormat& format_;
    Items& items_;
    const std::atomic<bool>& stop_;
    ReadingProgress& progress_;
    KeyTable users_;
    int descriptor_ = -1;
    std::uint64_t size_ = 0;
    bool complete_ = false;
};

}  // namespace truegap::adapters
