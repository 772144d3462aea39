#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/cli/support.hpp"

using namespace truegap::test;

namespace {

void check_failed(const Finished& finished, const std::string& says) {
    INFO(finished.err);
    CHECK(finished.code == 1);
    CHECK(finished.err.starts_with("truegap: "));
    CHECK(finished.err.find(says) != std::string::npos);
    CHECK(std::count(finished.err.begin(), finished.err.end(), '\n') == 1);
}

}  // namespace

TEST_CASE("full disk: standard output that cannot be written is a failure", "[cli][full_disk]") {
    const TemporaryFolder folder;
    write_file(folder / "s.json", small_scenario().dump());
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"run", "s.json", "--replicates", "2"},
          {"truth", "s.json"},
          {"truth", "s.json", "--format", "csv"},
          {"population", "s.json"},
          {"validate", "s.json"},
          {"scenarios"},
          {"scenarios", "quickstart"},
          {"estimate", "-"},
          {"--version"},
          {"--help"},
          {"run", "--help"}}) {
        INFO(Json(arguments).dump());
        check_failed(run({.arguments = arguments,
                          .input = "[3, 2, 1]\n",
                          .folder = folder.path(),
                          .out_file = "/dev/full"}),
                     "standard output cannot be written");
    }
}

TEST_CASE("full disk: a result that cannot be written whole leaves nothing, and the earlier one",
          "[cli][full_disk]") {
    const TemporaryFolder folder;
    REQUIRE(run({"run", "-", "--out", "out"}, folder.path(), small_scenario().dump()).code == 0);
    const auto before = entries_below(folder.path());
    const std::string cells = read_file(folder / "out/cells.csv");
    // Files of at most 4 blocks of 512 or 1024 bytes, and no signal about it: writing fails as on a
    // full disk.
    const std::vector<std::string> small_files{
        "/bin/sh", "-c", "trap '' XFSZ; ulimit -f 4; exec \"$@\"", "sh"};
    for (const std::string out : {"out", "new/one"})
        check_failed(run({.arguments = {"run", "-", "--out", out},
                          .input = small_scenario().dump(),
                          .folder = folder.path(),
                          .wrapper = small_files}),
                     "cannot be written");
    CHECK(entries_below(folder.path()) == before);
    CHECK(read_file(folder / "out/cells.csv") == cells);
}

TEST_CASE("full disk: a full file system, where one can be mounted", "[cli][full_disk]") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "disk");
    const std::vector<std::string> small_disk{
        "unshare",
        "-rm",
        "/bin/sh",
        "-c",
        "mount -t tmpfs -o size=16k none disk || exit 77; \"$@\"; code=$?; ls -A disk; exit $code",
        "sh"};
    const Finished finished = run({.arguments = {"run", "-", "--out", "disk/out"},
                                   .input = small_scenario().dump(),
                                   .folder = folder.path(),
                                   .wrapper = small_disk});
    if (finished.err.find("truegap: ") == std::string::npos) {
        WARN("no file system can be mounted here: " << finished.err);
        return;
    }
    check_failed(finished, "No space left on device");
    CHECK(finished.out.empty());
}
