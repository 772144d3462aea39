#include "cli/stop_signal.hpp"

#include <csignal>

namespace truegap::cli {

namespace {

std::atomic<bool>& flag() {
    static std::atomic<bool> stop{false};
    return stop;
}
static_assert(std::atomic<bool>::is_always_lock_free,
              "a signal handler may only touch lock-free atomics");

void handle(int signal) {
    flag().store(true);
    std::signal(signal, SIG_DFL);
}

}  // namespace

const std::atomic<bool>& watch_stop_signals() {
    std::atomic<bool>& stop = flag();  // made before a handler can run
    std::signal(SIGINT, handle);
    std::signal(SIGTERM, handle);
    std::signal(SIGHUP, handle);
    return stop;
}

}  // namespace truegap::cli
