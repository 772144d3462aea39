#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "tests/cli/estimate_support.hpp"
#include "tests/cli/refusal.hpp"

using namespace truegap::test;

namespace {

// The standard normal quantile of a two-sided level, by bisection. erfc: erf is too near to 1.
double two_sided(double level) {
    double low = 0.0;
    double high = 40.0;
    for (int i = 0; i < 200; ++i) {
        const double middle = 0.5 * (low + high);
        (std::erfc(middle / std::numbers::sqrt2) > 1.0 - level ? low : high) = middle;
    }
    return low;
}

// sqrt((sum p ln^2 p - H^2) / n).
double plug_in_error(const std::vector<double>& counts) {
    double n = 0.0;
    for (const double count : counts) n += count;
    double mean = 0.0;
    double square = 0.0;
    for (const double count : counts) {
        const double ln_p = std::log(count / n);
        mean -= count / n * ln_p;
        square += count / n * ln_p * ln_p;
    }
    return std::sqrt((square - mean * mean) / n);
}

double clamped(double value, double low, double high) {
    return value < low ? low : value > high ? high : value;
}

std::string many_lines(std::size_t count) {
    Dice dice(3);
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += "[1";
        for (std::size_t k = dice.below(12); k > 0; --k)
            text += ", " + std::to_string(dice.below(9));
        text += "]\n";
    }
    return text;
}

}  // namespace

TEST_CASE("estimate: --se gives the standard error of every estimator", "[cli][estimate]") {
    const std::vector<std::string> names{"--estimator", "plug_in", "chao_shen"};
    CHECK(estimate("[3, 2, 1]\n", names).at(0)["sd"].empty());
    auto options = names;
    options.emplace_back("--se");
    const Json line = estimate("[3, 2, 1]\n", options).at(0);
    CHECK(keys(line["sd"]) == std::vector<std::string>{"plug_in", "chao_shen"});
    CHECK(std::abs(line["sd"]["plug_in"].get<double>() - plug_in_error({3, 2, 1})) < 1e-14);
    CHECK_FALSE(line.contains("intervals"));
    // The jackknife by hand: each of the six observations left out.
    double sum = 0.0;
    double squares = 0.0;
    const auto left_out =
        estimate("[2, 2, 1]\n[2, 2, 1]\n[2, 2, 1]\n[3, 1, 1]\n[3, 1, 1]\n[3, 2, 0]\n", names);
    for (const Json& one : left_out) {
        const auto value = one["estimates"]["chao_shen"].get<double>();
        sum += value;
        squares += value * value;
    }
    CHECK(std::abs(line["sd"]["chao_shen"].get<double>() -
                   std::sqrt(5.0 / 6.0 * (squares - sum * sum / 6.0))) < 1e-12);
}

TEST_CASE("estimate: --interval is estimate -+ z sd, cut to [0, ln K], in either unit",
          "[cli][estimate]") {
    for (const std::string level : {"0.5", "0.9", "0.95", "0.999999", "1e-3"})
        for (const std::string items : {"3", "4", "50"}) {
            INFO(level << ", " << items);
            std::vector<std::string> options{
                "--interval", level, "--items", items, "--estimator", "plug_in", "chao_shen"};
            const Json line = estimate("[3, 2, 1]\n", options).at(0);
            options.insert(options.end(), {"--unit", "bit"});
            const Json bits = estimate("[3, 2, 1]\n", options).at(0);
            CHECK(line["level"] == std::stod(level));
            const double z = two_sided(std::stod(level));
            for (const std::string name : {"plug_in", "chao_shen"}) {
                const auto estimated = line["estimates"][name].get<double>();
                const auto sd = line["sd"][name].get<double>();
                const double most = std::log(std::stod(items));
                const double low = clamped(estimated - z * sd, 0.0, most);
                const double high = clamped(estimated + z * sd, 0.0, most);
                CHECK(std::abs(line["intervals"][name][0].get<double>() - low) < 1e-12);
                CHECK(std::abs(line["intervals"][name][1].get<double>() - high) < 1e-12);
                const double bit = std::numbers::ln2;
                CHECK(std::abs(bits["sd"][name].get<double>() - sd / bit) < 1e-12);
                CHECK(std::abs(bits["intervals"][name][0].get<double>() - low / bit) < 1e-12);
                CHECK(std::abs(bits["intervals"][name][1].get<double>() - high / bit) < 1e-12);
            }
        }
}

TEST_CASE("estimate: where the standard error says nothing there is a note and no interval",
          "[cli][estimate]") {
    const auto check = [](const std::string& input,
                          std::vector<std::string> options,
                          const std::string& name,
                          const Json& sd,
                          const std::string& says) {
        INFO(input << " " << name);
        options.insert(options.end(), {"--interval", "0.9", "--estimator", name});
        const Json line = estimate(input, options).at(0);
        CHECK(line["sd"][name] == sd);
        CHECK(line["intervals"][name].is_null());
        CHECK(line["notes"][name].get<std::string>().find(says) != std::string::npos);
    };
    for (const std::string name : {"plug_in", "chao_shen"}) {
        check("[3, 3, 0, 3]", {}, name, 0, "all counts are equal");
        check("[1, 1]", {}, name, 0, "all counts are equal");
        check("[]", {}, name, nullptr, "no observations");
        check("[5]", {"--bootstrap", "9"}, name, 0, "every resample gives the same");
        check("[]", {"--bootstrap", "9"}, name, nullptr, "no observations");
        check("[4294967295, 1]", {"--bootstrap", "9"}, name, nullptr, "4294967295 observations");
    }
    check("[1]", {}, "chao_shen", nullptr, "n = 1");
}

TEST_CASE("estimate: bootstrap standard errors agree with the delta method for large n",
          "[cli][estimate]") {
    const std::string sample = "[40000, 30000, 20000, 6000, 4000]\n";
    const double delta = plug_in_error({40000, 30000, 20000, 6000, 4000});
    constexpr double resamples = 4000.0;
    const Json line =
        estimate(sample, {"--bootstrap", "4000", "--estimator", "plug_in", "--interval", "0.9"})
            .at(0);
    const auto off = [&](double expected, double found) {
        return std::abs(found / expected - 1.0) * std::sqrt(2.0 * resamples);  // of normal numbers
    };
    const auto sd = line["sd"]["plug_in"].get<double>();
    CHECK(off(delta, sd) < 4.5);
    CHECK(off(1.1 * delta, sd) > 4.5);
    // The quantiles of B numbers that are nearly normal: sd sqrt(p (1-p) / B) / density.
    const double z = two_sided(0.9);
    const double density = std::exp(-0.5 * z * z) / std::sqrt(2.0 * std::numbers::pi);
    const double quantile_error = delta * std::sqrt(0.05 * 0.95 / resamples) / density;
    const auto estimated = line["estimates"]["plug_in"].get<double>();
    const auto low = line["intervals"]["plug_in"][0].get<double>();
    const auto high = line["intervals"]["plug_in"][1].get<double>();
    CHECK(std::abs(low - (estimated - z * delta)) < 4.5 * quantile_error);
    CHECK(std::abs(high - (estimated + z * delta)) < 4.5 * quantile_error);
}

TEST_CASE("estimate: the same bytes for any number of threads, the bootstrap too",
          "[cli][estimate]") {
    const std::string text = many_lines(3000);
    for (const std::vector<std::string>& more :
         {std::vector<std::string>{"--interval", "0.95", "--items", "50"},
          {"--bootstrap", "20", "--seed", "7", "--interval", "0.95"}}) {
        std::string first;
        for (const std::string threads : {"1", "2", "8"}) {
            std::vector<std::string> options{"--threads", threads};
            options.insert(options.end(), more.begin(), more.end());
            options.insert(options.end(), {"--estimator", "plug_in", "chao_shen", "zhang"});
            const Finished finished = run_estimate(text, options);
            REQUIRE(finished.code == 0);
            if (first.empty()) first = finished.out;
            CHECK(finished.out == first);
        }
    }
    const auto bootstrap = [](const std::string& input, std::vector<std::string> more) {
        more.insert(more.end(), {"--bootstrap", "50", "--estimator", "plug_in"});
        std::vector<double> errors;
        for (const Json& line : estimate(input, more)) errors.push_back(line["sd"]["plug_in"]);
        return errors;
    };
    const auto usual = bootstrap("[3, 2, 1]\n[3, 2, 1]\n", {});
    CHECK(usual[0] != usual[1]);  // a line's number is in its address
    CHECK(bootstrap("[3, 2, 1]\n", {"--seed", "1"}).at(0) == usual[0]);
    CHECK(bootstrap("[3, 2, 1]\n", {"--seed", "2"}).at(0) != usual[0]);
    CHECK(bootstrap("\n[3, 2, 1]\n", {}).at(0) == usual[1]);
    CHECK(bootstrap("[0, 3, 2, 0, 1]\n", {}).at(0) == usual[0]);
}

TEST_CASE("estimate: options of errors and intervals that are refused", "[cli][estimate]") {
    const auto refused = [](const std::vector<std::string>& options, const std::string& says) {
        INFO(Json(options).dump());
        check_refused(run_estimate("[1]\n", options), "", {says});
    };
    for (const std::string level : {"0", "1", "95", "-0.5", "nan", "", "x", "0.5x"})
        refused({"--interval", level}, "--interval");
    for (const std::string resamples : {"0", "1", "1000001", "-5", "2.5", "x"})
        refused({"--bootstrap", resamples}, "2 to 1000000");
    refused({"--bootstrap", "9", "--seed", "-1"}, "--seed");
    refused({"--seed", "1"}, "--bootstrap");
    refused({"--json"}, "--list");
    refused({"--threads", "0"}, "--threads");
}
