#include <catch2/catch.hpp>

#include "tests/cli/refusal.hpp"

using namespace truegap::test;

namespace {

// A folder of a small run, changed by each test.
struct Studied {
    TemporaryFolder folder;
    Studied() {
        Json scenario = small_scenario();
        scenario["replicates"] = 2;
        REQUIRE(run({"run", "-", "--out", "out"}, folder.path(), scenario.dump()).code == 0);
    }
    [[nodiscard]] std::string text(const std::string& file) const {
        return read_file(folder / ("out/" + file));
    }
    void put(const std::string& file, const std::string& text) const {
        write_file(folder / ("out/" + file), text);
    }
    [[nodiscard]] Finished report(std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{"report", "out"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(arguments, folder.path());
    }
};

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const std::size_t place = text.find(what);
    REQUIRE(place != std::string::npos);
    return text.replace(place, what.size(), with);
}

// What stands between two marks of a text, the first time.
std::string between(const std::string& text, const std::string& open, const std::string& close) {
    const std::size_t start = text.find(open);
    REQUIRE(start != std::string::npos);
    const std::size_t end = text.find(close, start + open.size());
    REQUIRE(end != std::string::npos);
    return text.substr(start + open.size(), end - start - open.size());
}

Json data_of(const std::string& page) {
    return Json::parse(
        between(page, "<script type=\"application/json\" id=\"data\">", "</script>"));
}

}  // namespace

TEST_CASE("report: a page that holds the tables and refers to nothing", "[cli][report]") {
    const Studied studied;
    const Finished finished = studied.report();
    INFO(finished.err);
    REQUIRE(finished.code == 0);
    const std::string page = read_file(studied.folder / "report.html");
    CHECK(page.starts_with("<!DOCTYPE html>"));
    CHECK(page.size() < 2'000'000);
    CHECK(page.find("default-src 'none'") != std::string::npos);
    for (const std::string reference : {" src=\"", "<link ", "@import", "sourceMappingURL"})
        CHECK(page.find(reference) == std::string::npos);
    const Json data = data_of(page);
    const Json& result = data["results"][0];
    CHECK(result["kind"] == "run");
    const Table summary = read_table(studied.text("summary.csv"));
    const Json& gaps = result["tables"]["summary"]["gap_mean"];
    REQUIRE(gaps.size() == summary.rows.size());
    for (std::size_t i = 0; i < gaps.size(); ++i)
        if (gaps[i].is_number())
            CHECK(gaps[i].get<double>() == Approx(summary.number(i, "gap_mean")).epsilon(1e-5));
    CHECK(result["head"]["sha256"] == Json::parse(studied.text("results.json"))["sha256"]);
    // The same bytes again, over the page that is there.
    REQUIRE(studied.report().code == 0);
    CHECK(read_file(studied.folder / "report.html") == page);
}

TEST_CASE("report: names and titles stay text", "[cli][report]") {
    const Studied studied;
    const std::string evil = "</script><script>alert(\"x\")</script><!-- ' & ü 漢 \xF0\x9F\x98\x80";
    std::string quoted = evil;
    for (std::size_t at = 0; (at = quoted.find('"', at)) != std::string::npos; at += 2)
        quoted.insert(at, "\"");
    std::string summary = studied.text("summary.csv");
    for (std::size_t at = 0; (at = summary.find("\nbayes,", at)) != std::string::npos;)
        summary.replace(at, 7, "\n\"" + quoted + "\",");
    studied.put("summary.csv", summary);
    REQUIRE(studied.report({"--title", evil}).code == 0);
    const std::string page = read_file(studied.folder / "report.html");
    CHECK(page.find("alert(\"x\")</script>") == std::string::npos);
    std::size_t scripts = 0;
    for (std::size_t at = 0; (at = page.find("<script", at)) != std::string::npos; ++at) ++scripts;
    CHECK(scripts == 2);
    const Json data = data_of(page);
    CHECK(data["title"] == evil);
    CHECK(data["results"][0]["tables"]["summary"]["predictor"]["texts"][0] == evil);
    CHECK(between(page, "<title>", "</title>").find('<') == std::string::npos);
}

TEST_CASE("report: results of an earlier version, and several at once", "[cli][report]") {
    const Studied studied;
    for (const std::string file : {"calibration.csv", "timings.json"})
        std::filesystem::remove(studied.folder / ("out/" + file));
    std::filesystem::copy(studied.folder / "out", studied.folder / "again");
    REQUIRE(studied.report({"again"}).code == 0);
    const Json data = data_of(read_file(studied.folder / "report.html"));
    REQUIRE(data["results"].size() == 2);
    CHECK(data["results"][1]["folder"] == "again");
    bool told = false;
    for (const Json& absent : data["results"][0]["absent"])
        told = told || absent == "calibration.csv";
    CHECK(told);
}

TEST_CASE("report: bad input is one line that says where", "[cli][report]") {
    const Studied studied;
    std::filesystem::create_directory(studied.folder / "empty");
    write_file(studied.folder / "file", "x");
    write_file(studied.folder / "mine.html", "my own");
    const auto refused = [&](const std::vector<std::string>& arguments,
                             const std::string& lead,
                             const std::vector<std::string>& says) {
        std::vector<std::string> all{"report"};
        all.insert(all.end(), arguments.begin(), arguments.end());
        check_refused(run(all, studied.folder.path()), lead, says);
    };
    refused({"nowhere"}, "nowhere: ", {"no such folder"});
    refused({"empty"}, "empty: ", {"holds no result"});
    refused({"file"}, "file: ", {"is not a folder"});
    refused({"out", "--out", "mine.html"}, "mine.html: ", {"not a report of truegap"});
    refused({"out", "--out", "none/at/all.html"}, "none/at/all.html: ", {"cannot be written"});
    refused({"out", "--out", "empty"}, "empty: ", {"not a file"});

    const auto damaged = [&](const std::string& file,
                             const std::string& text,
                             const std::string& place,
                             const std::vector<std::string>& says) {
        const std::string whole = studied.text(file);
        studied.put(file, text);
        check_refused(studied.report(), "out/" + file + ": " + place, says);
        CHECK(!std::filesystem::exists(studied.folder / "report.html"));
        studied.put(file, whole);
    };
    const std::string summary = studied.text("summary.csv");
    const std::string head = studied.text("results.json");
    damaged("summary.csv", "", "", {"is empty"});
    damaged("summary.csv", summary.substr(0, summary.size() - 30), "line ", {"fields"});
    damaged("summary.csv",
            replaced(summary, "gap_bias,", "gap_buas,"),
            "line 1: ",
            {"gap_bias", "missing"});
    damaged("summary.csv",
            replaced(summary, "contexts,worlds,", "contexts,contexts,"),
            "line 1: ",
            {"twice"});
    damaged("summary.csv", summary + "\"no end", "line ", {"not closed"});
    damaged("calibration.csv",
            replaced(studied.text("calibration.csv"), "\nbayes,", "\nbayes,x"),
            "line 2: bin ",
            {"number"});
    damaged("results.json", head.substr(0, 100), "", {"cut short"});
    damaged("results.json", "{}", "", {"not what truegap writes"});
    damaged("results.json", replaced(head, "\"seed\":", "\"seed:"), "line ", {});
    std::filesystem::remove(studied.folder / "out/summary.csv");
    check_refused(studied.report(), "out/summary.csv: ", {"no such file"});
}
