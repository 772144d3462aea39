#include "metrics/estimators/pym.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "metrics/counts.hpp"
#include "metrics/estimators/detail/pitman_yor.hpp"
#include "metrics/estimators/registry.hpp"

#include "tests/metrics/estimators/posterior_oracle.hpp"
#include "tests/metrics/support.hpp"

namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using truegap::metrics::test::Shape;
using Counts = std::vector<std::uint32_t>;

Posterior posterior(const Counts& counts) {
    const auto result = Pym{}.posterior(counts_view(counts));
    REQUIRE(result.has_value());
    return *result;
}

void check(const Counts& counts, const oracle::Box& box, double tolerance) {
    const auto expected = oracle::pym(counts, box);
    CAPTURE(counts.size(), counts[0]);
    REQUIRE(expected.has_value());
    const Posterior actual = posterior(counts);
    CAPTURE(expected->mean, actual.mean / expected->mean - 1.0, actual.sd / expected->sd - 1.0);
    CHECK(close(actual.mean, expected->mean, tolerance, 0.0));
    CHECK(close(Pym{}(counts_view(counts)).value(), expected->mean, tolerance, 0.0));
    CHECK(close(actual.sd, expected->sd, 100.0 * tolerance, 0.0));
}

bool repeats(const Counts& counts) {
    const CountsView sample = counts_view(counts);
    return seen_items(counts).items < sample.n;
}

}  // namespace

TEST_CASE("oracle: a first observation tells nothing of a Pitman-Yor entropy",
          "[metrics][oracle]") {
    // Which item comes first is a name only: E[H^2] given one observation is E[H^2]. This ties the
    // printed prior variance to the posterior's composition.
    const Counts one{1};
    for (const double d : {0.0, 0.1, 0.5, 0.9})
        for (const double alpha : {0.01, 0.5, 3.0, 100.0}) {
            const oracle::RawMoments prior = oracle::pitman_yor_entropy(d, alpha, {});
            const oracle::RawMoments after = oracle::pitman_yor_entropy(d, alpha, one);
            CAPTURE(d, alpha);
            CHECK(close(after.first, prior.first, 1e-14));
            CHECK(close(after.second, prior.second, 1e-14));
        }
}

TEST_CASE("entropy_moments: agree with the printed moments at every d and alpha",
          "[metrics][entropy]") {
    for (const Counts& counts : {Counts{1},
                                 Counts{3, 2, 1},
                                 Counts{128, 129, 5},
                                 Counts{1000, 1, 1},
                                 Counts{4000, 3000, 3000, 2}})
        for (const double d : {0.0, 1e-9, 0.25, 0.75, 1.0 - 0x1p-20})
            for (const double alpha : {1e-9, 0.3, 20.0, 1e6}) {
                const detail::CountGroups groups(counts_view(counts));
                const detail::Discount discount{.one_minus = 1.0 - d, .minus = -d};
                const auto sums = detail::seen_item_sums(
                    groups, discount, detail::RisingForm::less_constants, detail::Moments::both);
                const auto actual = detail::entropy_moments(groups,
                                                            discount,
                                                            sums,
                                                            alpha,
                                                            alpha + d,
                                                            alpha + groups.seen * d,
                                                            detail::Moments::both);
                const auto expected = oracle::pitman_yor_entropy(d, alpha, counts);
                CAPTURE(counts, d, alpha, expected.first, expected.second);
                // The printed forms cancel: below 1e-5 their 64 bits say less than the code's 53.
                CHECK(close(actual.mean, expected.first, 1e-13, 1e-5));
                CHECK(close(
                    actual.variance + actual.mean * actual.mean, expected.second, 1e-13, 1e-5));
                CHECK(actual.variance > 0.0);
            }
}

TEST_CASE("pym: agrees with a quadrature over eta and gamma themselves", "[metrics][entropy]") {
    for (const Counts& counts : {Counts{2},
                                 Counts{10},
                                 Counts{2, 1, 1, 1},
                                 Counts{5, 3, 2, 1},
                                 Counts{20, 5, 1, 1, 1, 1, 1, 1},
                                 Counts{200, 3, 1}})
        check(counts, {0.0, 60.0, 0.0, 1.0, 16, 4}, 1e-12);
}

TEST_CASE("pym: agrees with a quadrature for many observations", "[metrics][entropy]") {
    // The oracle says itself when a box is too small.
    Counts zipf;
    for (std::uint32_t rank = 1; rank <= 100; ++rank) zipf.push_back(1900 / rank);
    check(zipf, {1.17, 4.29, 0.0, 0.29, 5, 3}, 1e-11);
    // n = 10^6; the oracle's sd is the root of a difference of second moments, 1e-9 of it.
    const Counts uniform(1000, 1000);
    const auto expected = oracle::pym(uniform, {4.93, 5.60, 0.0, 0.005, 4, 3});
    REQUIRE(expected.has_value());
    CHECK(close(posterior(uniform).mean, expected->mean, 1e-12, 0.0));
    CHECK(close(Pym{}(counts_view(uniform)).value(), expected->mean, 1e-12, 0.0));
    CHECK(close(posterior(uniform).sd, expected->sd, 1e-7, 0.0));
}

TEST_CASE("pym: agrees with a quadrature when one item has nearly all of many observations",
          "[metrics][entropy]") {
    check({508'329, 1}, {0.0, 12.0, 0.0, 1.0, 12, 6}, 1e-10);
}

TEST_CASE("pym: nothing where the posterior cannot be normalised, and says so",
          "[metrics][entropy]") {
    const auto found = find_estimator("pym");
    REQUIRE(found.has_value());
    for (const Counts& counts : {Counts{1}, Counts{1, 0, 1}, Counts(1000, 1)}) {
        const CountsView sample = counts_view(counts);
        CHECK_FALSE(Pym{}(sample).has_value());
        CHECK_FALSE(Pym{}.posterior(sample).has_value());
        CHECK_FALSE(found->standard_error(sample).has_value());
        CHECK(found->why_undefined(sample).substr(0, 22) == "no item was seen twice");
    }
    for (const Counts& counts : {Counts{}, Counts{0, 0}}) {
        CHECK_FALSE(Pym{}(counts_view(counts)).has_value());
        CHECK_FALSE(Pym{}.posterior(counts_view(counts)).has_value());
    }
    CHECK_FALSE(found->estimate(counts_view(Counts{2, 1, 1}, 2)).has_value());
}

TEST_CASE("pym: warns of a single coincidence, and only of that", "[metrics][entropy]") {
    CHECK_FALSE(Pym::caveat(counts_view(Counts{2, 1, 1})).empty());
    CHECK(Pym::caveat(counts_view(Counts{2, 2, 1})).empty());
    CHECK(Pym::caveat(counts_view(Counts{3, 1})).empty());
    CHECK(Pym::caveat(counts_view(Counts{1, 1})).empty());
}

TEST_CASE("pym: the integral it refuses grows without end", "[metrics][entropy]") {
    // With all singletons p tends to 1 as alpha grows: what a wider and wider strip of eta holds
    // does not settle, nor does its mean.
    const Counts singletons{1, 1, 1};
    CHECK_FALSE(oracle::pym(singletons, {0.0, 60.0, 0.0, 1.0, 16, 4}).has_value());
    CHECK_FALSE(oracle::pym(singletons, {0.0, 500.0, 0.0, 1.0, 64, 4}).has_value());
}

TEST_CASE("pym: one item seen many times leaves little entropy", "[metrics][entropy]") {
    for (const std::uint32_t n : {2U, 3U, 100U, 1'000'000U, 4'294'967'295U}) {
        const Posterior result = posterior({n});
        CAPTURE(n, result.mean, result.sd);
        CHECK(result.mean > 0.0);
        CHECK(result.mean * n < 3.0);
        CHECK(result.sd > 0.0);
        CHECK(std::isfinite(result.sd));
    }
}

TEST_CASE("pym: K, zero counts and the order of items change nothing",
          "[metrics][entropy][property]") {
    Random random(41);
    int checked = 0;
    for (const Shape shape : test::all_shapes)
        for (int repeat = 0; repeat < 3; ++repeat) {
            const Counts counts = test::random_counts(random, shape, 2 + random.below(60));
            if (!repeats(counts)) continue;
            Counts changed(counts.size() + 3, 0);
            const auto order = test::random_permutation(random, counts.size());
            for (std::size_t k = 0; k < counts.size(); ++k) changed[k + 1] = counts[order[k]];
            const Posterior result = posterior(counts);
            REQUIRE(posterior(changed).mean == result.mean);
            REQUIRE(Pym{}.posterior(counts_view(counts, 1000))->sd == result.sd);
            REQUIRE(std::isfinite(result.mean));
            REQUIRE(result.mean > 0.0);
            REQUIRE(result.sd > 0.0);
            ++checked;
        }
    CHECK(checked >= 15);
}
