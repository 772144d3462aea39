#pragma once

/// TRUEGAP_EXPECTS(condition): a contract between our own functions. A breach is a bug of ours,
/// never bad input, so it aborts with the place. On in debug builds and in CI
/// (`TRUEGAP_CONTRACTS`).
#ifdef TRUEGAP_CONTRACTS

namespace truegap::metrics::detail {
[[noreturn]] void contract_broken(const char* condition, const char* file, int line);
}

#define TRUEGAP_EXPECTS(condition)      \
    ((condition) ? static_cast<void>(0) \
                 : ::truegap::metrics::detail::contract_broken(#condition, __FILE__, __LINE__))

#else

#define TRUEGAP_EXPECTS(condition) static_cast<void>(0)

#endif
