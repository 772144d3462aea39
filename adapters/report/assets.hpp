#pragma once

#include <string_view>
#include <vector>

namespace truegap::adapters {

/// A file that became part of the program when it was built (cmake/report_page.cmake).
struct ReportAsset {
    std::string_view name;  ///< a document's file name; a script's name as a module
    std::string_view text;
};

/// The documents of adapters/report/page, then the modules of the page's script: those of Vega before those
/// of our own, the last of which is the one to start.
[[nodiscard]] const std::vector<ReportAsset>& report_assets();

}  // namespace truegap::adapters
