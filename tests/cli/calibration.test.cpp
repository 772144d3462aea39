#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "tests/cli/support.hpp"

using namespace truegap::test;

namespace {

/// Candidates by bin, gathered plainly: four bins a factor of ten from 1e-6 on, bin 0 below.
struct Oracle {
    struct Bin {
        double weight = 0.0, stated = 0.0, happened = 0.0;
        std::uint64_t items = 0;
        std::vector<std::pair<double, double>> contexts;  // weight and happened, of each
    };
    std::map<std::uint64_t, Bin> bins;
    double mass = 0.0;

    static std::uint64_t bin_of(double q) {
        std::uint64_t bin = 0;
        while (bin < 24 && q >= std::pow(10.0, static_cast<double>(bin) / 4.0 - 6.0)) ++bin;
        return bin;
    }

    void add(const std::vector<double>& q, const std::vector<double>& y, double weight) {
        std::map<std::uint64_t, std::pair<double, double>> here;
        for (std::size_t k = 0; k < q.size(); ++k) {
            Bin& bin = bins[bin_of(q[k])];
            bin.weight += weight;
            bin.stated += weight * q[k];
            bin.happened += y[k];
            ++bin.items;
            mass += weight * q[k];
            here[bin_of(q[k])].first += weight;
            here[bin_of(q[k])].second += y[k];
        }
        for (const auto& [number, sums] : here) bins[number].contexts.push_back(sums);
    }
};

void check(const Table& table, const std::string& predictor, const Oracle& oracle, bool observed) {
    std::size_t rows = 0;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        if (table.at(i, "predictor") != predictor) continue;
        ++rows;
        const auto number = std::stoull(table.at(i, "bin"));
        INFO(predictor << " bin " << number);
        REQUIRE(oracle.bins.count(number) == 1);
        const Oracle::Bin& bin = oracle.bins.at(number);
        CHECK(table.number(i, "stated") == Approx(bin.stated / bin.weight).epsilon(1e-9));
        CHECK(table.number(i, "happened") == Approx(bin.happened / bin.weight).epsilon(1e-9));
        CHECK(table.number(i, "mass") == Approx(bin.stated / oracle.mass).epsilon(1e-9));
        CHECK(table.at(i, "items") == std::to_string(bin.items));
        CHECK(table.number(i, "stated") >= table.number(i, "stated_low"));
        CHECK(table.number(i, "stated") <= table.number(i, "stated_high"));
        const auto contexts = static_cast<double>(bin.contexts.size());
        if (!observed || contexts < 2.0) {
            CHECK(table.at(i, "happened_se").empty());
            continue;
        }
        double squares = 0.0;
        for (const auto& [weight, happened] : bin.contexts)
            squares += std::pow(happened - weight * bin.happened / bin.weight, 2);
        CHECK(table.number(i, "happened_se") ==
              Approx(std::sqrt(squares * contexts / (contexts - 1.0)) / bin.weight).margin(1e-12));
    }
    CHECK(rows == oracle.bins.size());
}

std::vector<double> tempered(const std::vector<double>& p, double temperature) {
    std::vector<double> q;
    double sum = 0.0;
    for (const double one : p) sum += std::pow(one, 1.0 / temperature);
    for (const double one : p) q.push_back(std::pow(one, 1.0 / temperature) / sum);
    return q;
}

}  // namespace

TEST_CASE("calibration.csv: of a run, the exact truth of what each predictor states",
          "[cli][run][calibration]") {
    const TemporaryFolder folder;
    Json scenario = small_scenario();
    scenario["predictors"] = {
        {{"kind", "bayes"}}, {{"kind", "tempered"}, {"temperature", 0.25}}, {{"kind", "uniform"}}};
    scenario["worlds"] = 1;
    scenario["replicates"] = 2;
    const std::string text = scenario.dump();
    REQUIRE(run({"run", "-", "--out", "out"}, folder.path(), text).code == 0);
    const Json truth = Json::parse(run({"truth", "-"}, folder.path(), text).out);
    Oracle bayes;
    Oracle cold;
    Oracle uniform;
    for (const Json& context : truth["contexts"]) {
        const auto p = context["distribution"].get<std::vector<double>>();
        bayes.add(p, p, 1.0);
        cold.add(tempered(p, 0.25), p, 1.0);
        uniform.add(std::vector<double>(p.size(), 1.0 / static_cast<double>(p.size())), p, 1.0);
    }
    REQUIRE(cold.bins.size() > 5);
    const Table table = read_table(read_file(folder / "out/calibration.csv"));
    check(table, "bayes", bayes, false);
    check(table, "tempered(0.25)", cold, false);
    check(table, "uniform", uniform, false);
    for (std::size_t i = 0; i < table.rows.size(); ++i)
        if (table.at(i, "predictor") == "bayes")
            CHECK(table.number(i, "stated") == Approx(table.number(i, "happened")));
}

TEST_CASE("calibration.csv: of a score, the share of users who chose what was stated",
          "[cli][score][calibration]") {
    const TemporaryFolder folder;
    Dice dice(7);
    Oracle oracle;
    std::string targets;
    std::string responses;
    for (int c = 0; c < 12; ++c) {
        Json target{{"context_id", std::to_string(c)}, {"candidates", {"a", "b", "c", "d"}}};
        Json response{{"context_id", std::to_string(c)}};
        std::vector<double> q;
        std::vector<double> counts;
        double sum = 0.0;
        double users = 0.0;
        for (int k = 0; k < 4; ++k) {
            q.push_back(std::pow(dice.uniform(), 4.0));
            sum += q.back();
            counts.push_back(static_cast<double>(c == 5 ? 0 : dice.below(9)));
            users += counts.back();
        }
        for (double& one : q) one /= sum;
        for (const double count : counts) target["counts"].push_back(static_cast<int>(count));
        response["probabilities"] = q;
        targets += target.dump() + "\n";
        responses += response.dump() + "\n";
        if (users > 0.0) oracle.add(q, counts, users);
    }
    write_file(folder / "t.jsonl", targets);
    write_file(folder / "said.jsonl", responses);
    const Finished finished = run({"score",
                                   "--targets",
                                   "t.jsonl",
                                   "--responses",
                                   "said.jsonl",
                                   "--resamples",
                                   "20",
                                   "--top",
                                   "2",
                                   "--out",
                                   "out"},
                                  folder.path());
    INFO(finished.err);
    REQUIRE(finished.code == 0);
    check(read_table(read_file(folder / "out/calibration.csv")), "said", oracle, true);
}

TEST_CASE("calibration.csv: a ranking states no probability", "[cli][score][calibration]") {
    const TemporaryFolder folder;
    write_file(folder / "t.jsonl", R"({"context_id":"x","candidates":["a","b"],"counts":[3,1]})");
    write_file(folder / "ranks.jsonl", R"({"context_id":"x","ranking":["a","b"]})");
    REQUIRE(run({"score", "--targets", "t.jsonl", "--responses", "ranks.jsonl", "--out", "out"},
                folder.path())
                .code == 0);
    CHECK(read_table(read_file(folder / "out/calibration.csv")).rows.empty());
}
