#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace truegap::adapters {

/// Where bytes come from: a file, a pipe, or a text in a test.
class ByteSource {
  public:
    ByteSource() = default;
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;
    ByteSource(ByteSource&&) = delete;
    ByteSource& operator=(ByteSource&&) = delete;
    virtual ~ByteSource() = default;
    /// Fills some of `place`, waiting for at least one byte; 0 at the end.
    [[nodiscard]] virtual std::size_t read(std::span<char> place) = 0;
    /// Whether `read` would not wait.
    [[nodiscard]] virtual bool ready() = 0;
};

/// An open file descriptor, which it does not close. Waiting ends, with sim::Interrupted, when
/// `stop` is set. Throws InputError naming `file` where it cannot be read.
class DescriptorSource : public ByteSource {
  public:
    DescriptorSource(int descriptor, std::string file, const std::atomic<bool>& stop)
        : descriptor_(descriptor), file_(std::move(file)), stop_(stop) {}
    [[nodiscard]] std::size_t read(std::span<char> place) override;
    [[nodiscard]] bool ready() override;

  private:
    int descriptor_;
    std::string file_;
    const std::atomic<bool>& stop_;
};

/// A text in memory. Does not own it.
class TextSource : public ByteSource {
  public:
    explicit TextSource(std::string_view text) : text_(text) {}
    [[nodiscard]] std::size_t read(std::span<char> place) override;
    [[nodiscard]] bool ready() override { return true; }

  private:
    std::string_view text_;
};

/// Takes whole lines from a source, many at a time.
class LineSource {
  public:
    explicit LineSource(ByteSource& source) : source_(source) {}
    /// About `bytes` of whole lines with their ends: fewer when no more are there yet, more when one
    /// line is longer. At least one line; empty at the end. Valid until the next call.
    [[nodiscard]] std::string_view next(std::size_t bytes);

  private:
    ByteSource& source_;
    std::string buffer_;
    std::size_t given_ = 0;  // the last answer's part of the buffer
    std::size_t filled_ = 0;
    bool ended_ = false;
};

/// Calls `body` with every line that is not blank, without its end, and its number in the file; a byte
/// order mark before the first is skipped.
void for_each_line(ByteSource& source,
                   const std::function<void(std::string_view line, std::size_t number)>& body);

}  // namespace truegap::adapters
