#include "tests/metrics/oracle.hpp"

#include <algorithm>
#include <boost/math/constants/constants.hpp>
#include <boost/multiprecision/cpp_dec_float.hpp>
#include <limits>
#include <map>
#include <utility>
#include <vector>

namespace truegap::metrics::oracle {

namespace {

namespace mp = boost::multiprecision;
using Dec50 = mp::number<mp::cpp_dec_float<50>, mp::et_off>;
using Dec100 = mp::number<mp::cpp_dec_float<100>, mp::et_off>;
using Dec400 = mp::number<mp::cpp_dec_float<400>, mp::et_off>;

constexpr double infinity = std::numeric_limits<double>::infinity();

double rounded(const Dec50& x) {
    return x.convert_to<double>();
}

const Dec50& euler_gamma() {
    static const Dec50 gamma("0.57721566490153286060651209008240243104215933593992359880577");
    return gamma;
}

const Dec50& ln_2() {
    static const Dec50 ln2 = log(Dec50(2));
    return ln2;
}

// psi(x) for x >= 1000: ln x - 1/(2x) - sum B_2k / (2k x^2k); the ninth term is below 1e-55.
Dec50 psi_of_large(const Dec50& x) {
    static const std::pair<int, int> bernoulli[] = {{1, 6},
                                                    {-1, 30},
                                                    {1, 42},
                                                    {-1, 30},
                                                    {5, 66},
                                                    {-691, 2730},
                                                    {7, 6},
                                                    {-3617, 510},
                                                    {43867, 798}};
    Dec50 sum = log(x) - 1 / (2 * x);
    Dec50 power = 1;
    int two_k = 0;
    for (const auto& [numerator, denominator] : bernoulli) {
        two_k += 2;
        power /= x * x;
        sum -= Dec50(numerator) / denominator / two_k * power;
    }
    return sum;
}

Dec50 psi_shifted(Dec50 x) {
    Dec50 below = 0;
    for (; x < 1000; x += 1) below += 1 / x;
    return psi_of_large(x) - below;
}

Dec50 psi(std::uint64_t c) {
    if (c > 1000) return psi_of_large(Dec50(c));
    Dec50 harmonic = 0;
    for (std::uint64_t k = 1; k < c; ++k) harmonic += Dec50(1) / k;
    return harmonic - euler_gamma();
}

// sum_k (-1)^k/(c+k) = sum_k k! / (2^(k+1) c (c+1) ... (c+k)), at least halving each time.
Dec50 alternating_integral(std::uint64_t c) {
    Dec50 term = Dec50(1) / (2 * Dec50(c));
    Dec50 sum = 0;
    for (std::uint64_t k = 1; term > sum * 1e-52; ++k) {
        sum += term;
        term *= Dec50(k) / (2 * (Dec50(c) + k));
    }
    return sum;
}

Dec50 g_from(std::uint64_t c, const Dec50& integral) {
    return c % 2 == 0 ? Dec50(psi(c) + integral) : Dec50(psi(c) - integral);
}

// How often each positive count occurs: a logarithm with 50 digits is slow.
struct Sample {
    std::map<std::uint32_t, std::uint64_t> items_with;
    std::uint64_t n = 0, seen = 0;

    explicit Sample(std::span<const std::uint32_t> counts) {
        for (const std::uint32_t count : counts) {
            if (count == 0) continue;
            ++items_with[count];
            n += count;
            ++seen;
        }
    }
    [[nodiscard]] std::uint64_t with(std::uint32_t count) const {
        const auto found = items_with.find(count);
        return found == items_with.end() ? 0 : found->second;
    }
};

Dec50 plug_in(const Sample& sample) {
    Dec50 sum = 0;
    for (const auto& [count, items] : sample.items_with) {
        const Dec50 p = Dec50(count) / sample.n;
        sum -= items * p * log(p);
    }
    return sum;
}

template <class Number>
Dec50 tail_as_printed(const Number& A, std::uint64_t n) {
    const Number x = 1 - A;
    Number bracket = -log(A);
    Number power = 1;  // x^r
    for (std::uint64_t r = 1; r < n; ++r) {
        power *= x;
        bracket -= power / r;
    }
    return Dec50(Number(bracket / power));
}

Dec50 tail_by_series(const Dec50& A, std::uint64_t n) {
    const Dec50 x = 1 - A;
    Dec50 sum = 0;
    Dec50 power = x;
    for (std::uint64_t j = 0; power > sum * 1e-40; ++j) {
        sum += power / (Dec50(n) + j);
        power *= x;
    }
    return sum;
}

// With t = exp(-exp(u)) the integrand falls off like exp(u) to the left and doubly exponentially to
// the right, and is analytic for |Im u| < pi/2: the trapezoidal rule misses about exp(-pi^2/h).
Dec50 tail_by_quadrature(const Dec50& A, std::uint64_t n) {
    const Dec50 x = 1 - A;
    const Dec50 step("0.2");
    const Dec50 growth = exp(step);
    const Dec50 last = Dec50(60) / n;
    Dec50 sum = 0;
    for (Dec50 s = Dec50(1e-25) * std::min(A, Dec50(1) / n); s < last; s *= growth)
        sum += s * x * exp(-s * n) / (1 - x * exp(-s));
    return sum * step;
}

// -n ln(1 - A): the printed bracket is about exp(-this).
double lost_to_cancellation(const Dec100& A, std::uint64_t n) {
    return A < 1 ? Dec100(-log(Dec100(1 - A)) * n).convert_to<double>() : infinity;
}

Dec50 tail_by_printed_form(const Dec100& A, std::uint64_t n) {
    const bool digits_suffice = lost_to_cancellation(A, n) < 150.0;
    return digits_suffice ? tail_as_printed(A, n) : tail_as_printed(Dec400(A), n);
}

Dec50 best_tail(const Dec100& A, std::uint64_t n) {
    if (A == 1) return 0;
    const double lost = lost_to_cancellation(A, n);
    if (n <= 5000 && lost < 150.0) return tail_as_printed(A, n);
    if (n <= 500 && lost < 800.0) return tail_as_printed(Dec400(A), n);
    return A > 0.01 ? tail_by_series(Dec50(A), n) : tail_by_quadrature(Dec50(A), n);
}

Dec50 total(std::span<const double> values) {
    Dec50 sum = 0;
    for (const double value : values) sum += Dec50(value);
    return sum;
}

Dec50 minus_x_ln_x(const Dec50& x) {
    return x > 0 ? Dec50(-x * log(x)) : Dec50(0);
}

// Mean and sample variance.
struct Spread {
    Dec50 mean, variance;

    explicit Spread(const std::vector<Dec50>& values) {
        const auto n = static_cast<std::uint64_t>(values.size());
        for (const Dec50& value : values) mean += value / n;
        for (const Dec50& value : values) variance += (value - mean) * (value - mean) / (n - 1);
    }
};

}  // namespace

double c_ln_c(std::uint64_t c) {
    return c == 0 ? 0.0 : rounded(Dec50(c) * log(Dec50(c)));
}

double ln_1p_minus_x(double x) {
    const Dec400 exact(x);
    return Dec400(log(Dec400(1 + exact)) - exact).convert_to<double>();
}

double digamma(double x) {
    return rounded(psi_shifted(Dec50(x)));
}

double digamma_of_count(std::uint64_t c) {
    return rounded(psi(c));
}

double grassberger_g(std::uint64_t c) {
    return rounded(g_from(c, alternating_integral(c)));
}

double grassberger_g_by_recurrence(std::uint64_t c) {
    Dec50 integral = ln_2();
    for (std::uint64_t k = 1; k < c; ++k) integral = Dec50(1) / k - integral;
    return rounded(g_from(c, integral));
}

double plug_in(std::span<const std::uint32_t> counts) {
    return rounded(plug_in(Sample(counts)));
}

double miller_madow(std::span<const std::uint32_t> counts) {
    const Sample sample(counts);
    return rounded(plug_in(sample) + Dec50(sample.seen - 1) / (2 * Dec50(sample.n)));
}

double grassberger_2003(std::span<const std::uint32_t> counts) {
    const Sample sample(counts);
    Dec50 sum = 0;
    for (const auto& [count, items] : sample.items_with)
        sum += Dec50(items) * count * g_from(count, alternating_integral(count));
    return rounded(log(Dec50(sample.n)) - sum / sample.n);
}

double chao_shen(std::span<const std::uint32_t> counts) {
    const Sample sample(counts);
    const std::uint64_t f1 = sample.with(1) == sample.n ? sample.n - 1 : sample.with(1);
    const Dec50 coverage = 1 - Dec50(f1) / sample.n;
    Dec50 sum = 0;
    for (const auto& [count, items] : sample.items_with) {
        const Dec50 p = coverage * count / sample.n;
        const Dec50 absent = p < 1 ? Dec50(exp(Dec50(log(Dec50(1 - p)) * sample.n))) : Dec50(0);
        sum += items * minus_x_ln_x(p) / (1 - absent);
    }
    return rounded(sum);
}

double chao_wang_jost(std::span<const std::uint32_t> counts) {
    const Sample sample(counts);
    const Dec50 psi_n = psi(sample.n);
    Dec50 sum = 0;
    for (const auto& [count, items] : sample.items_with)
        sum += Dec50(items) * count / sample.n * (psi_n - psi(count));
    const Dec100 f1(sample.with(1));
    const Dec100 f2(sample.with(2));
    if (f1 == 0) return rounded(sum);
    const Dec100 A = f2 > 0 ? Dec100(2 * f2 / (f1 * (sample.n - 1) + 2 * f2))
                            : Dec100(2 / ((f1 - 1) * (sample.n - 1) + 2));
    return rounded(sum + Dec50(f1) / sample.n * best_tail(A, sample.n));
}

double chao_wang_jost_tail(double A, std::uint64_t n, Tail how) {
    switch (how) {
        case Tail::printed:
            return rounded(tail_by_printed_form(Dec100(A), n));
        case Tail::series:
            return rounded(tail_by_series(Dec50(A), n));
        case Tail::quadrature:
            return rounded(tail_by_quadrature(Dec50(A), n));
        case Tail::best:
            break;
    }
    return rounded(best_tail(Dec100(A), n));
}

double shannon_entropy(std::span<const double> p) {
    Dec50 sum = 0;
    for (const double p_k : p) sum += minus_x_ln_x(Dec50(p_k));
    return rounded(sum);
}

double cross_entropy(std::span<const double> p, std::span<const double> q) {
    Dec50 sum = 0;
    for (std::size_t k = 0; k < p.size(); ++k) {
        if (p[k] == 0.0) continue;
        if (q[k] == 0.0) return infinity;
        sum -= Dec50(p[k]) * log(Dec50(q[k]));
    }
    return rounded(sum);
}

double kl_divergence(std::span<const double> p, std::span<const double> q) {
    const Dec50 p_total = total(p);
    const Dec50 q_total = total(q);
    Dec50 sum = 0;
    for (std::size_t k = 0; k < p.size(); ++k) {
        if (p[k] == 0.0) continue;
        if (q[k] == 0.0) return infinity;
        const Dec50 exact = Dec50(p[k]) / p_total;
        sum += exact * log(exact / (Dec50(q[k]) / q_total));
    }
    return rounded(sum);
}

double jensen_shannon(std::span<const double> p, std::span<const double> q) {
    Dec50 sum = 0;
    for (std::size_t k = 0; k < p.size(); ++k) {
        const Dec50 a(p[k]);
        const Dec50 b(q[k]);
        sum += minus_x_ln_x((a + b) / 2) - (minus_x_ln_x(a) + minus_x_ln_x(b)) / 2;
    }
    return rounded(sum);
}

Performance performance(std::span<const double> errors, std::span<const double> variances) {
    const Spread e({errors.begin(), errors.end()});
    const Spread v({variances.begin(), variances.end()});
    std::vector<Dec50> squares(errors.begin(), errors.end());
    for (Dec50& square : squares) square *= square;
    const Spread e2(squares);
    const Dec50 n(errors.size());
    const Dec50 n_v(variances.size());
    const Dec50 emp_se = sqrt(e.variance);
    const Dec50 mse_mcse = sqrt(e2.variance / n);
    const Dec50 rmse = sqrt(e2.mean);
    const Dec50 mod_se = sqrt(v.mean);
    const Dec50 ratio = 100 * mod_se / emp_se;
    const Dec50 relative = v.variance / (4 * n_v * v.mean * v.mean) + 1 / (2 * (n - 1));
    return {.bias = rounded(e.mean),
            .bias_mcse = rounded(emp_se / sqrt(n)),
            .empirical_se = rounded(emp_se),
            .empirical_se_mcse = rounded(emp_se / sqrt(2 * (n - 1))),
            .mse = rounded(e2.mean),
            .mse_mcse = rounded(mse_mcse),
            .rmse = rounded(rmse),
            .rmse_mcse = rounded(mse_mcse / (2 * rmse)),
            .model_se = rounded(mod_se),
            .model_se_mcse = rounded(sqrt(v.variance / (4 * n_v * v.mean))),
            .relative_error = rounded(ratio - 100),
            .relative_error_mcse = rounded(ratio * sqrt(relative))};
}

}  // namespace truegap::metrics::oracle
