#pragma once

#include <string>

/// What `truegap estimate --list` prints: every estimator with all that is known of it.
namespace truegap::cli {

/// For a reader: wrapped to 100 columns.
[[nodiscard]] std::string estimators_as_text();
/// For a program: a JSON list of objects.
[[nodiscard]] std::string estimators_as_json();

}  // namespace truegap::cli
