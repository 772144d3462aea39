#include <catch2/catch.hpp>
#include <sstream>
#include <string>

#include "tests/adapters/prompt/styles.hpp"

#include "adapters/prompt/read_answer.hpp"

using namespace truegap;
using namespace truegap::test;

namespace {

std::string places_text(const metrics::Response& response) {
    std::ostringstream text;
    if (response.rankings.empty()) return {};
    for (const std::uint32_t candidate : response.rankings.front()) {
        if (text.tellp() > 0) text << ' ';
        if (candidate == metrics::no_candidate) {
            text << 'x';
        } else {
            text << candidate;
        }
    }
    return text.str();
}

std::string faults_text(const metrics::AnswerFaults& faults) {
    std::string text;
    const auto add = [&](const std::string& word) { text += (text.empty() ? "" : " ") + word; };
    if (faults.missing > 0) add("missing " + std::to_string(faults.missing));
    if (faults.unknown > 0) add("unknown " + std::to_string(faults.unknown));
    if (faults.duplicates > 0) add("duplicates " + std::to_string(faults.duplicates));
    if (faults.cut) add("cut");
    if (faults.no_answer == metrics::NoAnswer::refused) add("refused");
    if (faults.no_answer == metrics::NoAnswer::empty) add("empty");
    if (faults.no_answer == metrics::NoAnswer::unreadable) add("unreadable");
    return text;
}

}  // namespace

TEST_CASE("read_ranking: answers in many styles", "[adapters][prompt]") {
    CHECK(styles().size() >= 90);
    for (const Style& style : styles()) {
        INFO(style.cast << ": " << style.name << "\n" << style.text);
        const metrics::Response response =
            adapters::read_ranking(style.text, cast_question(style.cast), cast_prompt(style.cast));
        REQUIRE(response.faults);
        CHECK(places_text(response) == style.places);
        CHECK(faults_text(*response.faults) == style.faults);
    }
}
