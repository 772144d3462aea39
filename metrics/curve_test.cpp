#include "metrics/curve_test.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"

namespace truegap::metrics {

namespace {

double mean_of(std::span<const double> values) {
    CompensatedSum sum;
    for (const double value : values) sum.add(value);
    return sum.value() / static_cast<double>(values.size());
}

// Rows of statistics, the observed one first: [row][statistic].
using Rows = std::vector<std::vector<double>>;

struct Spread {
    double mean = 0.0, sd = 0.0;
    [[nodiscard]] double studentise(double value) const {
        return sd > 0.0 ? (value - mean) / sd : 0.0;
    }
};

std::vector<Spread> spreads(const Rows& rows) {
    std::vector<Spread> result;
    std::vector<double> column(rows.size());
    for (std::size_t k = 0; k < rows.front().size(); ++k) {
        for (std::size_t i = 0; i < rows.size(); ++i) column[i] = rows[i][k];
        Spread& spread = result.emplace_back();
        spread.mean = mean_of(column);
        for (double& value : column) value = (value - spread.mean) * (value - spread.mean);
        spread.sd = std::sqrt(mean_of(column));
    }
    return result;
}

struct MaxTest {
    double p = 1.0;
    std::size_t largest = 0;        // which statistic of the observed row
    std::vector<double> adjusted;   // p of each of them
    std::vector<double> null_mean;  // of each
};

MaxTest largest_of(const Rows& rows) {
    const std::vector<Spread> spread = spreads(rows);
    const auto largest = [&](const std::vector<double>& row) {
        double best = spread[0].studentise(row[0]);
        for (std::size_t k = 1; k < row.size(); ++k)
            best = std::max(best, spread[k].studentise(row[k]));
        return best;
    };
    std::vector<double> maxima;
    maxima.reserve(rows.size());
    for (const std::vector<double>& row : rows) maxima.push_back(largest(row));
    const auto p_of = [&](double z) {
        const auto reached = std::count_if(
            maxima.begin() + 1, maxima.end(), [&](double other) { return other >= z; });
        return (1.0 + static_cast<double>(reached)) / static_cast<double>(rows.size());
    };
    MaxTest test;
    test.p = p_of(maxima[0]);
    const auto B = static_cast<double>(rows.size() - 1);
    for (std::size_t k = 0; k < rows[0].size(); ++k) {
        const double z = spread[k].studentise(rows[0][k]);
        test.adjusted.push_back(p_of(z));
        if (z > spread[test.largest].studentise(rows[0][test.largest])) test.largest = k;
        test.null_mean.push_back((spread[k].mean * (B + 1.0) - rows[0][k]) / B);
    }
    return test;
}

// The mean gap below each cut less that above it. Parts are of equal size but for one context.
std::vector<double> contrasts(std::span<const double> profile) {
    std::vector<double> result;
    for (std::size_t cut = 1; cut < profile.size(); ++cut)
        result.push_back(mean_of(profile.first(cut)) - mean_of(profile.subspan(cut)));
    return result;
}

}  // namespace

std::vector<double> gap_profile(std::span<const CurvePoint> points, std::size_t bins) {
    std::vector<CurvePoint> sorted(points.begin(), points.end());
    std::sort(sorted.begin(), sorted.end(), [](const CurvePoint& a, const CurvePoint& b) {
        return a.entropy != b.entropy ? a.entropy < b.entropy : a.cross_entropy < b.cross_entropy;
    });
    const std::size_t parts = std::min(bins, sorted.size());
    std::vector<double> profile;
    for (std::size_t part = 0; part < parts; ++part) {
        const std::size_t first = part * sorted.size() / parts;
        const std::size_t last = (part + 1) * sorted.size() / parts;
        CompensatedSum sum;
        for (std::size_t i = first; i < last; ++i)
            sum.add(sorted[i].cross_entropy - sorted[i].entropy);
        profile.push_back(sum.value() / static_cast<double>(last - first));
    }
    return profile;
}

CurveTest compare_with_null(std::span<const double> observed,
                            std::span<const std::vector<double>> null) {
    TRUEGAP_EXPECTS(!observed.empty() && !null.empty());
    Rows parts{{observed.begin(), observed.end()}};
    Rows cuts{contrasts(observed)};
    for (const std::vector<double>& profile : null) {
        TRUEGAP_EXPECTS(profile.size() == observed.size());
        parts.push_back(profile);
        cuts.push_back(contrasts(profile));
    }
    CurveTest result;
    MaxTest worse = largest_of(parts);
    result.worse_p = worse.p;
    result.worst_part = worse.largest;
    result.part_p = std::move(worse.adjusted);
    for (std::size_t k = 0; k < observed.size(); ++k)
        result.excess.push_back(observed[k] - worse.null_mean[k]);
    if (cuts.front().empty()) return result;
    const MaxTest rise = largest_of(cuts);
    result.rise_p = rise.p;
    result.rise_cut = rise.largest + 1;
    result.rise_excess = cuts.front()[rise.largest] - rise.null_mean[rise.largest];
    return result;
}

}  // namespace truegap::metrics
