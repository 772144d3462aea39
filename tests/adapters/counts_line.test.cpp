#include "adapters/io/counts_line.hpp"

#include <catch2/catch.hpp>

#include "tests/adapters/support.hpp"

#include "adapters/io/counts_csv.hpp"

using namespace truegap::test;
using truegap::adapters::CountsColumns;
using truegap::adapters::CountsLine;
using truegap::adapters::read_json_counts;
using truegap::adapters::read_plain_json_counts;

namespace {

// A line that has been read by hand before: nothing of it may remain.
CountsLine used_line() {
    return {.counts = {9, 9, 9}, .items = 9, .id = "\"old\""};
}

std::string spaces(Dice& dice) {
    std::string text;
    while (dice.below(4) == 0) text += " \t\r"[dice.below(3)];
    return text;
}

std::string number(Dice& dice) {
    const std::vector<std::string> special{"0", "1", "4294967295", "999999999", "10"};
    return dice.below(3) == 0 ? special[dice.below(special.size())]
                              : std::to_string(dice.bits() >> (32 + dice.below(32)));
}

std::string list(Dice& dice) {
    std::string text = "[";
    text += spaces(dice);
    const std::size_t length = dice.below(5);
    for (std::size_t i = 0; i < length; ++i)
        text.append(i > 0 ? "," : "")
            .append(spaces(dice))
            .append(number(dice))
            .append(spaces(dice));
    return text += ']';
}

std::string plain_json(Dice& dice) {
    if (dice.below(2) == 0) return spaces(dice) + list(dice) + spaces(dice);
    std::vector<std::string> members;
    members.emplace_back("\"counts\"").append(spaces(dice)).append(": ").append(list(dice));
    if (dice.below(2) == 0) members.emplace_back("\"items\":").append(spaces(dice)).append("50");
    if (dice.below(2) == 0) members.insert(members.begin(), "\"id\": \"user 7, [x]\"");
    std::string text = "{";
    for (std::size_t i = 0; i < members.size(); ++i)
        text.append(i > 0 ? "," : "").append(spaces(dice)).append(members[i]).append(spaces(dice));
    return text += '}';
}

std::string plain_row(Dice& dice) {
    std::string text = number(dice);
    for (std::size_t i = 1; i < 4; ++i) text.append(",").append(number(dice));
    return text;
}

// Puts something nasty in, takes something out, or cuts the text off, once or twice.
std::string spoiled(std::string text, Dice& dice, const std::vector<std::string>& nasty) {
    for (std::size_t times = 1 + dice.below(2); times > 0; --times) {
        const std::size_t place = dice.below(text.size() + 1);
        switch (dice.below(4)) {
            case 0:
                text.erase(place, 1 + dice.below(3));
                break;
            case 1:
                text.resize(place);
                break;
            default:
                text.insert(place, nasty[dice.below(nasty.size())]);
                break;
        }
    }
    return text;
}

}  // namespace

TEST_CASE("counts by hand: plain JSON lines are read as the parser reads them",
          "[adapters][counts]") {
    Dice dice(1);
    for (int round = 0; round < 5000; ++round) {
        const std::string text = plain_json(dice);
        INFO(text);
        CountsLine line = used_line();
        const bool plain = read_plain_json_counts(text, line);
        if (!plain || line != read_json_counts(text, "f", 1)) FAIL_CHECK("not the same");
    }
}

TEST_CASE("counts by hand: what is read from nasty JSON is what the parser reads",
          "[adapters][counts]") {
    const std::vector<std::string> nasty{"0",
                                         "-",
                                         ".",
                                         "e3",
                                         "1e3",
                                         "00",
                                         ",",
                                         ",,",
                                         "[",
                                         "]",
                                         "{",
                                         "}",
                                         ":",
                                         "\"",
                                         "\\",
                                         "\\u0041",
                                         "\x01",
                                         "\x7f",
                                         "\xff",
                                         "\xEF\xBB\xBF",
                                         "\u2603",
                                         "null",
                                         "true",
                                         "\"items\":3,",
                                         "\"id\":\"a\",",
                                         "\"counts\":[1],",
                                         "4294967296",
                                         "18446744073709551616",
                                         "99999999999999999999999",
                                         "#",
                                         " ",
                                         "\t",
                                         "\r",
                                         "/**/",
                                         "+",
                                         "\"items\":0,",
                                         "\"id\":7,",
                                         "'",
                                         ";"};
    Dice dice(2);
    std::size_t by_hand = 0;
    std::size_t refused = 0;
    for (int round = 0; round < 40'000; ++round) {
        std::string text = spoiled(plain_json(dice), dice, nasty);
        if (dice.below(50) == 0) text.insert(dice.below(text.size() + 1), 1, '\0');
        INFO(text);
        CountsLine line = used_line();
        CountsLine strict;
        const bool plain = read_plain_json_counts(text, line);
        const std::string wrong = complaint([&] { strict = read_json_counts(text, "f", 1); });
        by_hand += plain ? 1 : 0;
        refused += wrong.empty() ? 0 : 1;
        if (plain && (!wrong.empty() || line != strict)) FAIL_CHECK("by hand only: " << wrong);
    }
    CHECK(by_hand > 2000);
    CHECK(refused > 10'000);
}

TEST_CASE("counts by hand: CSV rows are read as the CSV reader reads them", "[adapters][counts]") {
    const std::vector<std::string> nasty{
        "0",   "-",    ".", "e3", "00", ",",  ",,",   "\"", "\"\"",       "\"1\"",
        ";",   "\xff", "x", " ",  "\t", "\r", "\r\r", "+",  "4294967296", "99999999999999999999",
        "\x01"};
    Dice dice(3);
    const std::vector<CountsColumns> headers{CountsColumns(),
                                             CountsColumns::from_header("id,a,items,b", "f", 1),
                                             CountsColumns::from_header("a,b,c,d", "f", 1)};
    std::size_t by_hand = 0;
    for (int round = 0; round < 40'000; ++round) {
        const bool spoil = dice.below(2) == 0;
        const CountsColumns& columns = headers[spoil ? dice.below(headers.size()) : 0];
        const std::string row =
            spoil ? spoiled(plain_row(dice), dice, nasty) : spaces(dice) + plain_row(dice) + "\r";
        if (row.find_first_not_of(" \t\r") == std::string::npos) continue;
        INFO(row);
        CountsLine line = used_line();
        CountsLine strict;
        const bool plain = columns.read_plain(row, line);
        const std::string wrong = complaint([&] { strict = columns.read(row, "f", 1); });
        by_hand += plain ? 1 : 0;
        if (!spoil && !plain && row.find_first_of("\r") + 1 == row.size())
            FAIL_CHECK("a plain row is not read by hand");
        if (plain && (!wrong.empty() || line != strict)) FAIL_CHECK("by hand only: " << wrong);
    }
    CHECK(by_hand > 15'000);
}
