#include "adapters/datasets/key_table.hpp"

#include <functional>

namespace truegap::adapters {

namespace {

constexpr std::size_t first_slots = 1024;

std::uint64_t hash_of(std::string_view text) {
    return std::hash<std::string_view>{}(text);
}

std::uint32_t mark_of(std::uint64_t hash) {
    return static_cast<std::uint32_t>(hash >> 32U);
}

}  // namespace

std::string_view KeyTable::operator[](std::uint32_t number) const {
    const Entry& entry = entries_[number];
    return std::string_view(store_).substr(entry.begin, entry.bytes);
}

std::size_t KeyTable::slot(std::string_view text, std::uint64_t hash) const {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t place = hash & mask;; place = (place + 1) & mask) {
        const Slot& found = slots_[place];
        if (found.next == 0) return place;
        if (found.mark == mark_of(hash) && (*this)[found.next - 1] == text) return place;
    }
}

std::optional<std::uint32_t> KeyTable::find(std::string_view text) const {
    if (slots_.empty()) return std::nullopt;
    const std::uint32_t found = slots_[slot(text, hash_of(text))].next;
    if (found == 0) return std::nullopt;
    return found - 1;
}

std::uint32_t KeyTable::add(std::string_view text) {
    if (2 * entries_.size() >= slots_.size()) grow();
    const std::uint64_t hash = hash_of(text);
    Slot& place = slots_[slot(text, hash)];
    if (place.next == 0) {
        entries_.push_back(
            {.begin = store_.size(), .bytes = static_cast<std::uint32_t>(text.size())});
        store_ += text;
        place = {.next = static_cast<std::uint32_t>(entries_.size()), .mark = mark_of(hash)};
    }
    return place.next - 1;
}

void KeyTable::grow() {
    slots_.assign(slots_.empty() ? first_slots : 2 * slots_.size(), Slot{});
    for (std::uint32_t number = 0; number < entries_.size(); ++number) {
        const std::string_view text = (*this)[number];
        const std::uint64_t hash = hash_of(text);
        slots_[slot(text, hash)] = {.next = number + 1, .mark = mark_of(hash)};
    }
}

}  // namespace truegap::adapters
