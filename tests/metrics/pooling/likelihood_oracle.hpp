#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

/// The Dirichlet-multinomial likelihood from its definition, in long double, and its maximum in A.
namespace truegap::metrics::oracle {

/// A group as the prior sees it: its counts, and the prior's mean over its own candidates.
struct Centred {
    std::vector<std::uint32_t> counts;
    std::vector<long double> mean;
};

/// ln Gamma(A)/Gamma(A+n) prod Gamma(A m_k + c_k)/Gamma(A m_k), summed over groups.
[[nodiscard]] inline long double ln_likelihood(const std::vector<Centred>& groups, long double A) {
    long double sum = 0.0L;
    for (const Centred& group : groups) {
        long double n = 0.0L;
        for (std::size_t k = 0; k < group.counts.size(); ++k) {
            const long double c = group.counts[k];
            n += c;
            if (c > 0.0L)
                sum += std::lgamma(A * group.mean[k] + c) - std::lgamma(A * group.mean[k]);
        }
        sum -= std::lgamma(A + n) - std::lgamma(A);
    }
    return sum;
}

/// Its derivative in A, by psi(x + c) - psi(x) = sum_{j<c} 1/(x + j).
[[nodiscard]] inline long double score(const std::vector<Centred>& groups, long double A) {
    const auto steps = [](long double x, std::uint64_t c) {
        long double sum = 0.0L;
        for (std::uint64_t j = c; j > 0; --j) sum += 1.0L / (x + static_cast<long double>(j - 1));
        return sum;
    };
    long double sum = 0.0L;
    for (const Centred& group : groups) {
        std::uint64_t n = 0;
        for (std::size_t k = 0; k < group.counts.size(); ++k) {
            n += group.counts[k];
            if (group.counts[k] > 0)
                sum += group.mean[k] * steps(A * group.mean[k], group.counts[k]);
        }
        sum -= steps(A, n);
    }
    return sum;
}

/// The A of the highest likelihood, to 1e-15: the best of a grid of 4000 points from 1e-4 to 1e8, then
/// bisection of the score. Only for likelihoods whose maximum lies inside.
[[nodiscard]] inline double best_concentration(const std::vector<Centred>& groups) {
    constexpr int points = 4000;
    const auto point = [](int i) {
        return std::exp(std::log(1e-4L) + std::log(1e12L) * i / points);
    };
    int best = 0;
    long double highest = ln_likelihood(groups, point(0));
    for (int i = 1; i <= points; ++i) {
        const long double here = ln_likelihood(groups, point(i));
        if (here <= highest) continue;
        highest = here;
        best = i;
    }
    long double low = point(best - 1);
    long double high = point(best + 1);
    for (int i = 0; i < 70; ++i) {
        const long double middle = (low + high) / 2.0L;
        (score(groups, middle) > 0.0L ? low : high) = middle;
    }
    return static_cast<double>(low);
}

}  // namespace truegap::metrics::oracle
