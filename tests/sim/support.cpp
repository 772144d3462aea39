#include "support.hpp"

#include <algorithm>
#include <bit>
#include <boost/math/distributions/chi_squared.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <tuple>

#include "adapters/mock/mock_predictor.hpp"

namespace truegap::test {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

bool same_figure(const sim::Figure& a, const sim::Figure& b) {
    if (a.has_value() != b.has_value()) return false;
    return !a || std::bit_cast<std::uint64_t>(*a) == std::bit_cast<std::uint64_t>(*b);
}

template <class T>
bool same_rows(const std::vector<T>& a, const std::vector<T>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const T& x, const T& y) {
        return same_bits(figures(x), figures(y));
    });
}

auto labelled(const sim::Results& results, const sim::RowKey& key) {
    return std::tuple{key.world,
                      key.context,
                      key.users,
                      results.predictors[key.predictor],
                      results.approximations[key.approximation],
                      results.estimators[key.estimator]};
}

}  // namespace

std::uint64_t Dice::bits() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t x = state_;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31U);
}

double Dice::uniform() {
    return (static_cast<double>(bits() >> 11U) + 0.5) * 0x1p-53;
}

std::vector<std::uint32_t> Dice::permutation(std::size_t n) {
    std::vector<std::uint32_t> order(n);
    std::iota(order.begin(), order.end(), 0U);
    for (std::size_t i = n; i > 1; --i) std::swap(order[i - 1], order[below(i)]);
    return order;
}

std::vector<double> Dice::simplex(std::size_t n, double skew, double zeros) {
    std::vector<double> p(n);
    for (double& value : p) value = chance(zeros) ? 0.0 : std::pow(-std::log(uniform()), skew);
    if (std::all_of(p.begin(), p.end(), [](double value) { return value == 0.0; })) p[below(n)] = 1;
    const double total = std::accumulate(p.begin(), p.end(), 0.0);
    for (double& value : p) value /= total;
    return p;
}

sim::RowMatrix matrix(const std::vector<std::vector<double>>& rows) {
    sim::RowMatrix result(static_cast<Eigen::Index>(rows.size()),
                          static_cast<Eigen::Index>(rows.front().size()));
    for (std::size_t i = 0; i < rows.size(); ++i)
        std::copy(rows[i].begin(), rows[i].end(), result.row(static_cast<Eigen::Index>(i)).data());
    return result;
}

sim::ExplicitPopulation random_population(Dice& dice, const RandomPopulation& look) {
    sim::ExplicitPopulation population;
    population.class_weights = dice.simplex(look.classes, 1.0);
    std::vector<std::vector<double>> rows;
    for (std::size_t z = 0; z < look.classes; ++z) {
        rows.push_back(dice.simplex(look.items, look.skew, look.zeros));
        population.concentration.push_back(
            dice.chance(look.homogeneous)
                ? infinity
                : std::exp(dice.between(std::log(look.least_kappa), std::log(look.most_kappa))));
    }
    population.item_probabilities = matrix(rows);
    for (std::size_t j = 0; j < look.attributes; ++j) {
        sim::AttributeSpec attribute;
        attribute.name = "attribute" + std::to_string(j);
        const std::size_t levels = 2 + dice.below(look.most_levels - 1);
        for (std::size_t level = 0; level < levels; ++level)
            attribute.levels.push_back("level" + std::to_string(level));
        attribute.informativeness = dice.chance(0.3) ? 1.0 : dice.uniform();
        std::vector<std::vector<double>> class_levels;
        for (std::size_t z = 0; z < look.classes; ++z)
            class_levels.push_back(dice.simplex(levels, 1.0));
        attribute.class_levels = matrix(class_levels);
        population.attributes.push_back(std::move(attribute));
    }
    return population;
}

sim::Group random_group(Dice& dice, const sim::ExplicitPopulation& population) {
    sim::Group group;
    for (const std::uint32_t attribute : dice.permutation(population.attributes.size())) {
        if (dice.chance(0.4)) continue;
        group.proxy.push_back(attribute);
        group.levels.push_back(
            static_cast<std::uint32_t>(dice.below(population.attributes[attribute].levels.size())));
    }
    return group;
}

sim::History random_history(Dice& dice, std::size_t items, std::size_t length) {
    sim::History history(length);
    for (sim::ItemId& item : history) item = static_cast<sim::ItemId>(dice.below(items));
    return history;
}

std::vector<sim::ItemId> random_candidates(Dice& dice, std::size_t items, std::size_t least) {
    std::vector<sim::ItemId> candidates = dice.permutation(items);
    if (dice.chance(0.7)) candidates.resize(least + dice.below(items - least + 1));
    return candidates;
}

sim::Context context_of(sim::Group group,
                        sim::History history,
                        std::vector<sim::ItemId> candidates) {
    return {.id = 0,
            .group = std::move(group),
            .history = std::move(history),
            .candidates = std::move(candidates)};
}

std::vector<sim::ItemId> all_items(std::size_t items) {
    std::vector<sim::ItemId> all(items);
    std::iota(all.begin(), all.end(), sim::ItemId{0});
    return all;
}

sim::Population population_of(const sim::PopulationSpec& spec) {
    return sim::make_population(spec, 1, 0);
}

void ZScores::add(double estimate, double truth, double standard_error) {
    ++tested_;
    const double difference = std::abs(estimate - truth);
    if (standard_error > 1e-13) ++random_;
    if (difference <= 1e-12) return;
    const double z = standard_error > 1e-13 ? difference / standard_error : infinity;
    squares_ += z * z;
    worst_ = std::max(worst_, z);
    if (!(z < 4.5)) ++beyond_;
}

double ZScores::mean_square() const {
    return squares_ / static_cast<double>(random_);
}

double chi_square_p(std::span<const std::uint64_t> observed,
                    std::span<const double> probabilities) {
    const auto total =
        static_cast<double>(std::accumulate(observed.begin(), observed.end(), std::uint64_t{0}));
    double statistic = 0.0;
    double cells = 0.0;
    double small_expected = 0.0;
    double small_observed = 0.0;
    const auto add = [&](double seen, double expected) {
        statistic += (seen - expected) * (seen - expected) / expected;
        cells += 1.0;
    };
    for (std::size_t i = 0; i < observed.size(); ++i) {
        const double expected = total * probabilities[i];
        if (expected <= 0.0 && observed[i] > 0) return 0.0;
        if (expected < 5.0) {
            small_expected += expected;
            small_observed += static_cast<double>(observed[i]);
        } else {
            add(static_cast<double>(observed[i]), expected);
        }
    }
    if (small_expected > 1.0) add(small_observed, small_expected);
    if (cells < 2.0) return 1.0;
    return boost::math::cdf(
        boost::math::complement(boost::math::chi_squared(cells - 1.0), statistic));
}

sim::PredictorMaker mock(std::string label,
                         std::function<adapters::Belief(const sim::World&)> make_belief) {
    return {.label = std::move(label),
            .make = [make_belief = std::move(make_belief)](const sim::World& world) {
                return std::make_unique<adapters::MockPredictor>(make_belief(world));
            }};
}

sim::ExplicitPopulation small_population() {
    return {.class_weights = {0.6, 0.4},
            .item_probabilities = matrix({{0.4, 0.3, 0.2, 0.1, 0.0}, {0.15, 0.2, 0.25, 0.4, 0.0}}),
            .concentration = {6.0, infinity},
            .attributes = {{.name = "age",
                            .levels = {"a", "b"},
                            .informativeness = 1.0,
                            .class_levels = matrix({{0.7, 0.3}, {0.2, 0.8}})},
                           {.name = "gender",
                            .levels = {"f", "m"},
                            .informativeness = 0.5,
                            .class_levels = matrix({{0.6, 0.4}, {0.3, 0.7}})}}};
}

sim::Scenario small_scenario() {
    sim::Scenario scenario;
    scenario.name = "small";
    scenario.seed = 20240607;
    scenario.replicates = 200;
    scenario.population = small_population();
    scenario.contexts.source = std::vector<sim::ListedContext>{
        {.group = {}, .history = {}, .candidates = sim::AllItems{}}};
    scenario.design = sim::UsersPerGroup{{4}};
    scenario.predictors = {
        mock("bayes", [](const sim::World& w) { return adapters::posterior_belief(w, {}); })};
    scenario.top = 2;
    scenario.approximations = {metrics::RankMatched{metrics::Residual::uniform,
                                                    {metrics::Smoothing::Kind::additive, 0.5}}};
    scenario.estimators = {estimator("plug_in")};
    return scenario;
}

metrics::Estimator estimator(std::string_view name) {
    return metrics::find_estimator(name).value();
}

Row figures(const sim::CellRow& row) {
    return {row.true_entropy,
            row.true_cross_entropy,
            row.true_gap,
            row.entropy_mean,
            row.entropy_bias,
            row.entropy_bias_mcse,
            row.cross_entropy_mean,
            row.cross_entropy_mean_mcse,
            row.gap_mean,
            row.gap_bias,
            row.gap_bias_mcse,
            row.gap_empirical_se,
            row.gap_empirical_se_mcse,
            row.gap_rmse,
            row.gap_rmse_mcse,
            row.infinite_fraction,
            row.undefined_fraction,
            static_cast<double>(row.replicates),
            row.users_mean,
            row.gap_estimand,
            row.gap_model_se,
            row.gap_model_se_mcse,
            row.gap_coverage,
            row.gap_coverage_mcse,
            row.pooled_weight,
            row.repaired,
            row.entropy_z,
            row.gap_z};
}

Row figures(const sim::DecompositionRow& row) {
    return {row.true_gap,
            row.approximation_term,
            row.answer_term,
            row.entropy_term,
            row.cross_entropy_term,
            row.total_bias,
            row.entropy_term_mcse,
            row.cross_entropy_term_mcse,
            row.total_bias_mcse,
            row.answer_term_mcse};
}

Row figures(const sim::SummaryRow& row) {
    return {row.true_entropy,
            row.true_gap,
            row.gap_mean,
            row.gap_bias,
            row.gap_bias_se,
            row.approximation_term,
            row.answer_term,
            row.entropy_term,
            row.cross_entropy_term,
            row.infinite_fraction,
            row.undefined_fraction,
            static_cast<double>(row.contexts),
            static_cast<double>(row.worlds),
            row.estimand_bias,
            row.estimand_bias_se,
            row.coverage,
            row.coverage_se,
            static_cast<double>(row.intervals),
            row.pooled_weight,
            row.fallen_back};
}

bool same_bits(const Row& a, const Row& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_figure);
}

bool same_bits(const sim::Results& a, const sim::Results& b) {
    return same_rows(a.cells, b.cells) && same_rows(a.decomposition, b.decomposition) &&
           same_rows(a.summary, b.summary);
}

SharedRows shared_rows(const sim::Results& a, const sim::Results& b) {
    std::map<decltype(labelled(b, b.cells.front().key)), std::size_t> places;
    for (std::size_t i = 0; i < b.cells.size(); ++i) places[labelled(b, b.cells[i].key)] = i;
    SharedRows shared;
    for (std::size_t i = 0; i < a.cells.size(); ++i) {
        const auto place = places.find(labelled(a, a.cells[i].key));
        if (place == places.end()) continue;
        ++shared.found;
        const std::size_t j = place->second;
        if (same_bits(figures(a.cells[i]), figures(b.cells[j])) &&
            same_bits(figures(a.decomposition[i]), figures(b.decomposition[j])))
            ++shared.same;
    }
    return shared;
}

}  // namespace truegap::test
