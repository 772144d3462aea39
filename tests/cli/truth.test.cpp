#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>
#include <set>

#include "tests/cli/exact.hpp"
#include "tests/cli/support.hpp"

using namespace truegap::test;

namespace {

constexpr double tolerance = 1e-13;

/// Random scenarios, large and small, with zeros, unequal heterogeneity and histories.
class Maker {
  public:
    explicit Maker(unsigned seed) : chance_(seed) {}

    Json scenario() {
        const std::size_t classes = 1 + below(11);
        const std::size_t items = 3 + below(48);
        Json result = small_scenario();
        result["responses"]["top"] = 1;
        Json& population = result["population"] = Json::object();
        population["class_weights"] = distribution(classes, true);
        for (std::size_t z = 0; z < classes; ++z)
            population["item_probabilities"].push_back(distribution(items, false));
        if (below(4) > 0) population["heterogeneity"]["concentration"] = concentrations(classes);
        population["attributes"] = Json::array();
        for (const std::string name : {"age", "place, \"abroad\"", "z"})
            population["attributes"].push_back(attribute(name, classes));
        Json& contexts = result["contexts"] = Json::object();
        contexts["repeat"] = below(2) == 0;
        for (int i = 0; i < 4; ++i)
            contexts["list"].push_back(context(population, contexts["repeat"]));
        return result;
    }

  private:
    std::size_t below(std::size_t n) { return chance_.below(n); }
    double uniform() { return chance_.uniform(); }

    // Skewed over many orders of magnitude; sometimes with zeros, never all of them.
    Json distribution(std::size_t size, bool positive) {
        std::vector<double> p(size);
        for (double& value : p)
            value = !positive && below(8) == 0
                        ? 0.0
                        : std::pow(uniform(), static_cast<double>(1 + below(6)));
        p[below(size)] += 0.5;
        const double total = std::accumulate(p.begin(), p.end(), 0.0);
        for (double& value : p) value /= total;
        return p;
    }
    Json concentration() {
        if (below(4) == 0) return "infinite";
        return std::pow(10.0, -2.0 + 6.0 * uniform());
    }
    Json concentrations(std::size_t classes) {
        if (below(3) == 0) return concentration();
        Json result = Json::array();
        for (std::size_t z = 0; z < classes; ++z) result.push_back(concentration());
        return result;
    }
    Json attribute(const std::string& name, std::size_t classes) {
        Json result{{"name", name}, {"levels", Json::array()}};
        const std::size_t levels = 1 + below(4);
        for (std::size_t l = 0; l < levels; ++l)
            result["levels"].push_back("level " + std::to_string(l));
        for (std::size_t z = 0; z < classes; ++z)
            result["probabilities"].push_back(distribution(levels, true));
        if (below(2) == 0) result["informativeness"] = uniform();
        return result;
    }
    Json context(const Json& population, bool repeat) {
        const std::size_t items = population["item_probabilities"][0].size();
        Json result = Json::object();
        for (const auto& given : population["attributes"])
            if (below(2) == 0)
                result["group"][given["name"]] = given["levels"][below(given["levels"].size())];
        // What every class can choose, so that no history and no candidate set is impossible.
        std::vector<std::size_t> possible;
        for (std::size_t item = 0; item < items; ++item)
            if (std::all_of(population["item_probabilities"].begin(),
                            population["item_probabilities"].end(),
                            [&](const Json& row) { return row[item] > 0.0; }))
                possible.push_back(item);
        const std::size_t kinds = repeat || possible.size() < 3 ? possible.size() : 1;
        if (kinds > 0 && below(4) > 0)
            for (std::size_t length = below(21); length > 0; --length)
                result["history"].push_back(possible[below(kinds)]);
        if (possible.size() >= 3 && below(3) > 0) {
            for (std::size_t i = possible.size(); i > 1; --i)
                std::swap(possible[i - 1], possible[below(i)]);
            result["candidates"] = possible;
        } else if (below(2) == 0) {
            result["candidates"] = items;
        }
        return result;
    }
    Dice chance_;
};

Json truth_of(const Json& scenario) {
    const Finished finished = run({"truth", "-"}, {}, scenario.dump());
    INFO(finished.err << scenario.dump());
    REQUIRE(finished.code == 0);
    CHECK(finished.err.empty());
    return Json::parse(finished.out);
}

std::vector<std::string> keys(const Json& object) {
    std::vector<std::string> result;
    for (const auto& [key, value] : object.items()) result.push_back(key);
    return result;
}

double error(const Json& found, const Exact& expected) {
    return std::abs(static_cast<double>(found.get<double>() - expected));
}

double error(const Json& found, const ExactVector& expected) {
    REQUIRE(found.size() == expected.size());
    double largest = 0.0;
    for (std::size_t i = 0; i < expected.size(); ++i)
        largest = std::max(largest, error(found[i], expected[i]));
    return largest;
}

// The candidates of a listed context: as given; that many most probable by the marginal; or all.
std::vector<std::size_t> expected_candidates(const Json& listed,
                                             const ExactPopulation& population,
                                             bool repeat) {
    std::vector<std::size_t> result(population.items());
    std::iota(result.begin(), result.end(), std::size_t{0});
    if (listed.contains("candidates") && listed["candidates"].is_array()) {
        result = listed["candidates"].get<std::vector<std::size_t>>();
    } else if (listed.contains("candidates")) {
        const ExactVector p = population.marginal();
        std::stable_sort(result.begin(), result.end(), [&](std::size_t a, std::size_t b) {
            return p[a] > p[b];
        });
        result.resize(listed["candidates"].get<std::size_t>());
    }
    if (!repeat && listed.contains("history"))
        for (const auto& item : listed["history"])
            result.erase(std::remove(result.begin(), result.end(), item.get<std::size_t>()),
                         result.end());
    return result;
}

void check_context(const Json& found, const Json& listed, const Json& scenario) {
    const ExactPopulation population(scenario["population"]);
    const ExactGroup group = listed.value("group", ExactGroup{});
    const auto history = listed.value("history", std::vector<std::size_t>{});
    const auto candidates =
        expected_candidates(listed, population, scenario["contexts"]["repeat"].get<bool>());
    CHECK(found["group"].get<ExactGroup>() == group);
    CHECK(found["history"].get<std::vector<std::size_t>>() == history);
    REQUIRE(found["candidates"].get<std::vector<std::size_t>>() == candidates);
    const ExactVector p = population.target(group, history, candidates);
    CHECK(error(found["group_probability"], population.group_probability(group)) < tolerance);
    CHECK(error(found["class_posterior"], population.class_posterior(group, history)) < tolerance);
    CHECK(error(found["distribution"], p) < tolerance);
    CHECK(error(found["entropy"], exact_entropy(p)) < tolerance);
    CHECK(error(found["individual_entropy"],
                population.individual_entropy(group, history, candidates)) < tolerance);
}

}  // namespace

TEST_CASE("truth: agrees with 50-digit arithmetic on random populations", "[cli][truth]") {
    std::size_t with_history = 0;
    std::size_t restricted = 0;
    for (unsigned seed = 1; seed <= 60; ++seed) {
        const Json scenario = Maker(seed).scenario();
        const Json truth = truth_of(scenario);
        const Json& list = scenario["contexts"]["list"];
        REQUIRE(truth["contexts"].size() == list.size());
        for (std::size_t i = 0; i < list.size(); ++i) {
            INFO("seed " << seed << ", context " << i << ": " << list[i].dump());
            check_context(truth["contexts"][i], list[i], scenario);
            CHECK(truth["contexts"][i]["id"] == i);
            with_history += list[i].contains("history") ? 1 : 0;
            restricted += truth["contexts"][i]["candidates"].size() <
                                  scenario["population"]["item_probabilities"][0].size()
                              ? 1
                              : 0;
        }
    }
    CHECK(with_history > 40);  // the random cases are not degenerate
    CHECK(restricted > 40);
}

TEST_CASE("truth: the ladder agrees with 50-digit arithmetic", "[cli][truth]") {
    for (unsigned seed = 101; seed <= 115; ++seed) {
        INFO("seed " << seed);
        Json scenario = Maker(seed).scenario();
        scenario["contexts"] = Json::parse(R"({"proxies": [[], ["age"], ["z", "age"],
                                               ["age", "place, \"abroad\"", "z"]]})");
        const ExactPopulation population(scenario["population"]);
        std::vector<std::size_t> items(population.items());
        std::iota(items.begin(), items.end(), std::size_t{0});
        const ExactVector marginal = population.marginal();
        const Json ladder = truth_of(scenario)["ladder"];
        REQUIRE(keys(ladder) ==
                std::vector<std::string>{"H(B)", "H(B|U)", "by_proxy", "by_history"});
        CHECK(error(ladder["H(B)"], exact_entropy(marginal)) < tolerance);
        CHECK(error(ladder["H(B|U)"], population.individual_entropy({}, {}, items)) < tolerance);
        REQUIRE(ladder["by_proxy"].size() == 4);
        for (std::size_t rung = 0; rung < 4; ++rung) {
            const Json& found = ladder["by_proxy"][rung];
            REQUIRE(keys(found) == std::vector<std::string>{"proxy", "H(B|proxy)", "I(B;proxy)"});
            CHECK(found["proxy"] == scenario["contexts"]["proxies"][rung]);
            Exact conditional = 0;
            Exact information = 0;
            for (const ExactGroup& group : population.groups(found["proxy"])) {
                const ExactVector p = population.target(group, {}, items);
                conditional += population.group_probability(group) * exact_entropy(p);
                information += population.group_probability(group) * exact_divergence(p, marginal);
            }
            CHECK(error(found["H(B|proxy)"], conditional) < tolerance);
            CHECK(error(found["I(B;proxy)"], information) < tolerance);
        }
    }
}

TEST_CASE("truth: keys stand in the order of the contract, numbers in their shortest form",
          "[cli][truth]") {
    const Finished finished = run({"truth", "-"}, {}, explicit_scenario().dump());
    REQUIRE(finished.code == 0);
    CHECK(finished.out.starts_with("{\"unit\":\"nat\","));
    CHECK(finished.out.ends_with("}\n"));
    const Json truth = Json::parse(finished.out);
    CHECK(keys(truth) == std::vector<std::string>{"unit", "contexts", "ladder"});
    std::vector<std::string> found = keys(truth["contexts"][0]);
    found.resize(8);  // later keys are appended
    CHECK(found == std::vector<std::string>{"id",
                                            "group",
                                            "history",
                                            "candidates",
                                            "group_probability",
                                            "class_posterior",
                                            "distribution",
                                            "entropy"});
    for (const std::string number : {"\"group_probability\":0.6875,", "\"id\":2,"})
        CHECK(finished.out.find(number) != std::string::npos);
    CHECK(run({"truth", "-", "--format", "json"}, {}, explicit_scenario().dump()).out ==
          finished.out);
}

TEST_CASE("truth: the CSV holds the same digits as the JSON", "[cli][truth]") {
    const Json scenario = Maker(7).scenario();
    const Json truth = truth_of(scenario);
    const Finished finished = run({"truth", "-", "--format", "csv"}, {}, scenario.dump());
    REQUIRE(finished.code == 0);
    const Table table = read_table(finished.out);
    std::size_t row = 0;
    for (const auto& context : truth["contexts"]) {
        std::string proxy;
        std::string group;
        for (const auto& [name, level] : context["group"].items()) {
            proxy.append(proxy.empty() ? "" : "+").append(name);
            group.append(group.empty() ? "" : ";").append(name).append("=");
            group.append(level.get<std::string>());
        }
        std::string history;
        for (const auto& item : context["history"])
            history.append(history.empty() ? "" : " ").append(item.dump());
        for (std::size_t k = 0; k < context["candidates"].size(); ++k, ++row) {
            REQUIRE(row < table.rows.size());
            CHECK(table.at(row, "context_id") == context["id"].dump());
            CHECK(table.at(row, "proxy") == proxy);
            CHECK(table.at(row, "group") == group);
            CHECK(table.at(row, "history") == history);
            CHECK(table.at(row, "item") == context["candidates"][k].dump());
            CHECK(table.number(row, "probability") == context["distribution"][k]);
            CHECK(table.number(row, "entropy") == context["entropy"]);
            CHECK(table.number(row, "group_probability") == context["group_probability"]);
        }
    }
    CHECK(row == table.rows.size());
}

TEST_CASE("truth: no random number touches a population given outright", "[cli][truth]") {
    const Json scenario = Maker(8).scenario();
    // Only averages over histories may be simulated, and then they say so.
    std::size_t simulated = 0;
    const auto without_simulation = [&](const Json& given) {
        Json truth = truth_of(given);
        Json enumerated = Json::array();
        for (const Json& rung : truth["ladder"]["by_history"])
            if (rung["by"] == "enumeration") enumerated.push_back(rung);
        simulated += truth["ladder"]["by_history"].size() - enumerated.size();
        truth["ladder"]["by_history"] = enumerated;
        return truth;
    };
    CHECK(without_simulation(scenario) == without_simulation(with(scenario, "/seed", 99)));
    CHECK(simulated > 0);
    CHECK(truth_of(small_scenario()) != truth_of(with(small_scenario(), "/seed", 99)));
}
