#include "metrics/log_tables.hpp"

#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/log1p.hpp>
#include <limits>
#include <numbers>
#include <vector>

namespace truegap::metrics {

namespace {

constexpr double minus_infinity = -std::numeric_limits<double>::infinity();

double grassberger_g_closed_form(std::uint64_t c) {
    const std::uint64_t half = c / 2;  // floor, on purpose
    return digamma(static_cast<double>(half) + 0.5) + std::numbers::ln2;
}

struct TableStorage {
    std::vector<double> ln, c_ln_c, digamma, grassberger_g;
    IntegerTables view;

    TableStorage()
        : ln(log_table_size),
          c_ln_c(log_table_size),
          digamma(log_table_size),
          grassberger_g(log_table_size) {
        ln[0] = digamma[0] = grassberger_g[0] = minus_infinity;
        for (std::size_t c = 1; c < log_table_size; ++c) {
            const auto x = static_cast<double>(c);
            ln[c] = metrics::ln(x);
            c_ln_c[c] = x * ln[c];
            digamma[c] = metrics::digamma(x);
            grassberger_g[c] = grassberger_g_closed_form(c);
        }
        view = {.ln = ln, .c_ln_c = c_ln_c, .digamma = digamma, .grassberger_g = grassberger_g};
    }
};

}  // namespace

double digamma(double x) {
    return boost::math::digamma(x);
}

double ln_1p_minus_x(double x) {
    return boost::math::log1pmx(x);
}

const IntegerTables& integer_tables() {
    static const TableStorage tables;
    return tables.view;
}

double c_ln_c(std::uint64_t c) {
    if (c < log_table_size) return integer_tables().c_ln_c[c];
    const auto x = static_cast<double>(c);
    return x * ln(x);
}

double digamma_of_count(std::uint64_t c) {
    if (c < log_table_size) return integer_tables().digamma[c];
    return digamma(static_cast<double>(c));
}

double grassberger_g(std::uint64_t c) {
    if (c < log_table_size) return integer_tables().grassberger_g[c];
    return grassberger_g_closed_form(c);
}

}  // namespace truegap::metrics
