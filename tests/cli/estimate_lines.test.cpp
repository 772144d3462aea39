#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>

#include "tests/cli/estimate_support.hpp"
#include "tests/cli/refusal.hpp"

using namespace truegap::test;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

const std::vector<std::string> plain{"--estimator", "plug_in", "chao_shen"};

std::vector<std::string> plain_with(std::vector<std::string> options) {
    options.insert(options.end(), plain.begin(), plain.end());
    return options;
}

std::vector<std::string> text_lines(const std::string& text) {
    std::vector<std::string> lines(1);
    for (const char c : text) {
        if (c == '\n')
            lines.emplace_back();
        else
            lines.back() += c;
    }
    REQUIRE(lines.back().empty());
    lines.pop_back();
    return lines;
}

}  // namespace

TEST_CASE("estimate: a bad line is named by its number and its pointer", "[cli][estimate]") {
    const std::vector<std::tuple<std::string, std::string, std::vector<std::string>>> cases{
        {"[1, -3]", ": /1: ", {"is -3", "0 to 4294967295"}},
        {"[1, 2.5]", ": /1: ", {"is 2.5"}},
        {"[4294967296]", ": /0: ", {"is 4294967296"}},
        {"[true]", ": /0: ", {"is true"}},
        {"[\"1\"]", ": /0: ", {"the string \"1\""}},
        {"[null]", ": /0: ", {"is null"}},
        {"[[1]]", ": /0: ", {"a list"}},
        {R"({"counts": [1, -2]})", ": /counts/1: ", {"is -2"}},
        {R"({"counts": 3})", ": /counts: ", {"is 3"}},
        {R"({"count": [1]})", ": /count: ", {"unknown key", "\"counts\""}},
        {R"({"items": 3})", ": /counts: ", {"missing"}},
        {R"({"counts": [1], "items": 0})", ": /items: ", {"is 0"}},
        {R"({"counts": [1], "items": -1})", ": /items: ", {"is -1"}},
        {R"({"counts": [1], "items": 1.5})", ": /items: ", {"is 1.5"}},
        {R"({"counts": [1], "items": 1e30})", ": /items: ", {}},
        {R"({"counts": [1], "id": null})", ": /id: ", {"is null", "a string"}},
        {R"({"counts": [1], "id": [1]})", ": /id: ", {"a list"}},
        {R"({"counts": [1], "id": 123456789012345678901234567890})", ": /id: ", {"64 bits"}},
        {R"({"counts": [1], "id": 1, "id": 2})", ": /id: ", {"twice"}},
        {"[01]", ", column 3: ", {}},
        {"[+1]", ", column 2: ", {}},
        {"[1,]", ", column 4: ", {}},
        {"[,1]", ", column 2: ", {}},
        {"[1 2]", ", column 4: ", {}},
        {"[18446744073709551616]", ": /0: ", {}},
        {"[1e3.5]", ", column ", {}},
        {"{}", ": /counts: ", {"missing"}},
        {R"({"counts": [1], "counts": [2]})", ": /counts: ", {"twice"}},
        {"3", ": ", {"is 3", "list"}},
        {"null", ": ", {"is null", "list"}},
        {"[1, 2", ", column 6: ", {}},
        {"[1] [2]", ", column 5: ", {}},
        {"1, 2", ", column 2: ", {}},
        {"[1e400]", "", {"1e400"}},
        {"[NaN]", ", column 2: ", {}},
        {std::string("[1]\0[2]", 7), "", {}},
        {"\xff", ", column 1: ", {}}};
    for (const auto& [line, place, says] : cases) {
        INFO("line " << line);
        Finished finished = run_estimate("[1]\n\n" + line + "\n[2]\n", plain);
        CHECK(lines_of(finished.out).size() == 1);  // what came before is on standard output
        finished.out.clear();
        check_refused(finished, "-: line 3" + place, says);
        CHECK(finished.err.ends_with(" (1 line written before it)\n"));
    }
}

TEST_CASE("estimate: 100,000 lines come out in their order, in constant memory",
          "[cli][estimate]") {
    const TemporaryFolder folder;
    const auto write_lines = [&](const std::string& name, std::size_t count) {
        std::ofstream out(folder / name);
        for (std::size_t i = 1; i <= count; ++i) {
            out << "[" << i;
            for (std::size_t k = 0; k < 20; ++k) out << ", " << i % (k + 2);
            out << "]\n";
        }
    };
    write_lines("few", 20'000);
    write_lines("many", 100'000);
    const auto peak = [&](const std::string& name) {
        const Finished finished =
            run({.arguments = {"estimate", name, "--estimator", "plug_in", "chao_shen"},
                 .folder = folder.path(),
                 .out_file = "/dev/null"});
        CHECK(finished.code == 0);
        return finished.peak_kilobytes;
    };
    // The sanitizers keep what is freed for a while.
    if (!sanitized) CHECK(peak("many") < peak("few") + 2048);
    const auto lines =
        lines_of(run({"estimate", "--estimator", "plug_in", "many"}, folder.path()).out);
    REQUIRE(lines.size() == 100'000);
    std::size_t wrong = 0;
    for (std::size_t i = 1; i <= lines.size(); ++i) {
        std::size_t n = i;
        for (std::size_t k = 0; k < 20; ++k) n += i % (k + 2);
        if (lines[i - 1]["n"] != n) ++wrong;
    }
    CHECK(wrong == 0);
}

TEST_CASE("estimate: an id is copied out, in front", "[cli][estimate]") {
    const auto lines = estimate(
        "{\"id\": \"a \\\"b\\\" \u2603\", \"counts\": [1]}\n"
        "{\"counts\": [1], \"id\": \"\"}\n"
        "{\"counts\": [1], \"id\": -17}\n"
        "{\"counts\": [1], \"id\": 18446744073709551615}\n"
        "{\"counts\": [1], \"id\": 1.5, \"items\": 3}\n[1]\n",
        plain);
    CHECK(keys(lines[0]).front() == "id");
    CHECK(lines[0]["id"] == "a \"b\" \u2603");
    CHECK(lines[1]["id"] == "");
    CHECK(lines[2]["id"] == -17);
    CHECK(lines[3]["id"] == 18446744073709551615ULL);
    CHECK(lines[4]["id"] == 1.5);
    CHECK_FALSE(lines[5].contains("id"));
}

TEST_CASE("estimate: one line of a million counts, and short ones after it", "[cli][estimate]") {
    std::string text = "[1]\n[";
    for (int i = 0; i < 1'000'000; ++i) text += i > 0 ? ",7" : "7";
    const auto lines = estimate(text + "]\n[2]\n", {"--estimator", "plug_in"});
    REQUIRE(lines.size() == 3);
    CHECK(lines[0]["n"] == 1);
    CHECK(lines[1]["n"] == 7'000'000);
    CHECK(lines[2]["n"] == 2);
}

TEST_CASE("estimate: a bad line far in ends it there, whatever the threads", "[cli][estimate]") {
    std::string text;
    for (int i = 1; i <= 30'000; ++i) text += i == 23'456 ? "[1, x]\n" : "[3, 2, 1]\n";
    for (const std::string threads : {"1", "2", "8"}) {
        const Finished finished = run_estimate(text, plain_with({"--threads", threads}));
        CHECK(finished.code == 2);
        CHECK(finished.err.starts_with("truegap: -: line 23456, column 5: "));
        CHECK(finished.err.ends_with(" (23455 lines written before it)\n"));
        CHECK(lines_of(finished.out).size() == 23'455);
    }
}

TEST_CASE("estimate: --keep-going passes over bad lines, names twenty and exits with 1",
          "[cli][estimate]") {
    std::string text;
    std::vector<std::size_t> bad;
    for (std::size_t i = 1; i <= 5000; ++i) {
        const bool is_bad = i % 100 == 7;
        if (is_bad) bad.push_back(i);
        text += is_bad ? "[-1]\n" : i % 100 == 8 ? "\n" : "[3, 2, 1]\n";
    }
    for (const std::string threads : {"1", "2", "8"}) {
        const Finished finished =
            run_estimate(text, plain_with({"--keep-going", "--threads", threads}));
        CHECK(finished.code == 1);
        const auto said = text_lines(finished.err);
        REQUIRE(said.size() == 21);
        for (std::size_t i = 0; i < 20; ++i)
            CHECK(said[i].starts_with("truegap: -: line " + std::to_string(bad[i]) + ": /0: "));
        CHECK(said[20] == "truegap: 50 of 4950 lines skipped, the first 20 of them named above");
        const auto lines = lines_of(finished.out);
        REQUIRE(lines.size() == 4900);
        CHECK(lines[5]["line"] == 6);
        CHECK(lines[6]["line"] == 9);
        CHECK(lines.back()["line"] == 5000);
    }
    const auto lines = estimate("[1]\n\n[2]\n", plain_with({"--keep-going"}));  // and exits with 0
    CHECK(lines[1]["line"] == 3);
    const Finished none = run_estimate("[-1]\nx\n", plain_with({"--keep-going"}));
    CHECK(none.code == 1);
    CHECK(none.out.empty());
    CHECK(text_lines(none.err).back() == "truegap: 2 of 2 lines skipped");
}
