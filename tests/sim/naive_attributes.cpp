#include "naive_attributes.hpp"

#include <numeric>

namespace truegap::test {

namespace {

std::vector<std::size_t> digits(std::size_t number, const std::vector<std::size_t>& base) {
    std::vector<std::size_t> result(base.size());
    for (std::size_t i = base.size(); i > 0; --i) {
        result[i - 1] = number % base[i - 1];
        number /= base[i - 1];
    }
    return result;
}

std::size_t product(const std::vector<std::size_t>& numbers) {
    return std::accumulate(
        numbers.begin(), numbers.end(), std::size_t{1}, [](auto a, auto b) { return a * b; });
}

double at(const sim::RowMatrix& matrix, std::size_t row, std::size_t column) {
    return matrix(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(column));
}

// P(true levels | z): table after table.
double true_probability(const sim::ExplicitPopulation& population,
                        std::size_t z,
                        const std::vector<std::size_t>& truth,
                        const std::vector<std::size_t>& counts) {
    double result = 1.0;
    for (std::size_t j = 0; j < truth.size(); ++j) {
        const sim::AttributeSpec& spec = population.attributes[j];
        if (spec.table == 0) continue;
        std::size_t cell = 0;
        for (std::size_t i = j; i < j + spec.table; ++i) cell = cell * counts[i] + truth[i];
        const auto& S = std::get<sim::RowMatrix>(spec.class_levels);
        double mean = 0.0;
        for (std::size_t y = 0; y < population.class_weights.size(); ++y)
            mean += population.class_weights[y] * at(S, y, cell);
        result *= (1.0 - spec.informativeness) * mean + spec.informativeness * at(S, z, cell);
    }
    return result;
}

double recorded_probability(const sim::ExplicitPopulation& population,
                            const std::vector<std::size_t>& truth,
                            const std::vector<std::size_t>& recorded) {
    double result = 1.0;
    for (std::size_t j = 0; j < truth.size(); ++j) {
        const auto& recording = population.attributes[j].recording;
        if (!recording) {
            if (truth[j] != recorded[j]) return 0.0;
            continue;
        }
        const std::size_t which = recording->parent ? recorded[*recording->parent] : 0;
        result *= at(recording->confusion[which], truth[j], recorded[j]);
    }
    return result;
}

}  // namespace

std::vector<Kind> everybody(const sim::ExplicitPopulation& population) {
    std::vector<std::size_t> true_counts, recorded_counts;
    for (const auto& spec : population.attributes) {
        true_counts.push_back(spec.recording ? spec.true_levels.size() : spec.levels.size());
        recorded_counts.push_back(spec.levels.size());
    }
    std::vector<Kind> kinds;
    for (std::size_t z = 0; z < population.class_weights.size(); ++z) {
        for (std::size_t r = 0; r < product(recorded_counts); ++r) {
            const auto recorded = digits(r, recorded_counts);
            double sum = 0.0;
            for (std::size_t t = 0; t < product(true_counts); ++t) {
                const auto truth = digits(t, true_counts);
                sum += true_probability(population, z, truth, true_counts) *
                       recorded_probability(population, truth, recorded);
            }
            kinds.push_back({.probability = population.class_weights[z] * sum,
                             .z = z,
                             .recorded = {recorded.begin(), recorded.end()}});
        }
    }
    return kinds;
}

NaiveGroup naive_group(const sim::ExplicitPopulation& population,
                       const std::vector<Kind>& kinds,
                       const sim::Group& group) {
    NaiveGroup result;
    result.posterior.resize(population.class_weights.size());
    for (const Kind& kind : kinds) {
        bool inside = true;
        for (std::size_t i = 0; i < group.proxy.size(); ++i)
            inside = inside && kind.recorded[group.proxy[i]] == group.levels[i];
        if (!inside) continue;
        result.probability += kind.probability;
        result.posterior[kind.z] += kind.probability;
    }
    result.items.resize(static_cast<std::size_t>(population.item_probabilities.cols()));
    for (std::size_t z = 0; z < result.posterior.size(); ++z) {
        result.posterior[z] /= result.probability;
        for (std::size_t b = 0; b < result.items.size(); ++b)
            result.items[b] += result.posterior[z] * at(population.item_probabilities, z, b);
    }
    return result;
}

sim::RowMatrix random_rows(Dice& dice, std::size_t rows, std::size_t columns) {
    std::vector<std::vector<double>> result;
    for (std::size_t i = 0; i < rows; ++i) result.push_back(dice.simplex(columns, 1.0, 0.1));
    return matrix(result);
}

sim::ExplicitPopulation random_recorded_population(Dice& dice,
                                                   std::size_t attributes,
                                                   const RandomAttributes& look) {
    sim::ExplicitPopulation population =
        random_population(dice,
                          {.classes = 2 + dice.below(3),
                           .items = 2 + dice.below(4),
                           .attributes = attributes,
                           .most_kappa = dice.chance(0.5) ? 10.0 : 1e6});
    auto& specs = population.attributes;
    for (std::size_t j = 0; j < attributes;) {
        std::size_t end = j + 1, cells = specs[j].levels.size();
        while (end < attributes && dice.chance(look.joint)) cells *= specs[end++].levels.size();
        for (std::size_t i = j; i < end; ++i)
            specs[i].table = i == j ? static_cast<std::uint32_t>(end - j) : 0;
        specs[j].class_levels = random_rows(dice, population.class_weights.size(), cells);
        j = end;
    }
    const std::vector<std::uint32_t> order = dice.permutation(attributes);
    for (std::size_t place = 0; place < attributes; ++place) {
        sim::AttributeSpec& spec = specs[order[place]];
        if (!dice.chance(look.recorded)) continue;
        spec.true_levels = spec.levels;
        if (dice.chance(0.5)) spec.levels.emplace_back("missing");
        sim::Recording recording;
        std::size_t matrices = 1;
        if (place > 0 && dice.chance(look.parents)) {
            recording.parent = order[dice.below(place)];
            matrices = specs[*recording.parent].levels.size();
        }
        for (std::size_t m = 0; m < matrices; ++m)
            recording.confusion.push_back(
                random_rows(dice, spec.true_levels.size(), spec.levels.size()));
        spec.recording = std::move(recording);
    }
    return population;
}

}  // namespace truegap::test
