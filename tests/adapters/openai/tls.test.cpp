#include <cstdlib>
#include <optional>

#include "tests/adapters/openai/sending.hpp"
#include "tests/temporary_folder.hpp"

namespace truegap::test {

using adapters::HttpReply;
using adapters::SendEnd;

namespace {

// An environment variable for as long as this lives.
class Environment {
  public:
    Environment(const char* name, const std::string& value) : name_(name) {
        if (const char* old = std::getenv(name)) before_ = old;
        setenv(name, value.c_str(), 1);
    }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;
    Environment(Environment&&) = delete;
    Environment& operator=(Environment&&) = delete;
    ~Environment() {
        if (before_)
            setenv(name_, before_->c_str(), 1);
        else
            unsetenv(name_);
    }

  private:
    const char* name_;
    std::optional<std::string> before_;
};

}  // namespace

TEST_CASE(
    "HttpPool: over TLS, a certificate of an unknown authority is refused and a known one is not",
    "[openai][tls]") {
    const TemporaryFolder folder;
    const FaultServer::Certificate files{folder.path() / "own.pem", folder.path() / "own.key"};
    FaultServer server(echo, 8, files);
    REQUIRE(server.base_url().starts_with("https://"));
    {
        const Environment first("CURL_CA_BUNDLE", "");
        const Environment second("SSL_CERT_FILE", "");
        Sending sending(5000);
        sending.options.same_failures = 3;
        sending.run(server);
        CHECK(sending.end == SendEnd::same_failures);
        CHECK(sending.answered() == 0);
        CHECK(sending.delivered.at(0).reply.trouble == HttpReply::Trouble::unreachable);
        CHECK(sending.delivered.at(0).reply.detail.find("certificate") != std::string::npos);
        CHECK(server.requests() == 0);
    }
    const Environment trusted("CURL_CA_BUNDLE", files.certificate.string());
    server.faults(0.3, 2, {Fault::half, Fault::closed, Fault::internal_error});
    Sending sending(60);
    sending.options.in_flight = 4;
    sending.run(server);
    CHECK(sending.end == SendEnd::complete);
    CHECK(sending.answered() == 60);
    CHECK(sending.progress.attempts == server.requests());
    CHECK(sending.progress.dropped > 0);
}

TEST_CASE("HttpPool: TLS to a server that speaks none is unreachable", "[openai][tls]") {
    FaultServer server(echo);
    adapters::HttpPool pool({});
    pool.start(
        0, {.url = "https://127.0.0.1:" + std::to_string(server.port()), .bearer = "", .body = ""});
    std::vector<adapters::HttpPool::Finished> finished;
    for (int i = 0; i < 200 && finished.empty(); ++i) finished = pool.wait(0.1);
    REQUIRE(finished.size() == 1);
    CHECK(finished.front().reply.trouble == HttpReply::Trouble::unreachable);
}

TEST_CASE("HttpPool: no proxy to this machine itself", "[openai][tls]") {
    FaultServer server(echo);
    const Environment proxy("http_proxy", "http://127.0.0.1:1");  // where nobody listens
    const Environment none("no_proxy", "");
    Sending sending(3);
    sending.run(server);
    CHECK(sending.answered() == 3);
}

}  // namespace truegap::test
