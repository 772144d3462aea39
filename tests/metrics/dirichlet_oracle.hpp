#pragma once

#include <boost/multiprecision/cpp_dec_float.hpp>
#include <vector>

/// Moments of the entropy of theta ~ Dirichlet(a) from their definitions, in 50 digits.
namespace truegap::metrics::oracle {

using Dec50 = boost::multiprecision::number<boost::multiprecision::cpp_dec_float<50>,
                                            boost::multiprecision::et_off>;
using Exact = std::vector<Dec50>;

[[nodiscard]] Dec50 total(const Exact& a);
/// E[H] = psi(A + 1) - sum a_i/A psi(a_i + 1); a_i = 0 allowed.
[[nodiscard]] Dec50 mean_entropy(const Exact& a);
/// E[H^2] as the double sum over pairs of items (Archer, Park & Pillow, JMLR 15 (2014), appendix),
/// less the squared mean.
[[nodiscard]] Dec50 variance_of_entropy(const Exact& a);

}  // namespace truegap::metrics::oracle
