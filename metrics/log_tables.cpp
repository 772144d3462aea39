#include "metrics/log_tables.hpp"

#include <boost/math/special_functions/digamma.hpp>
#include <boost/math/special_functions/log1p.hpp>
#include <boost/math/special_functions/trigamma.hpp>
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

double trigamma(double x) {
    return boost::math::trigamma(x);
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

double ln_ratio(std::uint64_t n, std::uint64_t c) {
    const auto x = static_cast<double>(n);
    const auto y = static_cast<double>(c);
    return c > n - c ? -ln_1p(-(static_cast<double>(n - c)) / x) : metrics::ln(x / y);
}

double ln_minus_grassberger_g(std::uint64_t c) {
    if (c < 64) return metrics::ln(static_cast<double>(c)) - grassberger_g(c);
    // psi(m + 1/2) - ln m = 1/(24 m^2) - 7/(960 m^4) + 31/(8064 m^6) - ..., c = 2m or 2m + 1
    const std::uint64_t half = c / 2;  // floor, on purpose
    const auto m = static_cast<double>(half);
    const double u = 1.0 / (m * m);
    const double series =
        u * (1.0 / 24.0 + u * (-7.0 / 960.0 + u * (31.0 / 8064.0 + u * (-127.0 / 30720.0))));
    return (c % 2 == 1 ? ln_1p(1.0 / (2.0 * m)) : 0.0) - series;
}

double digamma_minus_ln(std::uint64_t c) {
    const auto x = static_cast<double>(c);
    if (c < 64) return digamma_of_count(c) - metrics::ln(x);
    const double u = 1.0 / (x * x);
    return -0.5 / x -
           u * (1.0 / 12.0 + u * (-1.0 / 120.0 + u * (1.0 / 252.0 + u * (-1.0 / 240.0))));
}

double grassberger_g(std::uint64_t c) {
    if (c < log_table_size) return integer_tables().grassberger_g[c];
    return grassberger_g_closed_form(c);
}

}  // namespace truegap::metrics
