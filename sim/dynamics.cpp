#include "sim/dynamics.hpp"

namespace truegap::sim {

std::uint32_t steps_of(const DynamicsSpec& spec) {
    if (const auto* markov = std::get_if<MarkovDynamics>(&spec)) return markov->steps;
    if (const auto* drift = std::get_if<DriftDynamics>(&spec)) return drift->steps;
    if (const auto* regime = std::get_if<RegimeChange>(&spec)) return regime->steps;
    if (const auto* chaotic = std::get_if<ChaoticDynamics>(&spec)) return chaotic->steps;
    return 1;
}

}  // namespace truegap::sim
