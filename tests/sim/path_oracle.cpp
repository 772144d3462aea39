#include "path_oracle.hpp"

#include <algorithm>

namespace truegap::test {

namespace {

const std::vector<Big>& row(const PathWorld& world, std::size_t lag, std::size_t z) {
    return world.items[std::min(lag, world.items.size() - 1)][z];
}

std::vector<Big> on_page(const PathWorld& world,
                         const std::vector<Big>& items,
                         const std::vector<sim::ItemId>& page) {
    std::vector<Big> result;
    Big total = 0;
    for (std::size_t k = 0; k < page.size(); ++k) {
        result.push_back(items[page[k]] * world.examination[k]);
        total += result.back();
    }
    for (Big& value : result) value /= total;
    return result;
}

}  // namespace

PathAnswer by_paths(const PathWorld& world, const PathQuestion& question) {
    const std::size_t classes = world.first.size();
    const std::size_t length = question.history.size();
    // The target is that event of the user, counted from 0.
    const std::size_t target = question.unseen + length + question.steps - 1;
    std::size_t paths = 1;
    for (std::size_t i = 0; i <= target; ++i) paths *= classes;
    PathAnswer answer{.probability = 0,
                      .classes = std::vector<Big>(classes, Big(0)),
                      .distribution = std::vector<Big>(question.page.size(), Big(0)),
                      .individual_entropy = 0};
    for (std::size_t number = 0; number < paths; ++number) {
        std::vector<std::size_t> path;
        for (std::size_t i = 0, rest = number; i <= target; ++i, rest /= classes)
            path.push_back(rest % classes);
        Big weight = world.first[path[0]];
        for (std::size_t i = 1; i <= target; ++i) weight *= world.moves[path[i - 1]][path[i]];
        for (std::size_t i = 0; i < length; ++i) {
            const std::size_t lag = question.ago + question.steps + (length - 1 - i);
            const std::vector<Big>& items = row(world, lag, path[question.unseen + i]);
            if (question.all_items) {
                weight *= items[question.history[i]];
                continue;
            }
            const auto place =
                std::find(question.page.begin(), question.page.end(), question.history[i]);
            weight *=
                on_page(world,
                        items,
                        question.page)[static_cast<std::size_t>(place - question.page.begin())];
        }
        answer.probability += weight;
        answer.classes[path[target]] += weight;
    }
    for (std::size_t z = 0; z < classes; ++z) {
        answer.classes[z] /= answer.probability;
        const auto choice = on_page(world, row(world, question.ago, z), question.page);
        for (std::size_t k = 0; k < choice.size(); ++k)
            answer.distribution[k] += answer.classes[z] * choice[k];
        answer.individual_entropy += answer.classes[z] * naive_entropy(choice);
    }
    return answer;
}

}  // namespace truegap::test
