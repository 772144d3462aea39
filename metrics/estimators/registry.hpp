#pragma once

#include <concepts>
#include <optional>
#include <span>
#include <string_view>

#include "metrics/counts.hpp"

namespace truegap::metrics {

/// An entropy estimator is a value that maps counts to nats, or to nothing where it is undefined
/// (n = 0 always), and that can say what it is.
template <class E>
concept EntropyEstimator = requires(const E& estimator, const CountsView& sample) {
    { estimator(sample) } -> std::same_as<std::optional<double>>;
    { E::name } -> std::convertible_to<std::string_view>;
    { E::formula } -> std::convertible_to<std::string_view>;
    { E::source } -> std::convertible_to<std::string_view>;
};

/// Whether fewer items are said to exist than were seen. An array of up to K counts cannot hold more
/// than K seen items; only a longer one is counted.
[[nodiscard]] inline bool contradicts_items(const CountsView& sample) {
    return sample.items && *sample.items < sample.counts.size() &&
           *sample.items < seen_items(sample.counts).items;
}

/// One estimator as chosen at run time by its name.
struct EstimatorEntry {
    std::string_view name;
    std::string_view formula;
    std::string_view source;
    std::optional<double> (*function)(const CountsView&);

    /// Nothing too when the sample contradicts itself, whatever the estimator.
    [[nodiscard]] std::optional<double> estimate(const CountsView& sample) const {
        if (contradicts_items(sample)) return std::nullopt;
        return function(sample);
    }
};

/// Every estimator, in the order in which they are printed.
[[nodiscard]] std::span<const EstimatorEntry> estimators();

/// The estimator of that name, or nothing (null).
[[nodiscard]] const EstimatorEntry* find_estimator(std::string_view name);

/// Why an estimator gave nothing for this sample, in words for a reader.
[[nodiscard]] std::string_view reason_undefined(const CountsView& sample);

}  // namespace truegap::metrics
