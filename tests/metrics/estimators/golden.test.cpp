#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "metrics/counts.hpp"
#include "metrics/estimators/registry.hpp"

#include "tests/metrics/support.hpp"

// tests/golden/entropy_vectors.json holds values for more estimators than exist today.
TEST_CASE("estimators: reproduce every golden vector of their name", "[metrics][entropy][golden]") {
    using namespace truegap::metrics;
    std::ifstream file(TRUEGAP_GOLDEN_DIR "/entropy_vectors.json");
    REQUIRE(file.good());
    const auto vectors = nlohmann::json::parse(file);
    REQUIRE(vectors.size() == 591);

    std::map<std::string, int> checked;
    for (const auto& vector : vectors) {
        const auto name = vector.at("estimator").get<std::string>();
        const auto estimator = find_estimator(name);
        if (!estimator) continue;
        const double unit = vector.at("unit") == "bit" ? std::log(2.0) : 1.0;
        const auto counts = vector.at("counts").get<std::vector<std::uint32_t>>();
        const double expected = unit * std::stod(vector.at("value").get<std::string>());
        const auto tolerance = vector.at("relative_tolerance").get<double>();
        const auto& items = vector.at("items");
        const auto value = estimator->estimate(counts_view(
            counts, items.is_null() ? std::nullopt : std::optional(items.get<std::uint64_t>())));
        CAPTURE(name, counts, expected);
        REQUIRE(value.has_value());
        CHECK(test::close(*value, expected, tolerance, 0.001));
        ++checked[name];
    }
    // Guard: a renamed key or estimator must not check nothing in silence. A new estimator may
    // add its own line.
    CHECK(checked.at("plug_in") == 22);
    CHECK(checked.at("miller_madow") == 22);
    CHECK(checked.at("grassberger_2003") == 22);
    CHECK(checked.at("chao_shen") == 21);
    CHECK(checked.at("chao_wang_jost") == 22);
    CHECK(checked.at("zhang") == 22);
    CHECK(checked.at("jackknife") == 21);
    CHECK(checked.at("grassberger_1988") == 22);
    CHECK(checked.at("grassberger_1988_n1") == 22);
    CHECK(checked.at("grassberger_2003_psi") == 22);
    CHECK(checked.at("schurmann") == 22);
    CHECK(checked.at("bonachela") == 22);
    CHECK(checked.at("shrinkage") == 44);
    CHECK(checked.at("dirichlet_jeffreys") == 44);
    CHECK(checked.at("dirichlet_laplace") == 44);
    CHECK(checked.at("dirichlet_perks") == 44);
    CHECK(checked.at("dirichlet_minimax") == 44);
    CHECK(checked.at("wolpert_wolf") == 44);
    CHECK(checked.at("ansb") == 18);
    CHECK(checked.at("nsb") == 39);
    CHECK(checked.at("pym") == 3);
    CHECK(checked.at("jvhw") == 5);
}
