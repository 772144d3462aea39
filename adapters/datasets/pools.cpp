#include "adapters/datasets/pools.hpp"

#include <algorithm>
#include <tuple>

#include "adapters/datasets/names.hpp"

namespace truegap::adapters {

namespace {

constexpr unsigned item_bits = 32;
constexpr std::size_t least_settled = std::size_t{1} << 20U;

}  // namespace

void Popularity::add(std::uint32_t key, std::span<const Event> events, std::int32_t times) {
    if (++now_ == 0) {
        std::fill(stamps_.begin(), stamps_.end(), 0);
        now_ = 1;
    }
    for (const Event& event : events) {
        if (event.item >= stamps_.size())
            stamps_.resize(event.item + std::size_t{1} + event.item / 2, 0);
        if (std::exchange(stamps_[event.item], now_) == now_) continue;
        if (key == 0) {
            if (event.item >= first_.size()) first_.resize(stamps_.size(), 0);
            first_[event.item] += times;
        } else {
            fresh_.push_back(
                {.cell = (std::uint64_t{key} << item_bits) | event.item, .users = times});
        }
    }
    if (fresh_.size() > std::max(least_settled, settled_.size() / 2)) settle();
}

void Popularity::settle() {
    if (fresh_.empty()) return;
    const auto by_cell = [](const Count& a, const Count& b) { return a.cell < b.cell; };
    std::sort(fresh_.begin(), fresh_.end(), by_cell);
    const auto middle = static_cast<std::ptrdiff_t>(settled_.size());
    settled_.insert(settled_.end(), fresh_.begin(), fresh_.end());
    std::inplace_merge(settled_.begin(), settled_.begin() + middle, settled_.end(), by_cell);
    fresh_.clear();
    std::size_t kept = 0;
    for (const Count& count : settled_) {
        if (kept > 0 && settled_[kept - 1].cell == count.cell) {
            settled_[kept - 1].users += count.users;
        } else {
            settled_[kept++] = count;
        }
    }
    settled_.resize(kept);
}

std::vector<Popularity::Chosen> Popularity::of(std::uint32_t key) {
    std::vector<Chosen> chosen;
    if (key == 0) {
        chosen.reserve(first_.size());
        for (std::uint32_t item = 0; item < first_.size(); ++item)
            if (first_[item] > 0) chosen.push_back({.item = item, .users = first_[item]});
        return chosen;
    }
    settle();
    auto place = std::lower_bound(settled_.begin(),
                                  settled_.end(),
                                  std::uint64_t{key} << item_bits,
                                  [](const Count& a, std::uint64_t cell) { return a.cell < cell; });
    for (; place != settled_.end() && place->cell >> item_bits == key; ++place)
        if (place->users > 0)
            chosen.push_back(
                {.item = static_cast<std::uint32_t>(place->cell), .users = place->users});
    return chosen;
}

std::optional<std::uint32_t> Pool::place(std::uint32_t item) const {
    const auto found = std::lower_bound(places.begin(), places.end(), std::pair{item, 0U});
    if (found == places.end() || found->first != item) return std::nullopt;
    return found->second;
}

Pool make_pool(std::vector<Popularity::Chosen> chosen,
               std::size_t most,
               const Items& items,
               std::uint64_t& suffixed) {
    const std::size_t size = std::min(most, chosen.size());
    const auto rank = [&](const Popularity::Chosen& c) {
        return std::tuple(-c.users, std::string_view(items.names[c.item]), items.keys[c.item]);
    };
    std::partial_sort(chosen.begin(),
                      chosen.begin() + static_cast<std::ptrdiff_t>(size),
                      chosen.end(),
                      [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    Pool pool;
    std::vector<std::string> names;
    pool.items.reserve(size);
    pool.places.reserve(size);
    names.reserve(size);
    for (std::uint32_t place = 0; place < size; ++place) {
        const std::uint32_t item = chosen[place].item;
        pool.items.push_back(item);
        pool.places.emplace_back(item, place);
        names.push_back(items.names[item]);
    }
    pool.names = distinct_names(std::move(names), suffixed);
    std::sort(pool.places.begin(), pool.places.end());
    return pool;
}

}  // namespace truegap::adapters
