#include "metrics/contract.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstddef>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#ifdef TRUEGAP_CONTRACTS

namespace {

struct Ending {
    int status = 0;
    std::string message;
};

// Runs it in a child process and returns how that ended and what it wrote to standard error.
template <class F>
Ending in_a_child(F run) {
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        std::signal(SIGABRT, SIG_DFL);  // not Catch's handler: the child has no report to write
        dup2(ends[1], STDERR_FILENO);
        run();
        _exit(0);
    }
    close(ends[1]);
    Ending ending;
    std::array<char, 512> buffer{};
    for (ssize_t got = 0; (got = read(ends[0], buffer.data(), buffer.size())) > 0;)
        ending.message.append(buffer.data(), static_cast<std::size_t>(got));
    close(ends[0]);
    waitpid(child, &ending.status, 0);
    return ending;
}

}  // namespace

TEST_CASE("TRUEGAP_EXPECTS: a broken contract aborts and says which and where",
          "[metrics][contract]") {
    const int count = 3;
    const Ending broken = in_a_child([&] { TRUEGAP_EXPECTS(count < 3); });
    REQUIRE(WIFSIGNALED(broken.status));
    CHECK(WTERMSIG(broken.status) == SIGABRT);
    CHECK(broken.message.find("count < 3") != std::string::npos);
    CHECK(broken.message.find("contract.test.cpp") != std::string::npos);

    const Ending kept = in_a_child([&] { TRUEGAP_EXPECTS(count == 3); });
    CHECK(WIFEXITED(kept.status));
    CHECK(kept.message.empty());
}

#else

TEST_CASE("TRUEGAP_EXPECTS: switched off it does not even look", "[metrics][contract]") {
    int looked = 0;
    TRUEGAP_EXPECTS(++looked > 1);
    CHECK(looked == 0);
}

#endif
