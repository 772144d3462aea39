#include "adapters/io/output_folder.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <memory>
#include <sys/stat.h>

#include "tests/adapters/support.hpp"

#include "adapters/io/results_files.hpp"

using namespace truegap::test;
using truegap::adapters::OutputFolder;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> entries(const fs::path& folder) {
    std::vector<std::string> result;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        result.push_back(fs::relative(entry.path(), folder).string());
    std::sort(result.begin(), result.end());
    return result;
}

std::string text_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void fill(const fs::path& folder, const std::string& content) {
    write_file(folder / "results.json",
               std::string(truegap::adapters::results_signature) + "\"" + content + "\"}\n");
    write_file(folder / "cells.csv", content);
}

void publish(const fs::path& path, const std::string& content) {
    OutputFolder folder(path);
    fill(folder.path(), content);
    folder.publish();
}

std::string refusal(const fs::path& path) {
    return complaint([&] { const OutputFolder folder(path); });
}

}  // namespace

TEST_CASE("OutputFolder: takes its name only when it is published", "[adapters][output_folder]") {
    const TemporaryFolder place;
    {
        OutputFolder folder(place / "out");
        CHECK(fs::is_directory(folder.path()));
        CHECK(folder.path().parent_path() == place.path());
        CHECK_FALSE(fs::exists(place / "out"));
        fill(folder.path(), "first");
        CHECK_FALSE(fs::exists(place / "out"));
        folder.publish();
        CHECK(text_of(place / "out/cells.csv") == "first");
    }
    CHECK(entries(place.path()) ==
          std::vector<std::string>{"out", "out/cells.csv", "out/results.json"});
    struct stat status {};
    REQUIRE(::stat((place / "out").c_str(), &status) == 0);
    CHECK((status.st_mode & 0755U) == 0755U);
}

TEST_CASE("OutputFolder: nothing is left when it is not published", "[adapters][output_folder]") {
    const TemporaryFolder place;
    {
        const OutputFolder folder(place / "some/new/out");
        fill(folder.path(), "lost");
    }
    CHECK(entries(place.path()).empty());
    fs::create_directory(place / "some");
    { const OutputFolder folder(place / "some/new/out"); }
    CHECK(entries(place.path()) == std::vector<std::string>{"some"});
}

TEST_CASE("OutputFolder: an earlier result is replaced, and kept until then",
          "[adapters][output_folder]") {
    const TemporaryFolder place;
    publish(place / "out", "first");
    { const OutputFolder unpublished(place / "out"); }
    CHECK(text_of(place / "out/cells.csv") == "first");
    {
        OutputFolder folder(place / "out/");  // a trailing slash
        fill(folder.path(), "second");
        CHECK(text_of(place / "out/cells.csv") == "first");
        folder.publish();
    }
    CHECK(text_of(place / "out/cells.csv") == "second");
    CHECK(entries(place.path()).size() == 3);
}

TEST_CASE("OutputFolder: two at once do not disturb each other", "[adapters][output_folder]") {
    const TemporaryFolder place;
    {
        OutputFolder one(place / "out");
        OutputFolder two(place / "out");
        CHECK(one.path() != two.path());
        fill(one.path(), "one");
        fill(two.path(), "two");
        one.publish();
        two.publish();
    }
    CHECK(text_of(place / "out/cells.csv") == "two");
    CHECK(entries(place.path()).size() == 3);
}

TEST_CASE("OutputFolder: what appears at the name in the meantime is not destroyed",
          "[adapters][output_folder]") {
    const TemporaryFolder place;
    {
        OutputFolder folder(place / "out");
        fill(folder.path(), "ours");
        fs::create_directory(place / "out");
        write_file(place / "out/precious.txt", "theirs");
        try {
            folder.publish();
        } catch (const std::exception&) {
            SUCCEED("refused");
        }
    }
    CHECK(text_of(place / "out/precious.txt") == "theirs");
}

TEST_CASE("OutputFolder: anything but an earlier result alone is refused",
          "[adapters][output_folder]") {
    const TemporaryFolder place;
    fs::create_directory(place / "empty");
    CHECK(refusal(place / "empty").find("not a truegap result") != std::string::npos);
    fs::create_directory(place / "foreign");
    write_file(place / "foreign/results.json", "{\"other\": 1}");
    CHECK(refusal(place / "foreign").find("not a truegap result") != std::string::npos);
    fs::create_directory(place / "short");
    write_file(place / "short/results.json", "{\"tr");
    CHECK(refusal(place / "short").find("not a truegap result") != std::string::npos);
    write_file(place / "file", "");
    CHECK(refusal(place / "file").find("not a folder") != std::string::npos);
    CHECK(refusal(place / "file/below").find("cannot be written") != std::string::npos);
    publish(place / "mixed", "ours");
    for (const std::string name : {"notes.txt", ".hidden", "cells.csv.bak"}) {
        write_file((place / "mixed") / name, "theirs");
        CHECK(refusal(place / "mixed").find(name) != std::string::npos);
        CHECK(text_of((place / "mixed") / name) == "theirs");
        fs::remove((place / "mixed") / name);
    }
    CHECK(refusal(place / "mixed").empty());
    // A folder under the name of one of our files is not ours.
    fs::create_directories(place / "mixed/timings.json");
    write_file(place / "mixed/timings.json/theirs", "theirs");
    CHECK_FALSE(refusal(place / "mixed").empty());
    for (const auto& entry : fs::directory_iterator(place.path()))
        CHECK(entry.path().filename().string().find("unfinished") == std::string::npos);
}
