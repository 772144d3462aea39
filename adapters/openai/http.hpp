#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace truegap::adapters {

struct HttpRequest {
    std::string url;
    std::string bearer;  ///< sent as `Authorization: Bearer …` when not empty; never printed
    std::string body;    ///< JSON, POSTed; empty: a GET
};

/// How one attempt ended.
struct HttpReply {
    enum class Trouble { none, timed_out, dropped, unreachable, too_large };
    Trouble trouble = Trouble::none;  ///< none: `status` and `body` are what the server said
    long status = 0;
    std::string body;
    std::optional<double> retry_after;  ///< seconds, from a Retry-After header (a number or a date)
    std::string detail;                 ///< what libcurl said of the trouble
};

/// Many requests in flight at once, over one pool of connections that are kept open; serial for its user.
/// libcurl's multi interface.
class HttpPool {
  public:
    struct Options {
        double timeout_seconds = 120.0;  ///< of one attempt, from its start
        double connect_seconds = 10.0;
        std::size_t most_connections = 256;
        std::size_t largest_reply = 64U << 20U;
    };
    explicit HttpPool(const Options& options);
    HttpPool(const HttpPool&) = delete;
    HttpPool& operator=(const HttpPool&) = delete;
    HttpPool(HttpPool&&) = delete;
    HttpPool& operator=(HttpPool&&) = delete;
    ~HttpPool();

    /// Starts a request. ticket: the caller's own number for it.
    void start(std::uint64_t ticket, HttpRequest request);
    [[nodiscard]] std::size_t in_flight() const;

    struct Finished {
        std::uint64_t ticket = 0;
        HttpReply reply;
    };
    /// Drives what is in flight until something finishes or that many seconds have passed; may give none.
    [[nodiscard]] std::vector<Finished> wait(double seconds);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace truegap::adapters
