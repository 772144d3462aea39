#pragma once

#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "tests/adapters/openai/support.hpp"

#include "adapters/openai/sender.hpp"

namespace truegap::test {

/// A run of `send_all` over jobs 0, 1, …, whose requests say "job N"; and what came of it.
struct Sending {
    std::size_t jobs = 0;
    adapters::SendOptions options;
    std::string bearer = {};
    std::uint64_t tokens_each = 0;  ///< as estimated
    std::uint64_t tokens_used = 0;  ///< by an answer, as `deliver` says

    std::size_t begun = 0;  ///< how many `next` gave
    std::atomic<bool> stop{false};
    adapters::SendProgress progress;
    std::map<std::uint64_t, adapters::Delivered> delivered;
    std::vector<double> delivered_at = {};  ///< seconds after the start, one a job
    std::size_t deliveries = 0;             ///< jobs handed to deliver, with repetitions
    adapters::SendEnd end = adapters::SendEnd::complete;

    explicit Sending(std::size_t how_many);
    void run(const FaultServer& server);
    [[nodiscard]] std::size_t answered() const;
    [[nodiscard]] std::uint64_t attempts() const;
};

/// Options whose pauses are short.
[[nodiscard]] adapters::SendOptions quick();
[[nodiscard]] std::string text_of_job(std::uint64_t ticket);

}  // namespace truegap::test
