#include "metrics/contract.hpp"

#include <cstdio>
#include <cstdlib>

namespace truegap::metrics::detail {

[[noreturn]] void contract_broken(const char* condition, const char* file, int line);

void contract_broken(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "truegap: contract broken: %s (%s:%d)\n", condition, file, line);
    std::abort();
}

}  // namespace truegap::metrics::detail
