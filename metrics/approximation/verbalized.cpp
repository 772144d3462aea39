#include "metrics/approximation/verbalized.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"

namespace truegap::metrics {

namespace {

constexpr double whole = 100.0;

double total(std::span<const double> values) {
    CompensatedSum sum;
    for (const double value : values) sum.add(value);
    return sum.value();
}

// The sound entries, 0 elsewhere.
std::vector<double> sound(std::span<const double> percentages, Repair& repair) {
    std::vector<double> stated(percentages.size(), 0.0);
    for (std::size_t k = 0; k < percentages.size(); ++k) {
        const double value = percentages[k];
        if (std::isnan(value)) {
            ++repair.not_stated;
        } else if (value < 0.0) {
            ++repair.negative;
        } else if (std::isinf(value)) {
            ++repair.not_finite;
        } else {
            stated[k] = value;
        }
    }
    return stated;
}

void normalise(std::vector<double>& q) {
    double sum = total(q);
    if (std::isinf(sum)) {
        const double largest = *std::max_element(q.begin(), q.end());
        for (double& value : q) value /= largest;
        sum = total(q);
    }
    if (sum > 0.0) {
        for (double& value : q) value /= sum;
    } else {
        std::fill(q.begin(), q.end(), 1.0 / static_cast<double>(q.size()));
    }
}

}  // namespace

VerbalizedAnswer repair_percentages(std::span<const double> percentages) {
    TRUEGAP_EXPECTS(!percentages.empty());
    VerbalizedAnswer answer;
    Repair& repair = answer.repair;
    const std::vector<double> stated = sound(percentages, repair);
    repair.stated_sum = total(stated);
    answer.q = stated;
    if (repair.not_stated > 0 && repair.stated_sum < whole) {
        const double share = (whole - repair.stated_sum) / static_cast<double>(repair.not_stated);
        for (std::size_t k = 0; k < percentages.size(); ++k)
            if (std::isnan(percentages[k])) answer.q[k] = share;
    }
    normalise(answer.q);
    CompensatedSum difference;
    for (std::size_t k = 0; k < stated.size(); ++k)
        difference.add(std::abs(stated[k] / whole - answer.q[k]));
    repair.moved = difference.value() / 2.0;
    return answer;
}

}  // namespace truegap::metrics
