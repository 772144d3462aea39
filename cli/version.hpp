#pragma once

namespace truegap::cli {

inline constexpr const char* version = TRUEGAP_VERSION;

}  // namespace truegap::cli
