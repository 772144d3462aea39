#include "sim/random_answers.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "sim/stream.hpp"

#include "support.hpp"

namespace truegap::test {
namespace {

using Counts = std::vector<std::uint32_t>;

double choose(std::uint32_t n, std::uint32_t k) {
    double result = 1.0;
    for (std::uint32_t i = 1; i <= k; ++i) result *= (n - k + i) / static_cast<double>(i);
    return result;
}

// Every half of the users, with its multivariate hypergeometric probability.
std::map<Counts, double> halves(const Counts& counts, std::uint32_t n) {
    std::map<Counts, double> law;
    Counts half(counts.size(), 0);
    const auto place = [&](auto&& self, std::size_t k, std::uint32_t left, double ways) -> void {
        if (k == counts.size()) {
            if (left == 0) law[half] = ways / choose(n, n / 2);
            return;
        }
        for (half[k] = 0; half[k] <= std::min(counts[k], left); ++half[k])
            self(self, k + 1, left - half[k], ways * choose(counts[k], half[k]));
        half[k] = 0;
    };
    place(place, 0, n / 2, 1.0);
    return law;
}

double chi_square_of(const std::map<Counts, double>& law,
                     const std::map<Counts, std::uint64_t>& seen) {
    std::vector<std::uint64_t> observed;
    std::vector<double> expected;
    for (const auto& [what, probability] : law) {
        const auto found = seen.find(what);
        observed.push_back(found == seen.end() ? 0 : found->second);
        expected.push_back(probability);
    }
    for (const auto& [what, times] : seen)
        if (!law.contains(what)) return 0.0;  // impossible
    return chi_square_p(observed, expected);
}

}  // namespace

TEST_CASE("random_half: every half has its hypergeometric probability", "[sim][random_answers]") {
    sim::Stream stream({.seed = 11, .purpose = sim::Purpose::halves});
    for (const Counts& counts :
         {Counts{2, 1, 1}, Counts{3, 0, 2}, Counts{1, 1, 1, 1, 1}, Counts{4, 3}, Counts{0, 2, 0}}) {
        std::uint32_t n = 0;
        for (const std::uint32_t count : counts) n += count;
        std::map<Counts, std::uint64_t> seen;
        Counts half(counts.size());
        for (int i = 0; i < 50'000; ++i) {
            std::fill(half.begin(), half.end(), 99U);  // the buffer is overwritten
            sim::random_half(counts, n, stream, half);
            ++seen[half];
        }
        CAPTURE(counts);
        const auto law = halves(counts, n);
        CHECK(chi_square_of(law, seen) > chi_square_level);
        if (law.size() < 2) continue;
        // The partner: the halves equally likely, whatever their number of ways.
        auto flat = law;
        for (auto& [what, probability] : flat) probability = 1.0 / static_cast<double>(law.size());
        const auto [least, most] =
            std::minmax_element(law.begin(), law.end(), [](const auto& a, const auto& b) {
                return a.second < b.second;
            });
        if (most->second > 1.2 * least->second) CHECK(chi_square_of(flat, seen) < chi_square_level);
    }
}

TEST_CASE("random_half: mean and variance are hypergeometric", "[sim][random_answers]") {
    sim::Stream stream({.seed = 12, .purpose = sim::Purpose::halves});
    const Counts counts{40, 25, 11, 1};
    constexpr std::uint32_t n = 77;
    constexpr double draws = 40'000;
    std::vector<double> sum(4, 0.0);
    std::vector<double> squares(4, 0.0);
    Counts half(4);
    for (int i = 0; i < static_cast<int>(draws); ++i) {
        sim::random_half(counts, n, stream, half);
        REQUIRE(half[0] + half[1] + half[2] + half[3] == n / 2);
        for (std::size_t k = 0; k < 4; ++k) {
            sum[k] += half[k];
            squares[k] += static_cast<double>(half[k]) * half[k];
        }
    }
    ZScores means;
    ZScores variances;
    for (std::size_t k = 0; k < 4; ++k) {
        const double share = counts[k] / static_cast<double>(n);
        const double mean = n / 2 * share;  // 38 of 77
        const double variance = mean * (1.0 - share) * (n - n / 2) / (n - 1.0);
        const double seen_mean = sum[k] / draws;
        means.add(seen_mean, mean, std::sqrt(variance / draws));
        if (k < 3)  // close to normal: the variance of a variance
            variances.add(squares[k] / draws - seen_mean * seen_mean,
                          variance,
                          variance * std::sqrt(2.0 / draws));
    }
    CHECK(means.beyond() == 0);
    CHECK(variances.beyond() == 0);
}

TEST_CASE("random_half: nobody and one user give an empty half", "[sim][random_answers]") {
    sim::Stream stream({.seed = 13, .purpose = sim::Purpose::halves});
    Counts half{7, 7};
    sim::random_half(Counts{0, 0}, 0, stream, half);
    CHECK(half == Counts{0, 0});
    half = {7, 7};
    sim::random_half(Counts{0, 1}, 1, stream, half);
    CHECK(half == Counts{0, 0});
}

TEST_CASE("random_ranking: every ranking has its Plackett-Luce probability",
          "[sim][random_answers]") {
    sim::Stream stream({.seed = 14, .purpose = sim::Purpose::answers});
    std::vector<double> left;
    Counts ranking;
    for (const std::vector<double>& q :
         {std::vector<double>{0.5, 0.3, 0.2}, {0.98, 0.01, 0.01}, {0.0, 0.4, 0.6}})
        for (const std::size_t top : {1U, 2U, 3U}) {
            std::map<Counts, double> law;
            for (std::uint32_t a = 0; a < 3; ++a) {
                if (top == 1 && q[a] > 0.0) law[{a}] = q[a];
                for (std::uint32_t b = 0; b < 3 && top > 1; ++b) {
                    if (a == b || q[a] == 0.0 || q[b] == 0.0) continue;
                    const std::uint32_t c = 3 - a - b;
                    const double p = q[a] * q[b] / (1.0 - q[a]);
                    if (top == 3 && q[c] > 0.0)
                        law[{a, b, c}] = p;
                    else
                        law[{a, b}] = p;
                }
            }
            std::map<Counts, std::uint64_t> seen;
            for (int i = 0; i < 40'000; ++i) {
                sim::random_ranking(q, top, stream, left, ranking);
                ++seen[ranking];
            }
            CAPTURE(q, top);
            CHECK(chi_square_of(law, seen) > chi_square_level);
        }
}

TEST_CASE("random_ranking: without weight nobody is ranked; all weight on one item ranks it alone",
          "[sim][random_answers]") {
    sim::Stream stream({.seed = 15, .purpose = sim::Purpose::answers});
    std::vector<double> left;
    Counts ranking{9};
    for (int i = 0; i < 200; ++i) {
        sim::random_ranking(std::vector<double>{0.0, 1.0, 0.0}, 3, stream, left, ranking);
        CHECK(ranking == Counts{1});
        sim::random_ranking(std::vector<double>{0.5, 0.0, 0.5}, 3, stream, left, ranking);
        CHECK(ranking.size() == 2);
        CHECK(std::count(ranking.begin(), ranking.end(), 1U) == 0);
        // What is left may be tiny beside what is gone.
        sim::random_ranking(std::vector<double>{1.0, 1e-300, 0.0}, 3, stream, left, ranking);
        CHECK(ranking == Counts{0, 1});
    }
}

TEST_CASE("RandomAnswers: sampled frequencies are those of samples from q",
          "[sim][random_answers]") {
    sim::Stream stream({.seed = 16, .purpose = sim::Purpose::answers});
    const std::vector<double> q{0.6, 0.4, 0.0};
    sim::RandomAnswers answers(metrics::SampleFrequency{2, 0.5}, 2, q);
    std::vector<std::uint64_t> seen(3);
    for (int i = 0; i < 20'000; ++i) {
        const std::vector<double> logs = answers(stream);
        const auto times = static_cast<std::size_t>(std::lround(std::exp(logs[0]) * 3.5 - 0.5));
        CHECK(std::abs(std::exp(logs[1]) - (2.5 - static_cast<double>(times)) / 3.5) < 1e-12);
        CHECK(std::abs(std::exp(logs[2]) - 0.5 / 3.5) < 1e-12);
        ++seen.at(times);
    }
    CHECK(chi_square_p(seen, std::vector<double>{0.16, 0.48, 0.36}) > chi_square_level);
}

}  // namespace truegap::test
