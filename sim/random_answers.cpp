#include "sim/random_answers.hpp"

#include <algorithm>
#include <boost/random/uniform_01.hpp>

#include "metrics/approximation/sample_frequency.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::sim {

RandomAnswers::RandomAnswers(const metrics::Approximation& approximation,
                             std::size_t top,
                             std::span<const double> q)
    : approximation_(approximation),
      top_(std::min(top, q.size())),
      q_(q.begin(), q.end()),
      choices_(q),
      fitter_(q.size()),
      samples_(q.size()) {}

const std::vector<double>& RandomAnswers::operator()(Stream& stream) {
    if (const auto* frequency = std::get_if<metrics::SampleFrequency>(&approximation_)) {
        sample_frequency(*frequency, stream);
    } else {
        plackett_luce(std::get<metrics::PlackettLuce>(approximation_), stream);
    }
    return logs_;
}

void RandomAnswers::sample_frequency(const metrics::SampleFrequency& approximation,
                                     Stream& stream) {
    std::fill(samples_.begin(), samples_.end(), 0U);
    choices_(approximation.samples, stream, samples_);
    logs_ = metrics::sample_frequency_logs(samples_, approximation.samples, approximation.alpha);
}

void RandomAnswers::plackett_luce(const metrics::PlackettLuce& approximation, Stream& stream) {
    constexpr double tolerance = 1e-7;  // far below the spread between draws
    fitter_.clear();
    for (std::uint32_t i = 0; i < approximation.rankings; ++i) {
        random_ranking(q_, top_, stream, left_, ranking_);
        fitter_.add(ranking_);
    }
    const auto fit = fitter_.fit({.alpha = approximation.alpha, .tolerance = tolerance});
    logs_.assign(fit.weights.begin(), fit.weights.end());
    for (double& value : logs_) value = metrics::ln(value);
}

void random_ranking(std::span<const double> q,
                    std::size_t top,
                    Stream& stream,
                    std::vector<double>& left,
                    std::vector<std::uint32_t>& ranking) {
    left.assign(q.begin(), q.end());
    ranking.clear();
    for (std::size_t place = 0; place < top; ++place) {
        double total = 0.0;  // summed anew: what is left may be tiny beside what is gone
        for (const double weight : left) total += weight;
        if (total <= 0.0) return;
        double target = boost::random::uniform_01<double>()(stream) * total;
        std::size_t chosen = left.size();
        for (std::size_t k = 0; k < left.size(); ++k) {
            if (left[k] <= 0.0) continue;
            chosen = k;  // the last one with weight, should rounding leave a rest
            target -= left[k];
            if (target < 0.0) break;
        }
        left[chosen] = 0.0;
        ranking.push_back(static_cast<std::uint32_t>(chosen));
    }
}

void random_subset(std::span<const std::uint32_t> counts,
                   std::uint32_t n,
                   std::uint32_t wanted,
                   Stream& stream,
                   std::span<std::uint32_t> chosen) {
    std::uint32_t left = n;
    for (std::size_t k = 0; k < counts.size(); ++k) {
        chosen[k] = 0;
        for (std::uint32_t user = 0; user < counts[k]; ++user, --left) {
            // Chosen with probability wanted / left: selection sampling (Knuth, TAOCP 2, 3.4.2).
            if (wide_multiply(stream(), left).high >= wanted) continue;
            ++chosen[k];
            --wanted;
        }
    }
}

void random_half(std::span<const std::uint32_t> counts,
                 std::uint32_t n,
                 Stream& stream,
                 std::span<std::uint32_t> half) {
    random_subset(counts, n, n / 2, stream, half);
}

}  // namespace truegap::sim
