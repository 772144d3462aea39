#include "adapters/process/program.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>

#include "sim/study.hpp"

#include "tests/temporary_folder.hpp"

using namespace truegap;
using adapters::ProgramCall;
using adapters::ProgramEnd;

namespace {

struct Said {
    std::vector<std::string> lines;
    ProgramEnd end;
};

Said run_shell(const std::string& script,
               std::string_view input = "",
               double timeout = 20.0,
               const std::atomic<bool>* stop = nullptr) {
    Said said;
    said.end = adapters::run_program(
        {.command = {"sh", "-c", script}, .directory = {}, .timeout_seconds = timeout},
        input,
        [&](std::string_view line) {
            said.lines.emplace_back(line);
            return true;
        },
        stop);
    return said;
}

}  // namespace

TEST_CASE("run_program: lines come back whole, a last one without an end too", "[process]") {
    const Said said = run_shell("cat; printf last", "one\ntwo\n\nfour\n");
    CHECK(said.lines == std::vector<std::string>{"one", "two", "", "four", "last"});
    CHECK(said.end.kind == ProgramEnd::Kind::finished);
}

TEST_CASE("run_program: far more than a pipe holds goes both ways at once", "[process]") {
    std::string input;
    for (int i = 0; i < 200'000; ++i) input += "line " + std::to_string(i) + '\n';
    const Said said = run_shell("cat", input);
    std::string output;
    for (const std::string& line : said.lines) output += line + '\n';
    CHECK(output == input);
}

TEST_CASE("run_program: a program that reads nothing and closes its input is no error of ours",
          "[process]") {
    const std::string input(1'000'000, 'x');
    const Said said = run_shell("exec <&-; echo done", input);
    CHECK(said.lines == std::vector<std::string>{"done"});
    CHECK(said.end.kind == ProgramEnd::Kind::finished);
}

TEST_CASE("run_program: says how it ended, and its last words", "[process]") {
    const Said failed = run_shell("echo first >&2; echo 'no such model' >&2; exit 3");
    CHECK(failed.end.kind == ProgramEnd::Kind::failed);
    CHECK(failed.end.code == 3);
    CHECK(failed.end.last_words == "no such model");
    const Said killed = run_shell("kill -SEGV $$");
    CHECK(killed.end.kind == ProgramEnd::Kind::killed);
    CHECK(killed.end.code == SIGSEGV);
    const ProgramEnd missing = adapters::run_program(
        {.command = {"no-such-program-here"}, .directory = {}, .timeout_seconds = 5.0},
        "",
        [](std::string_view) { return true; },
        nullptr);
    CHECK(missing.kind == ProgramEnd::Kind::not_started);
    CHECK(missing.code == ENOENT);
}

TEST_CASE("run_program: one that says nothing is hung, and its children end with it", "[process]") {
    const test::TemporaryFolder folder;
    const std::string sign = (folder.path() / "alive").string();
    const Said said = run_shell("(sleep 3; touch '" + sign + "') & sleep 30", "", 0.3);
    CHECK(said.end.kind == ProgramEnd::Kind::hung);
    // Closed output, but it does not end.
    const Said closed = run_shell("exec >&- 2>&-; sleep 30", "", 0.3);
    CHECK(closed.end.kind == ProgramEnd::Kind::hung);
    CHECK_FALSE(std::filesystem::exists(sign));
}

TEST_CASE("run_program: a request to stop ends it", "[process]") {
    const std::atomic<bool> stop{true};
    CHECK_THROWS_AS(run_shell("sleep 30", "", 20.0, &stop), sim::Interrupted);
}

TEST_CASE("run_program: is ended once the reader has heard enough", "[process]") {
    std::size_t lines = 0;
    const ProgramEnd end = adapters::run_program(
        {.command = {"sh", "-c", "while :; do echo again; done"},
         .directory = {},
         .timeout_seconds = 20.0},
        "",
        [&](std::string_view) { return ++lines < 3; },
        nullptr);
    CHECK(end.kind == ProgramEnd::Kind::finished);
    CHECK(lines == 3);
}

TEST_CASE("run_program: runs in the folder it is given", "[process]") {
    const test::TemporaryFolder folder;
    std::vector<std::string> lines;
    static_cast<void>(adapters::run_program(
        {.command = {"pwd", "-P"}, .directory = folder.path(), .timeout_seconds = 20.0},
        "",
        [&](std::string_view line) {
            lines.emplace_back(line);
            return true;
        },
        nullptr));
    REQUIRE(lines.size() == 1);
    CHECK(std::filesystem::equivalent(lines.front(), folder.path()));
}
