#include "sim/inversion_rates.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "metrics/curve.hpp"
#include "metrics/curve_test.hpp"
#include "sim/block.hpp"
#include "sim/latent_class_fit.hpp"
#include "sim/parallel.hpp"
#include "sim/plan.hpp"
#include "sim/samplers.hpp"
#include "sim/truth.hpp"

namespace truegap::sim {

namespace {

using metrics::CurvePoint;

// One curve a replicate of a block: [predictor][method][replicate].
class Curves final : public FigureSink {
  public:
    Curves(std::size_t predictors, std::size_t methods, std::size_t replicates)
        : methods_(methods), replicates_(replicates), curves_(predictors * methods * replicates) {}

    void take(std::size_t,
              std::size_t p,
              std::size_t m,
              const Column& entropy,
              const Column& cross_entropy) override {
        for (std::size_t r = 0; r < replicates_; ++r) {
            if (!entropy.defined[r] || !cross_entropy.defined[r]) continue;
            const CurvePoint point{entropy.value[r], cross_entropy.value[r]};
            if (std::isfinite(point.entropy) && std::isfinite(point.cross_entropy))
                curves_[place(p, m, r)].push_back(point);
        }
    }
    [[nodiscard]] const std::vector<CurvePoint>& curve(std::size_t p,
                                                       std::size_t m,
                                                       std::size_t r) const {
        return curves_[place(p, m, r)];
    }

  private:
    [[nodiscard]] std::size_t place(std::size_t p, std::size_t m, std::size_t r) const {
        return (p * methods_ + m) * replicates_ + r;
    }
    std::size_t methods_, replicates_;
    std::vector<std::vector<CurvePoint>> curves_;
};

using Profiles = std::vector<std::vector<double>>;

// Every method's curves of the perfect predictor: [method][data set].
std::vector<Profiles> null_profiles(const WorldStudy& study,
                                    const Level& level,
                                    std::size_t predictor,
                                    std::uint32_t bins) {
    const std::size_t methods = study.methods().size();
    std::vector<Profiles> profiles(methods);
    const std::uint32_t data_sets = study.scenario().replicates;
    for (std::uint32_t first = 0; first < data_sets; first += replicates_per_block) {
        const std::uint32_t count = std::min(replicates_per_block, data_sets - first);
        Curves curves(study.scenario().predictors.size(), methods, count);
        (void)study.run(level, first / replicates_per_block, &curves);
        for (std::size_t m = 0; m < methods; ++m)
            for (std::uint32_t r = 0; r < count; ++r)
                profiles[m].push_back(metrics::gap_profile(curves.curve(predictor, m, r), bins));
    }
    return profiles;
}

// What the readings say of one world: a vote is "inverted", "not", or nothing.
struct Verdict {
    std::optional<bool> published, two_segment;
    // By null, the population's and the twin's.
    std::array<std::optional<bool>, 2> worse, rise;
};
struct WorldOutcome {
    std::vector<bool> inverted;     // [predictor], in truth; the same at each n
    std::vector<Verdict> verdicts;  // [level][predictor][method]
};

class Judge {
  public:
    Judge(const Scenario& scenario, std::uint32_t world)
        : spec_(*scenario.inversion), null_scenario_(scenario), world_(world) {
        null_scenario_.replicates = spec_.null;
        judged_scenario_ = scenario;
        judged_scenario_.replicates = 1;
        for (std::size_t p = 0; p < scenario.predictors.size(); ++p)
            if (scenario.predictors[p].label == "bayes") reference_ = p;
        // The perfect predictor alone is scored on the other data sets.
        null_scenario_.predictors = {scenario.predictors[reference_]};
    }

    WorldOutcome outcome() {
        const WorldPlan plan = plan_world(judged_scenario_, world_);
        const WorldStudy judged(judged_scenario_, plan);
        // World numbers beyond those of any study, so that no draw is shared with the judged data set.
        const WorldStudy null(null_scenario_, renumbered(plan, plan.population, 1U << 30U));
        std::optional<WorldStudy> twin;
        if (spec_.twin && world_ < spec_.twin->worlds)
            twin.emplace(null_scenario_, renumbered(plan, fitted(plan), 2U << 30U));
        WorldOutcome outcome;
        outcome.inverted = truly_inverted(judged);
        for (std::size_t l = 0; l < judged.levels().size(); ++l)
            judge(judged, null, twin ? &*twin : nullptr, l, outcome);
        return outcome;
    }

  private:
    [[nodiscard]] WorldPlan renumbered(const WorldPlan& plan,
                                       const Population& population,
                                       std::uint32_t offset) const {
        WorldPlan other{.index = world_ + offset,
                        .population = population,
                        .contexts = plan.contexts,
                        .truths = {}};
        for (const Context& context : other.contexts) {
            TruthOrReason found = find_truth(population, context);
            if (!found.truth)
                throw ScenarioError("/inversion/twin",
                                    "is fitted to users among whom a context of world " +
                                        std::to_string(world_) +
                                        " cannot occur (allowed: contexts without history, or more "
                                        "users)");
            other.truths.push_back(std::move(*found.truth));
        }
        return other;
    }

    [[nodiscard]] std::vector<bool> truly_inverted(const WorldStudy& study) const {
        const Level& level = study.levels().front();
        std::vector<bool> inverted;
        for (std::size_t p = 0; p < judged_scenario_.predictors.size(); ++p) {
            std::vector<CurvePoint> curve;
            for (std::size_t c = 0; c < study.plan().contexts.size(); ++c) {
                const Figure& cross_entropy = level.answer(p, c).true_cross_entropy;
                if (cross_entropy && std::isfinite(*cross_entropy))
                    curve.push_back({level.truth(c).entropy, *cross_entropy});
            }
            const auto fit = metrics::fit_two_segments(curve);
            // Of a perfect predictor cross-entropy is entropy, slopes 1 but for rounding.
            inverted.push_back(fit && fit->inverted());
        }
        return inverted;
    }

    void judge(const WorldStudy& judged,
               const WorldStudy& null,
               const WorldStudy* twin,
               std::size_t l,
               WorldOutcome& outcome) const {
        const std::size_t predictors = judged_scenario_.predictors.size();
        const std::size_t methods = judged.methods().size();
        Curves curves(predictors, methods, 1);
        (void)judged.run(judged.levels()[l], 0, &curves);
        std::array<std::vector<Profiles>, 2> nulls{
            null_profiles(null, null.levels()[l], 0, spec_.bins), {}};
        if (twin != nullptr) nulls[1] = null_profiles(*twin, twin->levels()[l], 0, spec_.bins);
        for (std::size_t p = 0; p < predictors; ++p)
            for (std::size_t m = 0; m < methods; ++m)
                outcome.verdicts.push_back(verdict(curves.curve(p, m, 0), nulls, m));
    }

    [[nodiscard]] Verdict verdict(const std::vector<CurvePoint>& curve,
                                  const std::array<std::vector<Profiles>, 2>& nulls,
                                  std::size_t m) const {
        Verdict result;
        if (curve.empty()) return result;
        result.published = metrics::published_inversion(
                               metrics::bin_curve(curve, metrics::Binning::equal_count, spec_.bins))
                               .has_value();
        const auto fit = metrics::fit_two_segments(curve);
        result.two_segment = fit && fit->inverted();
        const std::vector<double> profile = metrics::gap_profile(curve, spec_.bins);
        for (std::size_t n = 0; n < nulls.size(); ++n) {
            if (nulls[n].empty()) continue;
            const Profiles& null = nulls[n][m];
            if (std::any_of(null.begin(), null.end(), [&](const std::vector<double>& other) {
                    return other.size() != profile.size();
                }))
                continue;
            const metrics::CurveTest test = metrics::compare_with_null(profile, null);
            result.worse[n] = test.worse_p <= spec_.level;
            result.rise[n] = test.rise_p <= spec_.level;
        }
        return result;
    }

    // The groups with the most attributes, and their users.
    [[nodiscard]] std::vector<std::pair<Group, std::uint32_t>> finest_groups(
        const WorldPlan& plan) const {
        std::vector<std::pair<Group, std::uint32_t>> groups;
        if (const auto* sizes = std::get_if<GroupSizes>(&judged_scenario_.design)) {
            for (const GroupSizes::Row& row : sizes->rows) {
                Group group{.proxy = sizes->proxy, .levels = row.levels};
                const auto users = static_cast<std::uint32_t>(users_in(*sizes, group));
                if (users > 0) groups.emplace_back(std::move(group), users);
            }
            return groups;
        }
        const std::uint32_t n = std::get<UsersPerGroup>(judged_scenario_.design).n.front();
        Proxy proxy(plan.population.attributes().list().size());
        std::iota(proxy.begin(), proxy.end(), 0U);
        for (Group& group : all_groups(proxy, attribute_specs(judged_scenario_.population)))
            if (group_probability(plan.population, group) > 0.0)
                groups.emplace_back(std::move(group), n);
        return groups;
    }

    [[nodiscard]] Population fitted(const WorldPlan& plan) const {
        FitData data{
            .attributes = {}, .items = plan.population.items(), .groups = {}, .sequences = {}};
        for (const AttributeSpec& one : attribute_specs(judged_scenario_.population))
            data.attributes.push_back({.name = one.name, .levels = one.levels});
        Context question;
        question.candidates = plan.contexts.front().candidates;
        std::uint64_t number = 0;
        for (auto& [group, users] : finest_groups(plan)) {
            question.group = group;
            FitGroup& fit = data.groups.emplace_back();
            fit.levels.resize(data.attributes.size());
            for (std::size_t i = 0; i < group.proxy.size(); ++i)
                fit.levels[group.proxy[i]] = group.levels[i];
            fit.candidates = question.candidates;
            fit.counts.assign(question.candidates.size(), 0U);
            const auto p = target_distribution(plan.population, question);
            if (!p)
                throw ScenarioError(
                    "/inversion/twin",
                    "asks users of a group that cannot occur (allowed: group sizes of "
                    "groups that can)");
            Stream choices = stream({.seed = judged_scenario_.seed,
                                     .world = world_,
                                     .purpose = Purpose::twin_users,
                                     .cell = number++,
                                     .n = users});
            Multinomial{*p}(users, choices, fit.counts);
        }
        return fit_latent_classes(data,
                                  {.classes = {spec_.twin->classes},
                                   .strengths = {default_strength},
                                   .starts = spec_.twin->starts,
                                   .seed = judged_scenario_.seed + world_})
            .population;
    }

    InversionSpec spec_;
    Scenario null_scenario_, judged_scenario_;
    std::uint32_t world_;
    std::size_t reference_ = 0;
};

void count(Share& share, bool hit) {
    ++share.worlds;
    share.hits += hit ? 1 : 0;
}

// The places of one predictor and method in the table: readings without a null, then the tests.
void add_rows(const InversionRate& common, InversionRates& rates, bool twin) {
    const auto add = [&](InversionReading reading, InversionNull null) {
        rates.rows.push_back(common);
        rates.rows.back().reading = reading;
        rates.rows.back().null = null;
    };
    add(InversionReading::published, InversionNull::none);
    add(InversionReading::two_segment, InversionNull::none);
    for (const InversionReading reading : {InversionReading::worse, InversionReading::rise}) {
        add(reading, InversionNull::population);
        if (twin) add(reading, InversionNull::twin);
    }
}

std::optional<bool> vote(const Verdict& verdict, const InversionRate& row) {
    const std::size_t null = row.null == InversionNull::twin ? 1 : 0;
    switch (row.reading) {
        case InversionReading::published:
            return verdict.published;
        case InversionReading::two_segment:
            return verdict.two_segment;
        case InversionReading::worse:
            return verdict.worse[null];
        case InversionReading::rise:
            return verdict.rise[null];
    }
    return std::nullopt;
}

}  // namespace

Figure Share::value() const {
    if (worlds == 0) return std::nullopt;
    return static_cast<double>(hits) / static_cast<double>(worlds);
}

Figure Share::standard_error() const {
    if (worlds == 0) return std::nullopt;
    const double p = *value();
    return std::sqrt(p * (1.0 - p) / static_cast<double>(worlds));
}

InversionRates inversion_rates(const Scenario& scenario, const StudyOptions& options) {
    const InversionSpec& spec = *scenario.inversion;
    std::vector<WorldOutcome> outcomes(spec.worlds);
    for_each_index(options.threads, spec.worlds, [&](std::size_t world) {
        check_stop(options);
        outcomes[world] = Judge(scenario, static_cast<std::uint32_t>(world)).outcome();
        if (options.progress != nullptr) ++options.progress->done;
    });

    InversionRates rates;
    rates.level = spec.level;
    for (const PredictorMaker& predictor : scenario.predictors) {
        if (predictor.label == "bayes")
            rates.reference = static_cast<std::uint32_t>(rates.predictors.size());
        rates.predictors.push_back(predictor.label);
    }
    for (const metrics::Approximation& approximation : scenario.approximations)
        rates.approximations.push_back(metrics::label(approximation, scenario.top));
    for (const metrics::Estimator& estimator : study_estimators(scenario))
        rates.estimators.push_back(estimator.label());
    const std::vector<Method> methods = study_methods(scenario);
    std::vector<std::uint32_t> sizes{0};
    if (const auto* each = std::get_if<UsersPerGroup>(&scenario.design)) sizes = each->n;
    if (const auto* users = std::get_if<Users>(&scenario.design)) sizes = users->n;
    for (std::size_t l = 0; l < sizes.size(); ++l)
        for (std::uint32_t p = 0; p < scenario.predictors.size(); ++p)
            for (std::size_t m = 0; m < methods.size(); ++m) {
                const std::size_t first = rates.rows.size();
                add_rows({.users = sizes[l],
                          .predictor = p,
                          .approximation = methods[m].approximation,
                          .estimator = methods[m].estimator},
                         rates,
                         spec.twin.has_value());
                const std::size_t place = (l * scenario.predictors.size() + p) * methods.size() + m;
                for (std::size_t i = first; i < rates.rows.size(); ++i)
                    for (const WorldOutcome& outcome : outcomes) {
                        const auto hit = vote(outcome.verdicts[place], rates.rows[i]);
                        if (!hit) continue;
                        count(rates.rows[i].all, *hit);
                        if (outcome.inverted[p]) count(rates.rows[i].inverted, *hit);
                    }
            }
    return rates;
}

}  // namespace truegap::sim
