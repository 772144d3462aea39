#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "sim/attributes.hpp"
#include "sim/dynamics.hpp"
#include "sim/examination.hpp"
#include "sim/matrix.hpp"

namespace truegap::sim {

using ItemId = std::uint32_t;

/// What a population is made of; see `Population`.
struct PopulationParts {
    std::vector<double> class_weights;  ///< w[z] = P(z): shape (Z,), sums to 1
    RowMatrix item_probabilities;       ///< B[z, b] = P(item b | z): shape (Z, M), rows sum to 1
    std::vector<double> concentration;  ///< kappa[z] > 0 or infinity: shape (Z,)
    Attributes attributes;
    Dynamics dynamics = {};        ///< not static: every kappa is infinite
    Examination examination = {};  ///< not even: every kappa is infinite
};

/// Users whose preferences are known: latent classes z = 1..Z, each with a distribution over M
/// items, a heterogeneity and a distribution of attributes. A user of class z has his own
/// preference theta ~ Dirichlet(kappa[z] B[z,:]), which is B[z,:] itself at kappa = infinity. Whole
/// after construction and immutable.
class Population {
  public:
    /// The parts fit each other and are sound (a contract; readers check what comes from outside).
    explicit Population(PopulationParts parts);

    [[nodiscard]] std::size_t classes() const { return parts_.class_weights.size(); }
    [[nodiscard]] std::size_t items() const {
        return static_cast<std::size_t>(parts_.item_probabilities.cols());
    }
    [[nodiscard]] std::span<const double> class_weights() const { return parts_.class_weights; }
    [[nodiscard]] std::span<const double> concentration() const { return parts_.concentration; }
    /// B[z,:]: shape (M,).
    [[nodiscard]] std::span<const double> item_probabilities(std::size_t z) const {
        return {parts_.item_probabilities.row(static_cast<Eigen::Index>(z)).data(), items()};
    }
    /// B[z,:] at an event that many events before the target: shape (M,).
    [[nodiscard]] std::span<const double> item_probabilities(std::size_t z,
                                                             std::uint32_t lag) const;
    [[nodiscard]] const Attributes& attributes() const { return parts_.attributes; }
    [[nodiscard]] const Dynamics& dynamics() const { return parts_.dynamics; }
    [[nodiscard]] const Examination& examination() const { return parts_.examination; }
    /// The same users with every attribute recorded as it is.
    [[nodiscard]] Population truly_recorded() const;
    /// The same users, asked for the event that many events after the last of the history.
    [[nodiscard]] Population with_steps(std::uint32_t steps) const;
    /// The same users, whose class follows this chain between events; no class is heterogeneous and
    /// nobody chaotic (a contract). transition: shape (Z, Z), rows sum to 1.
    [[nodiscard]] Population with_transition(RowMatrix transition) const;
    /// P(b) = sum_z w[z] B[z,b]: shape (M,).
    [[nodiscard]] std::span<const double> item_marginal() const { return item_marginal_; }

  private:
    PopulationParts parts_;
    std::vector<double> item_marginal_;
};

/// Popularity of the item of rank i = 1..M, as a logit.
///     uniform    0
///     zipf       -parameter ln i,        parameter >= 0
///     geometric  (i - 1) ln parameter,   parameter in (0, 1]
struct Popularity {
    enum class Kind { uniform, zipf, geometric };
    Kind kind = Kind::uniform;
    double parameter = 0.0;
};
/// Answers to a survey question with ordered options, from a latent trait: Samejima's graded response
/// model. A user of class z has trait x[z], and
///     P(answer > option k | z) = 1 / (1 + exp(-a (x[z] - threshold[k]))),   k = 0..options-2
/// Source: Samejima, Psychometrika Monograph 17 (1969).
struct Likert {
    std::vector<double> thresholds;                    ///< ascending: shape (options - 1,)
    double discrimination = 1.0;                       ///< a > 0
    std::variant<double, std::vector<double>> traits;  ///< x: shape (Z,), or sd of its normal law
};

/// A population to be drawn.
///     B[z,:] = softmax(popularity + tilt_sd e[z,:]),   e standard normal
struct GeneratedPopulation {
    std::size_t items = 0;
    std::size_t classes = 0;
    Popularity popularity;
    double tilt_sd = 0.0;
    std::variant<DirichletWeights, std::vector<double>> class_weights;
    std::vector<double> concentration;  ///< kappa: shape (classes,)
    std::vector<AttributeSpec> attributes;
    std::optional<Likert> likert = {};  ///< what B is made of, in place of popularity and tilts
    Examination examination = {};
};
/// A population given outright: no random number touches it (attributes carry S).
struct ExplicitPopulation {
    std::vector<double> class_weights;
    RowMatrix item_probabilities;
    std::vector<double> concentration;
    std::vector<AttributeSpec> attributes;
    Examination examination = {};
};
using PopulationSpec = std::variant<GeneratedPopulation, ExplicitPopulation>;

/// The population of one world. Generated ones are a pure function of (spec, seed, world).
/// dynamics: what changes between events; its `length`, where it has one, is given.
[[nodiscard]] Population make_population(const PopulationSpec& spec,
                                         std::uint64_t seed,
                                         std::uint32_t world,
                                         const DynamicsSpec& dynamics = {});

/// M and Z of the description, its heterogeneity, and its attributes.
[[nodiscard]] std::size_t item_count(const PopulationSpec& spec);
[[nodiscard]] std::size_t class_count(const PopulationSpec& spec);
[[nodiscard]] std::span<const double> concentrations(const PopulationSpec& spec);
[[nodiscard]] std::span<const AttributeSpec> attribute_specs(const PopulationSpec& spec);

}  // namespace truegap::sim
