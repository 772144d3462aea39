#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/io/json_text.hpp"

/// A server of chat completions on the loopback that answers as it is told and fails as it is told.
namespace truegap::test {

/// What a model says to one request.
struct ChatAnswer {
    std::string content;
    /// Tokens and log-probabilities at the first place, sent where `logprobs` is asked for, the first
    /// `top_logprobs` of them. Empty: none are sent.
    std::vector<std::pair<std::string, double>> first_token = {};
    std::string finish_reason = "stop";
    std::string refusal = {};
    std::string reasoning = {};  ///< sent as `reasoning_content`; with empty content, all that came
};

enum class Fault {
    none,
    // of the transport, or of the server: nothing was answered
    too_many,          ///< 429
    too_many_seconds,  ///< 429, Retry-After in seconds
    too_many_date,     ///< 429, Retry-After as a date, and a Date header
    internal_error,    ///< 500
    unavailable,       ///< 503, Retry-After in seconds
    slow,              ///< answered after `slow_seconds`
    half,              ///< half of the declared length, then closed
    closed,            ///< closed without a byte
    // of the answer: a 200 all the same
    invalid_json,
    empty_choices,
    refusal,         ///< message.refusal, content null
    content_filter,  ///< finish_reason content_filter, content empty
    missing_labels,  ///< every second token of `first_token` is missing
};

/// The first eight, and all of them.
[[nodiscard]] const std::vector<Fault>& transport_faults();
[[nodiscard]] const std::vector<Fault>& all_faults();

/// POST /v1/chat/completions and GET /v1/models, at a port that the system chooses. Every setting may be
/// changed while it runs; a request sees those of the moment it came in.
class FaultServer {
  public:
    /// The answer to a request, which is the JSON of its body; called by many threads at once.
    using Answer = std::function<ChatAnswer(const adapters::Json& request)>;

    struct Settings {
        double latency_seconds = 0.0;
        double slow_seconds = 0.2;
        double retry_after_seconds = 0.02;  ///< a date is in whole seconds, rounded down
        std::string key = {};  ///< where not empty, a 401 without it that repeats what was sent
        std::vector<std::string> models = {"test-model"};  ///< others get a 404; empty: any
        std::vector<std::string> unsupported = {};         ///< keys of a request that get a 400
        std::size_t most_logprobs = 20;                    ///< more are a 400
        bool ignores_n = false;                            ///< one choice whatever `n` says
        bool ignores_logprobs = false;
        std::string fingerprint = "fp_test";
    };

    /// Files that the server writes its own certificate and key to; with them it speaks TLS.
    struct Certificate {
        std::filesystem::path certificate;
        std::filesystem::path key;
    };

    /// threads: how many connections are served at once; each that a client keeps open holds one.
    explicit FaultServer(Answer answer,
                         std::size_t threads = 96,
                         const Certificate& certificate = {});
    FaultServer(const FaultServer&) = delete;
    FaultServer& operator=(const FaultServer&) = delete;
    FaultServer(FaultServer&&) = delete;
    FaultServer& operator=(FaultServer&&) = delete;
    ~FaultServer();

    [[nodiscard]] int port() const;
    /// http://127.0.0.1:PORT/v1, https with a certificate
    [[nodiscard]] std::string base_url() const;

    void settings(const Settings& settings);
    /// From now on that part of the chat requests fail, by kinds chosen evenly. Which do is a pure function
    /// of the seed, the request's body and how often that body came: not of the order of arrival.
    void faults(double rate, std::uint64_t seed, std::vector<Fault> kinds = all_faults());
    /// The next chat requests meet these, one each, before any random fault.
    void next(std::vector<Fault> faults);

    /// What a chat request met, in order of arrival.
    struct Seen {
        std::string body;
        std::string authorization;
        std::string user_agent;
        std::string content_type;
        int client_port = 0;
        Fault fault = Fault::none;
        int status = 0;  ///< 0 where none was sent
        bool answered =
            false;  ///< an answer of the answer function went out whole (slow ones included)
    };
    [[nodiscard]] std::vector<Seen> seen() const;
    /// How many chat requests came; with that very body; and those that were answered.
    [[nodiscard]] std::size_t requests() const;
    [[nodiscard]] std::size_t requests(const std::string& body) const;
    [[nodiscard]] std::size_t answered(const std::string& body) const;
    /// The most chat requests that were being answered at one time.
    [[nodiscard]] std::size_t most_at_once() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace truegap::test
