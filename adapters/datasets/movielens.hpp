#pragma once

#include <memory>

#include "adapters/datasets/format.hpp"

/// MovieLens, as GroupLens publishes it (the README of each data set describes its files).
namespace truegap::adapters {

/// u.data (tabs), u.user, u.item (`|`, Latin-1).
[[nodiscard]] std::unique_ptr<DatasetFormat> movielens_100k();
/// ratings.dat, users.dat, movies.dat (`::`, Latin-1).
[[nodiscard]] std::unique_ptr<DatasetFormat> movielens_1m();
/// ratings.csv, movies.csv (UTF-8, RFC 4180); nothing is said of the users.
[[nodiscard]] std::unique_ptr<DatasetFormat> movielens_25m();

}  // namespace truegap::adapters
