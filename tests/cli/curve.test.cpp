#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "tests/cli/support.hpp"

using namespace truegap::test;

namespace {

/// A result read back.
struct Result {
    TemporaryFolder folder;
    Finished finished;
    Table cells, curve;
    Json inversion;

    explicit Result(const Json& scenario, const std::vector<std::string>& options = {}) {
        std::vector<std::string> arguments{"run", "-", "--out", "out"};
        arguments.insert(arguments.end(), options.begin(), options.end());
        finished = run(arguments, folder.path(), scenario.dump());
        INFO(finished.err);
        REQUIRE(finished.code == 0);
        cells = read_table(text("cells.csv"));
        curve = read_table(text("curve.csv"));
        inversion = Json::parse(text("inversion.json"));
    }
    [[nodiscard]] std::string text(const std::string& file) const {
        return read_file(folder / "out" / file);
    }
};

using Point = std::pair<double, double>;  // entropy, cross-entropy

// The points of a curve, looked up in cells.csv.
std::vector<Point> points_of(const Table& cells,
                             const std::string& users,
                             const std::string& predictor,
                             const std::string& approximation,
                             const std::string& estimator) {
    const bool truth = approximation.empty();
    // The true figures stand in every row: those of one method are enough.
    const std::string a = truth ? cells.at(0, "approximation") : approximation;
    const std::string e = truth ? cells.at(0, "estimator") : estimator;
    std::vector<Point> points;
    for (std::size_t row = 0; row < cells.rows.size(); ++row) {
        if ((!users.empty() && cells.at(row, "users") != users) ||
            cells.at(row, "predictor") != predictor || cells.at(row, "approximation") != a ||
            cells.at(row, "estimator") != e)
            continue;
        const double h = cells.number(row, truth ? "true_entropy" : "entropy_mean");
        const double ce = cells.number(row, truth ? "true_cross_entropy" : "cross_entropy_mean");
        if (std::isfinite(h) && std::isfinite(ce)) points.emplace_back(h, ce);
    }
    return points;
}

using Key = std::tuple<std::string, std::string, std::string, std::string>;

std::map<Key, std::vector<std::size_t>> rows_by_curve(const Table& curve) {
    std::map<Key, std::vector<std::size_t>> rows;
    for (std::size_t row = 0; row < curve.rows.size(); ++row)
        rows[{curve.at(row, "users"),
              curve.at(row, "predictor"),
              curve.at(row, "approximation"),
              curve.at(row, "estimator")}]
            .push_back(row);
    return rows;
}

// Each row is the mean of the points in its range, and each point is in one row.
void check_bins(const Result& result) {
    for (const auto& [key, rows] : rows_by_curve(result.curve)) {
        const auto& [users, predictor, approximation, estimator] = key;
        INFO(users << " " << predictor << " " << approximation << " " << estimator);
        const auto points = points_of(result.cells, users, predictor, approximation, estimator);
        std::size_t seen = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto number = [&](const std::string& name) {
                return result.curve.number(rows[i], name);
            };
            CHECK(number("bin") == static_cast<double>(i + 1));
            std::vector<Point> within;
            const bool last = i + 1 == rows.size();
            for (const Point& point : points)
                if (point.first >= number("entropy_low") &&
                    (point.first < number("entropy_high") ||
                     (last && point.first == number("entropy_high"))))
                    within.push_back(point);
            const auto n = static_cast<double>(within.size());
            REQUIRE(number("contexts") == n);
            double h = 0.0;
            double ce = 0.0;
            for (const Point& point : within) {
                h += point.first / n;
                ce += point.second / n;
            }
            CHECK(number("entropy") == Approx(h).epsilon(1e-12));
            CHECK(number("cross_entropy") == Approx(ce).epsilon(1e-12));
            CHECK(number("gap") == Approx(ce - h).margin(1e-12));
            if (within.size() > 1) {
                double squares = 0.0;
                for (const Point& point : within)
                    squares += (point.second - ce) * (point.second - ce);
                CHECK(number("cross_entropy_se") ==
                      Approx(std::sqrt(squares / (n - 1.0) / n)).margin(1e-12));
            } else {
                CHECK(result.curve.at(rows[i], "cross_entropy_se").empty());
            }
            seen += within.size();
        }
        CHECK(seen == points.size());
    }
}

}  // namespace

TEST_CASE("run: curve.csv holds the binned contexts of every method and the true ones",
          "[cli][curve]") {
    const Result result(with(small_scenario(), "/curve", {{"bins", 4}}));
    CHECK(result.curve.columns == std::vector<std::string>{"population",
                                                           "users",
                                                           "predictor",
                                                           "approximation",
                                                           "estimator",
                                                           "kind",
                                                           "bin",
                                                           "entropy_low",
                                                           "entropy_high",
                                                           "contexts",
                                                           "entropy",
                                                           "cross_entropy",
                                                           "cross_entropy_se",
                                                           "gap",
                                                           "gap_se"});
    // 2 n x 2 predictors x (2 methods and the truth) x 4 bins
    CHECK(result.curve.rows.size() == 2 * 2 * 3 * 4);
    for (std::size_t row = 0; row < result.curve.rows.size(); ++row)
        CHECK(result.curve.at(row, "kind") ==
              (result.curve.at(row, "estimator").empty() ? "true" : "measured"));
    check_bins(result);
}

TEST_CASE("run: curves of equal width, of group sizes and of drawn users", "[cli][curve]") {
    Json wide = small_scenario();
    wide["curve"] = {{"bins", 5}, {"binning", "equal_width"}};
    check_bins(Result(wide));
    Json sizes = small_scenario();
    sizes["contexts"]["proxies"] = {{"age"}};
    sizes["design"] = Json::parse(
        R"({"group_sizes": [{"age": "young", "users": 9}, {"age": "old", "users": 30}]})");
    const Result by_size(sizes);
    check_bins(by_size);
    CHECK(by_size.curve.at(0, "users").empty());
    CHECK(by_size.inversion["curves"][0]["users"].is_null());
    const Result drawn(with(small_scenario(), "/design", {{"users", {30, 200}}}));
    check_bins(drawn);
    CHECK(drawn.curve.at(0, "users") == "30");
}

TEST_CASE("run: inversion.json tells of each curve what its points tell", "[cli][curve]") {
    const Result result(small_scenario());
    CHECK(result.inversion["unit"] == "nat");
    CHECK(result.inversion["level"] == 0.95);
    CHECK(result.inversion["resamples"] == 1000);
    const auto rows = rows_by_curve(result.curve);
    REQUIRE(result.inversion["curves"].size() == rows.size());
    std::size_t fitted = 0;
    for (const Json& curve : result.inversion["curves"]) {
        const auto name = [&](const char* key) {
            return curve[key].is_null() ? std::string() : curve[key].get<std::string>();
        };
        const std::string users = std::to_string(curve["users"].get<int>());
        INFO(curve.dump());
        const auto& bins =
            rows.at({users, name("predictor"), name("approximation"), name("estimator")});
        const auto lowest = std::min_element(bins.begin(), bins.end(), [&](auto a, auto b) {
            return result.curve.number(a, "cross_entropy") <
                   result.curve.number(b, "cross_entropy");
        });
        const Json& published = curve["published"];
        CHECK(published["inverted"] == (lowest != bins.begin()));
        CHECK(published["bin"] == lowest - bins.begin() + 1);
        CHECK(published["entropy"] == result.curve.number(*lowest, "entropy"));
        const auto points = points_of(
            result.cells, users, name("predictor"), name("approximation"), name("estimator"));
        CHECK(curve["contexts"] == points.size());
        CHECK(curve["left_out"] == 0);
        if (curve["fit"].is_null()) continue;
        ++fitted;
        const Json& fit = curve["fit"];
        CHECK(fit["low"].get<double>() <= fit["high"].get<double>());
        CHECK(fit["inversion"] == (fit["left_slope"] < 0.0 && fit["right_slope"] > 0.0));
        CHECK(fit["share_without_inversion"].get<double>() >= 0.0);
        CHECK(fit["share_without_inversion"].get<double>() <= 1.0);
        // A perfect predictor's true curve is the line X = Y.
        if (name("predictor") == "bayes" && curve["kind"] == "true") {
            CHECK(fit["left_slope"].get<double>() == Approx(1.0));
            CHECK(fit["right_slope"].get<double>() == Approx(1.0));
            CHECK(fit["share_without_inversion"] == 1.0);
        }
    }
    CHECK(fitted == rows.size());
}

TEST_CASE("run: infinite and undefined contexts are left off the curve and counted",
          "[cli][curve]") {
    Json scenario = small_scenario();
    scenario["predictors"] = Json::parse(R"([{"kind": "memorizer", "m": 2, "alpha": 0}])");
    scenario["approximations"] = Json::parse(R"([{"kind": "probabilities"}])");
    const Result result(scenario);
    for (const Json& curve : result.inversion["curves"]) {
        CHECK(curve["left_out"].get<int>() > 0);
        CHECK(curve["contexts"].get<int>() + curve["left_out"].get<int>() == 2 * 3 * 3);
    }
    check_bins(result);
}

TEST_CASE("run: a grid's factors stand beside its curves", "[cli][curve]") {
    Json scenario = small_scenario();
    scenario["contexts"]["candidates"] = {{"kind", "random"}, {"count", 8}};
    scenario["vary"] = Json::parse(R"({"/contexts/candidates/kind": ["random", "popular"],
                                       "/predictors/1/temperature": [1.5, 2]})");
    const Result result(scenario);
    std::set<std::pair<std::string, std::string>> points;
    for (std::size_t row = 0; row < result.curve.rows.size(); ++row)
        points.insert({result.curve.at(row, "factor_kind"), result.curve.at(row, "temperature")});
    CHECK(points.size() == 4);
    CHECK(result.inversion["curves"][0]["point"] ==
          Json::parse(R"({"kind": "random", "temperature": 1.5})"));
    CHECK(result.cells.columns[result.cells.columns.size() - 2] == "kind");
}

TEST_CASE("run: bins change neither the tables nor which replicates are taken over",
          "[cli][curve]") {
    Json scenario = small_scenario();
    const TemporaryFolder folder;
    const auto go = [&] {
        const Finished finished = run(
            {"run", "-", "--out", "out", "--replicates", "128"}, folder.path(), scenario.dump());
        INFO(finished.err);
        REQUIRE(finished.code == 0);
        return finished;
    };
    go();
    const auto cells = read_file(folder / "out/cells.csv");
    const auto curve = read_file(folder / "out/curve.csv");
    CHECK_FALSE(Json::parse(read_file(folder / "out/results.json"))["scenario"].contains("curve"));
    scenario["curve"] = {{"bins", 3}};
    const Finished again = go();
    CHECK(again.err.find("8 of 8 blocks of 64 replicates were taken over") != std::string::npos);
    CHECK(read_file(folder / "out/cells.csv") == cells);
    CHECK(read_file(folder / "out/curve.csv") != curve);
    CHECK(Json::parse(read_file(folder / "out/results.json"))["scenario"]["curve"]["bins"] == 3);
}

TEST_CASE("run: a study without rows has no curves", "[cli][curve]") {
    const Result result(with(small_scenario(), "/rows", "summary"));
    CHECK(result.curve.rows.empty());
    CHECK(result.inversion["curves"].empty());
    CHECK(result.finished.out.find("entropy curve") == std::string::npos);
}

TEST_CASE("run: what `curve` may not say", "[cli][curve]") {
    const auto refused = [](const Json& value, const std::string& message) {
        const TemporaryFolder folder;
        const Finished finished =
            run({"run", "-"}, folder.path(), with(small_scenario(), "/curve", value).dump());
        CHECK(finished.code == 2);
        INFO(finished.err);
        CHECK(finished.err.find(message) != std::string::npos);
        CHECK(std::count(finished.err.begin(), finished.err.end(), '\n') == 1);
    };
    refused({{"bins", 0}}, "/curve/bins: ");
    refused({{"bins", 2.5}}, "/curve/bins: ");
    refused({{"bins", 1001}}, "/curve/bins: ");
    refused({{"binning", "equal"}}, "/curve/binning: ");
    refused({{"bin", 3}}, "\"bins\"");
    refused(7, "/curve: ");
}

TEST_CASE("run: the curve is drawn, narrow and in plain characters, and read in a sentence",
          "[cli][curve]") {
    Json scenario = small_scenario();
    scenario["approximations"].push_back("recommended");
    const Result result(scenario);
    const std::string& out = result.finished.out;
    CHECK(out.find("The entropy curve of bayes, n=5 ") != std::string::npos);
    CHECK(out.find("The entropy curve of bayes, n=20 ") != std::string::npos);
    CHECK(out.find("tempered(2), n=") == std::string::npos);
    CHECK(out.find("  r  recommended minus empirical_bayes_mixture") != std::string::npos);
    CHECK(
        out.find(
            "x: the published reading sees no inversion; the fit of two lines sees none (as in ") !=
        std::string::npos);
    const std::string picture = out.substr(out.find("The entropy curve"), 1700);
    std::size_t widest = 0;
    std::size_t start = 0;
    bool diagonal = false;
    std::set<char> marks;
    while (start < picture.size()) {
        const std::size_t end = std::min(picture.find('\n', start), picture.size());
        const std::string line = picture.substr(start, end - start);
        const std::size_t axis = line.find(" |");
        if (axis == 9) {
            widest = std::max(widest, line.size());
            for (const char c : line.substr(axis + 2)) {
                CHECK(static_cast<unsigned char>(c) < 0x80);
                marks.insert(c);
            }
            diagonal = diagonal || line.find('.', axis) != std::string::npos;
        }
        start = end + 1;
    }
    CHECK(diagonal);
    CHECK(widest <= 72);
    CHECK(widest > 40);
    CHECK(marks.count('o') == 1);
    CHECK((marks.count('x') == 1 || marks.count('*') == 1));
}
