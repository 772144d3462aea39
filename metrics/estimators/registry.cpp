#include "metrics/estimators/registry.hpp"

#include <array>

#include "metrics/estimators/chao_shen.hpp"
#include "metrics/estimators/chao_wang_jost.hpp"
#include "metrics/estimators/grassberger_2003.hpp"
#include "metrics/estimators/miller_madow.hpp"
#include "metrics/estimators/plug_in.hpp"

namespace truegap::metrics {

namespace {

// Not a temporary in the call below: its address would stand in the way of a tail call.
template <EntropyEstimator E>
constexpr E estimator{};

template <EntropyEstimator E>
constexpr EstimatorEntry entry() {
    return {.name = E::name,
            .formula = E::formula,
            .source = E::source,
            .function = [](const CountsView& sample) { return estimator<E>(sample); }};
}

constexpr std::array registry{entry<PlugIn>(),
                              entry<MillerMadow>(),
                              entry<Grassberger2003>(),
                              entry<ChaoShen>(),
                              entry<ChaoWangJost>()};

}  // namespace

std::span<const EstimatorEntry> estimators() {
    return registry;
}

const EstimatorEntry* find_estimator(std::string_view name) {
    for (const EstimatorEntry& candidate : registry)
        if (candidate.name == name) return &candidate;
    return nullptr;
}

std::string_view reason_undefined(const CountsView& sample) {
    if (sample.n == 0) return "no observations (n = 0)";
    if (contradicts_items(sample)) return "items is smaller than the number of items seen";
    return "undefined for this sample";
}

}  // namespace truegap::metrics
