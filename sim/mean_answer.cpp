#include "sim/mean_answer.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>

#include "metrics/approximation/approximation.hpp"
#include "metrics/approximation/verbalized.hpp"
#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "metrics/log_tables.hpp"
#include "sim/given_answer.hpp"

namespace truegap::sim {

namespace {

using metrics::Response;
using Responses = std::span<const Response>;

// The mean of one vector a user, over the users that have one.
template <class Form>
std::vector<double> mean_of(Responses responses, std::size_t items, const Form& form) {
    std::vector<metrics::CompensatedSum> sums(items);
    double users = 0.0;
    for (const Response& response : responses) {
        const std::optional<std::vector<double>> values = form(response);
        if (!values) continue;
        for (std::size_t k = 0; k < items; ++k) sums[k].add((*values)[k]);
        users += 1.0;
    }
    std::vector<double> mean;
    if (users == 0.0) return mean;
    mean.reserve(items);
    for (const metrics::CompensatedSum& sum : sums) mean.push_back(sum.value() / users);
    return mean;
}

std::vector<double> places_of(const std::vector<std::uint32_t>& ranking, std::size_t items) {
    std::vector<double> places(items, 0.0);
    double ranked = 0.0;
    for (const std::uint32_t item : ranking)
        if (item != metrics::no_candidate) places[item] = ranked += 1.0;
    for (double& place : places)
        if (place == 0.0) place = 0.5 * (ranked + 1.0 + static_cast<double>(items));
    return places;
}

std::vector<std::uint32_t> mean_ranking(Responses responses,
                                        std::size_t items,
                                        std::span<const std::uint32_t> lottery) {
    std::vector<bool> ranked(items, false);
    const auto places = mean_of(
        responses, items, [&](const Response& response) -> std::optional<std::vector<double>> {
            if (response.rankings.empty()) return std::nullopt;
            const std::vector<std::uint32_t>& ranking = response.rankings.front();
            for (const std::uint32_t item : ranking)
                if (item != metrics::no_candidate) ranked[item] = true;
            return places_of(ranking, items);
        });
    std::vector<std::uint32_t> order;
    if (places.empty()) return order;
    std::vector<double> scores;
    scores.reserve(items);
    for (const double place : places) scores.push_back(static_cast<double>(items) + 1.0 - place);
    metrics::break_ties(metrics::ranking_by(scores), lottery, order);
    std::erase_if(order, [&](std::uint32_t item) { return !ranked[item]; });
    return order;
}

std::vector<std::uint32_t> pooled_choices(Responses responses) {
    std::size_t most = 0;
    for (const Response& response : responses) most = std::max(most, response.choices.size());
    std::vector<std::uint32_t> choices;
    for (std::size_t i = 0; i < most; ++i)
        for (const Response& response : responses)
            if (i < response.choices.size()) choices.push_back(response.choices[i]);
    return choices;
}

metrics::NoAnswer most_frequent_reason(Responses responses) {
    std::array<std::size_t, 5> times{};
    for (const Response& response : responses)
        ++times.at(static_cast<std::size_t>(response.faults->no_answer));
    times[0] = 0;
    const auto most = std::max_element(times.begin(), times.end());
    return static_cast<metrics::NoAnswer>(most - times.begin());
}

}  // namespace

Response mean_answer(Responses responses,
                     std::size_t items,
                     std::span<const std::uint32_t> lottery) {
    TRUEGAP_EXPECTS(!responses.empty() && lottery.size() == items);
    Response mean;
    mean.faults = metrics::AnswerFaults{};
    if (std::none_of(responses.begin(), responses.end(), answered)) {
        mean.faults->no_answer = most_frequent_reason(responses);
        return mean;
    }
    mean.probabilities = mean_of(responses, items, [](const Response& response) {
        return metrics::stated_probabilities(response);
    });
    mean.percentages = mean_of(
        responses, items, [](const Response& response) -> std::optional<std::vector<double>> {
            if (response.percentages.empty()) return std::nullopt;
            std::vector<double> percent = metrics::repair_percentages(response.percentages).q;
            for (double& value : percent) value *= 100.0;
            return percent;
        });
    if (auto ranking = mean_ranking(responses, items, lottery); !ranking.empty())
        mean.rankings.push_back(std::move(ranking));
    mean.choices = pooled_choices(responses);
    return mean;
}

Figure mean_event_loss(Responses responses, std::span<const std::uint32_t> choices) {
    TRUEGAP_EXPECTS(responses.size() == choices.size());
    metrics::CompensatedSum loss;
    double users = 0.0;
    for (std::size_t user = 0; user < responses.size(); ++user) {
        const auto q = metrics::stated_probabilities(responses[user]);
        if (!q) continue;
        loss.add(-metrics::ln((*q)[choices[user]]));
        users += 1.0;
    }
    if (users == 0.0) return std::nullopt;
    return loss.value() / users;
}

}  // namespace truegap::sim
