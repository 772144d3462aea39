#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace truegap::adapters {

/// The start of every page that `report_page` makes: what tells it from any other file.
inline constexpr std::string_view report_signature = "<!DOCTYPE html>\n<!-- truegap report -->";

/// One HTML document that holds its data, styles, scripts and the chart library, and refers to nothing else:
/// its content security policy allows no request, and no script but its own, by SHA-256.
/// title: shown and read as text, whatever is in it; empty: the names of the studies. folders: of `truegap
/// run` or `truegap score`, one or several. Throws InputError as `read_result_folder` does.
[[nodiscard]] std::string report_page(const std::string& title,
                                      const std::vector<std::string>& folders,
                                      const std::string& version);

}  // namespace truegap::adapters
