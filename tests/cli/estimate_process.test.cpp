#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <thread>

#include "tests/cli/estimate_support.hpp"

using namespace truegap::test;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> plain{"estimate", "--estimator", "plug_in", "chao_shen"};

std::vector<std::string> plain_with(const std::vector<std::string>& options) {
    std::vector<std::string> result = plain;
    result.insert(result.end(), options.begin(), options.end());
    return result;
}

std::string repeated(const std::string& line, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) text += line;
    return text;
}

// Work for minutes that gives a line now and then.
Call long_work(const fs::path& folder) {
    return {.arguments = plain_with({"--bootstrap", "20000"}),
            .input = repeated("[3, 2, 1, 5, 2, 7]\n", 50'000),
            .folder = folder,
            .out_file = folder / "out"};
}

// A pipe that stays open for a while after its one line.
Call open_pipe(const fs::path& folder) {
    return {.arguments = plain_with({}),
            .folder = folder,
            .out_file = folder / "out",
            .wrapper = {"/bin/sh",
                        "-c",
                        "mkfifo pipe; (echo '[3, 2, 1]'; exec sleep 20) > pipe 2> /dev/null & "
                        "exec \"$@\" < pipe",
                        "sh"}};
}

bool grows(const fs::path& file) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (std::chrono::steady_clock::now() < end) {
        std::error_code error;
        if (fs::file_size(file, error) > 0 && !error) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
}

std::ptrdiff_t line_count(const std::string& text) {
    return std::count(text.begin(), text.end(), '\n');
}

}  // namespace

TEST_CASE("estimate: interrupted at work or waiting, it exits with 130 after whole lines",
          "[cli][estimate][interrupt]") {
    const TemporaryFolder folder;
    for (const bool waiting : {false, true})
        for (const int signal : {SIGINT, SIGTERM}) {
            INFO("waiting " << waiting << ", signal " << signal);
            const TemporaryFolder place;
            Running running(waiting ? open_pipe(place.path()) : long_work(place.path()));
            REQUIRE(grows(place / "out"));  // a line is answered while the pipe is still open
            running.send(signal);
            const Finished finished = running.wait();
            CHECK(finished.code == 130);
            const auto lines = lines_of(finished.out).size();
            CHECK(finished.err == "truegap: interrupted; " + std::to_string(lines) +
                                      (lines == 1 ? " line" : " lines") +
                                      " of estimates written\n");
        }
}

TEST_CASE("estimate: a reader that has enough ends it without a word", "[cli][estimate]") {
    const Finished finished =
        run({.arguments = plain,
             .input = repeated("[3, 2, 1]\n", 200'000),
             .wrapper = {"/bin/sh", "-c", "{ \"$@\"; echo $? >&2; } | head -n 1", "sh"}});
    CHECK(line_count(finished.out) == 1);
    CHECK(finished.err == "141\n");  // 128 + SIGPIPE
}

TEST_CASE("estimate: a full disk ends it at once, with 1", "[cli][estimate][full_disk]") {
    for (const std::string bad : {"", "x\n"}) {
        const Finished finished = run({.arguments = plain_with({"--keep-going"}),
                                       .input = repeated("[3, 2, 1]\n", 100'000) + bad,
                                       .out_file = "/dev/full"});
        CHECK(finished.code == 1);
        CHECK(finished.err == "truegap: standard output cannot be written\n");
    }
}

TEST_CASE("estimate: progress in bytes where the size is known, in lines elsewhere",
          "[cli][estimate][progress]") {
    const TemporaryFolder known;
    const TemporaryFolder unknown;
    const TemporaryFolder quiet;
    Running of_file(long_work(known.path()));
    Running of_pipe(open_pipe(unknown.path()));
    Call silent = long_work(quiet.path());
    silent.arguments.emplace_back("--quiet");
    Running of_nothing(silent);
    std::this_thread::sleep_for(std::chrono::milliseconds(5800));
    for (const Running* running : {&of_file, &of_pipe, &of_nothing}) running->send(SIGINT);
    const std::string bytes = of_file.wait().err;
    const std::string lines = of_pipe.wait().err;
    INFO(bytes << lines);
    CHECK(line_count(bytes) == 2);
    CHECK(bytes.find(" of 950 kB, ") != std::string::npos);
    CHECK(bytes.find("B/s, ") != std::string::npos);
    CHECK(bytes.find(" left\n") != std::string::npos);
    CHECK(line_count(lines) == 2);
    CHECK(lines.starts_with("1 lines, 0."));
    CHECK(lines.find('\r') == std::string::npos);
    CHECK(line_count(of_nothing.wait().err) == 1);
}

TEST_CASE("estimate: --list tells all that is known of every estimator", "[cli][estimate]") {
    const Finished text = run({"estimate", "--list"}, {});
    CHECK(text.code == 0);
    std::size_t width = 0;
    for (const char c : text.out) {
        const bool later_byte = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
        width = c == '\n' ? 0 : width + (later_byte ? 0 : 1);
        CHECK(width <= 100);
    }
    const Finished json = run({"estimate", "--list", "--json"}, {});
    CHECK(json.code == 0);
    const Json list = Json::parse(json.out);
    CHECK(list.size() >= 6);
    for (const Json& entry : list) {
        INFO(entry.dump());
        CHECK(keys(entry) == std::vector<std::string>{"name",
                                                      "formula",
                                                      "source",
                                                      "items",
                                                      "standard_error",
                                                      "pooling",
                                                      "parameter",
                                                      "limits"});
        for (const std::string key : {"name", "formula", "source"})
            CHECK_FALSE(entry[key].get<std::string>().empty());
        CHECK(('\n' + text.out).find('\n' + entry["name"].get<std::string>() + '\n') !=
              std::string::npos);
    }
}
