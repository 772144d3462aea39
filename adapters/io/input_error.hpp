#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace truegap::adapters {

/// Bad input from outside: one line that names the file, the place in it, what is wrong and what is
/// allowed. `main` turns it into exit code 2.
class InputError : public std::runtime_error {
  public:
    /// place: a JSON pointer, `line 3`, or empty for the file as a whole.
    InputError(std::string_view file, std::string_view place, std::string_view what);
    /// The whole message, made by another InputError.
    explicit InputError(const std::string& message) : std::runtime_error(message) {}

    /// The same error with a note before what is wrong.
    [[nodiscard]] InputError noted(std::string_view note) const;

  private:
    std::size_t lead_ = 0;  // bytes of file and place
};

/// Something that should have worked and did not (a full disk, a lost folder): exit code 1.
class SystemError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// The entry of `known` with the smallest edit distance to `name`; empty when `known` is.
[[nodiscard]] std::string nearest(std::string_view name, const std::vector<std::string>& known);

/// `a, b or c`, for what is allowed.
[[nodiscard]] std::string listed(const std::vector<std::string>& names);

/// The text between double quotes, cut after 60 bytes, control characters as spaces: for messages.
[[nodiscard]] std::string in_quotes(std::string_view text);

}  // namespace truegap::adapters
