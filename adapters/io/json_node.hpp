#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/io/json_text.hpp"

namespace truegap::adapters {

/// A key or index as it stands in a JSON pointer (RFC 6901: ~ and / escaped).
[[nodiscard]] std::string escape_pointer(std::string_view key);

/// What becomes of distributions whose sum misses 1 by a rounding: those that truegap wrote are taken
/// as they are.
enum class Sums { divided_out, as_given };

/// A place in a JSON text that knows its file and pointer. Every getter checks the type first (the
/// library's own `get` turns 2.5 into 2 and -3 into 4294967293) and throws InputError.
class JsonNode {
  public:
    JsonNode(const Json& value, std::string file, std::string pointer = {})
        : value_(&value), file_(std::move(file)), pointer_(std::move(pointer)) {}

    [[nodiscard]] const std::string& file() const { return file_; }
    [[nodiscard]] const std::string& pointer() const { return pointer_; }
    [[nodiscard]] const Json& json() const { return *value_; }

    /// Throws: FILE: POINTER: what.
    [[noreturn]] void fail(const std::string& what) const;

    /// An object whose keys are all among these; the nearest one is named for a key that is not.
    void require_keys(const std::vector<std::string>& known) const;
    [[nodiscard]] bool has(const std::string& key) const;
    /// A member that must be there.
    [[nodiscard]] JsonNode operator[](const std::string& key) const;
    [[nodiscard]] std::vector<std::pair<std::string, JsonNode>> members() const;

    /// The elements of an array.
    [[nodiscard]] std::vector<JsonNode> elements() const;
    /// The elements of an array that must not be empty.
    [[nodiscard]] std::vector<JsonNode> some_elements() const;

    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string nonempty_text() const;
    [[nodiscard]] bool boolean() const;
    /// A finite number.
    [[nodiscard]] double number() const;
    [[nodiscard]] double number_between(double least, double most) const;
    /// A whole number (1e6 is one) in [least, most].
    [[nodiscard]] std::uint64_t integer(std::uint64_t least, std::uint64_t most) const;
    /// A string that is one of `allowed`; its index.
    [[nodiscard]] std::size_t choice(const std::vector<std::string>& allowed) const;
    /// A distribution: shape (K,), K >= 1, entries >= 0 that sum to 1 within 1e-9; divided by the
    /// sum unless that is to stay.
    [[nodiscard]] std::vector<double> probabilities(Sums sums = Sums::divided_out) const;

    [[nodiscard]] bool is_object() const { return value_->is_object(); }
    [[nodiscard]] bool is_array() const { return value_->is_array(); }
    [[nodiscard]] bool is_string() const { return value_->is_string(); }
    [[nodiscard]] bool is_number() const { return value_->is_number(); }
    /// `a string`, `a negative number`, …: what a message says is there instead.
    [[nodiscard]] std::string description() const;

  private:
    const Json* value_;
    std::string file_;
    std::string pointer_;
};

/// Fails at the later of two equal elements. `what` names them: "the level".
template <class Value>
void refuse_repeats(const std::vector<JsonNode>& nodes,
                    const std::vector<Value>& values,
                    const std::string& what) {
    for (std::size_t i = 0; i < values.size(); ++i)
        for (std::size_t j = 0; j < i; ++j)
            if (values[i] == values[j]) nodes[i].fail(what + " is listed twice (allowed: once)");
}

}  // namespace truegap::adapters
