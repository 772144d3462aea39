#include "sim/given_answer.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/approximation/plackett_luce.hpp"
#include "metrics/approximation/sample_frequency.hpp"
#include "metrics/approximation/top_logprobs.hpp"
#include "metrics/compensated_sum.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::sim {

namespace {

using metrics::Response;

bool names_candidate(std::uint32_t item) {
    return item != metrics::no_candidate;
}

// The candidates named in the first `ranks` places, in order.
std::vector<std::uint32_t> named_in(std::span<const std::uint32_t> places, std::size_t ranks) {
    std::vector<std::uint32_t> named;
    std::copy_if(places.begin(),
                 places.begin() + static_cast<std::ptrdiff_t>(std::min(ranks, places.size())),
                 std::back_inserter(named),
                 names_candidate);
    return named;
}

void forget_empty_statement(Response& response) {
    const auto positive = [](double value) { return value > 0.0; };
    const auto finite = [](double value) { return std::isfinite(value); };
    if (std::none_of(response.probabilities.begin(), response.probabilities.end(), positive))
        response.probabilities.clear();
    if (std::none_of(response.logits.begin(), response.logits.end(), finite))
        response.logits.clear();
}

std::vector<double> logarithms(std::vector<double> values) {
    for (double& value : values) value = metrics::ln(value);
    return values;
}

// An order without ties.
metrics::Ranking strict(std::vector<std::uint32_t> order) {
    metrics::Ranking ranking;
    ranking.tier_of.resize(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        ranking.tier_of[order[i]] = i;
        ranking.tier_begin.push_back(i);
    }
    ranking.tier_begin.push_back(static_cast<std::uint32_t>(order.size()));
    ranking.order = std::move(order);
    return ranking;
}

// Nothing where some of the K candidates are not ranked.
std::optional<metrics::Ranking> ranking_of(const Response& response, std::size_t items) {
    if (response.rankings.empty()) {
        if (response.probabilities.empty() || !all_covered(response)) return std::nullopt;
        return metrics::ranking_by(response.probabilities);
    }
    std::vector<std::uint32_t> named =
        named_in(response.rankings.front(), response.rankings.front().size());
    if (named.size() != items) return std::nullopt;
    return strict(std::move(named));
}

// Candidates in order of their stated probability, those without a log-probability left out.
std::vector<std::uint32_t> stated_order(const Response& response,
                                        std::span<const std::uint32_t> lottery) {
    if (response.probabilities.empty()) return {};
    const metrics::Ranking ranking = metrics::ranking_by(response.probabilities);
    std::vector<std::uint32_t> order = ranking.order;
    if (!lottery.empty()) metrics::break_ties(ranking, lottery, order);
    if (!response.logprobs.empty())
        std::erase_if(order,
                      [&](std::uint32_t item) { return std::isnan(response.logprobs[item]); });
    return order;
}

std::optional<std::vector<double>> sample_logs(const metrics::SampleFrequency& approximation,
                                               const Response& response,
                                               std::size_t items) {
    std::vector<std::uint32_t> samples(items, 0U);
    const std::vector<std::uint32_t> named = named_in(response.choices, approximation.samples);
    if (named.empty()) return std::nullopt;
    for (const std::uint32_t item : named) ++samples[item];
    return metrics::sample_frequency_logs(samples, named.size(), approximation.alpha);
}

std::optional<std::vector<double>> ranking_logs(const metrics::PlackettLuce& approximation,
                                                const Response& response,
                                                std::size_t items,
                                                std::size_t top) {
    metrics::PlackettLuceFitter fitter(items);
    fitter.clear();
    bool any = false;
    const std::size_t read =
        std::min<std::size_t>(approximation.rankings, response.rankings.size());
    for (std::size_t i = 0; i < read; ++i) {
        const std::vector<std::uint32_t> named = named_in(response.rankings[i], top);
        if (named.empty()) continue;
        fitter.add(named);
        any = true;
    }
    if (!any) return std::nullopt;
    const auto fit = fitter.fit({.alpha = approximation.alpha});
    return logarithms({fit.weights.begin(), fit.weights.end()});
}

}  // namespace

bool answered(const Response& response) {
    return !response.faults || response.faults->no_answer == metrics::NoAnswer::none;
}

bool states_distribution(const Response& response) {
    return !response.probabilities.empty() || !response.logits.empty();
}

bool is_deficient(const Response& response) {
    if (!response.faults) return false;
    return !answered(response) || !states_distribution(response) || !response.rankings.empty() ||
           !response.choices.empty() || !response.logprobs.empty();
}

Response received(Response response, std::size_t items) {
    if (!response.faults) return response;
    if (!answered(response))
        return {.ranking = {}, .logits = {}, .probabilities = {}, .faults = response.faults};
    forget_empty_statement(response);
    const bool as_a_mock = !is_deficient(response);
    if (const auto q = metrics::stated_probabilities(response)) {
        const Response complete = complete_response(*q);
        response.probabilities = complete.probabilities;
        if (response.logits.empty()) response.logits = complete.logits;
        if (as_a_mock && response.percentages.empty()) response.percentages = complete.percentages;
    }
    response.ranking = ranking_of(response, items);
    return response;
}

DrawnAnswer given_answer(const Response& response,
                         std::span<const std::uint32_t> lottery,
                         const Reading& reading) {
    DrawnAnswer answer;
    answer.given = true;
    answer.refused = !answered(response);
    answer.stated = stated_order(response, lottery);
    answer.places = response.rankings.empty() ? answer.stated : response.rankings.front();
    answer.places.resize(std::min(answer.places.size(), reading.places));
    return answer;
}

std::optional<std::vector<double>> given_random_logs(const metrics::Approximation& approximation,
                                                     const Response& response,
                                                     std::size_t items,
                                                     std::size_t top) {
    if (const auto* frequency = std::get_if<metrics::SampleFrequency>(&approximation))
        return sample_logs(*frequency, response, items);
    if (const auto* fit = std::get_if<metrics::PlackettLuce>(&approximation))
        return ranking_logs(*fit, response, items, top);
    return std::nullopt;
}

std::optional<double> covered_mass(const Response& response) {
    if (response.logprobs.empty()) return std::nullopt;
    return metrics::covered_mass(response.logprobs);
}

bool all_covered(const Response& response) {
    return std::none_of(response.logprobs.begin(), response.logprobs.end(), [](double logprob) {
        return std::isnan(logprob);
    });
}

}  // namespace truegap::sim
