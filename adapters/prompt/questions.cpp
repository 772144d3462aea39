#include "adapters/prompt/questions.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <unordered_map>

#include "metrics/contract.hpp"
#include "sim/samplers.hpp"
#include "sim/scenario.hpp"
#include "sim/stream.hpp"
#include "adapters/prompt/examples.hpp"
#include "adapters/prompt/item_names.hpp"

namespace truegap::adapters {

namespace {

// A world in words.
class Words {
  public:
    Words(const PromptSpec& spec, const sim::World& world)
        : spec_(spec),
          population_(world.population),
          items_(
              spec.items.empty()
                  ? generated_names(spec.script, world.population.items(), world.seed, world.index)
                  : spec.items) {
        if (items_.size() != population_.items())
            throw sim::ScenarioError("/prompts/items",
                                     "has " + std::to_string(items_.size()) +
                                         " names (allowed: " + std::to_string(population_.items()) +
                                         ", one for each item of the population)");
    }

    [[nodiscard]] std::vector<std::string> items(std::span<const sim::ItemId> list) const {
        std::vector<std::string> names;
        names.reserve(list.size());
        for (const sim::ItemId item : list) names.push_back(items_[item]);
        return names;
    }

    // Nothing under set-up B.
    [[nodiscard]] std::vector<Shown> group(const sim::Group& group) const {
        std::vector<Shown> shown;
        if (spec_.setup == Setup::history_only) return shown;
        shown.reserve(group.proxy.size());
        for (std::size_t i = 0; i < group.proxy.size(); ++i)
            shown.push_back(level(group.proxy[i], group.levels[i]));
        return shown;
    }

    [[nodiscard]] ExampleUser example(const DrawnUser& user) const {
        return {.group = group(user.context.group),
                .history = items(user.context.history),
                .choice = items_[user.choice]};
    }

  private:
    [[nodiscard]] Shown level(std::uint32_t attribute, std::uint32_t level) const {
        const sim::Attribute& own = population_.attributes().list()[attribute];
        Shown shown{.name = own.name, .value = own.levels[level]};
        for (const PromptSpec::ShownAttribute& one : spec_.attributes) {
            if (one.attribute != own.name) continue;
            if (!one.name.empty()) shown.name = one.name;
            if (level < one.levels.size()) shown.value = one.levels[level];
        }
        return shown;
    }

    const PromptSpec& spec_;
    const sim::Population& population_;
    std::vector<std::string> items_;
};

// Which users are shown as examples.
struct ExampleKind {
    sim::Proxy shown;
    std::size_t length = 0;
    std::uint32_t unseen = 0;
    std::vector<sim::ItemId> candidates;
};

// Those of a whole world have every attribute that any context shows and the longest history, and choose
// among what all contexts offer, or among all items where contexts offer different ones; under click
// position bias, where a choice needs a page, among those of the first context.
ExampleKind kind_of_world(const sim::Population& population,
                          std::span<const sim::Context> contexts) {
    ExampleKind kind;
    bool same = true;
    for (const sim::Context& context : contexts) {
        kind.shown.insert(kind.shown.end(), context.group.proxy.begin(), context.group.proxy.end());
        if (context.history.size() >= kind.length) {
            kind.length = context.history.size();
            kind.unseen = context.unseen;
        }
        same = same && context.candidates == contexts.front().candidates;
    }
    std::sort(kind.shown.begin(), kind.shown.end());
    kind.shown.erase(std::unique(kind.shown.begin(), kind.shown.end()), kind.shown.end());
    if (same || !population.examination().is_even()) {
        kind.candidates = contexts.front().candidates;
    } else {
        kind.candidates.resize(population.items());
        std::iota(kind.candidates.begin(), kind.candidates.end(), sim::ItemId{0});
    }
    return kind;
}

ExampleKind kind_of_context(const sim::Context& context) {
    return {.shown = context.group.proxy,
            .length = context.history.size(),
            .unseen = context.unseen,
            .candidates = context.candidates};
}

std::vector<ExampleUser> draw_examples(const Words& words,
                                       const sim::World& world,
                                       const ExampleKind& kind,
                                       std::uint32_t count,
                                       const sim::StreamAddress& address) {
    sim::Stream draws = sim::stream(address);
    std::vector<ExampleUser> examples;
    examples.reserve(count);
    while (examples.size() < count) {
        const auto user = draw_user(
            world.population, kind.shown, kind.length, kind.unseen, kind.candidates, draws);
        if (!user)
            throw sim::ScenarioError(
                "/prompts/examples",
                "no user can be drawn who could choose one of the candidates "
                "(allowed: no examples, or candidates that more users choose)");
        examples.push_back(words.example(*user));
    }
    return examples;
}

std::vector<std::uint32_t> shown_order(const sim::World& world,
                                       const sim::Context& context,
                                       bool shuffle) {
    std::vector<std::uint32_t> order(context.candidates.size());
    std::iota(order.begin(), order.end(), 0U);
    if (!shuffle) return order;
    sim::Stream draws = sim::stream({.seed = world.seed,
                                     .world = world.index,
                                     .purpose = sim::Purpose::prompt_order,
                                     .cell = context.id});
    sim::random_permutation(draws, order);
    return order;
}

}  // namespace

std::vector<Question> world_questions(const PromptSpec& spec,
                                      const sim::World& world,
                                      std::span<const sim::Context> contexts,
                                      std::size_t top) {
    std::vector<Question> questions;
    if (contexts.empty()) return questions;
    questions.reserve(contexts.size());
    const Words words(spec, world);
    const sim::StreamAddress address{
        .seed = world.seed, .world = world.index, .purpose = sim::Purpose::prompt_examples};
    std::vector<ExampleUser> shared;
    if (spec.examples > 0 && !spec.examples_per_context)
        shared = draw_examples(
            words, world, kind_of_world(world.population, contexts), spec.examples, address);
    std::unordered_map<sim::ContextId, std::size_t> users;
    for (const sim::Context& context : contexts) ++users[context.id];
    for (const sim::Context& context : contexts) {
        TRUEGAP_EXPECTS(top >= 1 && top <= context.candidates.size());
        Question question;
        question.context_id = std::to_string(world.index) + '/' + std::to_string(context.id);
        if (context.user > 0 || users[context.id] > 1) question.user = std::to_string(context.user);
        question.group = words.group(context.group);
        question.history = words.items(context.history);
        question.candidates = words.items(context.candidates);
        question.order = shown_order(world, context, spec.shuffle);
        question.examples = shared;
        question.top = top;
        if (spec.examples > 0 && spec.examples_per_context) {
            // Block 1: the world's own examples have block 0.
            sim::StreamAddress own = address;
            own.cell = context.id;
            own.block = 1;
            question.examples =
                draw_examples(words, world, kind_of_context(context), spec.examples, own);
        }
        questions.push_back(std::move(question));
    }
    return questions;
}

}  // namespace truegap::adapters
