#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace truegap::adapters {

/// A file that is written whole or not at all: the text goes to a temporary file beside it, which then
/// takes its name in one step.
class WholeFile {
  public:
    /// is_ours: whether the text of a file that is there already may be replaced; what: what such a file
    /// is, for messages. Throws InputError for a place that cannot be written to.
    WholeFile(const std::filesystem::path& path,
              const std::string& what,
              const std::function<bool(const std::string&)>& is_ours);
    WholeFile(const WholeFile&) = delete;
    WholeFile& operator=(const WholeFile&) = delete;
    WholeFile(WholeFile&&) = delete;
    WholeFile& operator=(WholeFile&&) = delete;
    /// Removes what was begun.
    ~WholeFile();

    /// Throws SystemError when not all of it can be written.
    void write(const std::string& text);

  private:
    [[noreturn]] void fail(int error) const;

    std::filesystem::path path_, temporary_;
    int descriptor_ = -1;
};

}  // namespace truegap::adapters
