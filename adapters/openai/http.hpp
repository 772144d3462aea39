#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace truegap::adapters {

struct HttpRequest {
    std::string url;
    std::string bearer;  ///< sent as `Authorization: Bearer …` when not empty; never told back
    std::string body;    ///< JSON, POSTed; empty: a GET
};

/// How one attempt ended. A bearer key that the server repeats is struck out of `body` and `detail` as
/// `redacted` does it (in the body of a 200 only keys of at least 8 bytes: a word such as `none`, sent to a
/// server that asks for no key, may be part of an answer).
struct HttpReply {
    enum class Trouble { none, timed_out, dropped, unreachable, too_large };
    Trouble trouble = Trouble::none;  ///< none: `status` and `body` are what the server said
    long status = 0;
    std::string body = {};
    std::optional<double> retry_after =
        {};                   ///< seconds, from a Retry-After header (a number or a date)
    std::string detail = {};  ///< what libcurl said of the trouble
};

/// The text with every occurrence of `secret` as `***`, also where JSON escapes its slashes. An empty
/// secret changes nothing.
[[nodiscard]] std::string redacted(std::string text, std::string_view secret);

/// Many requests in flight at once, over one pool of connections that are kept open; serial for its user.
/// HTTP/1.1, over TLS HTTP/2 where the server offers it; certificates are verified, against
/// the file that CURL_CA_BUNDLE or SSL_CERT_FILE names, if any; proxies as the environment names them
/// (`https_proxy`, `no_proxy`, …), but none to this machine itself. Redirects are
/// not followed: their status is the reply. An attempt is one request on the wire: what libcurl would
/// silently send again after a lost connection is `dropped`. libcurl's multi interface.
class HttpPool {
  public:
    struct Options {
        double timeout_seconds = 120.0;  ///< of one attempt, from its start
        double connect_seconds = 10.0;
        std::size_t most_connections = 256;
        std::size_t largest_reply = 64U << 20U;  ///< bytes of a body
    };
    /// Throws SystemError where libcurl cannot be had.
    explicit HttpPool(const Options& options);
    HttpPool(const HttpPool&) = delete;
    HttpPool& operator=(const HttpPool&) = delete;
    HttpPool(HttpPool&&) = delete;
    HttpPool& operator=(HttpPool&&) = delete;
    ~HttpPool();

    /// Starts a request. ticket: the caller's own number for it. What cannot be sent at all (a malformed
    /// URL, a key with control characters) finishes as `unreachable`.
    void start(std::uint64_t ticket, HttpRequest request);
    [[nodiscard]] std::size_t in_flight() const;

    struct Finished {
        std::uint64_t ticket = 0;
        HttpReply reply;
    };
    /// Drives what is in flight until something finishes or that many seconds have passed, sleeping in
    /// between; may give none. With nothing in flight it sleeps the whole time.
    [[nodiscard]] std::vector<Finished> wait(double seconds);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace truegap::adapters
