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
#include "sim/wide_multiply.hpp"

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

AliasTable::AliasTable(std::span<const double> p) {
    const double total = std::accumulate(p.begin(), p.end(), 0.0);
    TRUEGAP_EXPECTS(!p.empty() && std::isfinite(total) && total > 0.0);
    while ((std::size_t{1} << bits_) < p.size()) ++bits_;
    columns_.resize(std::size_t{1} << bits_);
    const auto most_probable =
        static_cast<std::uint32_t>(std::max_element(p.begin(), p.end()) - p.begin());
    std::vector<double> scaled(columns_.size(), 0.0);
    std::vector<std::uint32_t> small;
    std::vector<std::uint32_t> large;
    for (std::uint32_t k = 0; k < columns_.size(); ++k) {
        if (k < p.size()) scaled[k] = p[k] / total * static_cast<double>(columns_.size());
        (scaled[k] < 1.0 ? small : large).push_back(k);
    }
    while (!small.empty() && !large.empty()) {
        const std::uint32_t poor = small.back();
        const std::uint32_t rich = large.back();
        small.pop_back();
        columns_[poor] = {.threshold = threshold(scaled[poor]), .alias = rich};
        scaled[rich] = (scaled[rich] + scaled[poor]) - 1.0;
        if (scaled[rich] < 1.0) {
            large.pop_back();
            small.push_back(rich);
        }
    }
    // What rounding leaves over keeps its own column, unless it must never be drawn.
    for (const auto& leftover : {small, large}) {
        for (const std::uint32_t k : leftover) {
            const bool possible = k < p.size() && p[k] > 0.0;
            columns_[k] = {.threshold = possible ? ~std::uint64_t{0} : 0,
                           .alias = possible ? k : most_probable};
        }
    }
    if (bits_ <= 16) width_ = bits_ <= 8 ? 16 : 32;
    if (width_ < 64)
        for (const Column& column : columns_)
            part_columns_.push_back(column.threshold >> (64U - (width_ - bits_)) << 32U |
                                    column.alias);
}

// The item of each part of a random number: a part that cannot decide is completed afterwards.
template <class Part>
void AliasTable::choose(std::span<const Part> parts,
                        Stream& stream,
                        std::span<std::uint32_t> items) const {
    const unsigned rest = 8 * sizeof(Part) - bits_;
    const std::uint32_t fraction_mask = (std::uint32_t{1} << rest) - 1U;
    bool undecided = false;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::uint32_t part = parts[i];
        const std::uint32_t number = part >> rest;
        const std::uint32_t fraction = part & fraction_mask;
        const std::uint64_t column = part_columns_[number];
        const auto leading = static_cast<std::uint32_t>(column >> 32U);
        const auto alias = static_cast<std::uint32_t>(column);
        undecided |= fraction == leading;
        // A choice that cannot be predicted, so without a branch.
        const std::uint32_t keep = -static_cast<std::uint32_t>(fraction < leading);
        items[i] = alias ^ ((alias ^ number) & keep);
    }
    if (!undecided) return;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::uint32_t part = parts[i];
        const std::uint32_t number = part >> rest;
        const std::uint64_t fraction = part & fraction_mask;
        if (fraction != part_columns_[number] >> 32U) continue;
        const Column& column = columns_[number];
        const std::uint64_t whole = (fraction << (64U - rest)) | (stream() >> rest);
        items[i] = whole < column.threshold ? number : column.alias;
    }
}

// In three passes over a batch, numbers, items, counts: each runs faster alone than interleaved.
template <class Part>
void AliasTable::count_by_parts(std::uint32_t n,
                                Stream& stream,
                                std::span<std::uint32_t> counts) const {
    constexpr std::size_t parts_per_number = sizeof(std::uint64_t) / sizeof(Part);
    constexpr std::size_t batch = 256;
    std::array<Part, batch> parts;           // filled before they are read
    std::array<std::uint32_t, batch> items;  // likewise
    while (n > 0) {
        const std::size_t size = std::min<std::size_t>(n, batch);
        for (std::size_t i = 0; i < size; i += parts_per_number) {
            const std::uint64_t number = stream();
            for (std::size_t part = 0; part < parts_per_number; ++part)
                parts[i + part] = static_cast<Part>(number >> (8 * sizeof(Part) * part));
        }
        choose(std::span<const Part>(parts).first(size), stream, std::span(items).first(size));
        for (std::size_t i = 0; i < size; ++i) ++counts[items[i]];
        n -= static_cast<std::uint32_t>(size);
    }
}

void AliasTable::count(std::uint32_t n, Stream& stream, std::span<std::uint32_t> counts) const {
    if (width_ == 16) {
        count_by_parts<std::uint16_t>(n, stream, counts);
    } else if (width_ == 32) {
        count_by_parts<std::uint32_t>(n, stream, counts);
    } else {
        for (std::uint32_t i = 0; i < n; ++i) ++counts[(*this)(stream)];
    }
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
        alias_.count(n, stream, counts);
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
