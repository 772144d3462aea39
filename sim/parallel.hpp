#pragma once

#include <cstddef>
#include <functional>

namespace truegap::sim {

/// Calls `body(i)` for i = 0 .. count-1 on up to `threads` threads, in any order; the only place
/// where threads are made. Each call is to be pure but for the slot it owns. The first exception
/// thrown is thrown again here, after every running call has ended.
void for_each_index(unsigned threads,
                    std::size_t count,
                    const std::function<void(std::size_t)>& body);

}  // namespace truegap::sim
