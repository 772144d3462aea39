#include "adapters/io/verdict_files.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "metrics/response.hpp"
#include "sim/judged_pool.hpp"
#include "adapters/io/digest.hpp"
#include "adapters/io/fit_inputs.hpp"
#include "adapters/io/output_file.hpp"
#include "adapters/io/results_files.hpp"
#include "adapters/io/verdict_words.hpp"

namespace truegap::adapters {

namespace {

using sim::Figure;

constexpr std::uint32_t refit_rounds = 50;  // of EM, from a fit that is near already

std::string digest_of(const std::string& text) {
    Digest digest;
    digest.add(text);
    return digest.hexadecimal();
}

// The same fit for a data set drawn from the twin.
class Refitted {
  public:
    Refitted(const Twin& twin, const ScoreInputs& inputs, const std::string& targets_file)
        : twin_(twin), inputs_(read_fit_inputs(inputs.targets, targets_file, names_of(twin))) {}

    sim::Population operator()(const sim::TwinData::Draw& draw) const {
        sim::FitData data = inputs_.data;
        for (std::size_t g = 0; g < data.groups.size(); ++g)
            data.groups[g].counts = draw.counts[inputs_.group_targets[g]];
        for (std::size_t s = 0; s < data.sequences.size(); ++s) {
            const auto [target, user] = inputs_.sequence_users[s];
            data.sequences[s].choice =
                data.sequences[s].candidates[draw.user_choices[target][user]];
        }
        return sim::refit(data, twin_.population, refit_rounds, twin_.strength).population;
    }

  private:
    const Twin& twin_;
    FitInputs inputs_;
};

std::vector<sim::TwinContext> twin_contexts(const ScoreResults& results,
                                            const Twin& twin,
                                            const std::string& file) {
    std::vector<sim::TwinContext> contexts;
    contexts.reserve(results.inputs.targets.size());
    for (const Target& target : results.inputs.targets) {
        const auto id = static_cast<sim::ContextId>(contexts.size());
        contexts.push_back({.shared = twin_context(twin, target, id, file),
                            .users = twin_users(twin, target, id, file)});
    }
    return contexts;
}

template <class Row>
std::vector<Row> of_recommended(const std::vector<Row>& rows, const ScoreResults& results) {
    std::vector<Row> kept;
    for (const Row& row : rows)
        if (std::holds_alternative<metrics::Recommended>(
                results.study.approximations[row.approximation]))
            kept.push_back(row);
    return kept;
}

std::optional<double> end_of(const std::optional<metrics::Interval>& interval,
                             double metrics::Interval::*end,
                             Unit unit) {
    if (!interval) return std::nullopt;
    return in_unit((*interval).*end, unit);
}

// A row of curve.csv.
struct BinRow {
    const sim::ObservedCurve* curve = nullptr;
    std::size_t bin = 0;
    [[nodiscard]] const sim::ObservedBin& here() const { return curve->bins[bin]; }
};

Columns<BinRow> curve_columns(const ScoreResults& results, Unit unit) {
    Columns<BinRow> columns;
    const auto text = [&](const char* name, auto get) {
        columns.push_back({name, [get](const BinRow& row) -> Value { return get(row); }});
    };
    const auto nat = [&](const char* name, auto get) {
        columns.push_back(
            {name, [get, unit](const BinRow& row) -> Value { return in_unit(get(row), unit); }});
    };
    text("users", [](const BinRow&) { return std::string(); });
    text("predictor", [&results](const BinRow& row) {
        return results.study.predictors[row.curve->predictor].label;
    });
    text("approximation", [&results](const BinRow& row) {
        return results.scores.approximations[row.curve->approximation];
    });
    text("estimator",
         [&results](const BinRow& row) { return results.scores.estimators[row.curve->estimator]; });
    text("kind", [](const BinRow&) { return std::string("measured"); });
    text("bin", [](const BinRow& row) { return std::uint64_t{row.bin + 1}; });
    nat("entropy_low", [](const BinRow& row) { return Figure(row.here().bin.low); });
    nat("entropy_high", [](const BinRow& row) { return Figure(row.here().bin.high); });
    text("contexts", [](const BinRow& row) { return std::uint64_t{row.here().bin.contexts}; });
    nat("entropy", [](const BinRow& row) { return Figure(row.here().bin.entropy); });
    nat("cross_entropy", [](const BinRow& row) { return Figure(row.here().bin.cross_entropy); });
    nat("cross_entropy_se", [](const BinRow& row) { return row.here().bin.cross_entropy_se; });
    nat("gap", [](const BinRow& row) {
        return Figure(row.here().bin.cross_entropy - row.here().bin.entropy);
    });
    nat("gap_se", [](const BinRow& row) { return row.here().bin.gap_se; });
    const auto end = [](std::optional<metrics::Interval> sim::ObservedBin::*member,
                        double metrics::Interval::*which) {
        return [member, which](const BinRow& row) {
            return end_of(row.here().*member, which, Unit::nat);
        };
    };
    nat("floor", [](const BinRow& row) { return row.here().floor; });
    nat("floor_low", end(&sim::ObservedBin::floor_range, &metrics::Interval::low));
    nat("floor_high", end(&sim::ObservedBin::floor_range, &metrics::Interval::high));
    nat("bias", [](const BinRow& row) { return row.here().bias; });
    nat("corrected_gap", [](const BinRow& row) { return row.here().corrected; });
    nat("corrected_low", end(&sim::ObservedBin::corrected_interval, &metrics::Interval::low));
    nat("corrected_high", end(&sim::ObservedBin::corrected_interval, &metrics::Interval::high));
    text("p", [](const BinRow& row) { return row.here().p; });
    return columns;
}

Json number(const Figure& figure) {
    if (!figure) return nullptr;
    if (std::isinf(*figure)) return *figure > 0.0 ? "inf" : "-inf";
    return *figure;
}

Json inversion_json(const ScoreResults& results,
                    const Verdicts& verdicts,
                    const ScoreSettings& settings) {
    Json curves = Json::array();
    const auto nat = [&](double value) { return number(in_unit(value, settings.unit)); };
    for (const sim::ObservedCurve& curve : verdicts.curves) {
        Json one;
        one["users"] = nullptr;
        one["predictor"] = results.study.predictors[curve.predictor].label;
        one["approximation"] = results.scores.approximations[curve.approximation];
        one["estimator"] = results.scores.estimators[curve.estimator];
        one["kind"] = "measured";
        one["contexts"] = curve.points.size();
        one["published"]["inverted"] = curve.published.has_value();
        if (curve.published) {
            one["published"]["bin"] = *curve.published + 1;
            one["published"]["entropy"] = nat(curve.bins[*curve.published].bin.entropy);
        }
        one["fit"] = nullptr;
        if (const auto& fit = curve.inversion.fit) {
            const auto& interval = curve.inversion.interval;
            one["fit"] = {
                {"break", nat(fit->break_at)},
                {"low", number(end_of(interval, &metrics::Interval::low, settings.unit))},
                {"high", number(end_of(interval, &metrics::Interval::high, settings.unit))},
                {"left_slope", fit->left_slope},
                {"right_slope", fit->right_slope},
                {"inversion", fit->inverted()},
                {"share_without_inversion", number(curve.inversion.share_without_inversion)}};
        }
        curves.push_back(std::move(one));
    }
    return curves;
}

Json judgement_json(const sim::Judgement& judgement, Unit unit) {
    return {{"value", number(in_unit(judgement.value, unit))},
            {"low", number(end_of(judgement.interval, &metrics::Interval::low, unit))},
            {"high", number(end_of(judgement.interval, &metrics::Interval::high, unit))},
            {"p", number(judgement.p)}};
}

Json signature_json(const sim::Signature& signature, const Verdicts& verdicts, Unit unit) {
    return {{"signature", signature_name(signature.kind)},
            {"finding", finding_word(signature.finding)},
            {"figure", number(in_unit(signature.figure, unit))},
            {"low", number(end_of(signature.interval, &metrics::Interval::low, unit))},
            {"high", number(end_of(signature.interval, &metrics::Interval::high, unit))},
            {"p", number(signature.p)},
            {"rests_on", signature_basis(signature, verdicts)}};
}

Json predictor_json(const ScoreResults& results,
                    const Verdicts& verdicts,
                    std::size_t p,
                    const ScoreSettings& settings,
                    double margin) {
    Json one;
    one["predictor"] = results.study.predictors[p].label;
    if (verdicts.verdicts.empty()) {
        one["verdict"] = "undecided";
        one["sentence"] = no_floor_sentence;
    } else {
        const sim::Verdict& verdict = verdicts.verdicts[p];
        one["verdict"] = finding_word(verdict.finding);
        one["sentence"] = verdict_sentence(verdict, settings.unit, settings.level, margin);
        one["corrected_gap"] = judgement_json(verdict.gap, settings.unit);
        one["contexts"] = verdict.contexts;
        one["infinite"] = verdict.infinite;
        one["median_users"] = number(verdict.median_users);
        one["assumes"] = verdict.states ? stated_assumption : ranking_assumption;
        one["curve_test"] = nullptr;
        if (const auto& test = verdict.curve_test) {
            Json excess = Json::array();
            for (const double value : test->excess)
                excess.push_back(number(in_unit(value, settings.unit)));
            one["curve_test"] = {
                {"worse_p", test->worse_p},
                {"worst_part", test->worst_part},
                {"excess", std::move(excess)},
                {"part_p", test->part_p},
                {"rise_p", test->rise_p},
                {"rise_excess", number(in_unit(test->rise_excess, settings.unit))}};
        }
        if (verdict.needed)
            one["would_decide"] = {{"users_a_group", number(verdict.needed->users)},
                                   {"groups", number(verdict.needed->groups)}};
    }
    one["signatures"] = Json::array();
    for (const sim::Signature& signature : verdicts.signatures)
        if (signature.predictor == p)
            one["signatures"].push_back(signature_json(signature, verdicts, settings.unit));
    return one;
}

Columns<sim::Signature> signature_columns(const ScoreResults& results,
                                          const Verdicts& verdicts,
                                          Unit unit) {
    using Row = sim::Signature;
    Columns<Row> columns;
    const auto add = [&](const char* name, auto get) {
        columns.push_back({name, [get](const Row& row) -> Value { return get(row); }});
    };
    add("predictor",
        [&results](const Row& row) { return results.study.predictors[row.predictor].label; });
    add("signature", [](const Row& row) { return signature_name(row.kind); });
    add("finding", [](const Row& row) { return finding_word(row.finding); });
    add("figure", [unit](const Row& row) { return in_unit(row.figure, unit); });
    add("low",
        [unit](const Row& row) { return end_of(row.interval, &metrics::Interval::low, unit); });
    add("high",
        [unit](const Row& row) { return end_of(row.interval, &metrics::Interval::high, unit); });
    add("p", [](const Row& row) { return row.p; });
    add("rests_on", [&verdicts](const Row& row) { return signature_basis(row, verdicts); });
    return columns;
}

}  // namespace

Verdicts find_verdicts(const ScoreResults& results,
                       const Comparisons& comparisons,
                       const std::optional<std::pair<std::size_t, std::size_t>>& set_ups,
                       const Twin* twin,
                       const ScoreSettings& settings,
                       const FloorSettings& floor) {
    Verdicts verdicts;
    verdicts.curves = sim::observed_curves(results.study,
                                           results.scores,
                                           {.inversion = {.seed = results.inputs.seed,
                                                          .level = settings.level,
                                                          .threads = floor.threads,
                                                          .stop = floor.stop}});
    if (twin != nullptr) {
        const std::string& file = settings.targets.name;
        const auto contexts = twin_contexts(results, *twin, file);
        const sim::TwinData data(results.study, twin->population, contexts);
        const sim::NoiseFloor noise(results.study,
                                    data,
                                    results.pools[comparisons.judged].contexts.contexts,
                                    sim::floor_curves(verdicts.curves),
                                    {.seed = results.inputs.seed,
                                     .draws = floor.draws,
                                     .threads = floor.threads,
                                     .stop = floor.stop,
                                     .progress = floor.progress});
        sim::add_floor(verdicts.curves, noise, settings.level);
        std::optional<sim::OuterPlan> outer;
        verdicts.fitted_to_judged = twin->targets_sha256 == digest_of(settings.targets.text);
        if (verdicts.fitted_to_judged)
            outer = sim::OuterPlan{.draws = floor.outer_draws,
                                   .refit = Refitted(*twin, results.inputs, file),
                                   .contexts = &contexts};
        verdicts.verdicts = sim::judge(results.study,
                                       results.scores,
                                       data,
                                       noise,
                                       {.seed = results.inputs.seed,
                                        .level = settings.level,
                                        .margin = floor.margin,
                                        .resamples = settings.resamples,
                                        .threads = floor.threads,
                                        .stop = floor.stop,
                                        .progress = floor.progress},
                                       outer);
    }
    std::vector<sim::ComparisonRow> pairs;
    for (const sim::ComparisonRow& row : of_recommended(comparisons.pairs, results))
        if (row.pool == comparisons.judged) pairs.push_back(row);
    const auto history = of_recommended(comparisons.history, results);
    sim::SignatureEvidence evidence{.verdicts = twin != nullptr ? &verdicts.verdicts : nullptr,
                                    .pairs = &pairs,
                                    .history = &history};
    if (set_ups)
        evidence.set_ups = {static_cast<std::uint32_t>(set_ups->first),
                            static_cast<std::uint32_t>(set_ups->second)};
    verdicts.signatures = sim::find_signatures(
        results.study.predictors.size(), evidence, settings.level, floor.margin);
    return verdicts;
}

void write_verdicts(const ScoreResults& results,
                    const Verdicts& verdicts,
                    const Twin* twin,
                    const ScoreSettings& settings,
                    const FloorSettings& floor,
                    const std::filesystem::path& directory) {
    Digest apart;  // these tables are not part of the results' own
    std::vector<BinRow> bins;
    for (const sim::ObservedCurve& curve : verdicts.curves)
        for (std::size_t bin = 0; bin < curve.bins.size(); ++bin) bins.push_back({&curve, bin});
    write_csv(TableParts<BinRow>{{.rows = bins, .columns = curve_columns(results, settings.unit)}},
              directory / "curve.csv",
              apart);
    write_csv(TableParts<sim::Signature>{{.rows = verdicts.signatures,
                                          .columns =
                                              signature_columns(results, verdicts, settings.unit)}},
              directory / "signatures.csv",
              apart);
    Json head;
    head["truegap"] = settings.version;
    head["unit"] = settings.unit == Unit::bit ? "bit" : "nat";
    head["level"] = settings.level;
    const auto write = [&](const Json& json, const char* name) {
        OutputFile file(directory / name);
        write_json(file.stream(), json);
        file.stream() << '\n';
        file.close();
    };
    Json inversion = head;
    inversion["resamples"] = sim::InversionPlan{}.resamples;
    inversion["curves"] = inversion_json(results, verdicts, settings);
    write(inversion, "inversion.json");

    Json json = head;
    json["margin"] = number(in_unit(floor.margin, settings.unit));
    json["seed"] = results.inputs.seed;
    json["noise_floor"] = nullptr;
    if (twin != nullptr) {
        json["noise_floor"] = {{"file", std::filesystem::path(twin->file).filename().string()},
                               {"targets_sha256", twin->targets_sha256},
                               {"share", twin->share},
                               {"classes", twin->population.classes()},
                               {"draws", floor.draws},
                               {"fitted_to_judged", verdicts.fitted_to_judged}};
        if (verdicts.fitted_to_judged) json["noise_floor"]["outer_draws"] = floor.outer_draws;
    }
    json["predictors"] = Json::array();
    for (std::size_t p = 0; p < results.study.predictors.size(); ++p)
        json["predictors"].push_back(predictor_json(results, verdicts, p, settings, floor.margin));
    write(json, "verdict.json");
}

}  // namespace truegap::adapters
