#include "adapters/openai/http.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <curl/curl.h>
#include <type_traits>
#include <utility>

#include "adapters/io/input_error.hpp"
#include "adapters/openai/retry.hpp"

namespace truegap::adapters {

namespace {

using Clock = std::chrono::steady_clock;
using Trouble = HttpReply::Trouble;

constexpr const char* user_agent = "truegap";
constexpr std::size_t shortest_key_in_answers = 8;

// libcurl's global state: once a program, before the first handle.
void need_libcurl() {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started != CURLE_OK) throw SystemError("libcurl does not start");
}

struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct FreeUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct FreeText {
    void operator()(char* text) const { curl_free(text); }
};
using Easy = std::unique_ptr<CURL, FreeEasy>;
using Multi = std::unique_ptr<CURLM, FreeMulti>;
using Headers = std::unique_ptr<curl_slist, FreeList>;

long milliseconds(double seconds) {
    constexpr double most = 1e9;  // eleven days; a long holds it everywhere
    return std::lround(std::clamp(std::ceil(seconds * 1e3), 0.0, most));
}

void add_header(Headers& headers, const std::string& line) {
    curl_slist* longer = curl_slist_append(headers.get(), line.c_str());
    if (longer == nullptr) throw SystemError("no memory for the headers of a request");
    static_cast<void>(headers.release());
    headers.reset(longer);
}

Headers headers_of(const std::string& bearer) {
    Headers headers;
    add_header(headers, "Content-Type: application/json");
    add_header(headers, "Accept: application/json");
    add_header(headers, "Expect:");  // no pause for `100 Continue` before a long prompt
    if (!bearer.empty()) add_header(headers, "Authorization: Bearer " + bearer);
    return headers;
}

// A line break in it would begin a header of its own.
bool can_be_a_header(const std::string& bearer) {
    return std::none_of(bearer.begin(), bearer.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20U || c == '\x7f';
    });
}

bool is_this_machine(const std::string& address) {
    const std::unique_ptr<CURLU, FreeUrl> url(curl_url());
    char* part = nullptr;
    if (!url || curl_url_set(url.get(), CURLUPART_URL, address.c_str(), 0) != CURLUE_OK ||
        curl_url_get(url.get(), CURLUPART_HOST, &part, 0) != CURLUE_OK)
        return false;
    const std::unique_ptr<char, FreeText> owned(part);
    const std::string host(part);
    return host == "localhost" || host == "[::1]" || host.ends_with(".localhost") ||
           (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

// The file that users of the curl program name in the environment, such as a company's own authority.
std::string trusted_certificates() {
    for (const char* name : {"CURL_CA_BUNDLE", "SSL_CERT_FILE"}) {
        const char* file = std::getenv(name);
        if (file != nullptr && *file != '\0') return file;
    }
    return {};
}

// The value of a header of the last reply; empty when it has none.
std::string header_of(CURL* easy, const char* name) {
    curl_header* header = nullptr;
    if (curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header) != CURLHE_OK) return {};
    return header->value;
}

Trouble trouble_of(CURLcode code) {
    switch (code) {
        case CURLE_OK:
            return Trouble::none;
        case CURLE_OPERATION_TIMEDOUT:
            return Trouble::timed_out;
        case CURLE_FILESIZE_EXCEEDED:
            return Trouble::too_large;
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_URL_MALFORMAT:
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_CONNECT:
        case CURLE_PROXY:
        case CURLE_INTERFACE_FAILED:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_INVALIDCERTSTATUS:
            return Trouble::unreachable;
        default:
            return Trouble::dropped;
    }
}

void replace_all(std::string& text, std::string_view what) {
    constexpr std::string_view with = "***";
    for (std::size_t at = text.find(what); at != std::string::npos;
         at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

// One transfer: a handle that is used again and again, and what it sends and receives.
struct Slot {
    Easy easy;
    Headers headers;
    std::string headers_bearer;
    std::uint64_t ticket = 0;
    HttpRequest request;
    std::string body;
    std::size_t largest = 0;
    bool too_large = false;
    bool sent = false;
    std::array<char, CURL_ERROR_SIZE> error{};

    static std::size_t receive(char* bytes, std::size_t size, std::size_t n, void* slot) {
        Slot& self = *static_cast<Slot*>(slot);
        if (self.body.size() + size * n > self.largest) {
            self.too_large = true;
            return 0;
        }
        self.body.append(bytes, size * n);
        return size * n;
    }

    // Called before each request on the wire. The second one is libcurl's own retry after a connection
    // was lost: it is refused, so that the caller decides and counts.
    static int before_sending(void* slot, char* /*to*/, char* /*from*/, int /*port*/, int /*own*/) {
        return std::exchange(static_cast<Slot*>(slot)->sent, true) ? CURL_PREREQFUNC_ABORT
                                                                   : CURL_PREREQFUNC_OK;
    }
};

// Options of these handles cannot fail but for want of memory, and then the transfer fails.
template <class Value>
void set(const Slot& slot, CURLoption option, Value value) {
    static_assert(std::is_pointer_v<Value> || std::is_same_v<Value, long> ||
                  std::is_same_v<Value, curl_off_t>);
    static_cast<void>(curl_easy_setopt(slot.easy.get(), option, value));
}

}  // namespace

std::string redacted(std::string text, std::string_view secret) {
    if (secret.empty()) return text;
    replace_all(text, secret);
    std::string escaped;
    for (const char c : secret) {
        if (c == '/') escaped += '\\';
        escaped += c;
    }
    if (escaped.size() != secret.size()) replace_all(text, escaped);
    return text;
}

struct HttpPool::State {
    Options options;
    std::string certificates = trusted_certificates();  // empty: the system's
    Multi multi;
    std::vector<std::unique_ptr<Slot>> slots;
    std::vector<Slot*> idle;
    std::size_t in_flight = 0;
    std::vector<Finished> refused;  // never sent

    Slot& idle_slot();
    void prepare(Slot& slot) const;
    [[nodiscard]] HttpReply reply_of(Slot& slot, CURLcode code) const;
    void collect(std::vector<Finished>& finished);
};

Slot& HttpPool::State::idle_slot() {
    if (idle.empty()) {
        auto slot = std::make_unique<Slot>();
        slot->easy.reset(curl_easy_init());
        if (!slot->easy) throw SystemError("libcurl gives no handle");
        prepare(*slot);
        idle.reserve(slots.size() + 1);
        idle.push_back(slot.get());
        slots.push_back(std::move(slot));
    }
    Slot& slot = *idle.back();
    idle.pop_back();
    return slot;
}

void HttpPool::State::prepare(Slot& slot) const {
    slot.largest = options.largest_reply;
    set(slot, CURLOPT_NOSIGNAL, 1L);
    set(slot, CURLOPT_PRIVATE, &slot);
    set(slot, CURLOPT_ERRORBUFFER, slot.error.data());
    set(slot, CURLOPT_WRITEFUNCTION, &Slot::receive);
    set(slot, CURLOPT_WRITEDATA, &slot);
    set(slot, CURLOPT_PREREQFUNCTION, &Slot::before_sending);
    set(slot, CURLOPT_PREREQDATA, &slot);
    set(slot, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(options.largest_reply));
    set(slot, CURLOPT_PROTOCOLS_STR, "http,https");
    set(slot, CURLOPT_FOLLOWLOCATION, 0L);
    set(slot, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    set(slot, CURLOPT_TCP_KEEPALIVE, 1L);
    set(slot, CURLOPT_USERAGENT, user_agent);
    set(slot, CURLOPT_SSL_VERIFYPEER, 1L);
    set(slot, CURLOPT_SSL_VERIFYHOST, 2L);
    if (!certificates.empty()) set(slot, CURLOPT_CAINFO, certificates.c_str());
    set(slot, CURLOPT_TIMEOUT_MS, milliseconds(options.timeout_seconds));
    set(slot, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(options.connect_seconds));
}

HttpReply HttpPool::State::reply_of(Slot& slot, CURLcode code) const {
    HttpReply reply;
    reply.trouble = slot.too_large ? Trouble::too_large : trouble_of(code);
    if (reply.trouble == Trouble::none) {
        static_cast<void>(
            curl_easy_getinfo(slot.easy.get(), CURLINFO_RESPONSE_CODE, &reply.status));
        reply.retry_after = retry_after_seconds(header_of(slot.easy.get(), "retry-after"),
                                                header_of(slot.easy.get(), "date"),
                                                std::time(nullptr));
        reply.body = std::move(slot.body);
        const std::string& key = slot.request.bearer;
        if (reply.status != 200 || key.size() >= shortest_key_in_answers)
            reply.body = redacted(std::move(reply.body), key);
    } else if (reply.trouble == Trouble::too_large) {
        reply.detail = "a reply of more than " + std::to_string(options.largest_reply) + " bytes";
    } else if (code == CURLE_ABORTED_BY_CALLBACK) {
        reply.detail = "the server closed the connection without a reply";
    } else {
        reply.detail = slot.error[0] != '\0' ? slot.error.data() : curl_easy_strerror(code);
        reply.detail = redacted(std::move(reply.detail), slot.request.bearer);
    }
    return reply;
}

void HttpPool::State::collect(std::vector<Finished>& finished) {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        const CURLcode code = message->data.result;
        CURL* easy = message->easy_handle;
        Slot* slot = nullptr;
        static_cast<void>(curl_easy_getinfo(easy, CURLINFO_PRIVATE, &slot));
        Finished done{slot->ticket, reply_of(*slot, code)};
        static_cast<void>(curl_multi_remove_handle(multi.get(), easy));
        finished.push_back(std::move(done));
        idle.push_back(slot);
        --in_flight;
    }
}

HttpPool::HttpPool(const Options& options) : state_(std::make_unique<State>()) {
    need_libcurl();
    state_->options = options;
    state_->multi.reset(curl_multi_init());
    if (!state_->multi) throw SystemError("libcurl gives no multi handle");
    const auto most = static_cast<long>(options.most_connections);
    static_cast<void>(curl_multi_setopt(state_->multi.get(), CURLMOPT_MAXCONNECTS, most));
    static_cast<void>(curl_multi_setopt(state_->multi.get(), CURLMOPT_MAX_TOTAL_CONNECTIONS, most));
}

HttpPool::~HttpPool() {
    // An easy handle may be removed only while its multi handle lives.
    for (const auto& slot : state_->slots)
        static_cast<void>(curl_multi_remove_handle(state_->multi.get(), slot->easy.get()));
}

void HttpPool::start(std::uint64_t ticket, HttpRequest request) {
    if (!can_be_a_header(request.bearer)) {
        HttpReply reply{.trouble = Trouble::unreachable,
                        .detail = "the key has control characters, which no header can carry"};
        state_->refused.push_back({ticket, std::move(reply)});
        return;
    }
    Slot& slot = state_->idle_slot();
    slot.ticket = ticket;
    slot.request = std::move(request);
    slot.body.clear();
    slot.too_large = false;
    slot.sent = false;
    slot.error[0] = '\0';
    if (!slot.headers || slot.headers_bearer != slot.request.bearer) {
        Headers fresh = headers_of(slot.request.bearer);
        set(slot, CURLOPT_HTTPHEADER, fresh.get());
        slot.headers = std::move(fresh);
        slot.headers_bearer = slot.request.bearer;
    }
    set(slot, CURLOPT_URL, slot.request.url.c_str());
    // An empty proxy is none at all; a null one is what the environment says.
    const char* proxy = is_this_machine(slot.request.url) ? "" : nullptr;
    set(slot, CURLOPT_PROXY, proxy);
    if (slot.request.body.empty()) {
        set(slot, CURLOPT_HTTPGET, 1L);
    } else {
        set(slot, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(slot.request.body.size()));
        set(slot, CURLOPT_POSTFIELDS, slot.request.body.c_str());
        set(slot, CURLOPT_POST, 1L);
    }
    if (curl_multi_add_handle(state_->multi.get(), slot.easy.get()) != CURLM_OK)
        throw SystemError("libcurl takes no more requests");
    ++state_->in_flight;
}

std::size_t HttpPool::in_flight() const {
    return state_->in_flight + state_->refused.size();
}

std::vector<HttpPool::Finished> HttpPool::wait(double seconds) {
    const auto until =
        Clock::now() + std::chrono::duration_cast<Clock::duration>(
                           std::chrono::duration<double>(std::clamp(seconds, 0.0, 1e6)));
    std::vector<Finished> finished = std::exchange(state_->refused, {});
    while (true) {
        int running = 0;
        if (curl_multi_perform(state_->multi.get(), &running) != CURLM_OK)
            throw SystemError("libcurl cannot go on with its requests");
        state_->collect(finished);
        const double left = std::chrono::duration<double>(until - Clock::now()).count();
        if (!finished.empty() || left <= 0.0) return finished;
        const auto pause = static_cast<int>(milliseconds(left));
        if (curl_multi_poll(state_->multi.get(), nullptr, 0, pause, nullptr) != CURLM_OK)
            throw SystemError("libcurl cannot wait for its requests");
    }
}

}  // namespace truegap::adapters
