#include "naive_paths.hpp"

#include <cstdint>

#include "sim/truth.hpp"

namespace truegap::test {

namespace {

struct Paths {
    const sim::Population& population;
    const Rows& transition;
    const sim::Context& context;
    std::size_t target;                      // its time
    std::size_t back;                        // events from there to the present
    std::vector<const sim::ItemId*> events;  // what is known of each time, or nothing
    std::vector<double> joint;

    // P(item | z) at that time: over all items, or on the page.
    [[nodiscard]] double chosen(std::size_t z,
                                std::size_t time,
                                sim::ItemId item,
                                bool on_page) const {
        const auto row =
            population.item_probabilities(z, static_cast<std::uint32_t>(target - time + back));
        if (!on_page) return row[item];
        double here = 0.0;
        double total = 0.0;
        for (std::size_t k = 0; k < context.candidates.size(); ++k) {
            const double weight = population.examination().weight(k) * row[context.candidates[k]];
            total += weight;
            if (context.candidates[k] == item) here = weight;
        }
        return here / total;
    }

    void walk(std::size_t time, std::size_t z, double probability) {
        if (probability == 0.0) return;
        if (time == target) {
            for (std::size_t k = 0; k < joint.size(); ++k)
                joint[k] += probability * chosen(z, time, context.candidates[k], true);
            return;
        }
        if (events[time] != nullptr)
            probability *= chosen(z, time, *events[time], !population.examination().is_even());
        for (std::size_t next = 0; next < population.classes(); ++next)
            walk(time + 1, next, probability * transition[z][next]);
    }
};

}  // namespace

std::vector<double> naive_path_target(const sim::Population& population,
                                      const Rows& transition,
                                      const sim::Context& context,
                                      const Recall& recall) {
    const std::size_t steps = population.dynamics().steps;
    const std::size_t length = context.history.size();
    const std::size_t now = context.unseen + length + steps - 1;
    const std::size_t target = now >= recall.back + steps - 1 ? now - recall.back : steps - 1;
    Paths paths{.population = population,
                .transition = transition,
                .context = context,
                .target = target,
                .back = recall.back,
                .events = std::vector<const sim::ItemId*>(now + 1, nullptr),
                .joint = std::vector<double>(context.candidates.size(), 0.0)};
    for (std::size_t i = 0; i < length; ++i) {
        const std::size_t time = context.unseen + i;
        if (length - i <= recall.last && time + steps <= target)
            paths.events[time] = &context.history[i];
    }
    for (std::size_t z = 0; z < population.classes(); ++z)
        paths.walk(
            0,
            z,
            population.class_weights()[z] * sim::group_likelihood(population, context.group, z));
    double total = 0.0;
    for (const double value : paths.joint) total += value;
    for (double& value : paths.joint) value /= total;
    return paths.joint;
}

Rows own_transition(const sim::Population& population) {
    if (!population.dynamics().transition) return staying(1.0, population);
    const sim::RowMatrix& given = *population.dynamics().transition;
    Rows rows;
    for (Eigen::Index y = 0; y < given.rows(); ++y)
        rows.emplace_back(given.row(y).data(), given.row(y).data() + given.cols());
    return rows;
}

Rows staying(double stay, const sim::Population& population) {
    Rows rows(population.classes(), std::vector<double>(population.classes(), 0.0));
    for (std::size_t y = 0; y < rows.size(); ++y)
        for (std::size_t z = 0; z < rows.size(); ++z)
            rows[y][z] = (1.0 - stay) * population.class_weights()[z] + (y == z ? stay : 0.0);
    return rows;
}

}  // namespace truegap::test
