#pragma once

#include <cstdint>
#include <string_view>

namespace truegap::adapters {

/// A place in a line that is read by hand, left to right, without a copy.
class PlainText {
  public:
    explicit PlainText(std::string_view text)
        : place_(text.data()), end_(text.data() + text.size()) {}

    [[nodiscard]] const char* place() const { return place_; }
    [[nodiscard]] bool ended() const { return place_ == end_; }
    [[nodiscard]] bool at(char expected) const { return place_ != end_ && *place_ == expected; }
    void skip(std::size_t bytes) { place_ += bytes; }
    void skip_space() {
        while (place_ != end_ && (*place_ == ' ' || *place_ == '\t' || *place_ == '\r')) ++place_;
    }

    void skip_blanks() {
        while (place_ != end_ && (*place_ == ' ' || *place_ == '\t')) ++place_;
    }

    bool take(char expected) {
        if (!at(expected)) return false;
        ++place_;
        return true;
    }
    bool take(std::string_view expected) {
        if (!std::string_view(place_, static_cast<std::size_t>(end_ - place_))
                 .starts_with(expected))
            return false;
        place_ += expected.size();
        return true;
    }

    /// Decimal digits as JSON has them: no sign, no leading zero; a value of at most `most`. Digit by
    /// digit: half the time of std::from_chars on the one or two digits that counts have.
    bool number(std::uint64_t& value, std::uint64_t most) {
        if (place_ == end_ || !is_digit(*place_)) return false;
        value = digit(*place_++);
        if (value == 0) return place_ == end_ || !is_digit(*place_);
        for (; place_ != end_ && is_digit(*place_); ++place_) {
            if (value > most / 10) return false;
            value = 10 * value + digit(*place_);
        }
        return value <= most;
    }

  private:
    static bool is_digit(char c) { return c >= '0' && c <= '9'; }
    static std::uint64_t digit(char c) { return static_cast<std::uint64_t>(c - '0'); }

    const char* place_;
    const char* end_;
};

}  // namespace truegap::adapters
