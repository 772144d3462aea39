#pragma once

#include <cstddef>
#include <vector>

namespace truegap::sim {

/// How likely a user is to look at what is shown at a position (counted from 0): click position bias.
/// He looks at a position with probability proportional to its weight e, clicks what he sees there with
/// a probability proportional to its attraction B[z,b], and otherwise looks again; so the one click is
///     P(b | z, C) = e_pos(b) B[z,b] / sum_{c in C} e_pos(c) B[z,c]
/// with C in display order: examination times attraction.
/// Source: the examination hypothesis; Richardson, Dominowska & Ragno, WWW (2007); Craswell et al.,
/// WSDM (2008).
struct Examination {
    /// even: 1;  geometric: parameter^position, in (0, 1];  power: (position + 1)^-parameter;
    /// listed: weights[position], > 0
    enum class Kind { even, geometric, power, listed };
    Kind kind = Kind::even;
    double parameter = 1.0;
    std::vector<double> weights = {};

    [[nodiscard]] bool is_even() const { return kind == Kind::even; }
    /// e of a position, > 0. A listed one has as many weights as are asked for (a contract).
    [[nodiscard]] double weight(std::size_t position) const;
};

}  // namespace truegap::sim
