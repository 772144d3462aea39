#include "sim/joint_users.hpp"

#include <algorithm>
#include <numeric>

namespace truegap::sim {

namespace {

constexpr double most_cells = 1e6;

}  // namespace

JointUsers::JointUsers(const Scenario& scenario, const WorldPlan& plan)
    : seed_(scenario.seed), world_(plan.index) {
    const auto attributes = attribute_specs(scenario.population);
    Proxy proxy(attributes.size());
    std::iota(proxy.begin(), proxy.end(), 0U);
    if (group_count(proxy, attributes) > most_cells)
        throw ScenarioError("/contexts",
                            "the attributes have more than " + metrics::shortest(most_cells) +
                                " combinations of levels, too many for the users design");
    for (Group& cell : all_groups(proxy, attributes)) {
        const double probability = group_probability(plan.population, cell);
        if (!(probability > 0.0)) continue;
        cells_.push_back(std::move(cell));
        cell_probabilities_.push_back(probability);
    }
    sizes_.emplace_back(cell_probabilities_);
    for (const Context& context : plan.contexts) {
        auto& cells = cells_of_.emplace_back();
        double share = 0.0;
        for (std::uint32_t cell = 0; cell < cells_.size(); ++cell) {
            if (!contains(context.group, cells_[cell])) continue;
            cells.push_back(cell);
            share += cell_probabilities_[cell];
        }
        shares_.push_back(share);
    }
    add_shared_choices(scenario, plan);
}

void JointUsers::add_shared_choices(const Scenario& scenario, const WorldPlan& plan) {
    for (std::size_t i = 0; i < plan.contexts.size(); ++i) {
        const Context& context = plan.contexts[i];
        if (!context.history.empty()) continue;
        const auto same_menu = [&](const SharedChoices& shared) {
            return plan.contexts[shared.contexts.front()].candidates == context.candidates;
        };
        auto place = std::find_if(shared_.begin(), shared_.end(), same_menu);
        if (place == shared_.end())
            place =
                shared_.insert(shared_.end(),
                               {.contexts = {},
                                .items = context.candidates.size(),
                                .choices = std::vector<std::optional<Multinomial>>(cells_.size())});
        place->contexts.push_back(i);
        for (const std::uint32_t cell : cells_of_[i]) {
            if (place->choices[cell]) continue;
            Context of_cell = context;
            of_cell.group = cells_[cell];
            const auto p = target_distribution(plan.population, of_cell);
            if (!p)
                throw ScenarioError(
                    "/contexts",
                    "the candidates have probability 0 for users with " +
                        group_label(cells_[cell], attribute_specs(scenario.population)) +
                        " (allowed: candidates that everybody who is asked can choose from)");
            place->choices[cell].emplace(*p);
        }
    }
}

JointUsers::Block JointUsers::draw(std::uint32_t population_users,
                                   std::uint32_t block,
                                   std::size_t replicates) const {
    const auto address = [&](Purpose purpose, std::uint64_t cell) {
        return StreamAddress{.seed = seed_,
                             .world = world_,
                             .purpose = purpose,
                             .cell = cell,
                             .n = population_users,
                             .block = block};
    };
    std::vector<std::uint32_t> sizes(replicates * cells_.size());
    Stream size_draws = stream(address(Purpose::cell_sizes, 0));
    for (std::size_t r = 0; r < replicates; ++r)
        sizes_.front()(population_users,
                       size_draws,
                       std::span(sizes).subspan(r * cells_.size(), cells_.size()));

    Block result;
    result.counts.resize(cells_of_.size());
    for (const auto& cells : cells_of_) {
        auto& users = result.users.emplace_back(replicates, 0U);
        for (std::size_t r = 0; r < replicates; ++r)
            for (const std::uint32_t cell : cells) users[r] += sizes[r * cells_.size() + cell];
    }
    for (std::size_t set = 0; set < shared_.size(); ++set) {
        const SharedChoices& shared = shared_[set];
        const std::size_t items = shared.items;
        for (const std::size_t context : shared.contexts)
            result.counts[context].assign(replicates * items, 0U);
        std::vector<std::vector<std::size_t>> contexts_with(cells_.size());
        for (const std::size_t context : shared.contexts)
            for (const std::uint32_t cell : cells_of_[context])
                contexts_with[cell].push_back(context);
        std::vector<std::uint32_t> choices(items);
        for (std::size_t cell = 0; cell < cells_.size(); ++cell) {
            if (!shared.choices[cell]) continue;
            Stream draws = stream(address(Purpose::cell_counts, set * cells_.size() + cell));
            for (std::size_t r = 0; r < replicates; ++r) {
                std::fill(choices.begin(), choices.end(), 0U);
                (*shared.choices[cell])(sizes[r * cells_.size() + cell], draws, choices);
                for (const std::size_t context : contexts_with[cell])
                    for (std::size_t k = 0; k < items; ++k)
                        result.counts[context][r * items + k] += choices[k];
            }
        }
    }
    return result;
}

}  // namespace truegap::sim
