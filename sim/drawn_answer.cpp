#include "sim/drawn_answer.hpp"

#include <algorithm>
#include <boost/random/uniform_01.hpp>
#include <cmath>
#include <limits>

#include "metrics/log_tables.hpp"

namespace truegap::sim {

namespace {

double uniform(Stream& stream) {
    return boost::random::uniform_01<double>()(stream);
}

// Beyond the places that are read only who is named matters, not where: given that a place repeats
// nothing it misnames with this probability.
double misnamed_unless_repeated(const Faults& faults) {
    return faults.duplicates < 1.0 ? faults.unknown / (1.0 - faults.duplicates) : 0.0;
}

}  // namespace

std::vector<std::uint32_t> DrawnAnswer::ranking(std::size_t ranks) const {
    std::vector<std::uint32_t> items;
    for (std::size_t i = 0; i < std::min(ranks, places.size()); ++i)
        if (places[i] != no_item) items.push_back(places[i]);
    return items;
}

std::vector<std::uint32_t> DrawnAnswer::most_probable(std::size_t ranks) const {
    if (!given) return ranking(ranks);
    return {stated.begin(),
            stated.begin() + static_cast<std::ptrdiff_t>(std::min(ranks, stated.size()))};
}

DrawnAnswer with_faults(const Faults& faults,
                        std::span<const std::uint32_t> order,
                        const Reading& reading,
                        Stream& stream) {
    DrawnAnswer answer;
    answer.refused = uniform(stream) < faults.refusal;
    answer.cut = uniform(stream) < faults.cut;
    std::vector<std::uint32_t> due;
    due.reserve(order.size());
    for (const std::uint32_t item : order) {
        if (uniform(stream) < faults.missing) {
            ++answer.missing;
        } else {
            due.push_back(item);
        }
    }
    if (answer.refused) {
        answer.missing = 0;
        answer.cut = false;
        return answer;
    }
    const std::size_t last = answer.cut ? faults.length : std::numeric_limits<std::size_t>::max();
    std::size_t next = 0;
    for (std::size_t place = 0; next < due.size() && place < last; ++place) {
        if (place >= reading.places && !answer.cut) break;
        const double chance = uniform(stream);
        std::uint32_t item = DrawnAnswer::no_item;
        if (chance < faults.unknown) {
            ++next;
            if (place < reading.top) ++answer.unknown;
        } else if (chance < faults.unknown + faults.duplicates && !answer.named.empty()) {
            if (place < reading.top) ++answer.duplicates;
        } else {
            item = due[next++];
            answer.named.push_back(item);
        }
        if (place < reading.places) answer.places.push_back(item);
    }
    if (answer.cut) return answer;
    for (; next < due.size(); ++next) {
        const double misnamed =
            answer.named.empty() ? faults.unknown : misnamed_unless_repeated(faults);
        if (!(uniform(stream) < misnamed)) answer.named.push_back(due[next]);
    }
    return answer;
}

std::vector<double> contaminated(const Contamination& contamination,
                                 std::span<const double> of,
                                 std::span<const std::uint32_t> memorised,
                                 std::uint32_t m) {
    const double total = static_cast<double>(m) + contamination.alpha;
    std::vector<double> q(of.size());
    for (std::size_t k = 0; k < of.size(); ++k)
        q[k] = (static_cast<double>(memorised[k]) + contamination.alpha * of[k]) / total;
    return q;
}

metrics::Response complete_response(std::span<const double> q) {
    metrics::Response response{
        .ranking = metrics::ranking_by(q), .logits = {}, .probabilities = {q.begin(), q.end()}};
    for (const double value : q) {
        response.logits.push_back(metrics::ln(value));
        response.percentages.push_back(std::round(100.0 * value));  // as a model would say it
    }
    return response;
}

metrics::Response stated(const DrawnAnswer& answer, const metrics::Response& complete) {
    if (answer.given) return complete;
    const auto only_named = [&](const std::vector<double>& all, double otherwise) {
        std::vector<double> said(all.size(), otherwise);
        if (!all.empty())
            for (const std::uint32_t item : answer.named) said[item] = all[item];
        return said;
    };
    const metrics::Response own =
        answer.q.empty() ? metrics::Response{} : complete_response(answer.q);
    const metrics::Response& whole = answer.q.empty() ? complete : own;
    return {.ranking = std::nullopt,
            .logits = only_named(whole.logits, -std::numeric_limits<double>::infinity()),
            .probabilities = only_named(whole.probabilities, 0.0),
            .percentages = only_named(whole.percentages, std::numeric_limits<double>::quiet_NaN())};
}

}  // namespace truegap::sim
