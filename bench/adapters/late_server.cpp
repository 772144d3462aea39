#include "bench/adapters/late_server.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <unordered_map>

namespace truegap::bench {

namespace {

using Clock = std::chrono::steady_clock;

struct Due {
    Clock::time_point at;
    int socket = -1;
};

// The length of the first whole request in the text; 0 when it is not there yet.
std::size_t whole_request(std::string_view text) {
    constexpr std::string_view name = "Content-Length: ";
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    const std::size_t at = text.substr(0, end).find(name);
    std::size_t length = 0;
    if (at != std::string_view::npos)
        std::from_chars(text.data() + at + name.size(), text.data() + end, length);
    const std::size_t whole = end + 4 + length;
    return text.size() >= whole ? whole : 0;
}

class LateServer {
  public:
    LateServer(const Listener& listener, double seconds, const std::string& body)
        : listener_(listener.socket),
          delay_(
              std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds))),
          reply_("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                 std::to_string(body.size()) + "\r\n\r\n" + body),
          epoll_(epoll_create1(0)) {
        watch(listener_);
    }

    [[noreturn]] void run() {
        std::array<epoll_event, 256> events{};
        while (true) {
            timespec pause{3600, 0};
            if (!due_.empty()) {
                const auto left = std::max(
                    Clock::duration{},
                    std::chrono::duration_cast<Clock::duration>(due_.front().at - Clock::now()));
                pause = {0, static_cast<long>(std::chrono::nanoseconds(left).count())};
            }
            const int n = epoll_pwait2(
                epoll_, events.data(), static_cast<int>(events.size()), &pause, nullptr);
            for (int i = 0; i < n; ++i) {
                const int socket = events[static_cast<std::size_t>(i)].data.fd;
                if (socket == listener_)
                    greet();
                else
                    listen_to(socket);
            }
            for (; !due_.empty() && due_.front().at <= Clock::now(); due_.pop_front())
                static_cast<void>(
                    send(due_.front().socket, reply_.data(), reply_.size(), MSG_NOSIGNAL));
        }
    }

  private:
    void watch(int socket) const {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = socket;
        epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
    }

    void greet() {
        const int socket = accept(listener_, nullptr, nullptr);
        if (socket < 0) return;
        const int on = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(socket);
    }

    void listen_to(int socket) {
        std::array<char, 65536> bytes{};
        const ssize_t n = recv(socket, bytes.data(), bytes.size(), 0);
        if (n <= 0) {
            close(socket);
            heard_.erase(socket);
            return;
        }
        std::string& text = heard_[socket];
        text.append(bytes.data(), static_cast<std::size_t>(n));
        while (const std::size_t whole = whole_request(text)) {
            text.erase(0, whole);
            due_.push_back({Clock::now() + delay_, socket});
        }
    }

    int listener_;
    Clock::duration delay_;
    std::string reply_;
    int epoll_;
    std::unordered_map<int, std::string> heard_;
    std::deque<Due> due_;
};

}  // namespace

Listener listen_on_loopback() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    constexpr int queue = 1024;
    if (socket < 0 || bind(socket, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        listen(socket, queue) != 0 ||
        getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("no socket on the loopback");
    return {socket, ntohs(address.sin_port)};
}

void serve_late(const Listener& listener, double seconds, const std::string& body) {
    LateServer(listener, seconds, body).run();
}

}  // namespace truegap::bench
