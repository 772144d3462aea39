#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "metrics/distribution.hpp"
#include "sim/context.hpp"
#include "sim/observed.hpp"
#include "sim/population.hpp"
#include "sim/samplers.hpp"

/// Data as a fitted population (a twin) would have given them, at the contexts and group sizes of data
/// that were observed.
namespace truegap::sim {

/// A context of the data in the twin's own numbers.
struct TwinContext {
    Context shared;              ///< what all of its users are asked
    std::vector<Context> users;  ///< those who have histories of their own; none where it is shared
};

/// Where one observed data set could have come from.
///     p_c = P(b | delta, h, C)                                a group that shares its history
///     p_c = (1/n) (sum_u P(b|delta,h_u,C) + (n - u) P(b|delta,C))   u users with their own histories
///     p_c = (1/n) sum_d n_d p_d                               a group that is the sum of finer ones
/// The last are those whose counts are, item by item, the sums of the counts of all the finer groups of
/// one proxy in them: nested groups share their users, in the data drawn as in those observed.
class TwinData {
  public:
    /// contexts: one for each of the study, possible in the twin. Throws ScenarioError where one is not.
    TwinData(const ObservedStudy& study,
             const Population& twin,
             const std::vector<TwinContext>& contexts);

    [[nodiscard]] std::size_t contexts() const { return sources_.size(); }
    /// p_c: what a perfect predictor says. Shape (K,).
    [[nodiscard]] const metrics::Distribution& truth(std::size_t context) const {
        return truths_[context];
    }
    /// The finer contexts that a context is the sum of; none where it is drawn itself.
    [[nodiscard]] std::span<const std::uint32_t> parts(std::size_t context) const {
        return sources_[context].parts;
    }
    /// The choices of each of a context's own-history users come first, one each, in their order.
    struct Draw {
        std::vector<std::vector<std::uint32_t>> counts;        ///< [context], shape (K,)
        std::vector<std::vector<std::uint32_t>> user_choices;  ///< [context][user], candidates
    };
    /// Data set `number` of a family, a pure function of (seed, family, number). times: how many times as
    /// many users each group has.
    [[nodiscard]] Draw draw(std::uint64_t seed,
                            std::uint32_t family,
                            std::uint32_t number,
                            std::uint32_t times = 1) const;

  private:
    struct Source {
        std::uint32_t n = 0;
        std::vector<AliasTable> users;    // who have histories of their own
        std::vector<Multinomial> others;  // one, or none
        std::vector<std::uint32_t> parts;
    };
    void find_parts(const ObservedStudy& study);

    std::vector<Source> sources_;                // [context]
    std::vector<metrics::Distribution> truths_;  // [context]
    std::vector<std::uint32_t> order_;           // parts before their sums
};

}  // namespace truegap::sim
