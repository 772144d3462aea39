#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>

#include "metrics/counts.hpp"

/// What an entropy estimator is. Each is a small value in a file of its own; `registry` lists them.
namespace truegap::metrics {

/// Whether an estimator answers for K unknown, or for a K that it must be told.
enum class ItemsUse { ignored, required };

/// n and K: all that one term of an additive estimator sees beside its count.
struct SampleSize {
    std::uint64_t n = 0;
    std::optional<std::uint64_t> items = {};
};

/// A Bayesian answer, in nats.
struct Posterior {
    double mean = 0.0;
    double sd = 0.0;
};

/// An entropy estimator maps counts to nats, or to nothing where it is undefined (n = 0 always, and
/// K missing where it is required), and can say what it is: its formula, its source, and in
/// `limits` what a user must know before trusting it.
template <class E>
concept EntropyEstimator = requires(const E& estimator, const CountsView& sample) {
    { estimator(sample) } -> std::same_as<std::optional<double>>;
    { E::name } -> std::convertible_to<std::string_view>;
    { E::formula } -> std::convertible_to<std::string_view>;
    { E::source } -> std::convertible_to<std::string_view>;
    { E::limits } -> std::convertible_to<std::string_view>;
    { E::items_use } -> std::convertible_to<ItemsUse>;
};

/// An estimator of the form constant(n, K) + sum_{k=1..K} term(c_k; n, K), so that its expectation
/// is a sum of binomial ones. n >= 1. Where K is ignored, term(0) is 0.
template <class E>
concept AdditiveEstimator = EntropyEstimator<E> &&
    requires(const E& estimator, std::uint64_t count, const SampleSize& size) {
    { estimator.term(count, size) } -> std::same_as<double>;
    { estimator.constant(size) } -> std::same_as<double>;
};

/// One whose answer is a posterior mean and that knows its posterior standard deviation.
template <class E>
concept PosteriorEstimator = EntropyEstimator<E> &&
    requires(const E& estimator, const CountsView& s) {
    { estimator.posterior(s) } -> std::same_as<std::optional<Posterior>>;
};

/// One that has a closed form for its standard error (delta method).
template <class E>
concept HasStandardError = EntropyEstimator<E> &&
    requires(const E& estimator, const CountsView& s) {
    { estimator.standard_error(s) } -> std::same_as<std::optional<double>>;
};

/// One with a real parameter, its only member: `wolpert_wolf(0.5)`.
template <class E>
concept ParametricEstimator = EntropyEstimator<E> && requires {
    { E::default_parameter } -> std::convertible_to<double>;
    { E::least_parameter } -> std::convertible_to<double>;
    { E::most_parameter } -> std::convertible_to<double>;
};

/// One that can say why it gives nothing for a sample that has observations, and a K if it needs one.
template <class E>
concept SaysWhyUndefined = EntropyEstimator<E> && requires(const CountsView& sample) {
    { E::why_undefined(sample) } -> std::same_as<std::string_view>;
};

/// One that knows when its answer should not be trusted (an empty text: it may be).
template <class E>
concept SaysCaveat = EntropyEstimator<E> && requires(const CountsView& sample) {
    { E::caveat(sample) } -> std::same_as<std::string_view>;
};

}  // namespace truegap::metrics
