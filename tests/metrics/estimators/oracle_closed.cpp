#include "tests/metrics/estimators/oracle_closed.hpp"

#include <boost/math/special_functions/bernoulli.hpp>
#include <boost/multiprecision/cpp_dec_float.hpp>
#include <map>
#include <vector>

namespace truegap::metrics::oracle {

namespace {

namespace mp = boost::multiprecision;
using Dec50 = mp::number<mp::cpp_dec_float<50>, mp::et_off>;
using Dec100 = mp::number<mp::cpp_dec_float<100>, mp::et_off>;

template <class Number>
double rounded(const Number& x) {
    return x.template convert_to<double>();
}

// psi and psi' of x shifted above 200, where 40 terms of the asymptotic series leave 1e-120.
constexpr unsigned terms = 40;

template <class Number>
Number psi(Number x) {
    Number sum = 0;
    for (; x < 200; x += 1) sum -= 1 / x;
    sum += log(x) - 1 / (2 * x);
    Number power = 1;
    for (unsigned k = 1; k <= terms; ++k) {
        power /= x * x;
        sum -= boost::math::bernoulli_b2n<Number>(static_cast<int>(k)) / (2 * k) * power;
    }
    return sum;
}

template <class Number>
Number psi_1(Number x) {
    Number sum = 0;
    for (; x < 200; x += 1) sum += 1 / (x * x);
    sum += 1 / x + 1 / (2 * x * x);
    Number power = 1 / x;
    for (unsigned k = 1; k <= terms; ++k) {
        power /= x * x;
        sum += boost::math::bernoulli_b2n<Number>(static_cast<int>(k)) * power;
    }
    return sum;
}

// 1 + 1/2 + ... + 1/m: added up where that can be done.
const Dec50& euler_gamma() {
    static const Dec50 gamma("0.57721566490153286060651209008240243104215933593992359880577");
    return gamma;
}

Dec50 harmonic(std::uint64_t m) {
    static const std::vector<Dec50> added = [] {
        std::vector<Dec50> sums{0};
        for (int k = 1; k <= 20'000; ++k) sums.push_back(sums.back() + Dec50(1) / k);
        return sums;
    }();
    return m < added.size() ? added[m] : Dec50(psi(Dec50(m) + 1) + euler_gamma());
}

Dec50 psi_of_count(std::uint64_t c) {
    return harmonic(c - 1) - euler_gamma();
}

const Dec50& ln_of_count(std::uint64_t c) {
    static std::map<std::uint64_t, Dec50> known;
    const auto [place, is_new] = known.try_emplace(c);
    if (is_new) place->second = log(Dec50(c));
    return place->second;
}

struct Sample {
    std::map<std::uint64_t, std::uint64_t> items_with;
    std::uint64_t n = 0, seen = 0;

    explicit Sample(CountsSpan counts) {
        for (const std::uint32_t count : counts) {
            if (count == 0) continue;
            ++items_with[count];
            n += count;
            ++seen;
        }
    }
};

// sum_i (n_i/N) f(n_i)
template <class Function>
Dec50 mean_over_observations(const Sample& sample, const Function& f) {
    Dec50 sum = 0;
    for (const auto& [count, items] : sample.items_with) sum += Dec50(items) * count * f(count);
    return sum / sample.n;
}

Dec50 plug_in(const Sample& sample) {
    return ln_of_count(sample.n) - mean_over_observations(sample, ln_of_count);
}

Dec50 sign(std::uint64_t c) {
    return c % 2 == 0 ? 1 : -1;
}

// int_0^1 t^(c-1)/(1+t) dt = sum_k k! / (2^(k+1) c (c+1) ... (c+k))
Dec50 unit_integral(std::uint64_t c) {
    Dec50 term = Dec50(1) / (2 * Dec50(c));
    Dec50 sum = 0;
    for (std::uint64_t k = 1; term > sum * 1e-52; ++k) {
        sum += term;
        term *= Dec50(k) / (2 * (Dec50(c) + k));
    }
    return sum;
}

Dec50 schurmann_limit() {
    static const Dec50 x = exp(Dec50(1) / 2) - 1;
    return x;
}

Dec50 schurmann_integral(std::uint64_t c) {
    constexpr std::uint64_t vanished = 300;  // x^300 / 300 is below 1e-58
    if (c >= vanished) return 0;
    static const std::vector<Dec50> values = [] {
        std::vector<Dec50> result{0, Dec50(1) / 2};
        Dec50 power = 1;
        for (std::uint64_t k = 1; k < vanished; ++k) {
            power *= schurmann_limit();
            result.push_back(power / k - result.back());
        }
        return result;
    }();
    return values[c];
}

Dec50 minus_p_ln_p(const Dec50& p) {
    return p > 0 ? Dec50(-p * log(p)) : Dec50(0);
}

// Plug-in of share(count) over K items.
template <class Share>
Dec50 plug_in_of(const Sample& sample, std::uint64_t K, const Share& share) {
    Dec50 sum = Dec50(K - sample.seen) * minus_p_ln_p(share(0));
    for (const auto& [count, items] : sample.items_with)
        sum += Dec50(items) * minus_p_ln_p(share(count));
    return sum;
}

double dirichlet(const Sample& sample, std::uint64_t K, const Dec50& a) {
    return rounded(plug_in_of(
        sample, K, [&](std::uint64_t count) { return Dec50((count + a) / (sample.n + K * a)); }));
}

}  // namespace

double jackknife(CountsSpan counts) {
    const Sample sample(counts);
    const Dec50 left_out = mean_over_observations(sample, [&](std::uint64_t count) {
        Sample smaller = sample;
        smaller.n -= 1;
        if (--smaller.items_with[count] == 0) smaller.items_with.erase(count);
        if (count > 1) ++smaller.items_with[count - 1];
        return plug_in(smaller);
    });
    return rounded(sample.n * plug_in(sample) - (sample.n - 1) * left_out);
}

double grassberger_1988(CountsSpan counts) {
    const Sample sample(counts);
    return rounded(ln_of_count(sample.n) - mean_over_observations(sample, [](std::uint64_t c) {
                       return Dec50(psi_of_count(c) + sign(c) / (Dec50(c) * (Dec50(c) + 1)));
                   }));
}

double grassberger_1988_n1(CountsSpan counts) {
    const Sample sample(counts);
    return rounded(ln_of_count(sample.n) - mean_over_observations(sample, [](std::uint64_t c) {
                       return Dec50(psi_of_count(c) + sign(c) / (Dec50(c) + 1));
                   }));
}

double grassberger_2003_psi(CountsSpan counts) {
    const Sample sample(counts);
    return rounded(psi_of_count(sample.n) - mean_over_observations(sample, [](std::uint64_t c) {
                       return Dec50(psi_of_count(c) + sign(c) * unit_integral(c));
                   }));
}

double schurmann(CountsSpan counts) {
    const Sample sample(counts);
    return rounded(psi_of_count(sample.n) - mean_over_observations(sample, [](std::uint64_t c) {
                       return Dec50(psi_of_count(c) + sign(c) * schurmann_integral(c));
                   }));
}

double zhang(CountsSpan counts) {
    const Sample sample(counts);
    return rounded(psi_of_count(sample.n) - mean_over_observations(sample, psi_of_count));
}

double bonachela(CountsSpan counts) {
    const Sample sample(counts);
    Dec50 sum = 0;
    for (const auto& [count, items] : sample.items_with)
        sum += Dec50(items) * (count + 1) * (harmonic(sample.n + 2) - harmonic(count + 1));
    return rounded(sum / (sample.n + 2));
}

double ansb(CountsSpan counts) {
    const Sample sample(counts);
    return rounded(euler_gamma() - ln_of_count(2) + 2 * ln_of_count(sample.n) -
                   psi_of_count(sample.n - sample.seen));
}

double shrinkage(CountsSpan counts, std::uint64_t K) {
    const Sample sample(counts);
    const auto share = [&](std::uint64_t count) { return Dec50(Dec50(count) / sample.n); };
    Dec50 squares = 0;
    Dec50 distance = (K - sample.seen) / (Dec50(K) * K);
    for (const auto& [count, items] : sample.items_with) {
        const Dec50 off = 1 / Dec50(K) - share(count);
        squares += items * share(count) * share(count);
        distance += items * off * off;
    }
    const Dec50 denominator = (sample.n - 1) * distance;
    Dec50 lam = denominator < 1e-45 ? Dec50(1) : Dec50((1 - squares) / denominator);
    lam = lam < 0 ? Dec50(0) : lam > 1 ? Dec50(1) : lam;
    return rounded(plug_in_of(
        sample, K, [&](std::uint64_t count) { return Dec50(lam / K + (1 - lam) * share(count)); }));
}

double dirichlet_jeffreys(CountsSpan counts, std::uint64_t K) {
    return dirichlet(Sample(counts), K, Dec50(1) / 2);
}

double dirichlet_laplace(CountsSpan counts, std::uint64_t K) {
    return dirichlet(Sample(counts), K, 1);
}

double dirichlet_perks(CountsSpan counts, std::uint64_t K) {
    return dirichlet(Sample(counts), K, Dec50(1) / K);
}

double dirichlet_minimax(CountsSpan counts, std::uint64_t K) {
    const Sample sample(counts);
    return dirichlet(sample, K, sqrt(Dec50(sample.n)) / K);
}

MeanAndSd wolpert_wolf(CountsSpan counts, std::uint64_t K, double a) {
    const Sample sample(counts);
    struct Items {
        Dec100 a, items, psi_1_up, psi_2_up, trigamma_2_up;
    };
    std::vector<Items> all;
    const auto add = [&](std::uint64_t count, std::uint64_t items) {
        const Dec100 a_i = Dec100(count) + Dec100(a);
        const Dec100 psi_1_up = psi(Dec100(a_i + 1));
        all.push_back({a_i, items, psi_1_up, psi_1_up + 1 / (a_i + 1), psi_1(Dec100(a_i + 2))});
    };
    for (const auto& [count, items] : sample.items_with) add(count, items);
    if (K > sample.seen) add(0, K - sample.seen);
    const Dec100 A = sample.n + K * Dec100(a);
    const Dec100 psi_A = psi(Dec100(A + 2));
    const Dec100 trigamma_A = psi_1(Dec100(A + 2));
    Dec100 mean = psi(Dec100(A + 1));
    Dec100 square = 0;
    for (const Items& i : all) {
        mean -= i.items * i.a / A * i.psi_1_up;
        const Dec100 J = (i.psi_2_up - psi_A) * (i.psi_2_up - psi_A) + i.trigamma_2_up - trigamma_A;
        square += i.items * i.a * (i.a + 1) / (A * (A + 1)) * J;
        for (const Items& j : all) {
            const Dec100 pairs = &i == &j ? Dec100(i.items * (i.items - 1)) : i.items * j.items;
            const Dec100 I = (i.psi_1_up - psi_A) * (j.psi_1_up - psi_A) - trigamma_A;
            square += pairs * i.a * j.a / (A * (A + 1)) * I;
        }
    }
    const Dec100 variance = square - mean * mean;
    return {rounded(mean), rounded(variance > 0 ? Dec100(sqrt(variance)) : Dec100(0))};
}

double schurmann_integral_by_recurrence(std::uint64_t c) {
    return rounded(schurmann_integral(c));
}

// With t = x exp(-exp(u)) the integrand is analytic for |Im u| < pi/2.
double schurmann_integral_by_quadrature(std::uint64_t c) {
    const Dec50 step("0.2");
    const Dec50 growth = exp(step);
    Dec50 sum = 0;
    for (Dec50 s = Dec50(1e-25) / c; s < Dec50(60) / c; s *= growth) {
        const Dec50 t = schurmann_limit() * exp(-s);
        sum += s * pow(t, c) / (1 + t);
    }
    return rounded(sum * step);
}

double digamma_difference(double x, double d) {
    return rounded(psi(Dec100(Dec100(x) + Dec100(d))) - psi(Dec100(x)));
}

double scaled_trigamma_difference(double x, double d) {
    const Dec100 y = Dec100(x) + Dec100(d);
    return rounded(x * psi_1(Dec100(x)) - y * psi_1(y));
}

}  // namespace truegap::metrics::oracle
