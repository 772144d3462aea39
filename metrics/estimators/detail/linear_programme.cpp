#include "metrics/estimators/detail/linear_programme.hpp"

#include <ClpSimplex.hpp>
#include <CoinPackedMatrix.hpp>
#include <algorithm>

#include "metrics/contract.hpp"

namespace truegap::metrics::detail {

std::optional<Optimum> minimise(const LinearProgramme& programme) {
    const auto columns = static_cast<int>(programme.costs.size());
    CoinPackedMatrix matrix(/*colordered=*/false, 0.0, 0.0);
    matrix.setDimensions(0, columns);
    std::vector<double> least;
    std::vector<double> most;
    std::vector<int> indices;
    std::vector<double> values;
    for (const auto& row : programme.rows) {
        TRUEGAP_EXPECTS(row.coefficients.size() == programme.costs.size());
        indices.clear();
        values.clear();
        for (int j = 0; j < columns; ++j)
            if (const double value = row.coefficients[static_cast<std::size_t>(j)]; value != 0.0) {
                indices.push_back(j);
                values.push_back(value);
            }
        matrix.appendRow(static_cast<int>(indices.size()), indices.data(), values.data());
        least.push_back(row.relation == LinearProgramme::Relation::equal ? row.bound
                                                                         : -COIN_DBL_MAX);
        most.push_back(row.bound);
    }
    ClpSimplex model;
    model.setLogLevel(0);
    model.setOptimizationDirection(1.0);
    model.loadProblem(matrix, nullptr, nullptr, programme.costs.data(), least.data(), most.data());
    model.setPrimalTolerance(1e-9);
    model.setDualTolerance(1e-9);
    // Unscaled: the columns of a programme of ours differ by tens of powers of ten, and in scaled
    // terms a vertex passes for optimal that is not, by 6e-4 in a reduced cost.
    model.scaling(0);
    model.setMaximumIterations(200'000);
    model.dual();
    if (!model.isProvenOptimal()) model.primal();
    if (!model.isProvenOptimal()) return std::nullopt;
    Optimum optimum{.value = model.objectiveValue(), .x = {}, .duals = {}};
    optimum.x.assign(model.primalColumnSolution(), model.primalColumnSolution() + columns);
    optimum.duals.assign(model.dualRowSolution(), model.dualRowSolution() + programme.rows.size());
    // A basic variable may lie below its bound by the solver's tolerance.
    for (double& value : optimum.x) value = std::max(value, 0.0);
    return optimum;
}

}  // namespace truegap::metrics::detail
