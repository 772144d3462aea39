#pragma once

#include <cstdint>
#include <vector>

#include "adapters/datasets/event_file.hpp"

namespace truegap::adapters {

/// Puts the events of a user into the order in which they happened, and takes out what is told twice.
///
/// With times: by time, equal times as in the file; the same item at the same time again is taken out.
/// Without: an order is drawn. Of each artist the first line is kept; then artists come one after the other,
/// each with a probability proportional to its plays among those that are left: the order of
/// -ln(u_a) / plays_a, u from the stream (seed, play_order, user), one draw an artist in the order of the
/// file. Source: Efraimidis & Spirakis, Inf. Process. Lett. 97 (2006).
class Sequence {
  public:
    Sequence(bool timed, std::uint64_t seed) : timed_(timed), seed_(seed) {}
    /// user: his number. Returns how many events were taken out.
    std::uint64_t operator()(std::uint32_t user, std::vector<Event>& events);

  private:
    void forget();
    [[nodiscard]] bool seen(std::uint32_t item);

    bool timed_;
    std::uint64_t seed_;
    std::vector<std::uint32_t> stamps_;  // [item]: when it was last seen, in terms of `now_`
    std::uint32_t now_ = 0;
};

}  // namespace truegap::adapters
