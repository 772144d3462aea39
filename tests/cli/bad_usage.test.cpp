#include <catch2/catch.hpp>

#include "tests/cli/refusal.hpp"

using namespace truegap::test;
namespace fs = std::filesystem;

namespace {

/// A folder with a good scenario and whatever else stands in the way.
class Place {
  public:
    Place() { write_file(folder_ / "good.json", small_scenario().dump()); }
    [[nodiscard]] const fs::path& path() const { return folder_.path(); }
    [[nodiscard]] Finished run(std::vector<std::string> options) const {
        options.insert(options.begin(), {"run", "good.json", "--replicates", "2"});
        return truegap::test::run(options, path());
    }
    /// Refused, with everything left as it was.
    void check_refused(const std::vector<std::string>& options,
                       const std::vector<std::string>& says) const {
        INFO("options " << Json(options).dump());
        const auto before = entries_below(path());
        truegap::test::check_refused(run(options), "", says);
        CHECK(entries_below(path()) == before);
    }

  private:
    TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("usage: numbers given to options", "[cli][bad_input]") {
    const Place place;
    for (const std::string option : {"--threads", "--replicates"})
        for (const std::string value : {"0", "-1", "abc", "1.5", "1e99", "", " 1", "0x10", "nan"})
            place.check_refused({option, value}, {option});
    for (const std::string value : {"x", "-1", "1.5", "18446744073709551616", "", "1 2", "inf"})
        place.check_refused({"--seed", value}, {"--seed", "0 to 18446744073709551615"});
    place.check_refused({"--threads=-1"}, {"--threads", "-1"});
    place.check_refused({"--threads", "1", "--threads", "2"}, {"--threads"});
    place.check_refused({"--threads"}, {"--threads"});
    place.check_refused({"--out", ""}, {"--out"});
}

TEST_CASE("usage: unknown words are named, with what was perhaps meant", "[cli][bad_input]") {
    const Place place;
    place.check_refused({"--thread", "1"}, {"--thread"});
    place.check_refused({"--frobnicate"}, {"--frobnicate"});
    place.check_refused({"one too many"}, {"one too many"});
    const auto refused = [&](const std::vector<std::string>& words,
                             const std::vector<std::string>& says) {
        INFO(Json(words).dump());
        check_refused(run(words, place.path()), "", says);
    };
    refused({}, {"run", "truth", "estimate", "validate", "scenarios"});
    refused({"rum", "good.json"}, {"rum", "run"});
    refused({"run"}, {"SCENARIO"});
    refused({"truth", "good.json", "--format", "xml"}, {"--format", "xml", "json", "csv"});
    refused({"truth", "good.json", "--world", "2"}, {"--world", "0 to 1"});
    refused({"scenarios", "quickstrat"}, {"quickstrat", "quickstart"});
    refused({"scenarios", "../README"}, {"../README"});
    refused({"estimate", "--unit", "dit"}, {"--unit", "dit", "nat", "bit"});
    refused({"estimate", "--items", "0"}, {"--items"});
    refused({"estimate", "--items", ""}, {"--items"});
    refused({"estimate", "--estimator", "plugin"}, {"plugin", "plug_in", "chao_shen"});
    refused({"estimate", "missing.jsonl"}, {"missing.jsonl"});
    refused({"estimate", "."}, {"directory"});
}

TEST_CASE("output folder: unwritable places are found before any work", "[cli][bad_input]") {
    const Place place;
    write_file(place.path() / "file", "mine");
    place.check_refused({"--out", "file/below"}, {"file/below", "cannot be written"});
    place.check_refused({"--out", "file"}, {"file", "not a folder"});
    place.check_refused({"--out", "/proc/truegap"}, {"/proc/truegap"});
    place.check_refused({"--out", "/proc/self/deep/er"}, {"/proc/self/deep/er"});
    place.check_refused({"--out", std::string(300, 'x')}, {"cannot be written"});
    CHECK(read_file(place.path() / "file") == "mine");
}

TEST_CASE("output folder: only an earlier result alone is replaced", "[cli][bad_input]") {
    const Place place;
    fs::create_directory(place.path() / "empty");
    fs::create_directory(place.path() / "other");
    write_file(place.path() / "other/results.json", "{\"results\": \"of something else\"}");
    place.check_refused({"--out", "empty"}, {"empty", "not a truegap result"});
    place.check_refused({"--out", "other"}, {"other", "not a truegap result"});
    place.check_refused({"--out", "."}, {"not a truegap result"});
    place.check_refused({"--out", "/"}, {"not a truegap result"});
    REQUIRE(place.run({"--out", "mine"}).code == 0);
    write_file(place.path() / "mine/notes.txt", "do not lose me");
    place.check_refused({"--out", "mine"}, {"mine", "notes.txt"});
    CHECK(read_file(place.path() / "mine/notes.txt") == "do not lose me");
}

TEST_CASE("output folder: a broken link is not written through", "[cli][bad_input]") {
    const Place place;
    fs::create_symlink("nowhere", place.path() / "link");
    place.check_refused({"--out", "link"}, {"link"});
    CHECK(fs::is_symlink(place.path() / "link"));
}
