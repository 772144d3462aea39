#include <catch2/catch.hpp>
#include <cmath>

#include "sim/study.hpp"

#include "study_oracle.hpp"

namespace truegap::test {
namespace {

sim::ListedContext asked(sim::Group group, sim::History history, sim::CandidateSpec candidates) {
    return {std::move(group), std::move(history), std::move(candidates)};
}

// Contexts with and without history, ties, infinities, several approximations.
sim::Scenario mixed_study() {
    sim::Scenario scenario = small_scenario();
    scenario.replicates = 1000;  // no multiple of 64
    scenario.contexts.source = std::vector<sim::ListedContext>{
        asked({}, {}, sim::AllItems{}),
        asked({.proxy = {0}, .levels = {1}}, {}, std::vector<sim::ItemId>{2, 0, 3}),
        asked({.proxy = {1, 0}, .levels = {1, 0}}, {0, 0, 3}, sim::AllItems{})};
    scenario.design = sim::UsersPerGroup{{3, 10}};
    scenario.predictors.push_back(
        mock("memorizer(3,0)", [](const sim::World& w) { return adapters::memorizer(w, 3, 0.0); }));
    scenario.approximations.emplace_back(metrics::RankMatched{metrics::Residual::sorted, {}});
    scenario.approximations.emplace_back(
        metrics::Probabilities{{metrics::Smoothing::Kind::mixture, 0.1}});
    scenario.estimators.push_back(estimator("chao_shen"));
    return scenario;
}

sim::Scenario with_design(sim::Design design) {
    sim::Scenario scenario = mixed_study();
    scenario.design = std::move(design);
    return scenario;
}

const std::vector<sim::Design>& designs() {
    static const std::vector<sim::Design> all{
        sim::UsersPerGroup{{3, 10}},
        sim::Users{{3, 10}},
        sim::GroupSizes{{0, 1}, {{{0, 0}, 2}, {{0, 1}, 3}, {{1, 0}, 4}, {{1, 1}, 1}}}};
    return all;
}

void append_context(sim::Scenario& scenario, sim::ListedContext context) {
    std::get<std::vector<sim::ListedContext>>(scenario.contexts.source)
        .push_back(std::move(context));
}

// Every row of `before` must be in `after`, to the bit.
void check_unchanged(const sim::Scenario& before, const sim::Scenario& after) {
    const sim::Results old_results = sim::run_study(before, {});
    const sim::Results results = sim::run_study(after, {.threads = 2});
    CHECK(results.cells.size() > old_results.cells.size());
    const SharedRows shared = shared_rows(old_results, results);
    CHECK(shared.found == old_results.cells.size());
    CHECK(shared.same == shared.found);
}

}  // namespace

TEST_CASE("run_study: any number of threads gives the same bits", "[sim][study][determinism]") {
    for (const sim::Design& design : designs()) {
        const sim::Scenario scenario = with_design(design);
        const sim::Results one = sim::run_study(scenario, {.threads = 1});
        REQUIRE(one.cells.size() > 30);
        for (const unsigned threads : {1U, 2U, 3U, 8U})
            CHECK(same_bits(one, sim::run_study(scenario, {.threads = threads})));
    }
    // More blocks than are kept at once.
    sim::Scenario scenario = small_scenario();
    scenario.replicates = 64 * 300 + 5;
    const sim::Results one = sim::run_study(scenario, {.threads = 1});
    CHECK(one.cells.front().replicates == 64 * 300 + 5);
    CHECK(same_bits(one, sim::run_study(scenario, {.threads = 8})));
    // The partner: one replicate more is noticed.
    ++scenario.replicates;
    CHECK(!same_bits(one, sim::run_study(scenario, {.threads = 8})));
}

TEST_CASE("run_study: more threads than blocks are kept at once", "[sim][study][determinism]") {
    const sim::Scenario scenario = mixed_study();
    CHECK(same_bits(sim::run_study(scenario, {.threads = 1}),
                    sim::run_study(scenario, {.threads = 200})));
}

TEST_CASE("run_study: another seed gives other draws of the same truth",
          "[sim][study][determinism]") {
    sim::Scenario scenario = mixed_study();
    scenario.predictors.resize(1);  // those without draws of their own
    scenario.replicates = 4000;
    const sim::Results one = sim::run_study(scenario, {.threads = 2});
    scenario.seed += 1;
    const sim::Results other = sim::run_study(scenario, {.threads = 2});
    REQUIRE(one.cells.size() == other.cells.size());
    ZScores z;
    std::size_t different = 0;
    for (std::size_t i = 0; i < one.cells.size(); ++i) {
        const sim::CellRow& a = one.cells[i];
        const sim::CellRow& b = other.cells[i];
        CHECK(a.true_gap == b.true_gap);
        CHECK(a.true_entropy == b.true_entropy);
        different += a.entropy_mean != b.entropy_mean ? 1U : 0U;
        z.add(*a.entropy_mean,
              *b.entropy_mean,
              std::hypot(*a.entropy_bias_mcse, *b.entropy_bias_mcse));
        if (a.infinite_fraction > 0.0) continue;
        z.add(*a.gap_mean, *b.gap_mean, std::hypot(*a.gap_bias_mcse, *b.gap_bias_mcse));
    }
    CHECK(different == one.cells.size());
    CHECK(z.beyond() == 0);
}

TEST_CASE("run_study: worlds, contexts and sizes draw independently", "[sim][study][determinism]") {
    // One replicate each of 3000 equal contexts, with 2 and with 3 users: the plug-in entropy tells
    // how many of them agreed.
    constexpr std::size_t contexts = 3000;
    sim::Scenario scenario = small_scenario();
    scenario.replicates = 1;
    scenario.worlds = 2;
    scenario.contexts.source =
        std::vector<sim::ListedContext>(contexts, asked({}, {}, sim::AllItems{}));
    scenario.design = sim::UsersPerGroup{{2, 3}};
    const sim::Results results = sim::run_study(scenario, {.threads = 2});
    REQUIRE(results.cells.size() == 4 * contexts);
    const auto kind = [](double entropy) { return entropy == 0.0 ? 0U : entropy < 0.69 ? 1U : 2U; };
    const auto kind_of = [&](std::size_t world, std::size_t size, std::size_t context) {
        return kind(*results.cells[(2 * world + size) * contexts + context].entropy_mean);
    };
    // Nobody differs, one of three does, all do: kinds 0, 1 and 2.
    const Vector p{0.3, 0.26, 0.22, 0.22};
    std::vector<Vector> law(2, Vector(3, 0.0));
    for (const std::uint32_t n : {2U, 3U})
        for (const Outcome& outcome : outcomes(p, n))
            law[n - 2][kind(naive_estimate("plug_in", outcome.counts))] += outcome.probability;
    const auto independent = [&](std::size_t size_a, std::size_t size_b, auto kind_a, auto kind_b) {
        std::vector<std::uint64_t> table(9);
        Vector probabilities;
        for (std::size_t c = 0; c + 1 < contexts; ++c) ++table[3 * kind_a(c) + kind_b(c)];
        for (const double a : law[size_a])
            for (const double b : law[size_b]) probabilities.push_back(a * b);
        return chi_square_p(table, probabilities);
    };
    const auto first = [&](std::size_t c) { return kind_of(0, 0, c); };
    const auto more_users = [&](std::size_t c) { return kind_of(0, 1, c); };
    const auto next_context = [&](std::size_t c) { return kind_of(0, 0, c + 1); };
    const auto next_world = [&](std::size_t c) { return kind_of(1, 0, c); };
    CHECK(independent(0, 1, first, more_users) > chi_square_level);
    CHECK(independent(0, 0, first, next_context) > chi_square_level);
    CHECK(independent(0, 0, first, next_world) > chi_square_level);
    CHECK(independent(0, 0, first, first) < chi_square_level);  // the partner
}

TEST_CASE("run_study: appending changes no existing row", "[sim][study][determinism]") {
    const sim::Scenario before = mixed_study();
    SECTION("a context") {
        sim::Scenario after = before;
        append_context(after, asked({.proxy = {1}, .levels = {0}}, {2}, sim::MostProbable{3}));
        check_unchanged(before, after);
    }
    SECTION("a proxy") {
        sim::Scenario generated = before;
        const sim::GeneratedContexts contexts{.proxies = {{0}},
                                              .history_lengths = {0, 2},
                                              .histories_per_group = 2,
                                              .candidates = sim::AllItems{}};
        generated.contexts.source = contexts;
        sim::Scenario after = generated;
        std::get<sim::GeneratedContexts>(after.contexts.source).proxies.push_back({1, 0});
        check_unchanged(generated, after);
    }
    SECTION("a number of users") {
        sim::Scenario after = before;
        after.design = sim::UsersPerGroup{{3, 10, 4}};
        check_unchanged(before, after);
        after.design = sim::UsersPerGroup{{4, 3, 10}};  // nor does prepending one
        check_unchanged(before, after);
    }
    SECTION("a predictor, even one that is all ties") {
        sim::Scenario after = before;
        after.predictors.push_back(
            mock("uniform", [](const sim::World&) { return adapters::uniform(); }));
        check_unchanged(before, after);
        std::rotate(after.predictors.begin(), after.predictors.end() - 1, after.predictors.end());
        check_unchanged(before, after);
    }
    SECTION("an approximation and an estimator") {
        sim::Scenario after = before;
        after.approximations.emplace_back(metrics::RankCurve{});
        after.estimators = all_estimators();
        check_unchanged(before, after);
    }
    SECTION("a world") {
        sim::Scenario after = before;
        after.worlds = 2;
        check_unchanged(before, after);
    }
}

TEST_CASE("run_study: appending changes no existing row of the users design either",
          "[sim][study][determinism]") {
    const sim::Scenario before = with_design(sim::Users{{3, 10}});
    sim::Scenario after = before;
    SECTION("a number of users, a predictor, an estimator") {
        after.design = sim::Users{{3, 10, 4}};
        check_unchanged(before, after);
        after.predictors.push_back(
            mock("uniform", [](const sim::World&) { return adapters::uniform(); }));
        after.estimators = all_estimators();
        check_unchanged(before, after);
    }
    SECTION("a context of attributes that are shown already") {
        append_context(after, asked({.proxy = {1}, .levels = {0}}, {}, sim::AllItems{}));
        append_context(after, asked({.proxy = {0}, .levels = {0}}, {2}, sim::AllItems{}));
        append_context(after, asked({}, {}, sim::MostProbable{2}));
        check_unchanged(before, after);
    }
}

TEST_CASE("run_study: a context with a new attribute changes no row of the users design",
          "[sim][study][determinism]") {
    sim::Scenario before = with_design(sim::Users{{3, 10}});
    before.contexts.source = std::vector<sim::ListedContext>{
        asked({}, {}, sim::AllItems{}), asked({.proxy = {0}, .levels = {1}}, {}, sim::AllItems{})};
    sim::Scenario after = before;
    append_context(after, asked({.proxy = {1}, .levels = {0}}, {}, sim::AllItems{}));
    check_unchanged(before, after);
}

TEST_CASE("run_study: replicates that fill no block are all counted, once",
          "[sim][study][determinism]") {
    // One more replicate adds one more possible value to the sum, whatever the block's edge.
    sim::Scenario scenario = small_scenario();
    scenario.design = sim::UsersPerGroup{{2}};  // entropies 0 and ln 2
    const auto sum = [&](std::uint32_t replicates) {
        scenario.replicates = replicates;
        const sim::Results results = sim::run_study(scenario, {.threads = 2});
        CHECK(results.cells.front().replicates == replicates);
        CHECK(results.cells.front().gap_bias_mcse.has_value() == (replicates > 1));
        return *results.cells.front().entropy_mean * replicates / std::log(2.0);
    };
    double before = 0.0;
    for (const std::uint32_t replicates : {1U, 2U}) {
        const double here = sum(replicates);
        CHECK((std::abs(here - before) < 1e-9 || std::abs(here - before - 1.0) < 1e-9));
        before = here;
    }
    for (const std::uint32_t edge : {64U, 128U, 640U}) {
        before = sum(edge - 1);
        for (const std::uint32_t replicates : {edge, edge + 1}) {
            const double here = sum(replicates);
            CHECK((std::abs(here - before) < 1e-9 || std::abs(here - before - 1.0) < 1e-9));
            before = here;
        }
    }
}

}  // namespace truegap::test
