#include <catch2/catch.hpp>
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include "tests/cli/support.hpp"

using namespace truegap::test;

namespace {

std::vector<Json> lines(const std::string& text) {
    std::vector<Json> result;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) result.push_back(Json::parse(line));
    return result;
}

// Groups of one kind: 40 lines of 10 users, drawn from the same five shares.
std::string alike(int count) {
    Dice dice(5);
    std::string text;
    for (int i = 0; i < count; ++i) {
        int counts[5] = {};
        for (int user = 0; user < 10; ++user) {
            const double u = dice.uniform();
            ++counts[u < 0.4 ? 0 : u < 0.7 ? 1 : u < 0.85 ? 2 : u < 0.95 ? 3 : 4];
        }
        text += Json(counts).dump();
        text += '\n';
    }
    return text;
}

}  // namespace

TEST_CASE("estimate: estimators that pool see all lines, in order", "[cli][estimate][pooling]") {
    const std::string input = alike(40);
    const Finished finished =
        run({"estimate", "--estimator", "empirical_bayes_mixture", "plug_in", "--interval", "0.95"},
            {},
            input);
    REQUIRE(finished.code == 0);
    const std::vector<Json> answers = lines(finished.out);
    REQUIRE(answers.size() == 40);
    const double truth = -(0.4 * std::log(0.4) + 0.3 * std::log(0.3) + 0.15 * std::log(0.15) +
                           0.1 * std::log(0.1) + 0.05 * std::log(0.05));
    double pooled = 0.0;
    double alone = 0.0;
    for (const Json& answer : answers) {
        pooled += std::abs(answer["estimates"]["empirical_bayes_mixture"].get<double>() - truth);
        alone += std::abs(answer["estimates"]["plug_in"].get<double>() - truth);
        const auto interval = answer["intervals"]["empirical_bayes_mixture"];
        CHECK(interval[0].get<double>() < interval[1].get<double>());
        CHECK(interval[1].get<double>() <= std::log(5.0) + 1e-12);
        CHECK(answer["sd"]["empirical_bayes_mixture"].get<double>() > 0.0);
    }
    CHECK(pooled < alone / 2.0);  // what the other lines are worth
    // What does not pool is what it is without the others.
    const Finished single = run({"estimate", "--estimator", "plug_in"}, {}, input);
    const std::vector<Json> plain = lines(single.out);
    for (std::size_t i = 0; i < plain.size(); ++i)
        CHECK(plain[i]["estimates"]["plug_in"] == answers[i]["estimates"]["plug_in"]);
}

TEST_CASE("estimate: pooling is the same bytes for any number of threads",
          "[cli][estimate][pooling]") {
    const std::string input = alike(3000);
    const auto with_threads = [&](const std::string& threads) {
        const Finished finished = run({"estimate",
                                       "--threads",
                                       threads,
                                       "--quiet",
                                       "--estimator",
                                       "empirical_bayes",
                                       "empirical_bayes_mixture"},
                                      {},
                                      input);
        REQUIRE(finished.code == 0);
        return finished.out;
    };
    const std::string one = with_threads("1");
    CHECK(lines(one).size() == 3000);
    CHECK(one == with_threads("2"));
    CHECK(one == with_threads("8"));
}

TEST_CASE("estimate: pooling says when it is doubtful, and why there is no figure",
          "[cli][estimate][pooling]") {
    const Finished few =
        run({"estimate", "--estimator", "empirical_bayes_mixture"}, {}, "[5,3,2]\n[4,4,1]\n");
    REQUIRE(few.code == 0);
    CHECK(few.out.find("only 2 lines") != std::string::npos);
    const Finished ones = run({"estimate", "--estimator", "empirical_bayes"}, {}, "[1,0]\n[0,1]\n");
    REQUIRE(ones.code == 0);
    for (const Json& answer : lines(ones.out)) {
        CHECK(answer["estimates"]["empirical_bayes"].is_null());
        CHECK(answer["notes"]["empirical_bayes"].get<std::string>().find("two observations") !=
              std::string::npos);
    }
    const Finished empty =
        run({"estimate", "--estimator", "empirical_bayes_mixture"}, {}, "[0,0]\n[3,1]\n");
    REQUIRE(empty.code == 0);
    CHECK(lines(empty.out)[0]["estimates"]["empirical_bayes_mixture"].is_null());
    const Finished nothing = run({"estimate", "--estimator", "empirical_bayes"}, {}, "");
    CHECK(nothing.code == 0);
    CHECK(nothing.out.empty());
}

TEST_CASE("estimate: pooling refuses a K that cannot be", "[cli][estimate][pooling]") {
    const Finished small = run(
        {"estimate", "--estimator", "empirical_bayes", "--items", "2"}, {}, "[3,2,1]\n[1,1,1]\n");
    CHECK(small.code == 2);
    CHECK(small.err.find("line 1") != std::string::npos);
    CHECK(small.out.empty());
    const Finished huge = run({"estimate", "--estimator", "empirical_bayes"},
                              {},
                              "[3,2,1]\n{\"counts\":[1,2],\"items\":1000001}\n");
    CHECK(huge.code == 2);
    CHECK(huge.err.find("line 2") != std::string::npos);
    const Finished skipped = run({"estimate", "--keep-going", "--estimator", "empirical_bayes"},
                                 {},
                                 "[3,2,1]\n[x]\n[2,2,2]\n");
    CHECK(skipped.code == 1);
    REQUIRE(lines(skipped.out).size() == 2);
    CHECK(lines(skipped.out)[1]["line"] == 3);
}
