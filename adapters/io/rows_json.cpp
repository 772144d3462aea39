#include "adapters/io/rows_json.hpp"

#include <algorithm>

namespace truegap::adapters {

sim::RowMatrix read_rows(const JsonNode& node,
                         std::size_t rows,
                         const std::string& row_meaning,
                         Sums sums) {
    const std::vector<JsonNode> nodes = node.some_elements();
    if (nodes.size() != rows)
        node.fail("has " + std::to_string(nodes.size()) +
                  " rows (allowed: " + std::to_string(rows) + ", one a " + row_meaning + ")");
    sim::RowMatrix result;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const std::vector<double> row = nodes[i].probabilities(sums);
        if (i == 0)
            result.resize(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(row.size()));
        if (static_cast<Eigen::Index>(row.size()) != result.cols())
            nodes[i].fail("has " + std::to_string(row.size()) + " entries where row 0 has " +
                          std::to_string(result.cols()) + " (allowed: rows of equal length)");
        std::copy(row.begin(), row.end(), result.row(static_cast<Eigen::Index>(i)).data());
    }
    return result;
}

Json rows_json(const sim::RowMatrix& matrix) {
    Json result = Json::array();
    for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
        const double* const row = matrix.row(i).data();
        result.push_back(std::vector<double>(row, row + matrix.cols()));
    }
    return result;
}

}  // namespace truegap::adapters
