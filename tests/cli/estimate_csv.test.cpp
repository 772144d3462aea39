#include <catch2/catch.hpp>

#include "tests/cli/estimate_support.hpp"
#include "tests/cli/refusal.hpp"

using namespace truegap::test;

namespace {

const std::vector<std::string> plain{"--estimator", "plug_in", "chao_shen"};

std::vector<std::string> plain_with(std::vector<std::string> options) {
    options.insert(options.end(), plain.begin(), plain.end());
    return options;
}

}  // namespace

TEST_CASE("estimate: CSV rows are histograms, with and without a header", "[cli][estimate][csv]") {
    const auto expected = estimate("[3,2,1]\n[5,0,1]\n", plain);
    for (const std::string text : {"3,2,1\n5,0,1\n",
                                   "3,2,1\n5,0,1",
                                   "3,2,1\r\n\r\n5,0,1\r\n",
                                   " 3 , 2,1 \n\n\t5,0,\t1\n",
                                   "\xEF\xBB\xBF"
                                   "3,2,1\n5,0,1\n",
                                   "\xEF\xBB\xBF"
                                   "a,b,c\n3,2,1\n5,0,1\n",
                                   "\n  \na,b,c\n3,2,1\n5,0,1\n",
                                   "\"a\",\"b,\"\"c\",18-24\n3,2,1\n5,0,1\n",
                                   "3.0,2e0,1\n5,0,01\n",
                                   "\"3\",2,1\n5,0,\"1\"\n",
                                   "a,,c\n3,x,1\n5,y,0\n"}) {
        INFO(text);
        auto lines = estimate(text, plain);
        const bool ids = text.starts_with("a,,");
        if (ids) {
            CHECK(lines.at(0)["id"] == "x");
            CHECK(lines.at(0)["n"] == 4);
        } else {
            CHECK(lines == expected);
        }
    }
    CHECK(estimate("3,2,1\n4\n", plain).at(1)["n"] == 4);  // rows of different lengths
    CHECK(estimate("a,b\n", plain).empty());
    CHECK(estimate("7\n", plain).at(0)["n"] == 7);
}

TEST_CASE("estimate: CSV columns called id or nothing are ids, items is K",
          "[cli][estimate][csv]") {
    const auto lines = estimate(",a,items,b\nuser 1,3,2,2\n17,1,1,1\n\"x,\"\"y\",1,5,0\n", plain);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0]["id"] == "user 1");
    CHECK(lines[0]["n"] == 5);
    CHECK(lines[0]["estimates"]["plug_in"].is_number());
    CHECK(lines[1]["id"] == "17");
    CHECK(lines[1]["estimates"]["plug_in"].is_null());  // two were seen of one
    CHECK(lines[2]["id"] == "x,\"y");
    CHECK(estimate("id,a\n1,2\n", plain) == estimate(",a\n1,2\n", plain));
}

TEST_CASE("estimate: the format is told by the first character, the file's name, or --format",
          "[cli][estimate][csv]") {
    const TemporaryFolder folder;
    write_file(folder / "counts.jsonl", "3\n");
    write_file(folder / "counts.csv", "[3]\n");
    const auto run_on = [&](std::vector<std::string> options) {
        options.insert(options.begin(), "estimate");
        return run(plain_with(std::move(options)), folder.path());
    };
    check_refused(run_on({"counts.jsonl"}), "counts.jsonl: line 1: ", {"is 3", "list"});
    CHECK(lines_of(run_on({"counts.jsonl", "--format", "csv"}).out).at(0)["n"] == 3);
    CHECK(lines_of(run_on({"counts.csv"}).out).at(0)["n"] == 3);
    CHECK(run_on({"counts.csv", "--format", "csv"}).out.empty());  // a header called [3]
    CHECK(estimate("1,2\n3,4\n", plain_with({"--header"})).size() == 1);
    check_refused(run_estimate("1,2\n", plain_with({"--format", "jsonl"})),
                  "-: line 1, column 2: ",
                  {"(0 lines written before it)"});
    check_refused(run_estimate("[1]\n", {"--format", "xml"}), "", {"--format", "jsonl"});
    check_refused(
        run_estimate("[1]\n", {"--format", "jsonl", "--header"}), "", {"--header", "csv"});
}

TEST_CASE("estimate: a bad CSV row is named by its line and field", "[cli][estimate][csv]") {
    const std::vector<std::tuple<std::string, std::string, std::vector<std::string>>> cases{
        {"1,-3", ": field 2: ", {"is \"-3\"", "0 to 4294967295"}},
        {"1,2.5", ": field 2: ", {"is \"2.5\""}},
        {"4294967296", ": field 1: ", {"is \"4294967296\""}},
        {"18446744073709551616", ": field 1: ", {}},
        {"1e400", ": field 1: ", {"is \"1e400\""}},
        {"1,,2", ": field 2: ", {"is empty"}},
        {"1,", ": field 2: ", {"is empty"}},
        {"\"\"", ": field 1: ", {"is empty"}},
        {"1,x", ": field 2: ", {"is \"x\""}},
        {"0x10", ": field 1: ", {}},
        {"+1", ": field 1: ", {}},
        {"inf", ": field 1: ", {}},
        {"nan", ": field 1: ", {}},
        {"1;2", ": field 1: ", {"is \"1;2\""}},
        {"1 2", ": field 1: ", {}},
        {"1,\"2", ": ", {"not closed"}},
        {"\"1\"2,3", ": ", {"after a quoted field"}},
        {"1\r,2", ": ", {"carriage return"}},
        {std::string("1\0,2", 4), ": ", {"NUL"}},
        {"[1]", ": field 1: ", {"is \"[1]\""}}};
    for (const auto& [row, place, says] : cases) {
        INFO("row " << row);
        Finished finished = run_estimate("1\n\n" + row + "\n2\n", plain);
        CHECK(lines_of(finished.out).size() == 1);
        finished.out.clear();
        check_refused(finished, "-: line 3" + place, says);
    }
    for (const auto& [text, place] : std::vector<std::pair<std::string, std::string>>{
             {"a,b\n1,2,3\n", "-: line 2: has 3 fields"},
             {"a,b\n1\n", "-: line 2: has 1 field "},
             {"a,3\n", "-: line 1: field 1: is \"a\""},
             {"3;2;1\n", "-: line 1: field 1: is \"3;2;1\""},
             {"3 2 1\n", "-: line 1: field 1: is \"3 2 1\""},
             {"3\t2\t1\n", "-: line 1: field 1: is \"3 2 1\""},
             {"-1,2\n", "-: line 1: field 1: is \"-1\""},
             {"id,,a\n1,2,3\n", "-: line 1: field 2: a second column of ids"},
             {"items,items\n1,2\n", "-: line 1: field 2: a second column called items"},
             {"items,a\n0,2\n", "-: line 2: field 1: is \"0\""},
             {"id,a\n\xff,2\n", "-: line 2: field 1: is not UTF-8"}}) {
        INFO(text);
        check_refused(run_estimate(text, plain), place, {});
    }
    const Finished going = run_estimate("\"1\n2\n", plain_with({"--keep-going"}));
    CHECK(going.code == 1);
    CHECK(lines_of(going.out).at(0)["line"] == 2);
}
