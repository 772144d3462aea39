#pragma once

#include <vector>

#include "sim/group.hpp"
#include "sim/population.hpp"

#include "support.hpp"

/// Recorded attributes once more, by listing everybody: every class, every combination of true levels and
/// every combination of recorded levels. Shares no code with `sim/attributes`.
namespace truegap::test {

/// One kind of user: probability, class, recorded level of every attribute.
struct Kind {
    double probability = 0.0;
    std::size_t z = 0;
    std::vector<std::uint32_t> recorded;
};
[[nodiscard]] std::vector<Kind> everybody(const sim::ExplicitPopulation& population);

struct NaiveGroup {
    double probability = 0.0;
    std::vector<double> posterior;  ///< P(z | delta)
    std::vector<double> items;      ///< P(b | delta), without history
};
[[nodiscard]] NaiveGroup naive_group(const sim::ExplicitPopulation& population,
                                     const std::vector<Kind>& kinds,
                                     const sim::Group& group);

/// How attributes are made by `put_attributes`.
struct RandomAttributes {
    double joint = 0.5;     ///< how often an attribute joins the table of the one before it
    double recorded = 0.7;  ///< share that has a confusion matrix
    double parents = 0.5;   ///< share of those with a parent
};
/// A random population whose attributes come in joint tables and are recorded with errors.
[[nodiscard]] sim::ExplicitPopulation random_recorded_population(Dice& dice,
                                                                 std::size_t attributes,
                                                                 const RandomAttributes& look = {});

/// A random row-stochastic matrix.
[[nodiscard]] sim::RowMatrix random_rows(Dice& dice, std::size_t rows, std::size_t columns);

}  // namespace truegap::test
