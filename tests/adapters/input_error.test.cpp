#include "adapters/io/input_error.hpp"

#include <catch2/catch.hpp>

using truegap::adapters::in_quotes;
using truegap::adapters::InputError;
using truegap::adapters::listed;
using truegap::adapters::nearest;

TEST_CASE("nearest: the smallest edit distance, the first of equals", "[adapters][input_error]") {
    const std::vector<std::string> known{"seed", "name", "replicates", "worlds"};
    CHECK(nearest("sede", known) == "seed");
    CHECK(nearest("replicate", known) == "replicates");
    CHECK(nearest("wolrds", known) == "worlds");
    CHECK(nearest("seed", known) == "seed");
    CHECK(nearest("", known) == "seed");
    CHECK(nearest("ab", {"ax", "xb"}) == "ax");
    CHECK(nearest("kitten", {"mitten", "sitting"}) == "mitten");
    CHECK(nearest("anything", {}).empty());
}

TEST_CASE("listed: a, b or c", "[adapters][input_error]") {
    CHECK(listed({}).empty());
    CHECK(listed({"a"}) == "a");
    CHECK(listed({"a", "b"}) == "a or b");
    CHECK(listed({"a", "b", "c"}) == "a, b or c");
}

TEST_CASE("in_quotes: short, on one line, and never half a character", "[adapters][input_error]") {
    CHECK(in_quotes("plain") == "\"plain\"");
    CHECK(in_quotes("") == "\"\"");
    CHECK(in_quotes("two\nlines\x1b[31m\t").find_first_of("\n\x1b\t") == std::string::npos);
    CHECK(in_quotes("\x7f").find('\x7f') == std::string::npos);
    CHECK(in_quotes(std::string(60, 'x')) == "\"" + std::string(60, 'x') + "\"");
    const std::string cut = in_quotes(std::string(61, 'x'));
    CHECK(cut.starts_with("\"" + std::string(40, 'x')));
    CHECK(cut.ends_with("\u2026\""));
    // 59 bytes, then characters of two bytes: a cut at 60 would leave half of one.
    const std::string accents = in_quotes(std::string(59, 'x') + "\u00e9\u00e9\u00e9");
    CHECK(accents.find("\xc3\u2026") == std::string::npos);
}

TEST_CASE("InputError: file, place and what, on one line", "[adapters][input_error]") {
    CHECK(std::string(InputError("f.json", "/a/b", "is 3 (allowed: 4)").what()) ==
          "f.json: /a/b: is 3 (allowed: 4)");
    CHECK(std::string(InputError("f.json", "", "is empty").what()) == "f.json: is empty");
    const std::string odd = InputError("two\nlines", "/a\nb", "is \x1b[31m").what();
    CHECK(odd.find_first_of("\n\x1b") == std::string::npos);
    const std::string zero = InputError(std::string("a\0b", 3), "/x", "is wrong").what();
    CHECK(zero.find("is wrong") != std::string::npos);
}
