#include "sim/samplers.hpp"

#include <algorithm>
#include <array>
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

// From about this many choices an item the conditional binomials are cheaper.
constexpr std::size_t choices_per_item = 24;

constexpr unsigned cell_bits = 10;
constexpr std::size_t cells = std::size_t{1} << cell_bits;
constexpr std::uint32_t choices_a_number = 64 / cell_bits;

// The whole cells in an item's share of them.
std::size_t cells_of(double p) {
    return static_cast<std::size_t>(p * static_cast<double>(cells));
}

// Who owns each cell, K where nobody does. Empty when most have no owner: then they are no help.
std::vector<std::uint16_t> cells_by_owner(std::span<const double> p) {
    std::vector<std::uint16_t> owners;
    if (p.size() > cells) return owners;
    for (std::size_t k = 0; k < p.size(); ++k)
        owners.insert(owners.end(), cells_of(p[k]), static_cast<std::uint16_t>(k));
    if (owners.size() < cells / 2 || owners.size() > cells) return {};
    owners.resize(cells, static_cast<std::uint16_t>(p.size()));
    return owners;
}

// What the owned cells leave of p, not normalised.
std::vector<double> left_over(std::span<const double> p, std::span<const std::uint16_t> owners) {
    std::vector<double> rest(p.begin(), p.end());
    if (owners.empty() || owners.back() < p.size()) return rest;  // all of p, or never drawn from
    for (double& share : rest)
        share = share * static_cast<double>(cells) - static_cast<double>(cells_of(share));
    return rest;
}

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
        columns_[poor] = {threshold(scaled[poor]), {rich, poor}};
        scaled[rich] = (scaled[rich] + scaled[poor]) - 1.0;
        if (scaled[rich] < 1.0) {
            large.pop_back();
            small.push_back(rich);
        }
    }
    // What rounding leaves over keeps its own column, unless it must never be drawn.
    for (const auto& leftover : {small, large})
        for (const std::uint32_t k : leftover)
            columns_[k] =
                p[k] > 0.0 ? Column{~std::uint64_t{0}, {k, k}} : Column{0, {most_probable, k}};
}

Multinomial::Multinomial(std::span<const double> p)
    : owners_(cells_by_owner(p)), left_over_(left_over(p, owners_)), conditional_(p.size()) {
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
    if (n > choices_per_item * items()) {
        for (std::size_t k = 0; k < items() && n > 0; ++k) {
            const std::uint32_t taken = binomial(n, conditional_[k], stream);
            counts[k] += taken;
            n -= taken;
        }
        return;
    }
    if (!owners_.empty()) n = choose(n, stream, counts);
    for (std::uint32_t i = 0; i < n; ++i) ++counts[left_over_(stream)];
}

std::uint32_t Multinomial::choose(std::uint32_t n,
                                  Stream& stream,
                                  std::span<std::uint32_t> counts) const {
    // Only 0..K is used, so only that is cleared; K counts the cells that nobody owns.
    std::array<std::uint32_t, cells + 1> chosen;
    std::fill_n(chosen.begin(), items() + 1, 0U);
    const std::uint16_t* owners = owners_.data();
    const auto choose_with = [&](std::uint64_t number, std::uint32_t choices) {
        for (std::uint32_t i = 0; i < choices; ++i)
            ++chosen[owners[(number >> (i * cell_bits)) % cells]];
    };
    for (; n >= choices_a_number; n -= choices_a_number) choose_with(stream(), choices_a_number);
    if (n > 0) choose_with(stream(), n);
    for (std::size_t k = 0; k < items(); ++k) counts[k] += chosen[k];
    return chosen[items()];
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
    const double smallest = *std::min_element(concentrations.begin(), concentrations.end());
    std::vector<double> tiny_logs(logs.size());  // the same where the concentrations are all tiny
    for (std::size_t k = 0; k < logs.size(); ++k) {
        TRUEGAP_EXPECTS(concentrations[k] > 0.0);
        // Gamma(a) = Gamma(a + 1) U^(1/a), in logarithms.
        const double gamma =
            boost::random::gamma_distribution<double>(concentrations[k] + 1.0, 1.0)(stream);
        const double ln_uniform =
            metrics::ln(1.0 - boost::random::uniform_01<double>{}(stream));  // of (0, 1]
        logs[k] = metrics::ln(gamma) + ln_uniform / concentrations[k];
        tiny_logs[k] = ln_uniform * (smallest / concentrations[k]);
    }
    const double highest = *std::max_element(logs.begin(), logs.end());
    if (std::isinf(highest)) {  // even logarithms overflow: all the mass is on one component
        const auto winner = std::max_element(tiny_logs.begin(), tiny_logs.end());
        std::fill(logs.begin(), logs.end(), 0.0);
        logs[static_cast<std::size_t>(winner - tiny_logs.begin())] = 1.0;
        return logs;
    }
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
