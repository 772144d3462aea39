#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>
#include <variant>

#include "tests/adapters/support.hpp"

#include "adapters/mock/mock_predictor.hpp"

using namespace truegap;
using namespace truegap::test;
using adapters::Json;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

const sim::GeneratedPopulation& generated(const sim::Scenario& scenario) {
    return std::get<sim::GeneratedPopulation>(scenario.population);
}

const sim::GeneratedContexts& contexts(const sim::Scenario& scenario) {
    return std::get<sim::GeneratedContexts>(scenario.contexts.source);
}

Json with(const std::string& pointer, const std::string& value) {
    Json scenario = scenario_json();
    scenario[Json::json_pointer(pointer)] = Json::parse(value);
    return scenario;
}

using Levels = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("scenario: defaults", "[adapters][scenario]") {
    const sim::Scenario scenario = read(scenario_json());
    CHECK(scenario.worlds == 1);
    CHECK(generated(scenario).popularity.kind == sim::Popularity::Kind::uniform);
    CHECK(generated(scenario).tilt_sd == 0.0);
    CHECK(std::get<std::vector<double>>(generated(scenario).class_weights) ==
          std::vector<double>(3, 1.0 / 3.0));
    CHECK(generated(scenario).concentration == std::vector<double>(3, infinity));
    const sim::AttributeSpec& age = generated(scenario).attributes.at(0);
    CHECK(age.informativeness == 1.0);
    CHECK(std::get<sim::DirichletWeights>(age.class_levels).concentration == 1.0);
    CHECK(contexts(scenario).proxies == std::vector<sim::Proxy>{{}});
    CHECK(contexts(scenario).history_lengths == Levels{0});
    CHECK(contexts(scenario).histories_per_group == 1);
    CHECK(std::holds_alternative<sim::AllItems>(contexts(scenario).candidates));
    CHECK(scenario.contexts.repeat);
    Json bare = scenario_json();
    bare["population"].erase("attributes");
    CHECK(generated(read(bare)).attributes.empty());
}

TEST_CASE("scenario: what is at the root", "[adapters][scenario]") {
    Json text = scenario_json();
    text["name"] = "na\u00efve study";
    text["seed"] = ~std::uint64_t{0};
    text["replicates"] = 1e6;
    text["worlds"] = 7;
    text["dynamics"] = {{"kind", "static"}};
    text["responses"]["top"] = 12;
    const sim::Scenario scenario = read(text);
    CHECK(scenario.name == "na\u00efve study");
    CHECK(scenario.question == "Does it work?");
    CHECK(scenario.seed == ~std::uint64_t{0});
    CHECK(scenario.replicates == 1'000'000);
    CHECK(scenario.worlds == 7);
    CHECK(scenario.top == 12);
}

TEST_CASE("scenario: a generated population, every key", "[adapters][scenario]") {
    const sim::Scenario scenario = read(with("/population", R"({
        "items": 12, "classes": 2, "popularity": {"kind": "zipf", "exponent": 0.8},
        "tilt_sd": 1.5, "class_weights": {"kind": "dirichlet", "concentration": 0.7},
        "heterogeneity": {"concentration": [25, "infinite"]},
        "attributes": [{"name": "a", "levels": ["x", "y"], "informativeness": 0.25,
                        "concentration": 3},
                       {"name": "b", "levels": ["u", "v"], "probabilities": [[0, 1], [0.5, 0.5]]}]
        })"));
    const sim::GeneratedPopulation& population = generated(scenario);
    CHECK(population.items == 12);
    CHECK(population.classes == 2);
    CHECK(population.popularity.kind == sim::Popularity::Kind::zipf);
    CHECK(population.popularity.parameter == 0.8);
    CHECK(population.tilt_sd == 1.5);
    CHECK(std::get<sim::DirichletWeights>(population.class_weights).concentration == 0.7);
    CHECK(population.concentration == std::vector<double>{25.0, infinity});
    const auto& attributes = population.attributes;
    REQUIRE(attributes.size() == 2);
    CHECK(attributes[0].name == "a");
    CHECK(attributes[0].levels == std::vector<std::string>{"x", "y"});
    CHECK(attributes[0].informativeness == 0.25);
    CHECK(std::get<sim::DirichletWeights>(attributes[0].class_levels).concentration == 3.0);
    const auto& S = std::get<sim::RowMatrix>(attributes[1].class_levels);
    CHECK((S(0, 0) == 0.0 && S(0, 1) == 1.0 && S(1, 0) == 0.5 && S(1, 1) == 0.5));
}

TEST_CASE("scenario: popularity, class weights and heterogeneity in every form",
          "[adapters][scenario]") {
    using Kind = sim::Popularity::Kind;
    const auto popularity = [](const std::string& text) {
        return generated(read(with("/population/popularity", text))).popularity;
    };
    CHECK(popularity(R"({"kind": "uniform"})").kind == Kind::uniform);
    CHECK(popularity(R"({"kind": "geometric", "ratio": 0.9})").kind == Kind::geometric);
    CHECK(popularity(R"({"kind": "geometric", "ratio": 0.9})").parameter == 0.9);
    CHECK(popularity(R"({"kind": "zipf", "exponent": 0})").parameter == 0.0);
    const auto weights = [](const std::string& text) {
        return std::get<std::vector<double>>(
            generated(read(with("/population/class_weights", text))).class_weights);
    };
    CHECK(weights(R"({"kind": "uniform"})") == std::vector<double>(3, 1.0 / 3.0));
    CHECK(weights("[0.5, 0.5, 0]") == std::vector<double>{0.5, 0.5, 0.0});
    const auto kappa = [](const std::string& text) {
        return generated(read(with("/population/heterogeneity", text))).concentration;
    };
    CHECK(kappa(R"({"concentration": 2.5})") == std::vector<double>(3, 2.5));
    CHECK(kappa(R"({"concentration": "infinite"})") == std::vector<double>(3, infinity));
    CHECK(kappa(R"({"concentration": [1, "infinite", 3]})") ==
          std::vector<double>{1.0, infinity, 3.0});
}

TEST_CASE("scenario: a population given outright", "[adapters][scenario]") {
    Json text = with("/population", R"({
        "class_weights": [0.5, 0.5], "item_probabilities": [[0.25, 0.75, 0], [0, 0, 1]],
        "heterogeneity": {"concentration": [25.0, 10.0]},
        "attributes": [{"name": "age", "levels": ["a", "b"], "informativeness": 0.5,
                        "probabilities": [[0.5, 0.5], [0.25, 0.75]]}]})");
    text["responses"]["top"] = 3;
    const sim::Scenario scenario = read(text);
    const auto& population = std::get<sim::ExplicitPopulation>(scenario.population);
    CHECK(population.class_weights == std::vector<double>{0.5, 0.5});
    CHECK(population.item_probabilities.rows() == 2);
    CHECK(population.item_probabilities.cols() == 3);
    CHECK(population.item_probabilities(0, 1) == 0.75);
    CHECK(population.concentration == std::vector<double>{25.0, 10.0});
    CHECK(population.attributes.at(0).informativeness == 0.5);
    CHECK(sim::item_count(scenario.population) == 3);
}

TEST_CASE("scenario: generated contexts, every key", "[adapters][scenario]") {
    const sim::Scenario scenario = read(with("/contexts", R"({
        "proxies": [[], ["gender"], ["age", "gender"]], "history_lengths": [5, 0],
        "histories_per_group": 4, "candidates": 6, "repeat": false})"));
    CHECK(contexts(scenario).proxies == std::vector<sim::Proxy>{{}, {1}, {0, 1}});
    CHECK(contexts(scenario).history_lengths == Levels{5, 0});
    CHECK(contexts(scenario).histories_per_group == 4);
    CHECK(std::get<sim::MostProbable>(contexts(scenario).candidates).count == 6);
    CHECK_FALSE(scenario.contexts.repeat);
    const sim::Scenario listed = read(with("/contexts", R"({"candidates": [7, 0, 11, 3]})"));
    CHECK(std::get<std::vector<sim::ItemId>>(contexts(listed).candidates) ==
          std::vector<sim::ItemId>{7, 0, 11, 3});
}

TEST_CASE("scenario: contexts given outright", "[adapters][scenario]") {
    const sim::Scenario scenario = read(with("/contexts", R"({"repeat": true, "list": [
        {"group": {"gender": "m", "age": "old"}, "history": [3, 3, 11], "candidates": [0, 1, 2, 5]},
        {}, {"group": {}, "history": [], "candidates": 5}]})"));
    const auto& list = std::get<std::vector<sim::ListedContext>>(scenario.contexts.source);
    REQUIRE(list.size() == 3);
    CHECK(list[0].group == sim::Group{.proxy = {1, 0}, .levels = {1, 1}});
    CHECK(list[0].history == sim::History{3, 3, 11});
    CHECK(std::get<std::vector<sim::ItemId>>(list[0].candidates) ==
          std::vector<sim::ItemId>{0, 1, 2, 5});
    CHECK(list[1].group == sim::Group{});
    CHECK(list[1].history.empty());
    CHECK(std::holds_alternative<sim::AllItems>(list[1].candidates));
    CHECK(std::get<sim::MostProbable>(list[2].candidates).count == 5);
}

TEST_CASE("scenario: designs", "[adapters][scenario]") {
    const auto per_group = [](const std::string& text) {
        return std::get<sim::UsersPerGroup>(read(with("/design", text)).design).n;
    };
    CHECK(per_group(R"({"users_per_group": 5})") == Levels{5});
    CHECK(per_group(R"({"users_per_group": [20, 1, 1e9]})") == Levels{20, 1, 1'000'000'000});
    CHECK(std::get<sim::Users>(read(with("/design", R"({"users": [3, 50]})")).design).n ==
          Levels{3, 50});
    const TemporaryFolder folder;
    write_file(folder / "sizes.csv", "gender,users,age\nm,3,old\n\nf,0,young\n");
    const auto sizes = std::get<sim::GroupSizes>(
        read(with("/design", R"({"group_sizes": "sizes.csv"})"), folder.path()).design);
    CHECK(sizes.proxy == sim::Proxy{1, 0});
    REQUIRE(sizes.rows.size() == 2);
    CHECK(sizes.rows[0].levels == Levels{1, 1});
    CHECK(sizes.rows[0].users == 3);
    CHECK(sizes.rows[1].levels == Levels{0, 0});
    CHECK(sizes.rows[1].users == 0);
}

TEST_CASE("scenario: estimators by name, in their order", "[adapters][scenario]") {
    Json text = scenario_json();
    text["estimators"] = Json::array();
    for (const auto& entry : metrics::estimators())
        text["estimators"].insert(text["estimators"].begin(), std::string(entry.name));
    const sim::Scenario scenario = read(text);
    REQUIRE(scenario.estimators.size() == metrics::estimators().size());
    CHECK(&scenario.estimators.back().entry() == &metrics::estimators().front());
    CHECK(&scenario.estimators.front().entry() == &metrics::estimators().back());
}

TEST_CASE("scenario: several populations, with contexts of their own or those of all",
          "[adapters][scenario]") {
    Json text = scenario_json();
    Json wide = text["population"];
    wide["items"] = 20;
    text["contexts"] = {{"proxies", {{"gender"}}}};
    text["populations"] = Json::array(
        {{{"name", "a"}, {"population", text["population"]}},
         {{"name", "b"}, {"population", wide}, {"contexts", {{"history_lengths", {3}}}}}});
    text.erase("population");
    text["rows"] = "summary";
    const sim::Scenario scenario = read(text);
    CHECK(scenario.summary_only);
    const std::vector<sim::Scenario> members = sim::one_a_population(scenario);
    REQUIRE(members.size() == 2);
    CHECK(scenario.populations[1].name == "b");
    CHECK(sim::item_count(members[0].population) == 12);
    CHECK(sim::item_count(members[1].population) == 20);
    CHECK(contexts(members[0]).proxies == std::vector<sim::Proxy>{{1}});
    CHECK(contexts(members[0]).history_lengths == Levels{0});
    CHECK(contexts(members[1]).proxies == std::vector<sim::Proxy>{{}});
    CHECK(contexts(members[1]).history_lengths == Levels{3});
    CHECK(members[0].populations.empty());
    text["rows"] = "contexts";
    CHECK_FALSE(read(text).summary_only);
    text.erase("rows");
    CHECK_FALSE(read(text).summary_only);
    CHECK(sim::one_a_population(read(scenario_json())).size() == 1);
}

TEST_CASE("scenario: overrides go before the file, and are written into the document",
          "[adapters][scenario]") {
    const auto file = adapters::read_scenario(
        scenario_json().dump(), "test.json", ".", read_mocks, {.seed = 77, .replicates = 8});
    CHECK(file.file == "test.json");
    CHECK(file.scenario.seed == 77);
    CHECK(file.scenario.replicates == 8);
    CHECK(file.document["seed"] == 77);
    CHECK(file.document["replicates"] == 8);
    CHECK(file.document["worlds"] == 1);
    CHECK(file.document["dynamics"]["kind"] == "static");
    CHECK(file.document["contexts"]["repeat"] == true);
    const Json again =
        adapters::read_scenario(file.document.dump(), "again", ".", read_mocks).document;
    CHECK(again == file.document);
}

TEST_CASE("scenario: what overrides replace must be sound all the same", "[adapters][scenario]") {
    Json text = scenario_json();
    text["seed"] = -1;
    CHECK(complaint([&] {
              static_cast<void>(adapters::read_scenario(
                  text.dump(), "test.json", ".", read_mocks, {.seed = 1, .replicates = {}}));
          }).starts_with("test.json: /seed: "));
}
