#include "metrics/estimators/detail/pitman_yor.hpp"

#include <algorithm>
#include <array>

#include "metrics/gamma_functions.hpp"
#include "metrics/log_tables.hpp"

namespace truegap::metrics::detail {

CountGroups::CountGroups(const CountsView& sample) : n(static_cast<double>(sample.n)) {
    small = fingerprint(sample.counts);
    const auto first_large = std::find_if(small.begin(), small.end(), [](const auto& group) {
        return group.count > most_by_products;
    });
    large.assign(first_large, small.end());
    small.erase(first_large, small.end());
    const auto add = [this](const CountMultiplicity& group) {
        const auto count = static_cast<double>(group.count);
        const auto items = static_cast<double>(group.items);
        seen += items;
        largest = count;
        pairs += items * count * (count - 1.0) / 2.0;
        return items * (count - 1.0);
    };
    for (const auto& group : small) small_repeats += add(group);
    for (const auto& group : large) add(group);
}

namespace {

// Of the small counts: ln prod (1 - d)(2 - d)...(c - 1 - d), and psi(c - d + 1) - psi(1 - d) as a
// sum of 1/(j - d). Factors are divided by max(1, -d), so that products of 127 do not overflow.
struct SmallSums {
    double ln_products = 0.0;
    double largest_harmonic = 0.0;
    double weight = 0.0;
    double weighted_harmonic = 0.0;  // sum of weight * harmonic
    std::array<double, CountGroups::most_by_products + 1> harmonic;
};

// A sum of m ln x with few logarithms: what is small enough is multiplied up first.
class LnProduct {
  public:
    void multiply(double x, double m) {
        constexpr double most = 1e40;
        if (m > 4.0 || x > most || x < 1.0 / most) {
            ln_ += m * ln(x);
            return;
        }
        if (product_ > most * most || product_ < 1.0 / (most * most)) flush();
        const double square = m > 2.0 ? x * x : 1.0;
        product_ *= m == 4.0 ? square * square : m == 2.0 ? x * x : square * x;
    }
    [[nodiscard]] double value() {
        flush();
        return ln_;
    }

  private:
    void flush() {
        ln_ += ln(product_);
        product_ = 1.0;
    }
    double ln_ = 0.0;
    double product_ = 1.0;
};

void add_small(const CountGroups& groups, const Discount& discount, SmallSums& sums) {
    const double scale = discount.minus > 1.0 ? 1.0 / discount.minus : 1.0;
    double product = 1.0;
    double harmonic = 0.0;
    double factor = discount.one_minus;
    std::uint32_t done = 1;
    LnProduct products;
    for (const auto& [count, items] : groups.small) {
        const auto multiplicity = static_cast<double>(items);
        for (; done < count; ++done) {
            product *= factor * scale;
            harmonic += 1.0 / factor;
            factor += 1.0;
        }
        if (count > 1) products.multiply(product, multiplicity);
        const double whole = harmonic + 1.0 / factor;
        sums.harmonic[count] = whole;
        sums.largest_harmonic = whole;
        const double weight = multiplicity * (static_cast<double>(count) + discount.minus);
        sums.weight += weight;
        sums.weighted_harmonic += weight * whole;
    }
    sums.ln_products = products.value();
}

}  // namespace

SeenItemSums seen_item_sums(const CountGroups& groups,
                            const Discount& discount,
                            RisingForm form,
                            Moments moments) {
    SmallSums small;
    add_small(groups, discount, small);
    SeenItemSums sums;
    sums.ln_rising = small.ln_products;
    const bool divided = discount.minus > 1.0;
    if (groups.small_repeats > 0.0) {
        if (form == RisingForm::less_constants && divided)
            sums.ln_rising += groups.small_repeats * ln(discount.minus);
        if (form == RisingForm::less_powers && !divided)
            sums.ln_rising -= groups.small_repeats * ln(discount.minus);
    }
    if (!groups.large.empty()) {
        const double ln_first =
            form == RisingForm::less_constants ? ln_gamma(discount.one_minus) : 0.0;
        for (const auto& [count, items] : groups.large) {
            const auto c = static_cast<double>(count);
            const double ratio = form == RisingForm::less_constants
                                     ? ln_gamma_ratio(c, discount.minus) - ln_first
                                     : ln_scaled_rising(discount.minus, c);
            sums.ln_rising += static_cast<double>(items) * ratio;
        }
    }
    if (moments == Moments::none) return sums;

    sums.unseen_difference = groups.large.empty()
                                 ? small.largest_harmonic
                                 : digamma_difference(discount.one_minus, groups.largest);
    for (const auto& [count, items] : groups.large) {
        const auto c = static_cast<double>(count);
        if (c == groups.largest) continue;
        const double weight = static_cast<double>(items) * (c + discount.minus);
        const double x = digamma_difference(c + discount.one_minus, groups.largest - c);
        sums.difference += weight * x;
        sums.square += weight * x * x;
    }
    if (!groups.small.empty())
        sums.difference += small.weight * sums.unseen_difference - small.weighted_harmonic;
    if (moments == Moments::mean) return sums;

    sums.unseen_phi = trigamma_excess_difference(discount.one_minus, groups.largest);
    for (const auto* part : {&groups.small, &groups.large})
        for (const auto& [count, items] : *part) {
            const auto c = static_cast<double>(count);
            const double weight = static_cast<double>(items) * (c + discount.minus);
            sums.phi +=
                weight * trigamma_excess_difference(c + discount.one_minus, groups.largest - c);
            if (count > CountGroups::most_by_products) continue;
            const double x = sums.unseen_difference - small.harmonic[count];
            sums.square += weight * x * x;
        }
    return sums;
}

EntropyMoments entropy_moments(const CountGroups& groups,
                               const Discount& discount,
                               const SeenItemSums& sums,
                               double concentration,
                               double beyond_largest,
                               double unseen,
                               Moments moments) {
    const double total = groups.n + concentration;
    const double top = groups.largest + discount.one_minus;
    const double gap = (groups.n - groups.largest) + beyond_largest;
    const double below = (sums.difference + unseen * sums.unseen_difference) / total;
    EntropyMoments result;
    result.mean = digamma_difference(top, gap) + below;
    if (moments != Moments::both) return result;
    const double square =
        (sums.square + unseen * sums.unseen_difference * sums.unseen_difference) / total;
    const double phi = (sums.phi + unseen * sums.unseen_phi) / total;
    result.variance =
        (std::max(0.0, square - below * below) + phi + trigamma_excess_difference(top, gap)) /
        (total + 1.0);
    return result;
}

}  // namespace truegap::metrics::detail
