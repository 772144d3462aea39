#include "metrics/estimators/registry.hpp"

#include <array>
#include <charconv>

#include "metrics/approximation/smoothing.hpp"
#include "metrics/estimators/ansb.hpp"
#include "metrics/estimators/bonachela.hpp"
#include "metrics/estimators/bub.hpp"
#include "metrics/estimators/chao_shen.hpp"
#include "metrics/estimators/chao_wang_jost.hpp"
#include "metrics/estimators/dirichlet_jeffreys.hpp"
#include "metrics/estimators/dirichlet_laplace.hpp"
#include "metrics/estimators/dirichlet_minimax.hpp"
#include "metrics/estimators/dirichlet_perks.hpp"
#include "metrics/estimators/grassberger_1988.hpp"
#include "metrics/estimators/grassberger_1988_n1.hpp"
#include "metrics/estimators/grassberger_2003.hpp"
#include "metrics/estimators/grassberger_2003_psi.hpp"
#include "metrics/estimators/jackknife.hpp"
#include "metrics/estimators/jvhw.hpp"
#include "metrics/estimators/miller_madow.hpp"
#include "metrics/estimators/nsb.hpp"
#include "metrics/estimators/plug_in.hpp"
#include "metrics/estimators/pym.hpp"
#include "metrics/estimators/schurmann.hpp"
#include "metrics/estimators/shrinkage.hpp"
#include "metrics/estimators/unseen.hpp"
#include "metrics/estimators/wolpert_wolf.hpp"
#include "metrics/estimators/zhang.hpp"
#include "metrics/pooling/empirical_bayes.hpp"
#include "metrics/pooling/mixture_prior.hpp"
#include "metrics/standard_error.hpp"

namespace truegap::metrics {

namespace {

template <EntropyEstimator E>
E made([[maybe_unused]] double parameter) {
    if constexpr (ParametricEstimator<E>) {
        return E{parameter};
    } else {
        return E{};
    }
}

// Not a temporary in the call below: its address would stand in the way of a tail call.
template <EntropyEstimator E>
constexpr E plain{};

template <EntropyEstimator E>
constexpr EstimatorEntry entry() {
    EstimatorEntry result{.name = E::name,
                          .formula = E::formula,
                          .source = E::source,
                          .limits = E::limits,
                          .items_use = E::items_use};
    result.value = [](const CountsView& sample, [[maybe_unused]] double parameter) {
        if constexpr (ParametricEstimator<E>) {
            return E{parameter}(sample);
        } else {
            return plain<E>(sample);
        }
    };
    if constexpr (ParametricEstimator<E>)
        result.parameter = {E::default_parameter, E::least_parameter, E::most_parameter};
    if constexpr (AdditiveEstimator<E>) {
        result.term = [](std::uint64_t count, const SampleSize& size, double parameter) {
            return made<E>(parameter).term(count, size);
        };
        result.constant = [](const SampleSize& size, double parameter) {
            return made<E>(parameter).constant(size);
        };
    }
    if constexpr (PosteriorEstimator<E>) {
        result.error = ErrorMethod::posterior;
        result.posterior = [](const CountsView& sample, double parameter) {
            return made<E>(parameter).posterior(sample);
        };
    } else if constexpr (HasStandardError<E>) {
        result.error = ErrorMethod::delta;
        result.standard_error = [](const CountsView& sample, double parameter) {
            return made<E>(parameter).standard_error(sample);
        };
    }
    if constexpr (SaysWhyUndefined<E>) result.why_undefined = E::why_undefined;
    if constexpr (SaysCaveat<E>) result.caveat = E::caveat;
    return result;
}

template <class E>
constexpr EstimatorEntry pooling_entry(Pooling pooling) {
    return {.name = E::name,
            .formula = E::formula,
            .source = E::source,
            .limits = E::limits,
            .error = ErrorMethod::posterior,
            .pooling = pooling};
}

constexpr std::array registry{entry<PlugIn>(),
                              entry<MillerMadow>(),
                              entry<Jackknife>(),
                              entry<Grassberger1988>(),
                              entry<Grassberger1988N1>(),
                              entry<Grassberger2003>(),
                              entry<Grassberger2003Psi>(),
                              entry<Schurmann>(),
                              entry<ChaoShen>(),
                              entry<Zhang>(),
                              entry<ChaoWangJost>(),
                              entry<Bonachela>(),
                              entry<Shrinkage>(),
                              entry<DirichletJeffreys>(),
                              entry<DirichletLaplace>(),
                              entry<DirichletPerks>(),
                              entry<DirichletMinimax>(),
                              entry<WolpertWolf>(),
                              entry<Nsb>(),
                              entry<Ansb>(),
                              entry<Pym>(),
                              entry<Bub>(),
                              entry<Jvhw>(),
                              entry<Unseen>(),
                              pooling_entry<EmpiricalBayes>(Pooling::flat),
                              pooling_entry<EmpiricalBayesHierarchical>(Pooling::hierarchical),
                              pooling_entry<EmpiricalBayesMixture>(Pooling::mixture)};

bool lacks_items(const EstimatorEntry& entry, const CountsView& sample) {
    return entry.items_use == ItemsUse::required && !sample.items;
}

}  // namespace

std::string Estimator::label() const {
    std::string text(entry_->name);
    if (entry_->parameter && parameter_ != entry_->parameter->usual)
        text += "(" + shortest(parameter_) + ")";
    return text;
}

std::optional<double> Estimator::standard_error(const CountsView& sample) const {
    if (sample.n == 0 || contradicts_items(sample) || lacks_items(*entry_, sample))
        return std::nullopt;
    if (entry_->posterior != nullptr) {
        const auto posterior = entry_->posterior(sample, parameter_);
        if (!posterior) return std::nullopt;
        return posterior->sd;
    }
    if (entry_->standard_error != nullptr) return entry_->standard_error(sample, parameter_);
    if (entry_->value == nullptr) return std::nullopt;
    return jackknife_standard_error(
        sample, [this](const CountsView& smaller) { return entry_->value(smaller, parameter_); });
}

std::string_view Estimator::why_undefined(const CountsView& sample) const {
    if (sample.n == 0) return "no observations (n = 0)";
    if (contradicts_items(sample)) return "items is smaller than the number of items seen";
    if (lacks_items(*entry_, sample))
        return "needs K, the number of items that there are (--items, or \"items\" in the line)";
    if (entry_->pooling != Pooling::none) return "needs the counts of all groups at once";
    const std::string_view own =
        entry_->why_undefined != nullptr ? entry_->why_undefined(sample) : std::string_view{};
    return own.empty() ? "undefined for this sample" : own;
}

std::string_view Estimator::caveat(const CountsView& sample) const {
    return entry_->caveat != nullptr ? entry_->caveat(sample) : std::string_view{};
}

std::span<const EstimatorEntry> estimators() {
    return registry;
}

std::optional<Estimator> find_estimator(std::string_view name) {
    const std::size_t bracket = name.find('(');
    for (const EstimatorEntry& entry : registry) {
        if (entry.name == name) return Estimator(entry);
        if (!entry.parameter || bracket == std::string_view::npos || name.back() != ')' ||
            entry.name != name.substr(0, bracket))
            continue;
        const std::string_view text = name.substr(bracket + 1, name.size() - bracket - 2);
        double parameter = 0.0;
        const auto [end, error] =
            std::from_chars(text.data(), text.data() + text.size(), parameter);
        if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
        if (!(parameter >= entry.parameter->least && parameter <= entry.parameter->most))
            return std::nullopt;
        return Estimator(entry, parameter);
    }
    return std::nullopt;
}

}  // namespace truegap::metrics
