#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace truegap::adapters {

/// Numbers texts 0, 1, 2, … in the order in which they are first seen. The texts stand end to end in one
/// store, because there are millions of short ones.
class KeyTable {
  public:
    /// The number of a text, a new one where it is new.
    std::uint32_t add(std::string_view text);
    [[nodiscard]] std::optional<std::uint32_t> find(std::string_view text) const;
    /// The text of a number; valid until the next `add`.
    [[nodiscard]] std::string_view operator[](std::uint32_t number) const;
    [[nodiscard]] std::size_t size() const { return entries_.size(); }

  private:
    struct Entry {
        std::uint64_t begin = 0;
        std::uint32_t bytes = 0;
    };
    struct Slot {
        std::uint32_t next = 0;  // number + 1; 0 = free
        std::uint32_t mark =
            0;  // part of the hash: tells most unequal texts apart without a look at them
    };

    // Where the text is in `slots_`, or the free slot where it belongs.
    [[nodiscard]] std::size_t slot(std::string_view text, std::uint64_t hash) const;
    void grow();

    std::string store_;
    std::vector<Entry> entries_;
    std::vector<Slot> slots_;  // a power of two of them, at most half of them taken
};

}  // namespace truegap::adapters
