#include "tests/metrics/dirichlet_oracle.hpp"

#include <utility>

namespace truegap::metrics::oracle {

namespace {

// psi and psi_1 by their recurrences up to 300 and their asymptotic series from there, whose tenth
// term is below 1e-48.
struct Polygammas {
    Dec50 psi, psi_1;

    explicit Polygammas(Dec50 x) {
        for (; x < 300; x += 1) {
            psi -= 1 / x;
            psi_1 += 1 / (x * x);
        }
        static const std::pair<int, int> bernoulli[] = {{1, 6},
                                                        {-1, 30},
                                                        {1, 42},
                                                        {-1, 30},
                                                        {5, 66},
                                                        {-691, 2730},
                                                        {7, 6},
                                                        {-3617, 510},
                                                        {43867, 798}};
        psi += log(x) - 1 / (2 * x);
        psi_1 += 1 / x + 1 / (2 * x * x);
        Dec50 power = 1;
        int two_k = 0;
        for (const auto& [numerator, denominator] : bernoulli) {
            two_k += 2;
            power /= x * x;
            psi -= Dec50(numerator) / denominator / two_k * power;
            psi_1 += Dec50(numerator) / denominator * power / x;
        }
    }
};

Dec50 psi(const Dec50& x) {
    return Polygammas(x).psi;
}

}  // namespace

Dec50 total(const Exact& a) {
    Dec50 sum = 0;
    for (const Dec50& a_i : a) sum += a_i;
    return sum;
}

Dec50 mean_entropy(const Exact& a) {
    const Dec50 A = total(a);
    Dec50 mean = psi(A + 1);
    for (const Dec50& a_i : a)
        if (a_i > 0) mean -= a_i / A * psi(a_i + 1);
    return mean;
}

Dec50 variance_of_entropy(const Exact& a) {
    const Dec50 A = total(a);
    const Polygammas of_A(A + 2);
    Dec50 second = 0;
    std::vector<Dec50> x;
    for (const Dec50& a_i : a) x.push_back(psi(a_i + 1) - of_A.psi);
    for (std::size_t i = 0; i < a.size(); ++i)
        for (std::size_t k = 0; k < a.size(); ++k) {
            if (i != k) {
                second += a[i] * a[k] / ((A + 1) * A) * (x[i] * x[k] - of_A.psi_1);
                continue;
            }
            const Polygammas of_i(a[i] + 2);
            const Dec50 y = of_i.psi - of_A.psi;
            second += (a[i] + 1) * a[i] / ((A + 1) * A) * (y * y + of_i.psi_1 - of_A.psi_1);
        }
    const Dec50 mean = mean_entropy(a);
    return second - mean * mean;
}

}  // namespace truegap::metrics::oracle
