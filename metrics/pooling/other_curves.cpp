#include "metrics/pooling/other_curves.hpp"

#include <algorithm>

namespace truegap::metrics {

OtherCurves::OtherCurves(const std::vector<std::vector<double>>& sorted) : sorted_(sorted) {
    for (const std::vector<double>& curve : sorted) {
        if (curve.empty()) continue;
        Sum& sum = sums_[curve.size()];
        sum.values.resize(curve.size());
        ++sum.groups;
        for (std::size_t i = 0; i < curve.size(); ++i) sum.values[i] += curve[i];
    }
}

std::optional<std::vector<double>> OtherCurves::without(std::size_t group) const {
    const std::vector<double>& own = sorted_[group];
    const auto found = sums_.find(own.size());
    if (own.empty() || found == sums_.end() || found->second.groups < 2) return std::nullopt;
    std::vector<double> curve(own.size());
    for (std::size_t i = 0; i < own.size(); ++i)
        // Not below 0, where rounding leaves a trace of the group's own value.
        curve[i] = std::max(found->second.values[i] - own[i], 0.0) /
                   static_cast<double>(found->second.groups - 1);
    return curve;
}

}  // namespace truegap::metrics
