#include "sim/study.hpp"

#include <catch2/catch.hpp>

#include "study_oracle.hpp"

namespace truegap::test {
namespace {

constexpr std::uint32_t replicates = 40'000;

sim::Results run(const EnumerableStudy& study) {
    return sim::run_study(study.scenario, {.threads = 2});
}

std::size_t row_count(const EnumerableStudy& study, std::size_t sizes) {
    return study.contexts.size() * sizes * study.scenario.predictors.size() *
           study.scenario.approximations.size() * study.scenario.estimators.size();
}

void check_all(const Comparison& seen) {
    INFO("worst |z|: means " << seen.means.worst() << " of " << seen.means.random() << ", spreads "
                             << seen.spreads.worst() << " of " << seen.spreads.random()
                             << ", fractions " << seen.fractions.worst() << " of "
                             << seen.fractions.random() << "; infinite rows "
                             << seen.infinite_rows);
    CHECK(seen.means.beyond() == 0);
    CHECK(seen.spreads.beyond() == 0);
    CHECK(seen.fractions.beyond() == 0);
    CHECK(seen.wrong_constants == 0);
    // The standard errors are neither too small nor too large. (Rows are not independent.)
    CHECK(seen.means.mean_square() > 0.4);
    CHECK(seen.means.mean_square() < 2.0);
}

}  // namespace

TEST_CASE("run_study: every rank-matched row agrees with full enumeration", "[sim][study]") {
    EnumerableStudy study = enumerable_study();
    study.scenario.replicates = replicates;
    study.scenario.design = sim::UsersPerGroup{{2, 3, 4}};
    for (const std::size_t top : {std::size_t{1}, std::size_t{2}, std::size_t{3}}) {
        study.scenario.top = top;
        const sim::Results results = run(study);
        REQUIRE(results.cells.size() == row_count(study, 3));
        const Comparison seen = compare(study, results);
        CAPTURE(top);
        check_all(seen);
        CHECK(seen.means.random() > results.cells.size());
        CHECK(seen.infinite_rows > results.cells.size() / 50);
        if (top != 2) continue;
        // The partners: the expectations of one user more, and of ties in the order of items.
        const Comparison planted = compare(study, results, Planted::one_user_more);
        CHECK(planted.means.beyond() > seen.means.random() / 2);
        CHECK(planted.spreads.beyond() > seen.spreads.random() / 2);
        CHECK(planted.fractions.beyond() > seen.fractions.random() / 2);
        CHECK(compare(study, results, Planted::ties_by_item).means.beyond() >
              seen.means.random() / 20);
    }
}

TEST_CASE("run_study: every row of the other approximations agrees with full enumeration",
          "[sim][study]") {
    EnumerableStudy study = enumerable_study();
    study.scenario.replicates = replicates;
    study.scenario.design = sim::UsersPerGroup{{1, 2, 4}};
    study.scenario.approximations = other_approximations();
    const sim::Results results = run(study);
    REQUIRE(results.cells.size() == row_count(study, 3));
    const Comparison seen = compare(study, results);
    check_all(seen);
    CHECK(seen.means.random() > results.cells.size());
    CHECK(seen.infinite_rows > 0);
    CHECK(compare(study, results, Planted::one_user_more).means.beyond() > seen.means.random() / 4);
}

}  // namespace truegap::test
