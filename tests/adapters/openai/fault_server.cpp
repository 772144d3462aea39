#include "tests/adapters/openai/fault_server.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <cmath>
#include <ctime>
#include <httplib.h>
#include <mutex>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unordered_map>

#include "tests/adapters/openai/certificate.hpp"
#include "tests/adapters/openai/chat_protocol.hpp"

namespace truegap::test {

namespace {

using adapters::Json;

std::uint64_t mix(std::uint64_t x) {  // SplitMix64
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31U);
}

std::uint64_t hash_of(const std::string& text) {  // FNV-1a
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return hash;
}

void sleep(double seconds) {
    if (seconds > 0.0) std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

std::string http_date(std::time_t at) {
    std::tm parts{};
    gmtime_r(&at, &parts);
    std::array<char, 64> text{};
    const std::size_t size =
        std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text.data(), size};
}

int port_of(const sockaddr_storage& address) {
    if (address.ss_family != AF_INET) return 0;
    sockaddr_in inet{};
    std::copy_n(
        reinterpret_cast<const char*>(&address), sizeof inet, reinterpret_cast<char*>(&inet));
    return ntohs(inet.sin_port);
}

int own_port(int socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    return getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0 ? port_of(address)
                                                                                  : 0;
}

int other_port(int socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    return getpeername(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0 ? port_of(address)
                                                                                  : 0;
}

// httplib lets no handler close its connection, so the socket is looked for by its two ports.
// client_port: 0 for all clients.
void cut_connections(int server_port, int client_port = 0) {
    constexpr int most_sockets = 4096;
    for (int socket = 0; socket < most_sockets; ++socket) {
        if (own_port(socket) != server_port) continue;
        const int other = other_port(socket);
        if (other != 0 && (client_port == 0 || other == client_port)) shutdown(socket, SHUT_RDWR);
    }
}

// A server whose queue of connections that wait to be accepted is long: httplib's of five makes clients that
// come together wait for a second.
class AnyServer {
  public:
    AnyServer() = default;
    AnyServer(const AnyServer&) = delete;
    AnyServer& operator=(const AnyServer&) = delete;
    AnyServer(AnyServer&&) = delete;
    AnyServer& operator=(AnyServer&&) = delete;
    virtual ~AnyServer() = default;
    virtual httplib::Server& http() = 0;
    virtual void lengthen_queue() = 0;
};

template <class Server>
class PatientServer : public AnyServer, private Server {
  public:
    template <class... Arguments>
    explicit PatientServer(Arguments... arguments) : Server(arguments...) {}
    httplib::Server& http() override { return *this; }
    void lengthen_queue() override {
        constexpr int connections = 1024;
        ::listen(Server::svr_sock_, connections);
    }
};

std::unique_ptr<AnyServer> make_server(const FaultServer::Certificate& files) {
    if (files.certificate.empty()) return std::make_unique<PatientServer<httplib::Server>>();
    write_own_certificate(files.certificate, files.key);
    return std::make_unique<PatientServer<httplib::SSLServer>>(files.certificate.c_str(),
                                                               files.key.c_str());
}

}  // namespace

const std::vector<Fault>& transport_faults() {
    static const std::vector<Fault> faults{Fault::too_many,
                                           Fault::too_many_seconds,
                                           Fault::too_many_date,
                                           Fault::internal_error,
                                           Fault::unavailable,
                                           Fault::slow,
                                           Fault::half,
                                           Fault::closed};
    return faults;
}

const std::vector<Fault>& all_faults() {
    static const std::vector<Fault> faults = [] {
        std::vector<Fault> all = transport_faults();
        all.insert(all.end(),
                   {Fault::invalid_json,
                    Fault::empty_choices,
                    Fault::refusal,
                    Fault::content_filter,
                    Fault::missing_labels});
        return all;
    }();
    return faults;
}

struct FaultServer::State {
    Answer answer;
    std::unique_ptr<AnyServer> server;
    std::string scheme;
    int port = 0;
    std::thread listener;

    mutable std::mutex mutex;  // guards what follows
    Settings settings;
    double rate = 0.0;
    std::uint64_t seed = 0;
    std::vector<Fault> kinds;
    std::vector<Fault> directed;  // the next one last
    std::vector<Seen> seen;
    std::unordered_map<std::string, std::size_t> counts;
    std::size_t at_once = 0;
    std::size_t most_at_once = 0;

    std::size_t come_in(const httplib::Request& request, Settings& current);
    Fault fault_of(const std::string& body, std::size_t times);
    void went_out(std::size_t number, int status, bool answered);
    void chat(const httplib::Request& request, httplib::Response& response);
    void fail(Fault fault, const Settings& current, httplib::Response& response) const;
};

Fault FaultServer::State::fault_of(const std::string& body, std::size_t times) {
    if (!directed.empty()) {
        const Fault fault = directed.back();
        directed.pop_back();
        return fault;
    }
    const std::uint64_t bits = mix(mix(seed ^ hash_of(body)) + times);
    if (kinds.empty() || static_cast<double>(bits >> 11U) * 0x1p-53 >= rate) return Fault::none;
    return kinds[mix(bits) % kinds.size()];
}

std::size_t FaultServer::State::come_in(const httplib::Request& request, Settings& current) {
    const std::lock_guard lock(mutex);
    current = settings;
    most_at_once = std::max(most_at_once, ++at_once);
    const Fault fault = fault_of(request.body, counts[request.body]++);
    seen.push_back({.body = request.body,
                    .authorization = request.get_header_value("Authorization"),
                    .user_agent = request.get_header_value("User-Agent"),
                    .content_type = request.get_header_value("Content-Type"),
                    .client_port = request.remote_port,
                    .fault = fault});
    return seen.size() - 1;
}

void FaultServer::State::went_out(std::size_t number, int status, bool answered) {
    const std::lock_guard lock(mutex);
    seen[number].status = status;
    seen[number].answered = answered;
    --at_once;
}

void FaultServer::State::fail(Fault fault,
                              const Settings& current,
                              httplib::Response& response) const {
    const double wait = current.retry_after_seconds;
    response.status = fault == Fault::internal_error ? 500
                      : fault == Fault::unavailable  ? 503
                                                     : 429;
    if (fault == Fault::too_many_seconds || fault == Fault::unavailable)
        response.set_header("Retry-After", std::to_string(wait));
    if (fault == Fault::too_many_date) {
        // A clock that is a day slow: only the difference of the two tells.
        const std::time_t now = std::time(nullptr) - 86400;
        response.set_header("Date", http_date(now));
        response.set_header("Retry-After",
                            http_date(now + static_cast<std::time_t>(std::floor(wait))));
    }
    const std::string body =
        response.status == 429
            ? error_body("Rate limit reached. Please try again in 20ms.",
                         "requests",
                         "",
                         "rate_limit_exceeded")
            : error_body("The server had an error while processing your request.", "server_error");
    response.set_content(body, "application/json");
}

void FaultServer::State::chat(const httplib::Request& request, httplib::Response& response) {
    Settings current;
    const std::size_t number = come_in(request, current);
    const Fault fault = [&] {
        const std::lock_guard lock(mutex);
        return seen[number].fault;
    }();
    sleep(current.latency_seconds + (fault == Fault::slow ? current.slow_seconds : 0.0));
    const std::string sent = request.get_header_value("Authorization");
    if (!current.key.empty() && sent != "Bearer " + current.key) {
        response.status = 401;
        response.set_content(error_body("Incorrect API key provided: " + sent + ".",
                                        "invalid_request_error",
                                        "",
                                        "invalid_api_key"),
                             "application/json");
        return went_out(number, 401, false);
    }
    if (fault == Fault::closed) {
        cut_connections(port, request.remote_port);
        return went_out(number, 0, false);
    }
    if (fault >= Fault::too_many && fault <= Fault::unavailable) {
        fail(fault, current, response);
        return went_out(number, response.status, false);
    }
    const Json json = Json::parse(request.body, nullptr, false);
    if (const Complaint wrong = complaint_about(json, current); wrong.status != 0) {
        response.status = wrong.status;
        response.set_content(wrong.body, "application/json");
        return went_out(number, wrong.status, false);
    }
    const std::string body = completion_body(json, current, answer, fault);
    if (fault == Fault::half) {
        response.set_content_provider(
            body.size(),
            "application/json",
            [body](std::size_t offset, std::size_t /*length*/, httplib::DataSink& sink) {
                if (offset > 0) return false;
                return sink.write(body.data(), body.size() / 2);
            });
        return went_out(number, 200, false);
    }
    response.set_content(body, "application/json");
    went_out(number, 200, fault == Fault::none || fault == Fault::slow);
}

FaultServer::FaultServer(Answer answer, std::size_t threads, const Certificate& certificate)
    : state_(std::make_unique<State>()) {
    State& state = *state_;
    state.answer = std::move(answer);
    state.server = make_server(certificate);
    state.scheme = certificate.certificate.empty() ? "http" : "https";
    httplib::Server& http = state.server->http();
    http.new_task_queue = [threads] { return new httplib::ThreadPool(threads); };
    http.set_tcp_nodelay(true);
    http.set_keep_alive_max_count(1U << 30U);
    http.set_keep_alive_timeout(60);
    http.Post("/v1/chat/completions",
              [&state](const auto& request, auto& response) { state.chat(request, response); });
    http.Get("/v1/models", [&state](const auto& /*request*/, auto& response) {
        const std::lock_guard lock(state.mutex);
        response.set_content(models_body(state.settings), "application/json");
    });
    state.port = http.bind_to_any_port("127.0.0.1");
    if (state.port <= 0) throw std::runtime_error("no port on the loopback");
    state.server->lengthen_queue();
    state.listener = std::thread([&http] { http.listen_after_bind(); });
    while (!http.is_running()) std::this_thread::yield();
}

FaultServer::~FaultServer() {
    state_->server->http().stop();
    cut_connections(state_->port);  // idle ones would be served until they time out
    state_->listener.join();
}

int FaultServer::port() const {
    return state_->port;
}

std::string FaultServer::base_url() const {
    return state_->scheme + "://127.0.0.1:" + std::to_string(port()) + "/v1";
}

void FaultServer::settings(const Settings& settings) {
    const std::lock_guard lock(state_->mutex);
    state_->settings = settings;
}

void FaultServer::faults(double rate, std::uint64_t seed, std::vector<Fault> kinds) {
    const std::lock_guard lock(state_->mutex);
    state_->rate = rate;
    state_->seed = seed;
    state_->kinds = std::move(kinds);
}

void FaultServer::next(std::vector<Fault> faults) {
    const std::lock_guard lock(state_->mutex);
    state_->directed.assign(faults.rbegin(), faults.rend());
}

std::vector<FaultServer::Seen> FaultServer::seen() const {
    const std::lock_guard lock(state_->mutex);
    return state_->seen;
}

std::size_t FaultServer::requests() const {
    const std::lock_guard lock(state_->mutex);
    return state_->seen.size();
}

std::size_t FaultServer::requests(const std::string& body) const {
    const std::lock_guard lock(state_->mutex);
    const auto found = state_->counts.find(body);
    return found == state_->counts.end() ? 0 : found->second;
}

std::size_t FaultServer::answered(const std::string& body) const {
    const std::lock_guard lock(state_->mutex);
    return static_cast<std::size_t>(
        std::count_if(state_->seen.begin(), state_->seen.end(), [&](const Seen& one) {
            return one.answered && one.body == body;
        }));
}

std::size_t FaultServer::most_at_once() const {
    const std::lock_guard lock(state_->mutex);
    return state_->most_at_once;
}

}  // namespace truegap::test
