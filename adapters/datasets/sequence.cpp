#include "adapters/datasets/sequence.hpp"

#include <algorithm>
#include <utility>

#include "metrics/log_tables.hpp"
#include "sim/stream.hpp"

namespace truegap::adapters {

namespace {

bool earlier(const Event& a, const Event& b) {
    return a.when < b.when;
}

// In (0, 1).
double uniform(sim::Stream& stream) {
    constexpr unsigned dropped = 12;
    constexpr double step = 0x1p-52;
    return (static_cast<double>(stream() >> dropped) + 0.5) * step;
}

void draw_order(std::vector<Event>& events, sim::Stream stream) {
    std::vector<std::pair<double, Event>> keyed;
    keyed.reserve(events.size());
    for (const Event& event : events)
        keyed.emplace_back(-metrics::ln(uniform(stream)) / static_cast<double>(event.when), event);
    std::stable_sort(
        keyed.begin(), keyed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < events.size(); ++i) events[i] = keyed[i].second;
}

}  // namespace

void Sequence::forget() {
    if (++now_ != 0) return;
    std::fill(stamps_.begin(), stamps_.end(), 0);
    now_ = 1;
}

bool Sequence::seen(std::uint32_t item) {
    if (item >= stamps_.size()) stamps_.resize(item + std::size_t{1} + item / 2, 0);
    return std::exchange(stamps_[item], now_) == now_;
}

std::uint64_t Sequence::operator()(std::uint32_t user, std::vector<Event>& events) {
    if (timed_ && !std::is_sorted(events.begin(), events.end(), earlier))
        std::stable_sort(events.begin(), events.end(), earlier);
    const std::size_t before = events.size();
    std::size_t kept = 0;
    forget();
    std::int64_t now = before > 0 ? events.front().when : 0;
    for (std::size_t i = 0; i < before; ++i) {
        const Event event = events[i];
        if (timed_ && event.when != now) forget();
        now = event.when;
        if (!seen(event.item)) events[kept++] = event;
    }
    events.resize(kept);
    if (!timed_)
        draw_order(events,
                   sim::stream({.seed = seed_, .purpose = sim::Purpose::play_order, .cell = user}));
    return before - kept;
}

}  // namespace truegap::adapters
