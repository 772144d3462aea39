#include "adapters/mock/back_off.hpp"

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>

#include "metrics/contract.hpp"
#include "sim/samplers.hpp"
#include "sim/stream.hpp"
#include "sim/truth.hpp"

namespace truegap::adapters {

namespace {

std::vector<std::size_t> level_counts(const sim::Population& population) {
    std::vector<std::size_t> counts;
    for (const auto& attribute : population.attributes().list())
        counts.push_back(attribute.levels.size());
    return counts;
}

sim::Group first_cell(std::size_t attributes) {
    sim::Group cell{.proxy = sim::Proxy(attributes), .levels = {}};
    std::iota(cell.proxy.begin(), cell.proxy.end(), 0U);
    cell.levels.assign(attributes, 0U);
    return cell;
}

// The cell that follows, the last attribute running fastest; whether there is one.
bool advance(sim::Group& cell, const std::vector<std::size_t>& levels) {
    for (std::size_t j = levels.size(); j-- > 0;) {
        if (++cell.levels[j] < levels[j]) return true;
        cell.levels[j] = 0;
    }
    return false;
}

// Everybody, then the group by its first attribute, by its first two, …, and the group itself.
std::vector<sim::Group> chain_of(const sim::Group& group) {
    std::vector<sim::Group> chain{{}};
    for (std::size_t i = 0; i < group.proxy.size(); ++i) {
        sim::Group narrower = chain.back();
        narrower.proxy.push_back(group.proxy[i]);
        narrower.levels.push_back(group.levels[i]);
        chain.push_back(std::move(narrower));
    }
    return chain;
}

bool same_choices(const sim::Context& a, const sim::Context& b) {
    return a.candidates == b.candidates && a.unseen == b.unseen && a.ago == b.ago;
}

// What the training users choose, kept from one context to the next that asks them the same.
class Asked {
  public:
    Asked(const sim::World& world, std::uint32_t m) : training_(world, m) {}

    const std::vector<TrainingUsers::Cell>& cells(const sim::Context& context) {
        sim::Context question = sim::without_history(context);
        if (cells_.empty() || !same_choices(question_, question)) {
            cells_ = training_.asked(question);
            question_ = std::move(question);
        }
        return cells_;
    }

  private:
    TrainingUsers training_;
    sim::Context question_;
    std::vector<TrainingUsers::Cell> cells_;
};

// The training users of a group.
struct Choices {
    std::uint64_t n = 0;
    std::vector<std::uint64_t> c;  // shape (K,)
};
Choices choices_of(const std::vector<TrainingUsers::Cell>& cells,
                   const sim::Group& group,
                   std::size_t items) {
    Choices choices{.n = 0, .c = std::vector<std::uint64_t>(items, 0)};
    for (const TrainingUsers::Cell& cell : cells) {
        if (!sim::contains(group, cell.group)) continue;
        choices.n += cell.users;
        for (std::size_t k = 0; k < items; ++k) choices.c[k] += cell.choices[k];
    }
    return choices;
}

}  // namespace

TrainingUsers::TrainingUsers(const sim::World& world, std::uint32_t m)
    : population_(world.population), seed_(world.seed), world_(world.index), m_(m) {
    std::vector<Cell> cells;
    std::vector<double> probabilities;
    const std::vector<std::size_t> levels = level_counts(population_);
    sim::Group group = first_cell(levels.size());
    do {
        cells.push_back({.group = group, .number = cells.size()});
        probabilities.push_back(sim::group_probability(population_, group));
        TRUEGAP_EXPECTS(static_cast<double>(cells.size()) <= most_cells);
    } while (advance(group, levels));
    std::vector<std::uint32_t> sizes(cells.size(), 0U);
    sim::Stream draws = sim::stream(
        {.seed = seed_, .world = world_, .purpose = sim::Purpose::training_cells, .n = m_});
    sim::Multinomial{metrics::Distribution::from_weights(std::move(probabilities))}(
        m_, draws, sizes);
    for (Cell& cell : cells) {
        cell.users = sizes[cell.number];
        if (cell.users > 0) occupied_.push_back(std::move(cell));
    }
}

std::vector<TrainingUsers::Cell> TrainingUsers::asked(const sim::Context& context) const {
    // Drawn in the order of the items' numbers, so that the order on the page changes no choice but by
    // what it does to the users.
    std::vector<std::size_t> by_item(context.candidates.size());
    std::iota(by_item.begin(), by_item.end(), std::size_t{0});
    std::sort(by_item.begin(), by_item.end(), [&](std::size_t a, std::size_t b) {
        return context.candidates[a] < context.candidates[b];
    });
    sim::Context question = sim::without_history(context);
    std::vector<Cell> cells = occupied_;
    std::vector<double> p(by_item.size());
    std::vector<std::uint32_t> drawn(by_item.size());
    for (Cell& cell : cells) {
        question.group = cell.group;
        const metrics::Distribution target = believed_target(population_, question);
        for (std::size_t i = 0; i < p.size(); ++i) p[i] = target[by_item[i]];
        std::fill(drawn.begin(), drawn.end(), 0U);
        sim::Stream draws = sim::stream({.seed = seed_,
                                         .world = world_,
                                         .purpose = sim::Purpose::training_choices,
                                         .cell = cell.number,
                                         .n = m_});
        sim::Multinomial{p}(cell.users, draws, drawn);
        cell.choices.resize(p.size());
        for (std::size_t i = 0; i < p.size(); ++i) cell.choices[by_item[i]] = drawn[i];
    }
    return cells;
}

Belief back_off(const sim::World& world, std::uint32_t users, double strength) {
    return [asked = std::make_shared<Asked>(world, users), strength](const sim::Context& context) {
        const std::vector<TrainingUsers::Cell>& cells = asked->cells(context);
        const std::size_t items = context.candidates.size();
        std::vector<double> q(items, 1.0 / static_cast<double>(items));
        for (const sim::Group& group : chain_of(context.group)) {
            const Choices choices = choices_of(cells, group, items);
            for (std::size_t k = 0; k < items; ++k)
                q[k] = (static_cast<double>(choices.c[k]) + strength * q[k]) /
                       (static_cast<double>(choices.n) + strength);
        }
        return metrics::Distribution::from_weights(std::move(q));
    };
}

Belief group_memorizer(const sim::World& world, std::uint32_t users, double alpha) {
    return [asked = std::make_shared<Asked>(world, users), alpha](const sim::Context& context) {
        const Choices choices =
            choices_of(asked->cells(context), context.group, context.candidates.size());
        std::vector<double> weights;
        weights.reserve(choices.c.size());
        for (const std::uint64_t choice : choices.c)
            weights.push_back(static_cast<double>(choice) + alpha);
        return metrics::Distribution::from_weights(std::move(weights));
    };
}

}  // namespace truegap::adapters
