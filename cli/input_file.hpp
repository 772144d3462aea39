#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace truegap::cli {

/// A file opened for reading, or standard input.
class InputFile {
  public:
    /// name: a path, or `-`. Throws InputError for what cannot be read.
    explicit InputFile(const std::string& name);
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;
    InputFile(InputFile&&) = delete;
    InputFile& operator=(InputFile&&) = delete;
    ~InputFile();

    [[nodiscard]] int descriptor() const { return descriptor_; }
    /// How many bytes there are to read, where it is a regular file.
    [[nodiscard]] std::optional<std::uint64_t> size() const { return size_; }

  private:
    int descriptor_;
    std::optional<std::uint64_t> size_;
};

}  // namespace truegap::cli
