#include "tests/adapters/openai/sending.hpp"

#include <algorithm>
#include <chrono>

namespace truegap::test {

using adapters::Delivered;
using adapters::SendJob;

adapters::SendOptions quick() {
    adapters::SendOptions options;
    options.first_pause = 0.01;
    options.longest_pause = 0.05;
    options.http.timeout_seconds = 20.0;
    return options;
}

std::string text_of_job(std::uint64_t ticket) {
    return "job " + std::to_string(ticket);
}

Sending::Sending(std::size_t how_many) : jobs(how_many), options(quick()) {}

void Sending::run(const FaultServer& server) {
    const auto next = [&]() -> std::optional<SendJob> {
        if (begun == jobs) return std::nullopt;
        const std::uint64_t ticket = begun++;
        SendJob job{.ticket = ticket,
                    .request = chat_request(server, text_of_job(ticket)),
                    .tokens = tokens_each};
        job.request.bearer = bearer;
        return job;
    };
    const auto start = std::chrono::steady_clock::now();
    const auto deliver = [&](std::span<const Delivered> finals) {
        const std::chrono::duration<double> at = std::chrono::steady_clock::now() - start;
        delivered_at.insert(delivered_at.end(), finals.size(), at.count());
        std::uint64_t used = 0;
        for (const Delivered& one : finals) {
            ++deliveries;
            if (one.answered) used += tokens_used;
            delivered.emplace(one.ticket, one);
        }
        return used;
    };
    end = adapters::send_all(next, deliver, options, progress, stop);
}

std::size_t Sending::answered() const {
    return static_cast<std::size_t>(std::count_if(
        delivered.begin(), delivered.end(), [](const auto& one) { return one.second.answered; }));
}

std::uint64_t Sending::attempts() const {
    std::uint64_t sum = 0;
    for (const auto& [ticket, one] : delivered) sum += one.attempts;
    return sum;
}

}  // namespace truegap::test
