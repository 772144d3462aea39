#include "sim/joint_users.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "naive_metric.hpp"
#include "naive_truth.hpp"
#include "support.hpp"

namespace truegap::test {
namespace {

constexpr std::uint32_t blocks = 400;
constexpr std::size_t block_size = 64;

// Everybody; age a, b; age x gender, gender first: a tree of nested groups, three items offered.
sim::Scenario nested_groups() {
    sim::Scenario scenario = small_scenario();
    scenario.contexts.source =
        sim::GeneratedContexts{.proxies = {{}, {0}, {1, 0}},
                               .history_lengths = {0},
                               .histories_per_group = 1,
                               .candidates = std::vector<sim::ItemId>{2, 0, 1}};
    scenario.design = sim::Users{{6}};
    return scenario;
}

double share(const sim::Group& group) {
    return naive_truth(BigPopulation(small_population()), group, {}, {0, 1})
        .group_probability.convert_to<double>();
}

// Every replicate of the design: group sizes and counts, [context][replicate].
struct Draws {
    explicit Draws(const sim::Scenario& scenario, std::uint32_t population_users = 6)
        : plan(sim::plan_world(scenario, 0)) {
        const sim::JointUsers joint(scenario, plan);
        users.resize(plan.contexts.size());
        counts.resize(plan.contexts.size());
        for (std::uint32_t block = 0; block < blocks; ++block) {
            const auto drawn = joint.draw(population_users, block, block_size);
            for (std::size_t c = 0; c < plan.contexts.size(); ++c) {
                const std::size_t K = plan.contexts[c].candidates.size();
                for (std::size_t r = 0; r < block_size; ++r) {
                    users[c].push_back(drawn.users[c][r]);
                    if (drawn.counts[c].empty()) continue;
                    const auto row = drawn.counts[c].begin() + static_cast<std::ptrdiff_t>(r * K);
                    counts[c].emplace_back(row, row + static_cast<std::ptrdiff_t>(K));
                }
            }
        }
    }

    sim::WorldPlan plan;
    std::vector<std::vector<std::uint32_t>> users;
    std::vector<std::vector<std::vector<std::uint32_t>>> counts;
};

// How often group sizes and counts of one context come out as each of their possible outcomes.
double chi_square_of(const Draws& draws, std::size_t context, const std::vector<Outcome>& law) {
    std::map<std::vector<std::uint32_t>, std::size_t> places;
    std::vector<double> probabilities;
    for (const Outcome& outcome : law) {
        places.emplace(outcome.counts, probabilities.size());
        probabilities.push_back(outcome.probability);
    }
    std::vector<std::uint64_t> observed(law.size());
    for (const auto& row : draws.counts[context]) ++observed[places.at(row)];
    return chi_square_p(observed, probabilities);
}

}  // namespace

TEST_CASE("JointUsers: a coarser group's users and choices are the sum of its parts",
          "[sim][joint_users]") {
    const Draws draws(nested_groups());
    REQUIRE(draws.plan.contexts.size() == 7);
    std::size_t wrong = 0;
    std::size_t replicates = 0;
    const auto sum_matches = [&](std::size_t whole, const std::vector<std::size_t>& parts) {
        for (std::size_t r = 0; r < draws.users[whole].size(); ++r) {
            ++replicates;
            std::uint32_t users = 0;
            std::vector<std::uint32_t> counts(3, 0U);
            for (const std::size_t part : parts) {
                users += draws.users[part][r];
                for (std::size_t k = 0; k < 3; ++k) counts[k] += draws.counts[part][r][k];
            }
            const auto& here = draws.counts[whole][r];
            if (users != draws.users[whole][r] || counts != here) ++wrong;
            if (here[0] + here[1] + here[2] != users) ++wrong;
        }
    };
    // Contexts: everybody, a, b, then gender x age: fa, fb, ma, mb.
    CHECK(draws.plan.contexts[4].group == sim::Group{{1, 0}, {0, 1}});
    sum_matches(0, {1, 2});
    sum_matches(0, {3, 4, 5, 6});
    sum_matches(1, {3, 5});
    sum_matches(2, {4, 6});
    CHECK(wrong == 0);
    CHECK(replicates == 4 * blocks * block_size);
    CHECK(std::all_of(
        draws.users[0].begin(), draws.users[0].end(), [](std::uint32_t n) { return n == 6; }));
}

TEST_CASE("JointUsers: group sizes are binomial and, given them, counts multinomial",
          "[sim][joint_users]") {
    const Draws draws(nested_groups());
    const sim::JointUsers joint(nested_groups(), draws.plan);
    for (std::size_t c = 0; c < draws.plan.contexts.size(); ++c) {
        const sim::Context& context = draws.plan.contexts[c];
        const double expected_share = share(context.group);
        const auto p = naive_target(small_population(), context);
        CAPTURE(c);
        CHECK(joint.expected_share(c) == Approx(expected_share).epsilon(1e-14));
        CHECK(chi_square_of(draws, c, outcomes_of_users(p, 6, expected_share)) > chi_square_level);
        // The partners: a group that is 5 % smaller, items that are 10 % off.
        if (c > 0)
            CHECK(chi_square_of(draws, c, outcomes_of_users(p, 6, 0.95 * expected_share)) <
                  chi_square_level);
        Vector wrong = p;
        wrong[0] *= 1.1;
        wrong[1] -= 0.1 * p[0];
        CHECK(chi_square_of(draws, c, outcomes_of_users(wrong, 6, expected_share)) <
              chi_square_level);
    }
}

TEST_CASE("JointUsers: disjoint groups are independent given their sizes", "[sim][joint_users]") {
    // One user of age a and one of age b: their choices make a 3 x 3 table.
    const Draws draws(nested_groups(), 2);
    const auto p = naive_target(small_population(), draws.plan.contexts[1]);
    const auto q = naive_target(small_population(), draws.plan.contexts[2]);
    std::vector<std::uint64_t> observed(9);
    std::vector<double> probabilities;
    const auto item = [](const std::vector<std::uint32_t>& one_user) {
        return static_cast<std::size_t>(std::max_element(one_user.begin(), one_user.end()) -
                                        one_user.begin());
    };
    for (std::size_t r = 0; r < draws.users[1].size(); ++r)
        if (draws.users[1][r] == 1 && draws.users[2][r] == 1)
            ++observed[3 * item(draws.counts[1][r]) + item(draws.counts[2][r])];
    for (const double x : p)
        for (const double y : q) probabilities.push_back(x * y);
    CHECK(chi_square_p(observed, probabilities) > chi_square_level);
}

TEST_CASE("JointUsers: nested groups covary as shared users do", "[sim][joint_users]") {
    // Cov(count of an item in the whole, in the part) = N share p (1 - p_whole).
    const Draws draws(nested_groups());
    const auto whole = naive_target(small_population(), draws.plan.contexts[0]);
    ZScores shared;
    ZScores independent;
    for (const std::size_t part : {std::size_t{1}, std::size_t{2}, std::size_t{6}}) {
        const auto p = naive_target(small_population(), draws.plan.contexts[part]);
        const double expected = share(draws.plan.contexts[part].group);
        for (std::size_t k = 0; k < 3; ++k) {
            double sum = 0.0;
            double squares = 0.0;
            const auto R = static_cast<double>(draws.users[0].size());
            for (std::size_t r = 0; r < draws.users[0].size(); ++r) {
                const double product = (draws.counts[0][r][k] - 6.0 * whole[k]) *
                                       (draws.counts[part][r][k] - 6.0 * expected * p[k]);
                sum += product;
                squares += product * product;
            }
            const double error = std::sqrt(squares / R) / std::sqrt(R);
            shared.add(sum / R, 6.0 * expected * p[k] * (1.0 - whole[k]), error);
            independent.add(sum / R, 0.0, error);
        }
    }
    CHECK(shared.beyond() == 0);
    CHECK(independent.beyond() == independent.tested());
}

TEST_CASE("JointUsers: contexts with a history or another menu share sizes, not choices",
          "[sim][joint_users]") {
    sim::Scenario scenario = nested_groups();
    const sim::Group young{.proxy = {0}, .levels = {0}};
    scenario.contexts.source =
        std::vector<sim::ListedContext>{{young, {}, std::vector<sim::ItemId>{0, 1, 2}},
                                        {young, {}, std::vector<sim::ItemId>{0, 1, 2}},
                                        {young, {}, std::vector<sim::ItemId>{2, 1, 0}},
                                        {young, {3}, std::vector<sim::ItemId>{0, 1, 2}}};
    const Draws draws(scenario);
    CHECK(draws.users[0] == draws.users[2]);
    CHECK(draws.users[0] == draws.users[3]);
    CHECK(draws.counts[0] == draws.counts[1]);
    CHECK(draws.counts[3].empty());
    std::size_t equal = 0;
    for (std::size_t r = 0; r < draws.users[0].size(); ++r) {
        auto reversed = draws.counts[2][r];
        std::reverse(reversed.begin(), reversed.end());
        equal += reversed == draws.counts[0][r] ? 1U : 0U;
    }
    CHECK(equal < draws.users[0].size() / 2);
    const auto p = naive_target(small_population(), draws.plan.contexts[2]);
    CHECK(chi_square_of(draws, 2, outcomes_of_users(p, 6, share(young))) > chi_square_level);
}

TEST_CASE("JointUsers: different menus are independent choices", "[sim][joint_users]") {
    // One user: his choices from two menus make a 3 x 3 table.
    sim::Scenario scenario = nested_groups();
    scenario.contexts.source = std::vector<sim::ListedContext>{
        {{}, {}, std::vector<sim::ItemId>{0, 1, 2}}, {{}, {}, std::vector<sim::ItemId>{0, 1, 3}}};
    const Draws draws(scenario, 1);
    const auto table_p = [&](std::size_t first, std::size_t second) {
        std::vector<std::uint64_t> observed(9);
        for (std::size_t r = 0; r < draws.users[0].size(); ++r)
            for (std::size_t a = 0; a < 3; ++a)
                for (std::size_t b = 0; b < 3; ++b)
                    observed[3 * a + b] += draws.counts[first][r][a] * draws.counts[second][r][b];
        std::vector<double> probabilities;
        for (const double x : naive_target(small_population(), draws.plan.contexts[first]))
            for (const double y : naive_target(small_population(), draws.plan.contexts[second]))
                probabilities.push_back(x * y);
        return chi_square_p(observed, probabilities);
    };
    CHECK(table_p(0, 1) > chi_square_level);
    CHECK(table_p(0, 0) < chi_square_level);  // the partner
}

TEST_CASE("JointUsers: users whom no context asks need no choices", "[sim][joint_users]") {
    // Each age likes items of its own, and each is offered these: sound contexts, as the truth and
    // the other designs find.
    sim::Scenario scenario = small_scenario();
    sim::ExplicitPopulation population = small_population();
    population.item_probabilities = matrix({{0.5, 0.5, 0, 0, 0}, {0, 0, 0.5, 0.5, 0}});
    population.attributes[0].class_levels = matrix({{1.0, 0.0}, {0.0, 1.0}});
    scenario.population = population;
    scenario.contexts.source = std::vector<sim::ListedContext>{
        {{.proxy = {0}, .levels = {0}}, {}, std::vector<sim::ItemId>{0, 1}},
        {{.proxy = {0}, .levels = {1}}, {}, std::vector<sim::ItemId>{2, 3}}};
    scenario.design = sim::Users{{6}};
    const sim::WorldPlan plan = sim::plan_world(scenario, 0);
    CHECK_NOTHROW(sim::JointUsers(scenario, plan));
}

}  // namespace truegap::test
