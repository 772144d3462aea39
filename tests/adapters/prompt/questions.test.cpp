#include "adapters/prompt/questions.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "sim/plan.hpp"
#include "sim/stream.hpp"

#include "tests/adapters/support.hpp"

#include "adapters/prompt/examples.hpp"
#include "adapters/prompt/texts.hpp"

using namespace truegap;
using namespace truegap::test;
using adapters::PromptSpec;
using adapters::Question;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// Two classes, three items, an attribute of two levels.
const std::vector<double> weights{0.3, 0.7};
const double items[2][3] = {{0.6, 0.3, 0.1}, {0.1, 0.2, 0.7}};
const double levels[2][2] = {{0.8, 0.2}, {0.4, 0.6}};

sim::Population population(double kappa, sim::Dynamics dynamics = {}) {
    sim::RowMatrix b(2, 3);
    sim::RowMatrix a(2, 2);
    for (int z = 0; z < 2; ++z) {
        for (int k = 0; k < 3; ++k) b(z, k) = items[z][k];
        for (int l = 0; l < 2; ++l) a(z, l) = levels[z][l];
    }
    return sim::Population(
        {.class_weights = weights,
         .item_probabilities = b,
         .concentration = {kappa, kappa},
         .attributes = sim::Attributes(
             {{.name = "age", .levels = {"young", "old"}, .true_levels = {"young", "old"}}},
             {{.first = 0, .size = 1, .probabilities = a}}),
         .dynamics = std::move(dynamics)});
}

// The largest |z| of counts against probabilities.
double worst_z(const std::vector<double>& counts, const std::vector<double>& p) {
    const double n = std::accumulate(counts.begin(), counts.end(), 0.0);
    double worst = 0.0;
    for (std::size_t i = 0; i < p.size(); ++i)
        worst =
            std::max(worst, std::abs(counts[i] - n * p[i]) / std::sqrt(n * p[i] * (1.0 - p[i])));
    return worst;
}

constexpr int draws = 20'000;

// Counts of (level, last item of the history, choice) of drawn users.
std::vector<double> drawn_counts(const sim::Population& people,
                                 std::size_t length,
                                 std::uint32_t unseen,
                                 const std::vector<sim::ItemId>& candidates) {
    sim::Stream stream = sim::stream({.seed = 9, .purpose = sim::Purpose::prompt_examples});
    std::vector<double> counts(18, 0.0);
    for (int i = 0; i < draws; ++i) {
        const auto user =
            adapters::draw_user(people, {0}, length, unseen, candidates, stream).value();
        REQUIRE(user.context.history.size() == length);
        const std::size_t last = length == 0 ? 0 : user.context.history.back();
        counts[9 * user.context.group.levels[0] + 3 * last + user.choice] += 1.0;
    }
    return counts;
}

}  // namespace

TEST_CASE("draw_user: level, history and choice have their exact joint distribution",
          "[adapters][prompt]") {
    for (const double kappa : {2.0, infinity}) {
        std::vector<double> p(18, 0.0);
        std::vector<double> blind(18, 0.0);  // the planted error: choices that ignore the history
        for (std::size_t l = 0; l < 2; ++l)
            for (std::size_t h = 0; h < 3; ++h)
                for (std::size_t b = 0; b < 3; ++b)
                    for (std::size_t z = 0; z < 2; ++z) {
                        const double again = h == b ? 1.0 : 0.0;
                        const double next = std::isinf(kappa)
                                                ? items[z][b]
                                                : (kappa * items[z][b] + again) / (kappa + 1.0);
                        const double user = weights[z] * levels[z][l] * items[z][h];
                        p[9 * l + 3 * h + b] += user * next;
                        for (std::size_t y = 0; y < 2; ++y)
                            blind[9 * l + 3 * h + b] += user * weights[y] * items[y][b];
                    }
        const auto counts = drawn_counts(population(kappa), 1, 0, {0, 1, 2});
        CHECK(worst_z(counts, p) < 4.5);
        CHECK(worst_z(counts, blind) > 4.5);
    }
}

TEST_CASE("draw_user: choices among some candidates have their exact marginal",
          "[adapters][prompt]") {
    const auto counts = drawn_counts(population(5.0), 0, 0, {2, 0});
    std::vector<double> marginal(2, 0.0);
    for (std::size_t z = 0; z < 2; ++z)
        for (const std::size_t b : {0U, 2U})
            marginal[b / 2] += weights[z] * items[z][b] / (items[z][0] + items[z][2]);
    CHECK(worst_z({counts[0] + counts[9], counts[2] + counts[11]}, marginal) < 4.5);
    CHECK(counts[1] + counts[10] == 0.0);
}

TEST_CASE("draw_user: under a changing class the attributes are those of the first event",
          "[adapters][prompt]") {
    sim::RowMatrix transition(2, 2);
    transition << 0.9, 0.1, 0.3, 0.7;
    sim::Dynamics dynamics;
    dynamics.transition = transition;
    // Level at event 0, which nobody sees; history at event 1; choice at event 2.
    std::vector<double> p(18, 0.0);
    for (std::size_t l = 0; l < 2; ++l)
        for (std::size_t h = 0; h < 3; ++h)
            for (std::size_t b = 0; b < 3; ++b)
                for (int x = 0; x < 2; ++x)
                    for (int y = 0; y < 2; ++y)
                        for (int z = 0; z < 2; ++z)
                            p[9 * l + 3 * h + b] += weights[static_cast<std::size_t>(x)] *
                                                    levels[x][l] * transition(x, y) * items[y][h] *
                                                    transition(y, z) * items[z][b];
    const auto counts = drawn_counts(population(infinity, dynamics), 1, 1, {0, 1, 2});
    CHECK(worst_z(counts, p) < 4.5);
    const auto seen = drawn_counts(population(infinity, dynamics), 1, 0, {0, 1, 2});
    CHECK(worst_z(seen, p) > 4.5);
}

namespace {

struct PlannedWorld {
    sim::Scenario scenario;
    sim::WorldPlan plan;

    PlannedWorld()
        : scenario([] {
              Json json = scenario_json();
              json["seed"] = 5;
              json["contexts"] = Json::parse(
                  R"({"proxies": [[], ["age"], ["age", "gender"]], "history_lengths": [0, 3]})");
              return read(json);
          }()),
          plan(sim::plan_world(scenario, 2)) {}

    using Json = adapters::Json;
    [[nodiscard]] std::vector<Question> ask(const PromptSpec& spec) const {
        return ask(spec, plan.contexts);
    }
    [[nodiscard]] std::vector<Question> ask(const PromptSpec& spec,
                                            std::span<const sim::Context> contexts) const {
        const sim::World world{
            .population = plan.population, .seed = scenario.seed, .index = plan.index};
        return adapters::world_questions(spec, world, contexts, 4);
    }
};

PromptSpec spec_with(std::uint32_t examples, bool per_context) {
    PromptSpec spec;
    spec.texts = adapters::default_texts("en");
    spec.examples = examples;
    spec.examples_per_context = per_context;
    return spec;
}

}  // namespace

TEST_CASE("world_questions: contexts in words", "[adapters][prompt]") {
    const PlannedWorld world;
    PromptSpec spec = spec_with(0, false);
    spec.attributes = {{.attribute = "age", .name = "Age", .levels = {"under 40", "over 40"}}};
    const auto questions = world.ask(spec);
    REQUIRE(questions.size() == world.plan.contexts.size());
    std::set<std::vector<std::uint32_t>> orders;
    for (std::size_t c = 0; c < questions.size(); ++c) {
        const sim::Context& context = world.plan.contexts[c];
        const Question& question = questions[c];
        CHECK(question.context_id == "2/" + std::to_string(context.id));
        CHECK(question.user.empty());
        CHECK(question.history.size() == context.history.size());
        CHECK(question.candidates.size() == context.candidates.size());
        CHECK(question.group.size() == context.group.proxy.size());
        CHECK(question.top == 4);
        auto sorted = question.order;
        std::sort(sorted.begin(), sorted.end());
        for (std::uint32_t i = 0; i < sorted.size(); ++i) CHECK(sorted[i] == i);
        orders.insert(question.order);
        for (std::size_t i = 0; i < context.history.size(); ++i)
            for (std::size_t k = 0; k < context.candidates.size(); ++k)
                CHECK((question.history[i] == question.candidates[k]) ==
                      (context.history[i] == context.candidates[k]));
    }
    CHECK(orders.size() == questions.size());
    const auto& last = questions.back().group;
    REQUIRE(last.size() == 2);
    CHECK(last[0] == adapters::Shown{"Age", "over 40"});
    CHECK(last[1] == adapters::Shown{"gender", "m"});
}

TEST_CASE("world_questions: the same world in another script", "[adapters][prompt]") {
    const PlannedWorld world;
    PromptSpec spec = spec_with(3, false);
    const auto latin = world.ask(spec);
    spec.script = "han";
    const auto han = world.ask(spec);
    for (std::size_t c = 0; c < latin.size(); ++c) {
        CHECK(latin[c].order == han[c].order);
        for (std::size_t e = 0; e < latin[c].examples.size(); ++e) {
            const auto& a = latin[c];
            const auto& b = han[c];
            const auto place = [](const Question& question, std::size_t example) {
                const auto& names = question.candidates;
                return std::find(names.begin(), names.end(), question.examples[example].choice) -
                       names.begin();
            };
            CHECK(place(a, e) == place(b, e));
        }
    }
    CHECK(latin[0].candidates != han[0].candidates);
}

TEST_CASE("world_questions: examples of a world are shared, those of a context its own",
          "[adapters][prompt]") {
    const PlannedWorld world;
    const auto shared = world.ask(spec_with(5, false));
    for (const Question& question : shared) {
        REQUIRE(question.examples.size() == 5);
        for (std::size_t e = 0; e < 5; ++e) {
            CHECK(question.examples[e].choice == shared[0].examples[e].choice);
            // The longest history and every attribute of any context.
            CHECK(question.examples[e].history.size() == 3);
            CHECK(question.examples[e].group.size() == 2);
        }
    }
    const auto own = world.ask(spec_with(5, true));
    std::set<std::string> choices;
    for (std::size_t c = 0; c < own.size(); ++c) {
        std::string all;
        for (const auto& example : own[c].examples) {
            CHECK(example.history.size() == world.plan.contexts[c].history.size());
            CHECK(example.group.size() == world.plan.contexts[c].group.proxy.size());
            all += example.choice;
        }
        choices.insert(all);
        // A context's own examples do not depend on the other contexts.
        const auto alone =
            world.ask(spec_with(5, true), std::span(world.plan.contexts).subspan(c, 1));
        for (std::size_t e = 0; e < 5; ++e)
            CHECK(alone[0].examples[e].choice == own[c].examples[e].choice);
        CHECK(alone[0].order == own[c].order);
    }
    CHECK(choices.size() > own.size() / 2);
}

TEST_CASE("world_questions: set-up B shows demographics of nobody", "[adapters][prompt]") {
    PromptSpec spec = spec_with(5, false);
    spec.setup = adapters::Setup::history_only;
    const PlannedWorld world;
    for (const Question& question : world.ask(spec)) {
        CHECK(question.group.empty());
        for (const auto& example : question.examples) CHECK(example.group.empty());
    }
}

TEST_CASE("world_questions: without a shuffle candidates are shown as they are listed",
          "[adapters][prompt]") {
    PromptSpec spec = spec_with(0, false);
    spec.shuffle = false;
    const PlannedWorld world;
    for (const Question& question : world.ask(spec))
        CHECK(std::is_sorted(question.order.begin(), question.order.end()));
}

TEST_CASE("world_questions: names for another number of items are refused", "[adapters][prompt]") {
    PromptSpec spec = spec_with(0, false);
    spec.items = {"Alpha", "Beta"};
    const PlannedWorld world;
    try {
        (void)world.ask(spec);
        FAIL("not refused");
    } catch (const sim::ScenarioError& error) {
        CHECK(error.where() == "/prompts/items");
        CHECK(std::string(error.what()) ==
              "has 2 names (allowed: 12, one for each item of the population)");
    }
}
