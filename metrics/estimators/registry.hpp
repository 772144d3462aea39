#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "metrics/estimators/estimator.hpp"

namespace truegap::metrics {

/// Where a standard error comes from.
enum class ErrorMethod { delta, jackknife, posterior };

/// Estimators that borrow strength from other groups need the counts of all of them.
enum class Pooling { none, flat, hierarchical, mixture };

/// The one real parameter that an estimator may have.
struct EstimatorParameter {
    double usual = 0.0;
    double least = 0.0;
    double most = 0.0;
};

/// What is known of one estimator. The functions take the parameter, which most ignore; those that
/// an estimator does not have are null.
struct EstimatorEntry {
    std::string_view name;
    std::string_view formula;
    std::string_view source;
    std::string_view limits;
    ItemsUse items_use = ItemsUse::ignored;
    ErrorMethod error = ErrorMethod::jackknife;
    Pooling pooling = Pooling::none;
    std::optional<EstimatorParameter> parameter = {};

    std::optional<double> (*value)(const CountsView&, double) = nullptr;
    std::optional<Posterior> (*posterior)(const CountsView&, double) = nullptr;
    std::optional<double> (*standard_error)(const CountsView&, double) = nullptr;
    double (*term)(std::uint64_t, const SampleSize&, double) = nullptr;  ///< additive ones
    double (*constant)(const SampleSize&, double) = nullptr;             ///< additive ones
    std::string_view (*why_undefined)(const CountsView&) = nullptr;
    std::string_view (*caveat)(const CountsView&) = nullptr;
};

/// Whether fewer items are said to exist than were seen. An array of up to K counts cannot hold more
/// than K seen items; only a longer one is counted.
[[nodiscard]] inline bool contradicts_items(const CountsView& sample) {
    return sample.items && *sample.items < sample.counts.size() &&
           *sample.items < seen_items(sample.counts).items;
}

/// An estimator as chosen at run time, with its parameter.
class Estimator {
  public:
    /// entry: one of `estimators()`; its usual parameter.
    explicit Estimator(const EstimatorEntry& entry)
        : entry_(&entry), parameter_(entry.parameter ? entry.parameter->usual : 0.0) {}
    Estimator(const EstimatorEntry& entry, double parameter)
        : entry_(&entry), parameter_(parameter) {}

    [[nodiscard]] const EstimatorEntry& entry() const { return *entry_; }
    [[nodiscard]] double parameter() const { return parameter_; }
    /// `nsb`, `wolpert_wolf(0.5)`; the usual parameter is not written.
    [[nodiscard]] std::string label() const;

    /// In nats. Nothing when n = 0, when K is required and missing, when K is smaller than the number
    /// of items seen, where the estimator's own definition gives nothing, and for those that pool.
    [[nodiscard]] std::optional<double> estimate(const CountsView& sample) const {
        if (entry_->value == nullptr || contradicts_items(sample)) return std::nullopt;
        return entry_->value(sample, parameter_);
    }

    /// The standard error of the estimate, in nats, by the entry's `error` method; nothing where the
    /// estimate is nothing, and by jackknife when n = 1.
    [[nodiscard]] std::optional<double> standard_error(const CountsView& sample) const;

    /// Why `estimate` gives nothing for this sample, in words for a reader.
    [[nodiscard]] std::string_view why_undefined(const CountsView& sample) const;
    /// Why the answer should not be trusted; empty when there is no reason.
    [[nodiscard]] std::string_view caveat(const CountsView& sample) const;

    [[nodiscard]] bool additive() const { return entry_->term != nullptr; }
    /// Of an additive estimator (a contract): estimate = constant + sum over all K items of term.
    [[nodiscard]] double term(std::uint64_t count, const SampleSize& size) const {
        return entry_->term(count, size, parameter_);
    }
    [[nodiscard]] double constant(const SampleSize& size) const {
        return entry_->constant(size, parameter_);
    }

    [[nodiscard]] bool operator==(const Estimator&) const = default;

  private:
    const EstimatorEntry* entry_;
    double parameter_;
};

/// Every estimator, in the order in which they are printed.
[[nodiscard]] std::span<const EstimatorEntry> estimators();

/// `plug_in`, `wolpert_wolf`, `wolpert_wolf(0.5)`: the estimator of that name, or nothing when there
/// is none, or its parameter is not a number in its range.
[[nodiscard]] std::optional<Estimator> find_estimator(std::string_view name);

}  // namespace truegap::metrics
