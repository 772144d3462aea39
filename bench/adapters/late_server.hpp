#pragma once

#include <string>

namespace truegap::bench {

/// A socket that listens on the loopback at a port that the system chooses.
struct Listener {
    int socket = -1;
    int port = 0;
};
/// Throws std::runtime_error where there is none.
[[nodiscard]] Listener listen_on_loopback();

/// Answers every HTTP/1.1 request with a 200 and that body, so many seconds after the request came in whole.
/// Linux alone (epoll), one thread, never returns: for a process of its own.
[[noreturn]] void serve_late(const Listener& listener, double seconds, const std::string& body);

}  // namespace truegap::bench
