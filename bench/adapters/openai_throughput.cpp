// How near send_all comes to the most that is possible: in_flight / latency requests a second, against a
// server on the same machine that answers each request after that latency. Prints one line a case.
//     bench_openai_throughput [SECONDS OF EACH CASE, 5 unless told]

#include <chrono>
#include <cstdlib>
#include <exception>
#include <iomanip>
#include <iostream>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/adapters/late_server.hpp"

#include "adapters/openai/sender.hpp"

namespace {

using namespace truegap;
using Clock = std::chrono::steady_clock;

constexpr double latency = 0.05;
constexpr std::size_t prompt_bytes = 4000;

double processor_seconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

bool measure(int port, std::size_t in_flight, double seconds) {
    const double ideal = static_cast<double>(in_flight) / latency;
    const auto jobs = static_cast<std::uint64_t>(ideal * seconds);
    adapters::SendOptions options;
    options.in_flight = in_flight;
    const adapters::HttpRequest request{
        .url = "http://127.0.0.1:" + std::to_string(port) + "/v1/chat/completions",
        .bearer = "sk-bench",
        .body = "{\"prompt\": \"" + std::string(prompt_bytes, 'x') + "\"}"};
    std::uint64_t begun = 0;
    adapters::SendProgress progress;
    const std::atomic<bool> stop{false};
    const double processor_before = processor_seconds();
    const auto start = Clock::now();
    const auto end = adapters::send_all(
        [&]() -> std::optional<adapters::SendJob> {
            if (begun == jobs) return std::nullopt;
            return adapters::SendJob{.ticket = begun++, .request = request};
        },
        [](std::span<const adapters::Delivered>) { return std::uint64_t{0}; },
        options,
        progress,
        stop);
    const double took = std::chrono::duration<double>(Clock::now() - start).count();
    const double rate = static_cast<double>(progress.answered) / took;
    const double processor = processor_seconds() - processor_before;
    std::cout << std::fixed << std::setprecision(0) << std::setw(4) << in_flight << " in flight, "
              << latency * 1e3 << " ms: " << rate << " requests a second, " << std::setprecision(1)
              << 100.0 * rate / ideal << " % of " << std::setprecision(0) << ideal << "; "
              << 1e6 * processor / static_cast<double>(jobs) << " us of processor a request\n";
    return end == adapters::SendEnd::complete && progress.answered == jobs;
}

}  // namespace

int main(int argc, char** argv) try {
    const double seconds = argc > 1 ? std::strtod(argv[1], nullptr) : 5.0;
    const bench::Listener listener = bench::listen_on_loopback();
    const std::string body =
        R"({"id": "x", "choices": [{"index": 0, "message": {"role": "assistant", "content": ")" +
        std::string(600, 'y') + R"("}, "finish_reason": "stop"}]})";
    const pid_t server = fork();
    if (server == 0) bench::serve_late(listener, latency, body);
    close(listener.socket);
    bool whole = true;
    for (const std::size_t in_flight :
         {std::size_t{1}, std::size_t{16}, std::size_t{64}, std::size_t{256}})
        whole = measure(listener.port, in_flight, seconds) && whole;
    kill(server, SIGTERM);
    waitpid(server, nullptr, 0);
    return whole ? 0 : 1;
} catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
}
