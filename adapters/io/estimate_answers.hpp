#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "metrics/estimators/registry.hpp"
#include "metrics/interval.hpp"
#include "adapters/io/counts_line.hpp"

namespace truegap::adapters {

enum class Unit { nat, bit };

struct BootstrapOptions {
    std::uint32_t resamples = 0;
    std::uint64_t seed = 0;
};

/// What is asked of every line.
struct EstimateOptions {
    std::vector<metrics::Estimator> estimators;
    Unit unit = Unit::nat;
    std::optional<std::uint64_t> items;  ///< K where a line does not say
    bool standard_errors = false;        ///< of all; those of posteriors are always given
    std::optional<double> level = {};    ///< of the intervals; implies standard_errors
    std::optional<BootstrapOptions> bootstrap = {};  ///< in place of the estimators' own errors
};

/// What one estimator says of one line, in nats.
struct EstimateAnswer {
    std::optional<double> estimate;
    bool has_error = false;  ///< whether a standard error was asked for
    std::optional<double> standard_error;
    std::optional<metrics::Interval> interval;
    std::string note;  ///< why something is missing or not to be trusted; empty: nothing to say
};

/// What every estimator says of one line. Pure, so that lines can be answered in any order.
/// number: the line's, which addresses its resamples. Throws sim::Interrupted after `stop`.
[[nodiscard]] std::vector<EstimateAnswer> answer(const CountsLine& line,
                                                 std::uint64_t number,
                                                 const EstimateOptions& options,
                                                 const std::atomic<bool>* stop);

/// Turns answers into the output line of `truegap estimate` (docs/formats.md).
class EstimateText {
  public:
    explicit EstimateText(const EstimateOptions& options);
    /// Appends a line, with its end. number: written as "line"; nothing: left out.
    void append(const CountsLine& line,
                std::optional<std::uint64_t> number,
                const std::vector<EstimateAnswer>& answers,
                std::string& text) const;

  private:
    std::vector<std::string> keys_;  // "plug_in": with quotes and colon
    std::string unit_;
    std::string level_;
    double scale_ = 1.0;
    bool intervals_ = false;
};

}  // namespace truegap::adapters
