#include "metrics/approximation/smoothing.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "metrics/compensated_sum.hpp"

namespace truegap::metrics {

namespace {

void renormalise(std::span<double> q) {
    CompensatedSum total;
    for (const double value : q) total.add(value);
    for (double& value : q) value /= total.value();
}

}  // namespace

void smooth(const Smoothing& smoothing, double users, std::span<double> q) {
    const double amount = smoothing.amount;
    const auto K = static_cast<double>(q.size());
    switch (smoothing.kind) {
        case Smoothing::Kind::none:
            return;
        case Smoothing::Kind::additive:
            if (std::isfinite(users))
                for (double& value : q) value = users * value + amount;
            renormalise(q);
            return;
        case Smoothing::Kind::mixture:
            for (double& value : q) value = (1.0 - amount) * value + amount / K;
            return;
        case Smoothing::Kind::floor:
            for (double& value : q) value = std::max(value, amount);
            renormalise(q);
            return;
    }
}

std::string label(const Smoothing& smoothing) {
    switch (smoothing.kind) {
        case Smoothing::Kind::none:
            return "none";
        case Smoothing::Kind::additive:
            return "additive " + shortest(smoothing.amount);
        case Smoothing::Kind::mixture:
            return "mixture " + shortest(smoothing.amount);
        case Smoothing::Kind::floor:
            return "floor " + shortest(smoothing.amount);
    }
    return {};
}

std::string shortest(double number) {
    std::array<char, 32> digits{};
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    return {digits.data(), result.ptr};
}

}  // namespace truegap::metrics
