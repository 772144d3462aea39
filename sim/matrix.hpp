#pragma once

#include <Eigen/Core>

namespace truegap::sim {

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

}  // namespace truegap::sim
