#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "random_worlds.hpp"

#include "adapters/mock/distortions.hpp"
#include "adapters/mock/mock_predictor.hpp"

namespace truegap::test {
namespace {

using Vector = std::vector<double>;

adapters::Belief given(Vector p) {
    return [p = std::move(p)](const sim::Context&) {
        return metrics::Distribution::from_probabilities(p);
    };
}

Vector of(const adapters::Belief& belief, const sim::Context& context = {}) {
    const auto q = belief(context);
    return {q.begin(), q.end()};
}

Vector read(const std::string& text, const RandomWorld& random) {
    const adapters::Json json = adapters::Json::parse(text);
    return of(adapters::read_belief(adapters::JsonNode(json, "test.json")).make(random.world()),
              random.context);
}

double worst_difference(const Vector& a, const Vector& b) {
    double worst = a.size() == b.size() ? 0.0 : 1.0;
    for (std::size_t k = 0; k < std::min(a.size(), b.size()); ++k)
        worst = std::max(worst, std::abs(a[k] - b[k]));
    return worst;
}

Vector normalised(Vector values) {
    double total = 0.0;
    for (const double value : values) total += value;
    for (double& value : values) value /= total;
    return values;
}

}  // namespace

TEST_CASE("position_biased: favours what is shown first, by hand", "[sim][mock]") {
    // 0.2, 0.3 / 2, 0.5 / 4 of 0.475
    CHECK(worst_difference(of(adapters::position_biased(given({0.2, 0.3, 0.5}), 0.5)),
                           {8.0 / 19.0, 6.0 / 19.0, 5.0 / 19.0}) < 1e-15);
    CHECK(worst_difference(of(adapters::position_biased(given({0.2, 0.3, 0.5}), 2.0)),
                           {0.2 / 2.8, 0.6 / 2.8, 2.0 / 2.8}) < 1e-15);
    CHECK(worst_difference(of(adapters::position_biased(given({0.2, 0.3, 0.5}), 1.0)),
                           {0.2, 0.3, 0.5}) < 1e-15);
    CHECK(of(adapters::position_biased(given({0.5, 0.0, 0.5}), 3.0))[1] == 0.0);
}

TEST_CASE("position_biased: is the truth of clicks that are examined like that", "[sim][mock]") {
    // One class: its clicks are its choices, biased by the page.
    Dice dice(71);
    double worst = 0.0;
    for (int i = 0; i < 50; ++i) {
        auto spec = random_population(dice, {.classes = 1, .homogeneous = 1.0});
        const sim::Population choices = population_of(spec);
        const double ratio = dice.between(0.2, 1.0);
        spec.examination = {.kind = sim::Examination::Kind::geometric, .parameter = ratio};
        const sim::Population clicks = population_of(spec);
        const sim::Context context = context_of({}, {}, random_candidates(dice, 5, 2));
        const sim::World shown{.population = choices, .seed = 4, .index = 0};
        const sim::World clicked{.population = clicks, .seed = 4, .index = 0};
        const adapters::Belief biased =
            adapters::position_biased(adapters::posterior_belief(shown, {}), ratio);
        worst = std::max(worst,
                         worst_difference(of(biased, context),
                                          of(adapters::posterior_belief(clicked, {}), context)));
    }
    CHECK(worst < 1e-14);
}

TEST_CASE("overconfident: more on the first item, evenly where several are first", "[sim][mock]") {
    CHECK(worst_difference(of(adapters::overconfident(given({0.2, 0.3, 0.5}), 0.25)),
                           {0.15, 0.225, 0.625}) < 1e-15);
    CHECK(worst_difference(of(adapters::overconfident(given({0.4, 0.2, 0.4}), 0.5)),
                           {0.45, 0.1, 0.45}) < 1e-15);
    CHECK(of(adapters::overconfident(given({0.2, 0.3, 0.5}), 1.0)) == Vector{0.0, 0.0, 1.0});
    CHECK(of(adapters::overconfident(given({0.25, 0.25, 0.5}), 0.0)) == Vector{0.25, 0.25, 0.5});
    const Vector even(4, 0.25);
    CHECK(of(adapters::overconfident(given(even), 0.7)) == even);
}

TEST_CASE("of: what stands outside is done last", "[sim][mock]") {
    Dice dice(72);
    double worst = 0.0;
    int orders_differ = 0;
    for (int i = 0; i < 60; ++i) {
        const RandomWorld random = random_world(dice, WorldKind::fixed);
        const Vector p = read(R"({"kind": "bayes"})", random);
        const auto tempered = [](Vector q) {
            for (double& value : q) value = value * value;
            return normalised(std::move(q));
        };
        const auto biased = [](Vector q) {
            for (std::size_t k = 0; k < q.size(); ++k)
                q[k] *= std::pow(0.7, static_cast<double>(k));
            return normalised(std::move(q));
        };
        const std::string hot = R"({"kind": "tempered", "temperature": 0.5)";
        const std::string page = R"({"kind": "position_biased", "ratio": 0.7)";
        const Vector outside = read(hot + R"(, "of": )" + page + "}}", random);
        const Vector inside = read(page + R"(, "of": )" + hot + "}}", random);
        worst = std::max(worst, worst_difference(outside, tempered(biased(p))));
        worst = std::max(worst, worst_difference(inside, biased(tempered(p))));
        orders_differ += worst_difference(outside, inside) > 1e-3 ? 1 : 0;
        const Vector blind = read(R"({"kind": "history_blind"})", random);
        const Vector backwards =
            read(R"({"kind": "reversed", "of": {"kind": "history_blind"}})", random);
        worst = std::max(worst, worst_difference(backwards, {blind.rbegin(), blind.rend()}));
        worst = std::max(
            worst,
            worst_difference(read(hot + R"(, "of": {"kind": "bayes"}})", random), tempered(p)));
    }
    CHECK(worst < 1e-13);
    CHECK(orders_differ > 50);
}

TEST_CASE("of: noise on noise is independent of it", "[sim][mock]") {
    Dice dice(73);
    RandomWorld random = random_world(dice, WorldKind::fixed);
    random.context.candidates = {0, 1};
    const double log_odds = [&] {
        const Vector p = read(R"({"kind": "bayes"})", random);
        return std::log(p[0] / p[1]);
    }();
    constexpr int contexts = 20'000;
    double squares = 0.0;
    double cross = 0.0;
    const adapters::Json json = adapters::Json::parse(
        R"([{"kind": "noisy", "sigma": 0.4, "of":
              {"kind": "tempered", "temperature": 1, "of": {"kind": "noisy", "sigma": 0.3}}},
            {"kind": "noisy", "sigma": 0.3}])");
    const auto make = [&](std::size_t i) {
        return adapters::read_belief(adapters::JsonNode(json[i], "test.json")).make(random.world());
    };
    const adapters::Belief twice = make(0);
    const adapters::Belief once = make(1);
    for (int i = 0; i < contexts; ++i) {
        random.context.id = static_cast<sim::ContextId>(i);
        const Vector q = of(twice, random.context);
        const Vector inner = of(once, random.context);
        const double total = std::log(q[0] / q[1]) - log_odds;
        const double own = std::log(inner[0] / inner[1]) - log_odds;
        squares += total * total / (2.0 * 0.25);      // 0.3^2 + 0.4^2
        cross += (total - own) * own / (2.0 * 0.12);  // the outer noise and the inner
    }
    ZScores z;
    z.add(squares / contexts, 1.0, std::sqrt(2.0 / contexts));
    z.add(cross / contexts, 0.0, std::sqrt(1.0 / contexts));
    CHECK(z.beyond() == 0);
    ZScores planted;  // one noise for both: 0.7^2
    planted.add(squares / contexts, 0.49 / 0.25, std::sqrt(2.0 / contexts));
    CHECK(planted.beyond() == 1);
}

}  // namespace truegap::test
