#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "sim/matrix.hpp"

/// What changes from one event of a user to the next. Time is counted back from the target: an event
/// of lag t happened t events before it, the target itself has lag 0.
namespace truegap::sim {

/// Users do not change: their choices are exchangeable.
struct StaticDynamics {};

/// The class follows a Markov chain between events; attributes belong to the class at the first event.
/// The target is `steps` events after the last of the history.
struct MarkovDynamics {
    /// T: shape (Z, Z), rows sum to 1; empty for T = s I + (1 - s) 1 w^T, under which the class weights
    /// w are stationary and the chain is reversible.
    RowMatrix transition;
    double stay = 1.0;  ///< s
    std::uint32_t steps = 1;
    /// How many events a user has had before the target, of which a history shows the last ones.
    /// Nothing: those of the history.
    std::optional<std::uint32_t> events;
};

/// Popularity drifts: the logit of every item follows a Gaussian random walk, the same for all classes,
/// with this standard deviation an event over the last `length` events; before those it stands still.
/// The item probabilities of the population are those of the target.
struct DriftDynamics {
    double sd = 0.0;
    std::optional<std::uint32_t> length;  ///< nothing: as far back as the longest history
    std::uint32_t steps = 1;
};

/// Events of lag >= ago were made under an earlier regime with other item probabilities: given, or drawn
/// like the population's own with tilts of that standard deviation (nothing: the population's).
struct RegimeChange {
    std::uint32_t ago = 1;  ///< >= 1
    RowMatrix earlier;      ///< shape (Z, M), or empty
    std::optional<double> tilt_sd;
    std::uint32_t steps = 1;
};

/// No chance at all after the start; see sim/chaos.hpp. A user of class z has the marginal B[z,:].
struct ChaoticDynamics {
    std::uint32_t steps = 1;  ///< up to 60
};

using DynamicsSpec =
    std::variant<StaticDynamics, MarkovDynamics, DriftDynamics, RegimeChange, ChaoticDynamics>;

/// The dynamics of one world, as a population carries them.
struct Dynamics {
    std::uint32_t steps = 1;  ///< the target is that many events after the last of the history
    std::optional<RowMatrix> transition;  ///< T: shape (Z, Z)
    /// B of events of lag first_earlier + i, the last one for all that are earlier; empty when B does
    /// not change.
    std::vector<RowMatrix> earlier;
    std::uint32_t first_earlier = 1;
    bool chaotic = false;

    /// Whether a user's choices are exchangeable: neither his class nor B changes, nor is he chaotic.
    [[nodiscard]] bool is_static() const { return !transition && earlier.empty() && !chaotic; }
};

/// How many events after the last of the history the target is.
[[nodiscard]] std::uint32_t steps_of(const DynamicsSpec& spec);

}  // namespace truegap::sim
