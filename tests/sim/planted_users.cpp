#include "planted_users.hpp"

#include <cmath>

#include "sim/history.hpp"
#include "sim/samplers.hpp"
#include "sim/study.hpp"
#include "sim/truth.hpp"

#include "support.hpp"

namespace truegap::test {
namespace {

struct Cells {
    std::vector<sim::Group> groups;
    std::vector<double> probabilities;
};

Cells cells_of(const sim::Population& population) {
    std::vector<sim::AttributeSpec> specs;
    sim::Proxy proxy;
    for (const sim::Attribute& attribute : population.attributes().list()) {
        proxy.push_back(static_cast<std::uint32_t>(specs.size()));
        specs.push_back({.name = attribute.name, .levels = attribute.levels, .class_levels = {}});
    }
    Cells cells{.groups = sim::all_groups(proxy, specs), .probabilities = {}};
    for (const sim::Group& group : cells.groups)
        cells.probabilities.push_back(sim::group_probability(population, group));
    return cells;
}

std::vector<std::optional<std::uint32_t>> levels_of(const sim::Group& group) {
    return {group.levels.begin(), group.levels.end()};
}

// The same population, given outright.
sim::ExplicitPopulation outright(const sim::Population& population) {
    sim::ExplicitPopulation spec;
    const auto weights = population.class_weights();
    spec.class_weights.assign(weights.begin(), weights.end());
    const auto kappa = population.concentration();
    spec.concentration.assign(kappa.begin(), kappa.end());
    spec.item_probabilities.resize(static_cast<Eigen::Index>(population.classes()),
                                   static_cast<Eigen::Index>(population.items()));
    for (std::size_t z = 0; z < population.classes(); ++z)
        for (std::size_t b = 0; b < population.items(); ++b)
            spec.item_probabilities(static_cast<Eigen::Index>(z), static_cast<Eigen::Index>(b)) =
                population.item_probabilities(z)[b];
    const auto list = population.attributes().list();
    for (std::size_t j = 0; j < list.size(); ++j)
        spec.attributes.push_back(
            {.name = list[j].name,
             .levels = list[j].levels,
             .class_levels = population.attributes().tables()[j].probabilities});
    return spec;
}

sim::FitData nobody(const sim::Population& population) {
    sim::FitData data;
    data.items = population.items();
    for (const sim::Attribute& attribute : population.attributes().list())
        data.attributes.push_back({.name = attribute.name, .levels = attribute.levels});
    return data;
}

}  // namespace

sim::PopulationSpec planted_population(double concentration) {
    const auto attribute = [](std::string name, std::vector<std::string> levels, double rho) {
        return sim::AttributeSpec{.name = std::move(name),
                                  .levels = std::move(levels),
                                  .informativeness = rho,
                                  .class_levels = sim::DirichletWeights{1.0}};
    };
    return sim::GeneratedPopulation{.items = 50,
                                    .classes = 8,
                                    .popularity = {sim::Popularity::Kind::zipf, 0.8},
                                    .tilt_sd = 1.5,
                                    .class_weights = sim::DirichletWeights{0.7},
                                    .concentration = std::vector<double>(8, concentration),
                                    .attributes = {attribute("age", {"a", "b", "c", "d"}, 0.6),
                                                   attribute("region", {"n", "s", "w"}, 0.5),
                                                   attribute("gender", {"f", "m"}, 0.4)}};
}

sim::FitData planted_groups(const sim::Population& population,
                            std::uint32_t users,
                            std::uint64_t seed,
                            const std::vector<sim::ItemId>& candidates) {
    sim::FitData data = nobody(population);
    const Cells cells = cells_of(population);
    sim::Stream draws = sim::stream({.seed = seed, .purpose = sim::Purpose::cell_sizes});
    std::vector<std::uint32_t> sizes(cells.groups.size(), 0U);
    sim::Multinomial(cells.probabilities)(users, draws, sizes);
    for (std::size_t cell = 0; cell < sizes.size(); ++cell) {
        const auto p = sim::target_distribution(
            population, {.group = cells.groups[cell], .history = {}, .candidates = candidates});
        sim::FitGroup group{.levels = levels_of(cells.groups[cell]),
                            .candidates = candidates,
                            .counts = std::vector<std::uint32_t>(candidates.size(), 0U)};
        sim::Multinomial(p.value())(sizes[cell], draws, group.counts);
        data.groups.push_back(std::move(group));
    }
    return data;
}

void add_sequences(const sim::Population& population,
                   std::uint32_t users,
                   std::size_t length,
                   std::uint64_t seed,
                   const std::vector<sim::ItemId>& candidates,
                   sim::FitData& data) {
    const Cells cells = cells_of(population);
    const sim::AliasTable choose(cells.probabilities);
    sim::Stream draws = sim::stream({.seed = seed, .purpose = sim::Purpose::histories});
    for (std::uint32_t user = 0; user < users; ++user) {
        const sim::Group& group = cells.groups[choose(draws)];
        sim::Context context{.group = group, .history = {}, .candidates = candidates};
        const auto first = sim::class_posterior(population, context);
        context.history = sim::draw_backwards(population, first.value(), length, draws);
        const auto p = sim::target_distribution(population, context);
        data.sequences.push_back({.levels = levels_of(group),
                                  .history = context.history,
                                  .candidates = candidates,
                                  .choice = candidates[sim::AliasTable(p.value())(draws)]});
    }
}

double noise_floor(const sim::Population& population) {
    sim::Scenario scenario = small_scenario();
    scenario.population = outright(population);
    scenario.replicates = 256;
    scenario.worlds = 1;
    scenario.top = 10;
    scenario.estimators = {estimator("plug_in")};
    const Cells cells = cells_of(population);
    const sim::Proxy proxy = cells.groups.front().proxy;
    sim::GroupSizes sizes{.proxy = proxy, .rows = {}};
    for (std::size_t i = 0; i < cells.groups.size(); ++i) {
        const double rank = static_cast<double>(i + 1);
        sizes.rows.push_back(
            {.levels = cells.groups[i].levels,
             .users = static_cast<std::uint32_t>(std::ceil(500.0 * std::pow(rank, -1.6)))});
    }
    scenario.design = sizes;
    scenario.contexts = {.source = sim::GeneratedContexts{
                             .proxies = {proxy}, .history_lengths = {0}, .candidates = {}}};
    double sum = 0.0;
    const sim::Results results = sim::run_study(scenario, {});
    for (const sim::CellRow& row : results.cells) sum += row.gap_mean.value();
    return sum / static_cast<double>(results.cells.size());
}

}  // namespace truegap::test
