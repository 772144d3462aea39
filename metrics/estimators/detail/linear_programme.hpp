#pragma once

#include <optional>
#include <vector>

namespace truegap::metrics::detail {

/// minimise costs . x  subject to  a_i . x = b_i or a_i . x <= b_i, and x >= 0.
struct LinearProgramme {
    enum class Relation { equal, at_most };
    struct Row {
        std::vector<double> coefficients;  ///< shape (columns,)
        Relation relation = Relation::equal;
        double bound = 0.0;
    };
    std::vector<double> costs;  ///< shape (columns,)
    std::vector<Row> rows;
};

struct Optimum {
    double value = 0.0;
    std::vector<double> x;      ///< shape (columns,)
    std::vector<double> duals;  ///< shape (rows,): what the value gains per unit of a bound
};

/// An optimal vertex, by the dual simplex method: the same one on every call. Nothing when the
/// programme is infeasible or unbounded, or is not solved in 200 000 steps.
[[nodiscard]] std::optional<Optimum> minimise(const LinearProgramme& programme);

}  // namespace truegap::metrics::detail
