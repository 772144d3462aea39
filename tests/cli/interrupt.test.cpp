#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <memory>
#include <thread>

#include "tests/cli/support.hpp"

using namespace truegap::test;

namespace {

Json endless() {
    return with(small_scenario(), "/replicates", 1'000'000'000);
}

std::ptrdiff_t lines(const std::string& text) {
    return std::count(text.begin(), text.end(), '\n');
}

}  // namespace

TEST_CASE("interrupt: Ctrl-C and SIGTERM end with 130, one line and nothing left",
          "[cli][interrupt]") {
    for (const int signal : {SIGINT, SIGTERM})
        for (const std::string threads : {"1", "2"}) {
            INFO("signal " << signal << ", threads " << threads);
            const TemporaryFolder folder;
            Running running({.arguments = {"run", "-", "--threads", threads, "--quiet"},
                             .input = endless().dump(),
                             .folder = folder.path()});
            REQUIRE(Running::appears(folder / "truegap-results", "small"));
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            running.send(signal);
            const Finished finished = running.wait();
            CHECK(finished.code == 130);
            CHECK(finished.out.empty());
            CHECK(finished.err.starts_with("truegap: interrupted"));
            CHECK(lines(finished.err) == 1);
            CHECK(entries_below(folder.path()).empty());
        }
}

TEST_CASE("interrupt: an earlier result stays as it was", "[cli][interrupt]") {
    const TemporaryFolder folder;
    REQUIRE(run({"run", "-", "--out", "out"}, folder.path(), small_scenario().dump()).code == 0);
    const auto before = entries_below(folder.path());
    const std::string results = read_file(folder / "out/results.json");
    Running running({.arguments = {"run", "-", "--out", "out"},
                     .input = endless().dump(),
                     .folder = folder.path()});
    REQUIRE(Running::appears(folder.path(), ".unfinished-"));
    running.send(SIGINT);
    CHECK(running.wait().code == 130);
    CHECK(entries_below(folder.path()) == before);
    CHECK(read_file(folder / "out/results.json") == results);
}

TEST_CASE("interrupt: a closed terminal (SIGHUP) leaves nothing either", "[cli][interrupt]") {
    const TemporaryFolder folder;
    Running running({.arguments = {"run", "-", "--out", "out", "--quiet"},
                     .input = endless().dump(),
                     .folder = folder.path()});
    REQUIRE(Running::appears(folder.path(), ".unfinished-"));
    running.send(SIGHUP);
    CHECK(running.wait().code != 0);
    CHECK(entries_below(folder.path()).empty());
}

TEST_CASE("progress: off a terminal a line every few seconds, none when quiet", "[cli][progress]") {
    const TemporaryFolder folder;
    const auto start = [&](const std::vector<std::string>& more) {
        std::vector<std::string> arguments{"run", "-", "--threads", "1"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return std::make_unique<Running>(
            Call{.arguments = arguments, .input = endless().dump(), .folder = folder.path()});
    };
    const auto talking = start({"--out", "talking"});
    const auto quiet = start({"--out", "quiet", "--quiet"});
    std::this_thread::sleep_for(std::chrono::milliseconds(6500));
    talking->send(SIGINT);
    quiet->send(SIGINT);
    const std::string said = talking->wait().err;
    INFO(said);
    CHECK(lines(said) >= 2);  // at least one line of progress, and the one that it was interrupted
    CHECK(lines(said) <= 4);
    CHECK(said.find(" blocks, ") != std::string::npos);
    CHECK(said.find(" left\n") != std::string::npos);
    CHECK(said.find('\r') == std::string::npos);
    CHECK(said.find('\x1b') == std::string::npos);
    CHECK(lines(quiet->wait().err) == 1);
}

TEST_CASE("progress: a short run says nothing on standard error", "[cli][progress]") {
    for (const std::vector<std::string>& more :
         {std::vector<std::string>{}, std::vector<std::string>{"--quiet"}}) {
        std::vector<std::string> arguments{"run", "-"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const Finished finished = run(arguments, {}, small_scenario().dump());
        CHECK(finished.code == 0);
        CHECK(finished.err.empty());
    }
}
