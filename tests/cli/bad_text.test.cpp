#include <catch2/catch.hpp>

#include "tests/cli/refusal.hpp"

using namespace truegap::test;
namespace fs = std::filesystem;

TEST_CASE("bad text: a syntax error gives line and column", "[cli][bad_input]") {
    check_scenario_refused("", "line 1, column 1", {});
    check_scenario_refused(" \n\t", "line 2, column ", {});
    check_scenario_refused("{\n  \"name\": \"x\",\n  \"seed\" 1}", "line 3, column ", {"':'"});
    check_scenario_refused("{'name': 1}", "line 1, column 2", {});
    check_scenario_refused("{\"name\": 1} trailing", "line 1, column ", {"end of input"});
    check_scenario_refused("// a comment\n{}", "line 1, column ", {});
    check_scenario_refused("{\"seed\": NaN}", "line 1, column ", {});
    check_scenario_refused("{\"seed\": 01}", "line 1, column ", {});
    check_scenario_refused("{\"seed\": .5}", "line 1, column ", {});
    check_scenario_refused("{\"seed\": 1,}", "line 1, column ", {});
    check_scenario_refused("{\"name\": \"a\nb\"}", "line ", {"control character"});
    check_scenario_refused("\x1f\x8b\x08\x01", "line 1, column 1", {});
}

TEST_CASE("bad text: a scenario cut off anywhere is refused", "[cli][bad_input]") {
    const std::string whole = small_scenario().dump();
    for (const std::size_t length : {1UL, 10UL, 200UL, whole.size() / 2, whole.size() - 1})
        check_scenario_refused(whole.substr(0, length), "line 1, column ", {});
}

TEST_CASE("bad text: what follows a zero byte is not passed over", "[cli][bad_input]") {
    check_scenario_refused(small_scenario().dump() + std::string("\0{}", 3), "", {});
}

TEST_CASE("bad text: invalid UTF-8", "[cli][bad_input]") {
    check_scenario_refused("{\"name\": \"\xff\"}", "line 1, column ", {"UTF-8"});
    check_scenario_refused("{\"name\": \"\xc3\x28\"}", "line 1, column ", {"UTF-8"});
    check_scenario_refused("{\"name\": \"\xed\xa0\x80\"}", "line 1, column ", {"UTF-8"});
    check_scenario_refused("{\"name\": \"\\ud800\"}", "line 1, column ", {});
}

TEST_CASE("bad text: a number that no double holds is named with its place", "[cli][bad_input]") {
    const std::string text = with(small_scenario(), "/population/tilt_sd", 98765).dump();
    std::string huge = text;
    huge.replace(huge.find("98765"), 5, "1e400");
    check_scenario_refused(huge, "line 1, column ", {"1e400"});
}

TEST_CASE("bad text: whole numbers with very many digits are refused, not wrapped",
          "[cli][bad_input]") {
    const std::string text = with(small_scenario(), "/seed", 98765).dump();
    for (const std::string& digits : {std::string("18446744073709551616"),
                                      std::string("1") + std::string(300, '0'),
                                      std::string("-9223372036854775809")}) {
        std::string wrong = text;
        wrong.replace(wrong.find("98765"), 5, digits);
        check_scenario_refused(wrong, "/seed", {"0 to 18446744073709551615"});
    }
}

TEST_CASE("bad text: a duplicate key is named at every depth", "[cli][bad_input]") {
    const auto twice = [](const std::string& key, const std::string& place) {
        std::string text = small_scenario().dump();
        const auto at = text.find("\"" + key + "\"");
        text.insert(at, "\"" + key + "\":0,");
        check_scenario_refused(text, place, {"twice"});
    };
    twice("seed", "/seed");
    twice("tilt_sd", "/population/tilt_sd");
    twice("levels", "/population/attributes/0/levels");
    twice("temperature", "/predictors/1/temperature");
    twice("alpha", "/approximations/0/smoothing/alpha");
    std::string escaped = small_scenario().dump();
    escaped.insert(1, "\"se\\u0065d\":0,");
    check_scenario_refused(escaped, "/seed", {"twice"});
}

TEST_CASE("bad text: deep nesting neither crashes nor takes long", "[cli][bad_input]") {
    constexpr std::size_t deep = 100'000;
    check_scenario_refused(std::string(deep, '['), "line 1, column ", {});
    check_scenario_refused(
        std::string(deep, '[') + std::string(deep, ']'), "line 1, column ", {"64 levels"});
    std::string objects;
    for (std::size_t i = 0; i < deep; ++i) objects += "{\"a\":";
    check_scenario_refused(objects, "line 1, column ", {});
    const std::string nested = std::string(deep, '[') + std::string(deep, ']');
    std::string text = with(small_scenario(), "/population/tilt_sd", 98765).dump();
    text.replace(text.find("98765"), 5, nested);
    check_scenario_refused(text, "line 1, column ", {"64 levels"});
}

TEST_CASE("bad text: anything but an object at the root", "[cli][bad_input]") {
    for (const std::string text : {"[]", "3", "null", "true", "\"scenario\""})
        check_scenario_refused(text, "", {"an object"});
}

TEST_CASE("bad scenario name: missing files, folders and unknown studies", "[cli][bad_input]") {
    const TemporaryFolder folder;
    fs::create_directory(folder / "a_folder");
    fs::create_directory(folder / "folder.json");
    write_file(folder / "work.json", small_scenario().dump());
    const auto before = entries_below(folder.path());
    for (const std::string command : {"run", "validate", "truth"}) {
        INFO(command);
        const auto refused = [&](const std::string& name, const std::vector<std::string>& says) {
            check_refused(run({command, name}, folder.path()), name + ": ", says);
        };
        refused("missing.json", {"no such file"});
        refused("some/missing.json", {"no such file"});
        refused("quickstrat", {"\"quickstart\"", "movielens_1m"});
        refused("a_folder", {"directory"});
        refused("folder.json", {"directory"});
        refused("./a_folder", {"directory"});
        refused("work.json/below", {"no such file"});
        check_refused(run({command, ""}, folder.path()), "", {});
        check_refused(run({command, "two\nlines.json"}, folder.path()), "", {"no such file"});
        check_refused(run({command, "-"}, folder.path(), ""), "-: line 1, column 1: ", {});
    }
    CHECK(entries_below(folder.path()) == before);
}
