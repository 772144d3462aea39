#include "sim/samplers.hpp"

#include <algorithm>
#include <boost/random/binomial_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <cmath>
#include <numeric>

#include "metrics/contract.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::sim {

namespace {

constexpr double two_to_64 = 18446744073709551616.0;

std::uint64_t threshold(double probability) {
    return probability >= 1.0 ? ~std::uint64_t{0}
                              : static_cast<std::uint64_t>(probability * two_to_64);
}

// From about this many draws an item the conditional binomials are cheaper than the alias draws.
constexpr std::size_t alias_draws_per_item = 24;

}  // namespace

AliasTable::AliasTable(std::span<const double> p) : columns_(p.size()) {
    const double total = std::accumulate(p.begin(), p.end(), 0.0);
    TRUEGAP_EXPECTS(!p.empty() && std::isfinite(total) && total > 0.0);
    const auto most_probable =
        static_cast<std::uint32_t>(std::max_element(p.begin(), p.end()) - p.begin());
    std::vector<double> scaled(p.size());
    std::vector<std::uint32_t> small;
    std::vector<std::uint32_t> large;
    for (std::uint32_t k = 0; k < p.size(); ++k) {
        scaled[k] = p[k] / total * static_cast<double>(p.size());
        (scaled[k] < 1.0 ? small : large).push_back(k);
    }
    while (!small.empty() && !large.empty()) {
        const std::uint32_t poor = small.back();
        const std::uint32_t rich = large.back();
        small.pop_back();
        columns_[poor] = {threshold(scaled[poor]), rich};
        scaled[rich] = (scaled[rich] + scaled[poor]) - 1.0;
        if (scaled[rich] < 1.0) {
            large.pop_back();
            small.push_back(rich);
        }
    }
    // What rounding leaves over keeps its own column, unless it must never be drawn.
    for (const auto& leftover : {small, large})
        for (const std::uint32_t k : leftover)
            columns_[k] = {p[k] > 0.0 ? ~std::uint64_t{0} : 0, p[k] > 0.0 ? k : most_probable};
}

Multinomial::Multinomial(std::span<const double> p) : alias_(p), conditional_(p.size()) {
    double rest = 0.0;
    for (std::size_t k = p.size(); k-- > 0;) {
        rest += p[k];
        conditional_[k] = rest > 0.0 ? std::min(p[k] / rest, 1.0) : 0.0;
    }
}

void Multinomial::operator()(std::uint32_t n,
                             Stream& stream,
                             std::span<std::uint32_t> counts) const {
    TRUEGAP_EXPECTS(counts.size() == items());
    if (n <= alias_draws_per_item * items()) {
        for (std::uint32_t i = 0; i < n; ++i) ++counts[alias_(stream)];
        return;
    }
    for (std::size_t k = 0; k < items() && n > 0; ++k) {
        const std::uint32_t taken = binomial(n, conditional_[k], stream);
        counts[k] += taken;
        n -= taken;
    }
}

std::uint32_t binomial(std::uint32_t n, double p, Stream& stream) {
    if (p <= 0.0 || n == 0) return 0;
    if (p >= 1.0) return n;
    boost::random::binomial_distribution<std::int64_t, double> law(n, p);
    return static_cast<std::uint32_t>(law(stream));
}

double standard_normal(Stream& stream) {
    return boost::random::normal_distribution<double>{}(stream);
}

std::vector<double> dirichlet(std::span<const double> concentrations, Stream& stream) {
    std::vector<double> logs(concentrations.size());
    for (std::size_t k = 0; k < logs.size(); ++k) {
        TRUEGAP_EXPECTS(concentrations[k] > 0.0);
        // Gamma(a) = Gamma(a + 1) U^(1/a), in logarithms.
        const double gamma =
            boost::random::gamma_distribution<double>(concentrations[k] + 1.0, 1.0)(stream);
        const double uniform = 1.0 - boost::random::uniform_01<double>{}(stream);  // in (0, 1]
        logs[k] = metrics::ln(gamma) + metrics::ln(uniform) / concentrations[k];
    }
    const double highest = *std::max_element(logs.begin(), logs.end());
    double total = 0.0;
    for (double& value : logs) {
        value = metrics::exponential(value - highest);
        total += value;
    }
    for (double& value : logs) value /= total;
    return logs;
}

void random_permutation(Stream& stream, std::span<std::uint32_t> permutation) {
    std::iota(permutation.begin(), permutation.end(), 0U);
    for (std::size_t i = permutation.size(); i > 1; --i) {
        const auto j = static_cast<std::size_t>(wide_multiply(stream(), i).high);
        std::swap(permutation[i - 1], permutation[j]);
    }
}

}  // namespace truegap::sim
