#include "adapters/io/csv.hpp"

#include <catch2/catch.hpp>

#include "tests/adapters/support.hpp"

using namespace truegap::test;
using truegap::adapters::csv_field;
using truegap::adapters::CsvRow;
using truegap::adapters::parse_csv;

namespace {

using Row = std::vector<std::string>;

std::vector<Row> fields(const std::string& text) {
    std::vector<Row> result;
    for (const CsvRow& row : parse_csv(text, "file.csv")) result.push_back(row.fields);
    return result;
}

std::vector<std::size_t> lines(const std::string& text) {
    std::vector<std::size_t> result;
    for (const CsvRow& row : parse_csv(text, "file.csv")) result.push_back(row.line);
    return result;
}

}  // namespace

TEST_CASE("csv_field: quotes what RFC 4180 wants quoted, and nothing else", "[adapters][csv]") {
    CHECK(csv_field("plain") == "plain");
    CHECK(csv_field("") == "");
    CHECK(csv_field(" two words ") == " two words ");
    CHECK(csv_field("na\u00efve \u2603; 'x'") == "na\u00efve \u2603; 'x'");
    CHECK(csv_field("a,b") == "\"a,b\"");
    CHECK(csv_field("a\nb") == "\"a\nb\"");
    CHECK(csv_field("a\rb") == "\"a\rb\"");
    CHECK(csv_field("say \"x\"") == "\"say \"\"x\"\"\"");
    CHECK(csv_field("\"") == "\"\"\"\"");
}

TEST_CASE("parse_csv: plain rows, with and without a last line end", "[adapters][csv]") {
    CHECK(fields("").empty());
    CHECK(fields("a") == std::vector<Row>{{"a"}});
    CHECK(fields("a,b\nc,d\n") == std::vector<Row>{{"a", "b"}, {"c", "d"}});
    CHECK(fields("a,b\nc,d") == std::vector<Row>{{"a", "b"}, {"c", "d"}});
    CHECK(fields("a,,\n,,c") == std::vector<Row>{{"a", "", ""}, {"", "", "c"}});
    CHECK(fields("a,") == std::vector<Row>{{"a", ""}});
    CHECK(fields(",") == std::vector<Row>{{"", ""}});
}

TEST_CASE("parse_csv: CRLF, a byte order mark and empty lines", "[adapters][csv]") {
    CHECK(fields("\xEF\xBB\xBF"
                 "a,b\r\nc,d\r\n") == std::vector<Row>{{"a", "b"}, {"c", "d"}});
    CHECK(fields("\xEF\xBB\xBF\"a\",b") == std::vector<Row>{{"a", "b"}});
    CHECK(fields("\n\na\n\r\n\nb\n\n") == std::vector<Row>{{"a"}, {"b"}});
    CHECK(fields("\xEF\xBB\xBF").empty());
}

TEST_CASE("parse_csv: quoted fields", "[adapters][csv]") {
    CHECK(fields("\"a,b\",\"c\"\"d\"\n") == std::vector<Row>{{"a,b", "c\"d"}});
    CHECK(fields("\"a\nb\",\"\r\n\"\n") == std::vector<Row>{{"a\nb", "\r\n"}});
    CHECK(fields("\"\",x\n") == std::vector<Row>{{"", "x"}});
    CHECK(fields("x,\"\"") == std::vector<Row>{{"x", ""}});
}

TEST_CASE("parse_csv: rows know the line on which they start", "[adapters][csv]") {
    CHECK(lines("a\nb\nc") == std::vector<std::size_t>{1, 2, 3});
    CHECK(lines("\na\n\n\nb\n") == std::vector<std::size_t>{2, 5});
    CHECK(lines("\"a\nb\nc\",x\nd,\"e\n\"\nf,g") == std::vector<std::size_t>{1, 4, 6});
    CHECK(lines("a\r\n\"b\r\nc\"\r\nd") == std::vector<std::size_t>{1, 2, 4});
}

TEST_CASE("parse_csv: what is not RFC 4180 is refused with file and line", "[adapters][csv]") {
    const auto refusal = [](const std::string& text) {
        return complaint([&] { static_cast<void>(parse_csv(text, "file.csv")); });
    };
    using Catch::Matchers::StartsWith;
    CHECK_THAT(refusal("a\n\"b\nc"), StartsWith("file.csv: line 2: "));
    CHECK_THAT(refusal("\""), StartsWith("file.csv: line 1: "));
    CHECK_THAT(refusal("a\n\"b\"c\n"), StartsWith("file.csv: line 2: "));
    CHECK_THAT(refusal("a\n\"b\" ,c\n"), StartsWith("file.csv: line 2: "));
    CHECK_THAT(refusal("a\rb\r"), StartsWith("file.csv: line 1: "));
    CHECK(refusal("\"a\"\"\"").empty());
}

TEST_CASE("csv: what is written is read back, whatever it holds", "[adapters][csv]") {
    Dice dice(1);
    const Row pieces{
        "a", ",", "\"", "\n", "\r", "\r\n", " ", "\u00e9", "\u2603", "=", "'", ";", "\t"};
    for (int round = 0; round < 500; ++round) {
        std::vector<Row> table(1 + dice.below(4), Row(2 + dice.below(3)));
        std::string text;
        for (Row& row : table) {
            for (std::size_t i = 0; i < row.size(); ++i) {
                for (std::size_t length = dice.below(6); length > 0; --length)
                    row[i] += pieces[dice.below(pieces.size())];
                text.append(i > 0 ? "," : "").append(csv_field(row[i]));
            }
            text += dice.below(2) == 0 ? "\n" : "\r\n";
        }
        INFO(text);
        CHECK(fields(text) == table);
    }
}
