#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "sim/observed.hpp"
#include "sim/population.hpp"
#include "sim/twin_data.hpp"

#include "support.hpp"

/// Users who are known, and data of them: what verdicts are tested on.
namespace truegap::test {

inline constexpr std::size_t items = 20;
inline constexpr std::uint32_t groups = 36;

/// Known users in 36 small groups of one attribute, and everybody: their sum.
struct World {
    sim::Population population;
    sim::ObservedStudy study;  // without predictors; counts are drawn later
    std::vector<sim::TwinContext> contexts;
    std::vector<std::vector<double>> p;  // [group]
    std::vector<std::uint32_t> users;    // [group]
};

[[nodiscard]] World make_world();

/// What the users of a world chose, drawn without the code under test.
void draw_counts(World& world, Dice& dice);

[[nodiscard]] metrics::Response stated(std::vector<double> q);
/// The first five of a ranking by p.
[[nodiscard]] metrics::Response top_of(const std::vector<double>& p);
[[nodiscard]] std::vector<double> tempered(std::vector<double> p, double temperature);
/// The groups, without everybody.
[[nodiscard]] std::vector<std::uint32_t> judged_groups();
/// Mean true gap of the tempered predictor over the groups.
[[nodiscard]] double mean_gap(const World& world, double temperature);

/// A predictor made of each context's own truth.
template <class Make>
void add_predictor(World& world, const std::string& label, const Make& make) {
    sim::ObservedPredictor predictor{.label = label, .responses = {}, .event_losses = {}};
    std::vector<double> mean(items);
    double users = 0.0;
    for (std::uint32_t g = 0; g < groups; ++g) {
        predictor.responses.push_back(make(world.p[g]));
        for (std::size_t k = 0; k < items; ++k) mean[k] += world.users[g] * world.p[g][k];
        users += world.users[g];
    }
    for (double& value : mean) value /= users;
    predictor.responses.push_back(make(mean));
    world.study.predictors.push_back(std::move(predictor));
}

}  // namespace truegap::test
