#include "sim/truth.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "naive_truth.hpp"

#include "sim/ladder.hpp"

#include "support.hpp"

namespace truegap::test {
namespace {

// The largest absolute error seen, of the figures that are compared.
class WorstError {
  public:
    void add(double computed, const Big& exact) {
        ++compared_;
        const double error = std::abs((Big(computed) - exact).convert_to<double>());
        worst_ =
            std::isnan(error) ? std::numeric_limits<double>::infinity() : std::max(worst_, error);
    }
    [[nodiscard]] double worst() const { return worst_; }
    [[nodiscard]] std::size_t compared() const { return compared_; }

  private:
    double worst_ = 0.0;
    std::size_t compared_ = 0;
};

struct Errors {
    WorstError group, posterior, distribution, entropy, individual;
};

void compare(const sim::Truth& truth, const NaiveTruth& naive, Errors& errors) {
    REQUIRE(truth.class_posterior.size() == naive.posterior.size());
    REQUIRE(truth.distribution.size() == naive.distribution.size());
    errors.group.add(truth.group_probability, naive.group_probability);
    for (std::size_t z = 0; z < naive.posterior.size(); ++z)
        errors.posterior.add(truth.class_posterior[z], naive.posterior[z]);
    for (std::size_t k = 0; k < naive.distribution.size(); ++k)
        errors.distribution.add(truth.distribution[k], naive.distribution[k]);
    errors.entropy.add(truth.entropy, naive.entropy);
    errors.individual.add(truth.individual_entropy, naive.individual_entropy);
}

// Populations from one class of two items to eleven of fifty, smooth or with tiny or no
// probabilities.
RandomPopulation random_look(Dice& dice) {
    return {.classes = 1 + dice.below(11),
            .items = 2 + dice.below(49),
            .attributes = dice.below(4),
            .most_levels = 4,
            .skew = dice.chance(0.3) ? 20.0 : dice.between(0.5, 3.0),
            .zeros = dice.chance(0.4) ? 0.3 : 0.0};
}

}  // namespace

TEST_CASE("find_truth: agrees with 50-digit arithmetic on random populations", "[sim][truth]") {
    Dice dice(2024);
    Errors errors;
    std::size_t impossible = 0;
    std::size_t wrong_reasons = 0;
    std::size_t long_histories = 0;
    for (int i = 0; i < 400; ++i) {
        const auto spec = random_population(dice, random_look(dice));
        const auto items = static_cast<std::size_t>(spec.item_probabilities.cols());
        const sim::Population population = population_of(spec);
        const BigPopulation big(spec);
        for (int j = 0; j < 3; ++j) {
            sim::Context context{.group = random_group(dice, spec),
                                 .history = random_history(dice, items, dice.below(21)),
                                 .candidates = random_candidates(dice, items, 2)};
            // Half of the histories come from one or two items, as those of real users do.
            if (dice.chance(0.5))
                for (auto& item : context.history)
                    item %= static_cast<sim::ItemId>(std::min<std::size_t>(2, items));
            const NaiveTruth naive =
                naive_truth(big, context.group, context.history, context.candidates);
            const auto found = sim::find_truth(population, context);
            if (naive.distribution.empty()) {
                ++impossible;
                const auto reason = naive.posterior.empty() ? sim::NoTruth::impossible_history
                                                            : sim::NoTruth::impossible_candidates;
                if (found.truth || found.reason != reason) ++wrong_reasons;
                continue;
            }
            REQUIRE(found.truth);
            if (context.history.size() > 10) ++long_histories;
            compare(*found.truth, naive, errors);
        }
    }
    INFO("max errors: group " << errors.group.worst() << ", posterior " << errors.posterior.worst()
                              << ", distribution " << errors.distribution.worst() << ", entropy "
                              << errors.entropy.worst() << ", individual entropy "
                              << errors.individual.worst() << " (" << errors.entropy.compared()
                              << " contexts)");
    CHECK(wrong_reasons == 0);
    CHECK(impossible > 20);
    CHECK(long_histories > 200);
    CHECK(errors.entropy.compared() > 800);
    CHECK(errors.group.worst() < 1e-13);
    CHECK(errors.posterior.worst() < 1e-13);
    CHECK(errors.distribution.worst() < 1e-13);
    CHECK(errors.entropy.worst() < 1e-13);
    CHECK(errors.individual.worst() < 1e-13);
}

TEST_CASE("find_truth: small probabilities are right in relative terms too", "[sim][truth]") {
    Dice dice(2025);
    double worst = 0.0;
    std::size_t tiny = 0;
    for (int i = 0; i < 200; ++i) {
        const auto spec = random_population(dice, {.classes = 4, .items = 12, .skew = 20.0});
        const sim::Population population = population_of(spec);
        const sim::Context context{.group = random_group(dice, spec),
                                   .history = random_history(dice, 12, dice.below(20)),
                                   .candidates = random_candidates(dice, 12, 2)};
        const NaiveTruth naive =
            naive_truth(BigPopulation(spec), context.group, context.history, context.candidates);
        const auto found = sim::find_truth(population, context);
        REQUIRE(found.truth);
        for (std::size_t k = 0; k < naive.distribution.size(); ++k) {
            const Big& exact = naive.distribution[k];
            if (exact < 1e-290) continue;
            if (exact < 1e-10) ++tiny;
            worst = std::max(
                worst,
                std::abs(((found.truth->distribution[k] - exact) / exact).convert_to<double>()));
        }
    }
    CHECK(tiny > 100);
    CHECK(worst < 1e-13);
}

TEST_CASE("class_posterior: a history of 300 rare items does not underflow", "[sim][truth]") {
    const sim::ExplicitPopulation spec{
        .class_weights = {0.5, 0.5},
        .item_probabilities = matrix({{1e-6, 1.0 - 1e-6}, {2e-6, 1.0 - 2e-6}}),
        .concentration = {std::numeric_limits<double>::infinity(), 1e9},
        .attributes = {}};
    const sim::History history(300, 0);
    const auto posterior = sim::class_posterior(population_of(spec), context_of({}, history, {}));
    REQUIRE(posterior);
    const NaiveTruth naive = naive_truth(BigPopulation(spec), {}, history, {0, 1});
    // Far beyond what a double holds, and yet the ratio of the classes is known.
    CHECK(urn_probability(BigPopulation(spec), 1, history) < Big("1e-400"));
    CHECK((*posterior)[0] > 0.0);
    CHECK((*posterior)[0] ==
          Approx(naive.posterior[0].convert_to<double>()).epsilon(1e-12).margin(0.0));
    // And a class that is out of the question gets exactly nothing, without NaN.
    auto hopeless = spec;
    hopeless.item_probabilities = matrix({{1e-300, 1.0}, {0.5, 0.5}});
    const auto certain = sim::class_posterior(population_of(hopeless), context_of({}, history, {}));
    REQUIRE(certain);
    CHECK((*certain)[0] == 0.0);
    CHECK((*certain)[1] == 1.0);
}

TEST_CASE("find_truth: impossible contexts are named", "[sim][truth]") {
    const sim::ExplicitPopulation spec{
        .class_weights = {0.5, 0.5},
        .item_probabilities = matrix({{0.5, 0.5, 0.0, 0.0}, {0.0, 0.5, 0.5, 0.0}}),
        .concentration = {3.0, std::numeric_limits<double>::infinity()},
        .attributes = {{.name = "age",
                        .levels = {"a", "b", "c"},
                        .informativeness = 1.0,
                        .class_levels = matrix({{1.0, 0.0, 0.0}, {0.5, 0.5, 0.0}})}}};
    const sim::Population population = population_of(spec);
    const auto reason = [&](std::uint32_t age, sim::History history, auto candidates) {
        const auto found = sim::find_truth(population,
                                           {.group = {.proxy = {0}, .levels = {age}},
                                            .history = std::move(history),
                                            .candidates = candidates});
        CHECK(!found.truth);
        return found.reason;
    };
    using Items = std::vector<sim::ItemId>;
    CHECK(reason(2, {}, Items{0, 1}) == sim::NoTruth::impossible_group);
    CHECK(reason(0, {3}, Items{0, 1}) == sim::NoTruth::impossible_history);
    CHECK(reason(0, {0, 2}, Items{0, 1}) == sim::NoTruth::impossible_history);
    CHECK(reason(1, {0}, Items{0, 1}) == sim::NoTruth::impossible_history);
    CHECK(reason(0, {}, Items{2, 3}) == sim::NoTruth::impossible_candidates);
    CHECK(reason(1, {}, Items{0, 3}) == sim::NoTruth::impossible_candidates);
    // Class 0 is out after a choice of item 2, so that items 2 and 3 can be offered.
    CHECK(sim::find_truth(population, {.group = {}, .history = {2}, .candidates = {2, 3}}).truth);
}

TEST_CASE("ladder: agrees with 50-digit arithmetic, and its rungs with each other",
          "[sim][truth]") {
    Dice dice(77);
    WorstError entropy;
    WorstError conditional;
    WorstError information;
    WorstError individual;
    for (int i = 0; i < 100; ++i) {
        const auto spec = random_population(dice,
                                            {.classes = 1 + dice.below(6),
                                             .items = 2 + dice.below(20),
                                             .attributes = 3,
                                             .zeros = dice.chance(0.5) ? 0.2 : 0.0});
        const BigPopulation big(spec);
        std::vector<sim::ItemId> all(static_cast<std::size_t>(spec.item_probabilities.cols()));
        for (sim::ItemId b = 0; b < all.size(); ++b) all[b] = b;
        const std::vector<sim::Proxy> proxies{{}, {1}, {2, 0}, {0, 1, 2}};
        const sim::PopulationSpec both = spec;
        const auto found = sim::ladder(population_of(both), proxies, sim::attribute_specs(both));
        REQUIRE(found.by_proxy.size() == proxies.size());
        const NaiveTruth everybody = naive_truth(big, {}, {}, all);
        entropy.add(found.entropy, everybody.entropy);
        individual.add(found.individual_entropy, everybody.individual_entropy);
        for (std::size_t j = 0; j < proxies.size(); ++j) {
            Big sum = 0;
            for (const sim::Group& group : sim::all_groups(proxies[j], spec.attributes)) {
                const NaiveTruth truth = naive_truth(big, group, {}, all);
                sum += truth.group_probability * truth.entropy;
            }
            CHECK(found.by_proxy[j].proxy == proxies[j]);
            conditional.add(found.by_proxy[j].conditional_entropy, sum);
            information.add(found.by_proxy[j].information, everybody.entropy - sum);
        }
    }
    INFO("max errors: H(B) " << entropy.worst() << ", H(B|proxy) " << conditional.worst()
                             << ", I(B;proxy) " << information.worst() << ", H(B|U) "
                             << individual.worst());
    CHECK(entropy.worst() < 1e-13);
    CHECK(conditional.worst() < 1e-13);
    CHECK(information.worst() < 1e-13);
    CHECK(individual.worst() < 1e-13);
}

}  // namespace truegap::test
