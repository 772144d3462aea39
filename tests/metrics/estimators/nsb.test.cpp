#include "metrics/estimators/nsb.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "metrics/counts.hpp"
#include "metrics/estimators/registry.hpp"

#include "tests/metrics/estimators/posterior_oracle.hpp"
#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using oracle::Digits;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using truegap::metrics::test::Shape;
using Counts = std::vector<std::uint32_t>;

constexpr std::uint64_t million = 1'000'000;
constexpr std::uint64_t trillion = 1'000'000'000'000;

Posterior posterior(const Counts& counts, std::uint64_t K) {
    const auto result = Nsb{}.posterior(counts_view(counts, K));
    REQUIRE(result.has_value());
    return *result;
}

double mean(const Counts& counts, std::uint64_t K) {
    const auto result = Nsb{}(counts_view(counts, K));
    REQUIRE(result.has_value());
    return *result;
}

void check(const Counts& counts, std::uint64_t K, double tolerance, Digits digits) {
    const oracle::Moments expected = oracle::nsb(counts, static_cast<double>(K), digits);
    const Posterior actual = posterior(counts, K);
    CAPTURE(counts.size(), counts[0], K, expected.mean, actual.mean / expected.mean - 1.0);
    CAPTURE(expected.sd, actual.sd / expected.sd - 1.0);
    CHECK(close(actual.mean, expected.mean, tolerance, 0.0));
    CHECK(close(mean(counts, K), expected.mean, tolerance, 0.0));
    CHECK(close(actual.sd, expected.sd, 100.0 * tolerance, 0.0));
}

}  // namespace

TEST_CASE("oracle: two precisions and two orders of the nsb quadrature agree",
          "[metrics][oracle]") {
    const Counts counts{3, 2, 1};
    const oracle::Moments fifty = oracle::nsb(counts, 10.0, Digits::fifty, 15);
    for (const int order : {20, 30}) {
        const oracle::Moments nineteen = oracle::nsb(counts, 10.0, Digits::nineteen, order);
        CHECK(close(nineteen.mean, fifty.mean, 1e-14, 0.0));
        CHECK(close(nineteen.sd, fifty.sd, 1e-13, 0.0));
    }
}

TEST_CASE("nsb: agrees with a quadrature in another variable on random counts",
          "[metrics][entropy]") {
    Random random(31);
    for (const Shape shape :
         {Shape::sparse, Shape::mixed, Shape::zipf, Shape::dominated, Shape::large})
        for (const std::size_t S : {1U, 4U, 20U})
            for (const std::uint64_t K : {std::uint64_t{S} + 1, trillion}) {
                check(test::random_counts(random, shape, S), K, 1e-11, Digits::nineteen);
            }
}

TEST_CASE("nsb: agrees with a quadrature where its integrand is unusual", "[metrics][entropy]") {
    check({1, 1}, 2, 1e-12, Digits::nineteen);
    check({1, 1}, trillion, 1e-12, Digits::nineteen);
    check(Counts(10, 1), 10, 1e-12, Digits::nineteen);
    check(Counts(10, 1), million, 1e-12, Digits::nineteen);
    check(Counts(200, 1), trillion, 1e-12, Digits::nineteen);
    check({17}, 18, 1e-12, Digits::nineteen);
    check({128, 129}, 2, 1e-12, Digits::nineteen);  // the last product and the first series
    check({129, 128, 1}, million, 1e-12, Digits::nineteen);
    check({2, 1}, 2, 1e-12, Digits::nineteen);
}

TEST_CASE("nsb: agrees with 50 digits when one item has nearly all of many observations",
          "[metrics][entropy]") {
    check({508'329, 1}, 1000, 1e-12, Digits::fifty);
    check({4'294'967'295, 1, 1, 1}, trillion, 1e-11, Digits::fifty);
}

TEST_CASE("nsb: agrees with a quadrature for a million observations", "[metrics][entropy]") {
    check(Counts(1000, 1000), 1000, 1e-11, Digits::fifty);
    Counts zipf;
    for (std::uint32_t rank = 1; rank <= 60; ++rank) zipf.push_back(214'000 / rank);
    check(zipf, 60, 1e-11, Digits::nineteen);
    check(zipf, million, 1e-11, Digits::nineteen);
}

TEST_CASE("nsb: the published reference values", "[metrics][entropy]") {
    CHECK(close(mean({3, 2, 1}, 10), 1.44950305085, 1e-11));
    CHECK(close(mean({3, 2, 1}, trillion), 1.66897285612, 1e-11));
}

TEST_CASE("nsb: reproduces the standard deviations of the golden vectors",
          "[metrics][entropy][golden]") {
    std::ifstream file(TRUEGAP_GOLDEN_DIR "/entropy_vectors.json");
    REQUIRE(file.good());
    int checked = 0;
    for (const auto& vector : nlohmann::json::parse(file)) {
        if (vector.at("estimator") != "nsb") continue;
        const auto counts = vector.at("counts").get<Counts>();
        const auto K = vector.at("items").get<std::uint64_t>();
        const double sd = std::stod(vector.at("sd").get<std::string>());
        CAPTURE(counts, K, sd);
        CHECK(close(posterior(counts, K).sd, sd, 1e-10, 0.0));
        ++checked;
    }
    CHECK(checked == 39);
}

TEST_CASE("nsb: one observation gives half the largest entropy", "[metrics][entropy]") {
    for (const std::uint64_t K : {2ULL, 50ULL, 1000ULL, 1'000'000'000'000ULL}) {
        const double half = 0.5 * std::log(static_cast<double>(K));
        CHECK(mean({0, 1}, K) == half);
        CHECK(posterior({1}, K).mean == half);
        const oracle::Moments expected = oracle::nsb(Counts{1}, static_cast<double>(K));
        CHECK(close(expected.mean, half, 1e-13, 0.0));  // and so says the integral
        CHECK(close(posterior({1}, K).sd, expected.sd, 1e-11, 0.0));
    }
}

TEST_CASE("nsb: nothing without observations or K, 0 for one item", "[metrics][entropy]") {
    const Counts counts{3, 0, 2, 1};
    CHECK_FALSE(Nsb{}(counts_view(Counts{0, 0}, 5)).has_value());
    CHECK_FALSE(Nsb{}.posterior(counts_view(Counts{}, 5)).has_value());
    CHECK_FALSE(Nsb{}(counts_view(counts)).has_value());
    CHECK_FALSE(Nsb{}(counts_view(counts, 2)).has_value());
    CHECK_FALSE(Nsb{}.posterior(counts_view(counts, 2)).has_value());
    CHECK_FALSE(Nsb{}(counts_view(counts, 0)).has_value());
    CHECK(Nsb{}(counts_view(counts, 3)).has_value());
    for (const std::uint32_t n : {1U, 2U, 1'000'000U}) {
        CHECK(mean({n}, 1) == 0.0);
        CHECK(posterior({n}, 1).sd == 0.0);
    }
    const auto found = find_estimator("nsb");
    REQUIRE(found.has_value());
    CHECK(found->why_undefined(counts_view(counts)).substr(0, 7) == "needs K");
    CHECK(found->standard_error(counts_view(counts, 10)) == posterior(counts, 10).sd);
}

TEST_CASE("nsb: warns when no item was seen twice, and only then", "[metrics][entropy]") {
    CHECK_FALSE(Nsb::caveat(counts_view(Counts{1, 0, 1, 1}, 9)).empty());
    CHECK_FALSE(Nsb::caveat(counts_view(Counts{1}, 9)).empty());
    CHECK(Nsb::caveat(counts_view(Counts{1, 2, 1}, 9)).empty());
    CHECK(Nsb::caveat(counts_view(Counts{1}, 1)).empty());
    CHECK(Nsb::caveat(counts_view(Counts{0, 0}, 9)).empty());
}

TEST_CASE("nsb: lies strictly between 0 and ln K, and knows the order of its error",
          "[metrics][entropy][property]") {
    Random random(32);
    for (const Shape shape : test::all_shapes)
        for (int repeat = 0; repeat < 20; ++repeat) {
            const Counts counts = test::random_counts(random, shape, 2 + random.below(60));
            for (const std::uint64_t K : {std::uint64_t{counts.size()}, million}) {
                const Posterior result = posterior(counts, K);
                const double most = std::log(static_cast<double>(K));
                CAPTURE(counts, K);
                REQUIRE(result.mean > 0.0);
                REQUIRE(result.mean < most);
                REQUIRE(result.sd > 0.0);
                // A variable in [0, most] of this mean has at most this variance.
                REQUIRE(result.sd * result.sd <= result.mean * (most - result.mean));
            }
        }
}

TEST_CASE("nsb: zero counts and the order of items change nothing",
          "[metrics][entropy][property]") {
    Random random(33);
    for (const Shape shape : test::all_shapes)
        for (int repeat = 0; repeat < 5; ++repeat) {
            const Counts counts = test::random_counts(random, shape, 2 + random.below(60));
            Counts changed(counts.size() + 3, 0);
            const auto order = test::random_permutation(random, counts.size());
            for (std::size_t k = 0; k < counts.size(); ++k) changed[k + 1] = counts[order[k]];
            REQUIRE(mean(changed, 100) == mean(counts, 100));
            REQUIRE(posterior(changed, 100).sd == posterior(counts, 100).sd);
        }
}

TEST_CASE("nsb: counts up to 2^32 - 1 do not overflow", "[metrics][entropy]") {
    CHECK(close(mean({2'147'483'647, 2'147'483'648}, 2), std::log(2.0), 1e-9));
    // n = 1.3e12; the mean of a sharp posterior is ln 300 - (K - 1)/(2 n) to first order.
    CHECK(close(mean(Counts(300, 4'294'967'295), 300), std::log(300.0), 1e-9));
    CHECK(close(mean(Counts(300, 4'294'967'295), trillion), std::log(300.0), 1e-6));
    const double single = mean({4'294'967'295}, million);
    CHECK(single > 0.0);
    CHECK(single < 1e-8);
}
