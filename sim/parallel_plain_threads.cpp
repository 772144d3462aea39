// The same interface as parallel.cpp on plain threads, for ThreadSanitizer: TBB's own library is
// not instrumented, so under it every hand-over of a task looks like a race.
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "sim/parallel.hpp"

namespace truegap::sim {

void for_each_index(unsigned threads,
                    std::size_t count,
                    const std::function<void(std::size_t)>& body) {
    std::atomic<std::size_t> next{0};
    std::mutex guard;
    std::exception_ptr failure;
    const auto work = [&] {
        for (std::size_t i = next++; i < count; i = next++) {
            try {
                body(i);
            } catch (...) {
                const std::lock_guard lock(guard);
                if (!failure) failure = std::current_exception();
                next = count;
            }
        }
    };
    std::vector<std::jthread> workers;
    for (unsigned t = 1; t < threads; ++t) workers.emplace_back(work);
    work();
    workers.clear();
    if (failure) std::rethrow_exception(failure);
}

}  // namespace truegap::sim
