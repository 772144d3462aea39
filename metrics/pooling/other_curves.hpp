#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace truegap::metrics {

/// Mean sorted frequencies of the other groups: a rank-to-probability curve learned without looking at
/// the group it is used for.
class OtherCurves {
  public:
    /// sorted: one a group, frequencies in descending order, shape (K_g,); empty for a group without
    /// observations. Kept by reference.
    explicit OtherCurves(const std::vector<std::vector<double>>& sorted);

    /// The mean over the other groups that offer as many candidates, shape (K_g,), sums to 1; nothing
    /// when there are none.
    [[nodiscard]] std::optional<std::vector<double>> without(std::size_t group) const;

  private:
    struct Sum {
        std::size_t groups = 0;
        std::vector<double> values;
    };
    const std::vector<std::vector<double>>& sorted_;
    std::map<std::size_t, Sum> sums_;  // by K
};

}  // namespace truegap::metrics
