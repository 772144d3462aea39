#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "metrics/performance_measures.hpp"

#include "tests/metrics/support.hpp"

// What the Monte Carlo standard errors claim against what happens when the study is repeated, and
// the traps on the way. The studies are drawn from one fixed stream.
namespace {

using namespace truegap::metrics;
using truegap::metrics::test::close;
using truegap::metrics::test::Random;
using Vector = std::vector<double>;

constexpr std::size_t studies = 4000;
constexpr std::size_t replicates = 100;

// Whether a stated error is the real one: the spread of 4000 values is known to 1 part in
// sqrt(2 * 4000), 1.1 %, that of skewed figures to a little less; 4.5 of those.
bool agree(double real, double stated) {
    return close(real / stated, 1.0, 0.055);
}

// The stated error of a figure, averaged over studies, and the figure's real spread between them.
struct StatedAndReal {
    double stated = 0.0, real = 0.0;
};

template <class Draw, class Figure>
StatedAndReal repeat_study(Draw draw_errors, Figure figure) {
    Moments stated;
    Moments values;
    for (std::size_t study = 0; study < studies; ++study) {
        ErrorMoments errors;
        errors.add(draw_errors());
        const Measure measure = figure(errors).value();
        stated.add(Vector{measure.mcse.value()});
        values.add(Vector{measure.value});
    }
    return {*stated.mean(), *values.standard_deviation()};
}

Vector draws(Random& random, double (Random::*one)()) {
    Vector result(replicates);
    for (double& value : result) value = (random.*one)();
    return result;
}

}  // namespace

TEST_CASE("bias: the stated error is the real one, for normal and for skewed errors",
          "[metrics][performance][statistical]") {
    Random random(91);
    for (const auto one : {&Random::normal, &Random::exponential}) {
        const auto [stated, real] =
            repeat_study([&] { return draws(random, one); }, [](const auto& e) { return bias(e); });
        CHECK(agree(real, stated));
        CHECK_FALSE(agree(real, 1.1 * stated));  // a planted error is seen
    }
}

TEST_CASE("bias: the spread of the estimates instead of the errors overstates it",
          "[metrics][performance][statistical]") {
    // The truth differs from context to context, ten times as much as the estimator errs.
    Random random(92);
    Moments by_errors, by_estimates, biases;
    for (std::size_t study = 0; study < studies; ++study) {
        Vector errors(replicates), estimates(replicates);
        for (std::size_t r = 0; r < replicates; ++r) {
            const double truth = 5.0 * random.uniform();
            errors[r] = 0.2 + 0.15 * random.normal();
            estimates[r] = truth + errors[r];
        }
        ErrorMoments moments;
        moments.add(errors);
        biases.add(Vector{bias(moments)->value});
        by_errors.add(Vector{bias(moments)->mcse.value()});
        Moments wrong;
        wrong.add(estimates);
        by_estimates.add(Vector{wrong.standard_error().value()});
    }
    const double real = *biases.standard_deviation();
    CHECK(agree(real, *by_errors.mean()));
    CHECK(*by_estimates.mean() / real > 5.0);
}

TEST_CASE("empirical_se: the stated error is right for normal errors",
          "[metrics][performance][statistical]") {
    Random random(93);
    const auto [stated, real] = repeat_study([&] { return draws(random, &Random::normal); },
                                             [](const auto& e) { return empirical_se(e); });
    CHECK(agree(real, stated));
    CHECK_FALSE(agree(real, 1.1 * stated));  // a planted error is seen
}

TEST_CASE("empirical_se: the stated error is too small for skewed errors",
          "[metrics][performance][statistical]") {
    // var(s^2) is about (kurtosis - 1) / n: for exponential errors of kurtosis 9 the spread of the
    // sd is twice what normal theory (kurtosis 3) says, less a little at n = 100.
    Random random(94);
    const auto [stated, real] = repeat_study([&] { return draws(random, &Random::exponential); },
                                             [](const auto& e) { return empirical_se(e); });
    CHECK(real / stated > 1.7);
    CHECK(real / stated < 2.1);
}

TEST_CASE("mean_squared_error: the stated error is the real one",
          "[metrics][performance][statistical]") {
    Random random(95);
    const auto [stated, real] = repeat_study([&] { return draws(random, &Random::normal); },
                                             [](const auto& e) { return mean_squared_error(e); });
    CHECK(agree(real, stated));
    CHECK_FALSE(agree(real, 1.1 * stated));  // a planted error is seen
    const auto [root_stated, root_real] =
        repeat_study([&] { return draws(random, &Random::normal); },
                     [](const auto& e) { return root_mean_squared_error(e); });
    CHECK(agree(root_real, root_stated));
    CHECK_FALSE(agree(root_real, 1.1 * root_stated));
}

TEST_CASE("model_se and its relative error: the stated errors are the real ones",
          "[metrics][performance][statistical]") {
    // A normal sample of 20: its mean errs by 1/sqrt(20), which s^2/20 estimates without bias.
    Random random(96);
    Moments model, model_stated, relative, relative_stated;
    for (std::size_t study = 0; study < studies / 2; ++study) {
        Vector errors(replicates), variances(replicates);
        for (std::size_t r = 0; r < replicates; ++r) {
            Vector sample(20);
            for (double& x : sample) x = random.normal();
            Moments moments;
            moments.add(sample);
            errors[r] = *moments.mean();
            variances[r] = *moments.variance() / 20.0;
        }
        ErrorMoments e;
        e.add(errors);
        Moments v;
        v.add(variances);
        model.add(Vector{model_se(v)->value});
        model_stated.add(Vector{*model_se(v)->mcse});
        relative.add(Vector{relative_error_of_model_se(e, v)->value});
        relative_stated.add(Vector{*relative_error_of_model_se(e, v)->mcse});
    }
    CHECK(close(*model.standard_deviation() / *model_stated.mean(), 1.0, 0.075));
    CHECK_FALSE(close(*model.standard_deviation() / *model_stated.mean(), 1.15, 0.065));
    CHECK(close(*relative.standard_deviation() / *relative_stated.mean(), 1.0, 0.075));
    // On average ModSE and EmpSE agree; EmpSE is low by 1/(4n) of itself and varies by 1/(2n).
    CHECK(std::abs(*relative.mean()) < 0.75 + 4.5 * *relative.standard_error());
}
