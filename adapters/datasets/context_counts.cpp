#include "adapters/datasets/context_counts.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace truegap::adapters {

namespace {

bool sooner(const AskedUser& a, const AskedUser& b) {
    return std::tuple(a.lot, a.user) < std::tuple(b.lot, b.user);
}

}  // namespace

void ContextCounts::count(std::uint32_t choice, std::size_t candidates) {
    if (counts_.empty()) counts_.assign(candidates, 0);
    ++counts_[choice];
    ++users_;
}

void ContextCounts::offer(AskedUser user, std::size_t most) {
    asked_.push_back(std::move(user));
    std::push_heap(asked_.begin(), asked_.end(), sooner);
    if (asked_.size() <= most) return;
    std::pop_heap(asked_.begin(), asked_.end(), sooner);
    asked_.pop_back();
}

std::vector<AskedUser> ContextCounts::asked() const {
    std::vector<AskedUser> asked = asked_;
    std::sort(
        asked.begin(), asked.end(), [](const auto& a, const auto& b) { return a.user < b.user; });
    return asked;
}

}  // namespace truegap::adapters
