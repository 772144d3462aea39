#include "metrics/estimators/detail/bub_coefficients.hpp"

#include <Eigen/Core>
#include <Eigen/QR>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "metrics/contract.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics::detail {

namespace {

using Index = Eigen::Index;

double minus_p_ln_p(double p) {
    return p > 0.0 ? -p * ln(p) : 0.0;
}

// The binomial probabilities of n and p that are not negligible, from `first` on. From the mode
// outwards by the ratio of neighbours, divided by their sum: no factorial, whatever n.
struct Binomial {
    std::uint64_t first = 0;
    std::vector<double> chances;

    Binomial(std::uint64_t n, double p) {
        constexpr double negligible = 1e-20;
        const auto size = static_cast<double>(n);
        const auto mode =
            std::min<std::uint64_t>(n, static_cast<std::uint64_t>(std::floor((size + 1.0) * p)));
        const double odds = p / (1.0 - p);
        std::vector<double> below;
        double chance = 1.0;
        for (std::uint64_t j = mode; j > 0; --j) {
            chance *= static_cast<double>(j) / (static_cast<double>(n - j + 1) * odds);
            if (!(chance > negligible)) break;
            below.push_back(chance);
        }
        first = mode - below.size();
        chances.assign(below.rbegin(), below.rend());
        chances.push_back(1.0);
        chance = 1.0;
        for (std::uint64_t j = mode; j < n; ++j) {
            chance *= static_cast<double>(n - j) / static_cast<double>(j + 1) * odds;
            if (!(chance > negligible)) break;
            chances.push_back(chance);
        }
        double sum = 0.0;
        for (const double value : chances) sum += value;
        for (double& value : chances) value /= sum;
    }
    [[nodiscard]] double at(std::uint64_t j) const {
        return j >= first && j - first < chances.size() ? chances[j - first] : 0.0;
    }
};

// Few observations: sum_p K^2 [sum_j a_j P(j; N, p) + p ln p]^2 + N sum_j (a_j - a_(j-1))^2.
std::vector<double> all_free(std::uint64_t n, double items) {
    const auto columns = static_cast<Index>(n) + 1;
    const Index points = 5 * static_cast<Index>(n) + 1;
    const double root_n = std::sqrt(static_cast<double>(n));
    Eigen::MatrixXd system = Eigen::MatrixXd::Zero(points + columns - 1, columns);
    Eigen::VectorXd target = Eigen::VectorXd::Zero(points + columns - 1);
    system(0, 0) = system(points - 1, columns - 1) = items;
    for (Index i = 1; i + 1 < points; ++i) {
        const double p = static_cast<double>(i) / static_cast<double>(points - 1);
        const Binomial binomial(n, p);
        for (Index j = 0; j < columns; ++j)
            system(i, j) = items * binomial.at(static_cast<std::uint64_t>(j));
        target[i] = items * minus_p_ln_p(p);
    }
    for (Index j = 1; j < columns; ++j) {
        system(points + j - 1, j) = root_n;
        system(points + j - 1, j - 1) = -root_n;
    }
    const Eigen::VectorXd a = system.colPivHouseholderQr().solve(target);
    return {a.data(), a.data() + columns};
}

class Search {
  public:
    Search(std::uint64_t n, double items) : n_(n), size_(static_cast<double>(n)), items_(items) {
        for (std::uint64_t j = 0; j <= most_free + 1; ++j)
            first_.push_back(miller_madow_coefficient(j, n));
        steepest_ =
            std::max(first_[1] - first_[0],
                     std::abs(miller_madow_coefficient(n - 1, n)));  // concave in j; a_n = 0
        prepare_bias();
        prepare_variance();
    }

    [[nodiscard]] std::vector<double> best() const {
        std::vector<double> result;
        double least = std::numeric_limits<double>::infinity();
        for (Index k = 1; k <= static_cast<Index>(most_free); ++k) {
            const Eigen::VectorXd a = fit(k);
            const double bound = squared_bound(a);
            if (!(bound < least)) continue;
            least = bound;
            result.assign(a.data(), a.data() + k);
        }
        return result;
    }

  private:
    static constexpr Index points = 200;
    static constexpr double widest =
        30.0;  // the bias is looked at up to p = 30/N, the variance 30/K

    // The bias with Miller and Madow's coefficients, over K, and how the first ones enter it, on
    // points that are close together where p is small.
    void prepare_bias() {
        const double least = ln(1e-4 / size_);
        const double most = ln(std::min(1.0, widest / size_) - 1e-10 / size_);
        chances_ = Eigen::MatrixXd(points, static_cast<Index>(most_free));
        bias_ = Eigen::VectorXd(points);
        for (Index i = 0; i < points; ++i) {
            const double p = exponential(least + (most - least) * static_cast<double>(i) /
                                                     static_cast<double>(points - 1));
            const Binomial binomial(n_, p);
            double mean = 0.0;
            for (std::size_t j = 0; j < binomial.chances.size(); ++j)
                mean += binomial.chances[j] * miller_madow_coefficient(binomial.first + j, n_);
            bias_[i] = mean - minus_p_ln_p(p);
            for (Index j = 0; j < chances_.cols(); ++j)
                chances_(i, j) = binomial.at(static_cast<std::uint64_t>(j));
        }
    }

    // Likewise sum_j (j/N) (a_j - a_(j-1))^2 P(j; N, p), times min(K, 1/p).
    void prepare_variance() {
        constexpr double exact_up_to = 1e4;
        const double step = std::min(1.0, widest / items_) / static_cast<double>(points);
        variance_ = Eigen::VectorXd(points);
        jumps_ = Eigen::MatrixXd(points, static_cast<Index>(most_free) + 1);
        for (Index i = 0; i < points; ++i) {
            const double p = 1e-10 / items_ + static_cast<double>(i) * step;
            const double weight = p <= 1.0 / items_ ? items_ : 1.0 / p;
            double sum = 0.0;
            jumps_.row(i).setZero();
            if (size_ * p > exact_up_to) {
                // The difference is smooth over the counts that have a chance: its value at Np.
                const double slope = (-ln(p) - 1.0 - 0.5 / size_) / size_;
                sum = p * slope * slope;
            } else {
                const Binomial binomial(n_, p);
                double before =
                    binomial.first > 0 ? miller_madow_coefficient(binomial.first - 1, n_) : 0.0;
                for (std::size_t at = 0; at < binomial.chances.size(); ++at) {
                    const std::uint64_t j = binomial.first + at;
                    const double here = miller_madow_coefficient(j, n_);
                    const double share = static_cast<double>(j) / size_ * binomial.chances[at];
                    sum += share * (here - before) * (here - before);
                    if (j < static_cast<std::uint64_t>(jumps_.cols()))
                        jumps_(i, static_cast<Index>(j)) = weight * share;
                    before = here;
                }
            }
            variance_[i] = weight * sum;
        }
    }

    // sum_p K^2 [bias / K]^2 + N sum_(0<j<k) (a_j - a_(j-1))^2 + N (a_(k-1) - Miller and Madow's)^2
    [[nodiscard]] Eigen::VectorXd fit(Index k) const {
        const double root_n = std::sqrt(size_);
        Eigen::MatrixXd system = Eigen::MatrixXd::Zero(points + k + 1, k);
        Eigen::VectorXd target = Eigen::VectorXd::Zero(points + k + 1);
        Eigen::VectorXd replaced(k);
        for (Index j = 0; j < k; ++j) replaced[j] = first_[static_cast<std::size_t>(j)];
        system.topRows(points) = items_ * chances_.leftCols(k);
        target.head(points) = items_ * (chances_.leftCols(k) * replaced - bias_);
        for (Index j = 1; j < k; ++j) {
            system(points + j, j) = root_n;
            system(points + j, j - 1) = -root_n;
        }
        system(points + k, k - 1) = root_n;
        target[points + k] = root_n * replaced[k - 1];
        // The program's matrix of differences is 1, not 0, for a single coefficient.
        if (k == 1) system(points, 0) = root_n;
        return system.colPivHouseholderQr().solve(target);
    }

    [[nodiscard]] double squared_bound(const Eigen::VectorXd& a) const {
        const Index k = a.size();
        std::vector<double> mixed = first_;
        Eigen::VectorXd change(k);
        for (Index j = 0; j < k; ++j) {
            mixed[static_cast<std::size_t>(j)] = a[j];
            change[j] = a[j] - first_[static_cast<std::size_t>(j)];
        }
        const double worst_bias =
            items_ * (bias_ + chances_.leftCols(k) * change).cwiseAbs().maxCoeff();
        double steepest = steepest_;
        Eigen::VectorXd difference = Eigen::VectorXd::Zero(jumps_.cols());
        for (Index j = 1; j <= k + 1; ++j) {
            const auto at = static_cast<std::size_t>(j);
            steepest = std::max(steepest, std::abs(mixed[at] - mixed[at - 1]));
        }
        for (Index j = 0; j <= k; ++j) {
            const auto at = static_cast<std::size_t>(j);
            const double now = j == 0 ? mixed[0] : mixed[at] - mixed[at - 1];
            const double then = j == 0 ? first_[0] : first_[at] - first_[at - 1];
            difference[j] = now * now - then * then;
        }
        const double variance = (variance_ + jumps_ * difference).maxCoeff();
        return worst_bias * worst_bias + size_ * std::min(steepest * steepest, 4.0 * variance);
    }

    std::uint64_t n_;
    double size_;
    double items_;
    std::vector<double> first_;  // Miller and Madow's a_0 .. a_(most_free + 1)
    double steepest_ = 0.0;      // the largest of all their differences
    Eigen::MatrixXd chances_;    // shape (points, most_free)
    Eigen::VectorXd bias_;       // shape (points,)
    Eigen::MatrixXd jumps_;      // shape (points, most_free + 1)
    Eigen::VectorXd variance_;   // shape (points,)
};

struct Slot {
    std::uint64_t n = 0;
    std::uint64_t items = 0;
    std::vector<double> coefficients;
};

}  // namespace

double miller_madow_coefficient(std::uint64_t j, std::uint64_t n) {
    const auto size = static_cast<double>(n);
    const double missing = static_cast<double>(n - j) / size;
    const double share = static_cast<double>(j) / size;
    return (j > 0 ? share * ln_ratio(n, j) : 0.0) + 0.5 * missing / size;
}

std::span<const double> bub_coefficients(std::uint64_t n, std::uint64_t items) {
    TRUEGAP_EXPECTS(n >= 1 && items >= 1);
    static thread_local std::array<Slot, 256> remembered;
    static thread_local std::size_t last = 0;
    static thread_local std::size_t next = 0;
    const auto is_it = [&](const Slot& slot) { return slot.n == n && slot.items == items; };
    if (is_it(remembered[last])) return remembered[last].coefficients;
    for (last = 0; last < remembered.size(); ++last)
        if (is_it(remembered[last])) return remembered[last].coefficients;
    last = next;
    next = (next + 1) % remembered.size();
    const auto K = static_cast<double>(items);
    remembered[last] = {
        .n = n,
        .items = items,
        .coefficients = n < fewest_for_miller_madow ? all_free(n, K) : Search(n, K).best()};
    return remembered[last].coefficients;
}

}  // namespace truegap::metrics::detail
