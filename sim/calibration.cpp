#include "sim/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "metrics/approximation/approximation.hpp"
#include "sim/block.hpp"
#include "sim/given_answer.hpp"

namespace truegap::sim {

namespace {

constexpr double bins_a_decade = 4.0;
constexpr double decades = 6.0;

// The lower end of a bin: of the first one 0, of the others powers of 10.
double low_end(std::size_t bin) {
    if (bin == 0) return 0.0;
    return std::pow(10.0, (static_cast<double>(bin) - 1.0) / bins_a_decade - decades);
}

}  // namespace

// By comparison, so that a probability on an edge is in the bin that says it begins there.
std::size_t Calibration::bin_of(double q) {
    static const std::array<double, count> ends = [] {
        std::array<double, count> all{};
        for (std::size_t i = 0; i < count; ++i) all[i] = low_end(i);
        return all;
    }();
    const auto* const above = std::upper_bound(ends.begin(), ends.end(), q);
    return static_cast<std::size_t>(above - ends.begin()) - 1;
}

template <class Outcome>
void Calibration::add(std::span<const double> q, double weight, std::span<const Outcome> outcomes) {
    std::array<metrics::CompensatedSum, count> happened;
    std::array<std::uint64_t, count> items{};
    for (std::size_t k = 0; k < q.size(); ++k) {
        const std::size_t bin = bin_of(q[k]);
        sums_[bin].stated.add(weight * q[k]);
        happened[bin].add(static_cast<double>(outcomes[k]));
        ++items[bin];
    }
    for (std::size_t bin = 0; bin < count; ++bin) {
        if (items[bin] == 0) continue;
        Sums& sums = sums_[bin];
        const double y = happened[bin].value();
        const double w = weight * static_cast<double>(items[bin]);
        sums.happened.add(y);
        sums.weight.add(w);
        sums.squared_happened.add(y * y);
        sums.happened_by_weight.add(y * w);
        sums.squared_weight.add(w * w);
        sums.items += items[bin];
        ++sums.contexts;
    }
}

void Calibration::add(std::span<const double> q, std::span<const double> p) {
    add(q, 1.0, p);
}

void Calibration::add_counts(std::span<const double> q, std::span<const std::uint32_t> counts) {
    observed_ = true;
    const auto users = std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    if (users > 0) add(q, static_cast<double>(users), counts);
}

std::vector<CalibrationBin> Calibration::bins() const {
    metrics::CompensatedSum all_stated;
    for (const Sums& sums : sums_) all_stated.add(sums.stated.value());
    std::vector<CalibrationBin> bins;
    for (std::size_t i = 0; i < count; ++i) {
        const Sums& sums = sums_[i];
        if (sums.items == 0) continue;
        const double weight = sums.weight.value();
        CalibrationBin& bin = bins.emplace_back();
        bin.number = static_cast<std::uint32_t>(i);
        bin.low = low_end(i);
        bin.high = i + 1 < count ? low_end(i + 1) : 1.0;
        bin.stated = sums.stated.value() / weight;
        bin.happened = sums.happened.value() / weight;
        bin.mass = sums.stated.value() / all_stated.value();
        bin.items = sums.items;
        if (!observed_ || sums.contexts < 2) continue;
        const auto contexts = static_cast<double>(sums.contexts);
        const double squares = sums.squared_happened.value() -
                               2.0 * bin.happened * sums.happened_by_weight.value() +
                               bin.happened * bin.happened * sums.squared_weight.value();
        bin.happened_se = std::sqrt(std::max(0.0, squares) * contexts / (contexts - 1.0)) / weight;
    }
    return bins;
}

void calibrate(const WorldStudy& study, std::span<Calibration> calibrations) {
    const Level& level = study.levels().front();
    for (std::size_t p = 0; p < calibrations.size(); ++p) {
        if (study.scenario().predictors[p].contamination) continue;
        for (std::size_t c = 0; c < study.plan().contexts.size(); ++c) {
            if (const OwnHistories* own = study.own_histories(c)) {
                const auto beliefs = study.own_beliefs(p, c);
                for (std::size_t u = 0; u < own->truths.size(); ++u)
                    calibrations[p].add(beliefs[u], own->truths[u].distribution);
            } else if (const auto& q = level.answer(p, c).q) {
                calibrations[p].add(*q, level.truth(c).distribution);
            }
        }
    }
}

std::vector<CalibrationRow> calibrate_observed(const ObservedStudy& study) {
    std::vector<CalibrationRow> rows;
    for (std::size_t p = 0; p < study.predictors.size(); ++p) {
        Calibration calibration;
        for (std::size_t c = 0; c < study.contexts.size(); ++c) {
            const ObservedContext& context = study.contexts[c];
            const metrics::Response response =
                received(study.predictors[p].responses[c], context.candidates.size());
            if (!answered(response)) continue;
            if (const auto q = metrics::stated_probabilities(response))
                calibration.add_counts(*q, context.counts);
        }
        for (const CalibrationBin& bin : calibration.bins())
            rows.push_back(
                {.population = 0, .predictor = static_cast<std::uint32_t>(p), .bin = bin});
    }
    return rows;
}

}  // namespace truegap::sim
