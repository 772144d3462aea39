#pragma once

#include <filesystem>
#include <system_error>
#include <vector>

namespace truegap::adapters {

/// A folder of results in the making. It is filled under a temporary name beside its final one and
/// takes that name in one step when it is whole; until then nothing at the final name changes, and
/// if it never becomes whole, nothing is left.
class OutputFolder {
  public:
    /// Makes the temporary folder, so that an unwritable place is found before any work is done.
    /// Throws InputError when it cannot be made, or when `final_path` exists and is anything but an
    /// earlier result of truegap.
    explicit OutputFolder(const std::filesystem::path& final_path);
    OutputFolder(const OutputFolder&) = delete;
    OutputFolder& operator=(const OutputFolder&) = delete;
    OutputFolder(OutputFolder&&) = delete;
    OutputFolder& operator=(OutputFolder&&) = delete;
    ~OutputFolder();

    /// Where to write.
    [[nodiscard]] const std::filesystem::path& path() const { return temporary_; }

    /// Gives the folder its final name; an earlier result there is replaced.
    void publish();

  private:
    void replace();
    void replace_in_two_steps();
    [[noreturn]] void fail_to_publish(const std::error_code& error) const;

    std::filesystem::path final_;
    std::filesystem::path temporary_;
    std::vector<std::filesystem::path> made_parents_;  // innermost first; go again if nothing comes
    bool published_ = false;
};

}  // namespace truegap::adapters
