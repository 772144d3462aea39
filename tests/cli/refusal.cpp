#include "tests/cli/refusal.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

namespace truegap::test {

namespace {

// Everything that is wrong with a refusal, one line each; empty when it is as it must be.
std::string defects(const Finished& finished,
                    const std::string& lead,
                    const std::vector<std::string>& says) {
    std::string result;
    const auto expect = [&](bool holds, const std::string& otherwise) {
        if (!holds) result += "\n    " + otherwise;
    };
    expect(finished.code == 2, "exit code " + std::to_string(finished.code));
    expect(finished.out.empty(), "standard output is not empty");
    expect(std::count(finished.err.begin(), finished.err.end(), '\n') == 1, "not one line");
    const auto is_control = [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == '\x7f';
    };
    expect(std::none_of(finished.err.begin(), finished.err.end(), is_control),
           "control characters");
    expect(finished.err.starts_with("truegap: " + lead), "does not start: truegap: " + lead);
    for (const std::string& words : says)
        expect(finished.err.find(words) != std::string::npos, "does not say: " + words);
    expect(finished.err.find(" (") != std::string::npos && finished.err.ends_with(")\n"),
           "does not end with what is allowed, in parentheses");
    return result;
}

}  // namespace

void check_refused(const Finished& finished,
                   const std::string& lead,
                   const std::vector<std::string>& says) {
    const std::string found = defects(finished, lead, says);
    if (found.empty()) {
        SUCCEED();
    } else {
        FAIL_CHECK("refusal: " << finished.err << found);
    }
}

void check_scenario_refused(const std::string& text,
                            const std::string& place,
                            const std::vector<std::string>& says) {
    const TemporaryFolder folder;
    write_file(folder / "bad.json", text);
    std::filesystem::create_directory(folder / "work");
    const bool cut_off = place.empty() || place.ends_with(' ');
    for (const std::string command : {"validate", "run"}) {
        INFO("truegap " << command << ", place " << place);
        const Finished finished = run({command, "../bad.json"}, folder / "work");
        check_refused(finished, "../bad.json: " + place + (cut_off ? "" : ": "), says);
        CHECK(entries_below(folder / "work").empty());
    }
}

void check_changes_refused(const Json& good, const std::vector<BadChange>& changes) {
    for (const BadChange& bad : changes) {
        INFO("put " << bad.value.dump() << " at " << bad.change);
        check_scenario_refused(with(good, bad.change, bad.value).dump(),
                               bad.place.empty() ? bad.change : bad.place,
                               bad.says);
    }
}

}  // namespace truegap::test
