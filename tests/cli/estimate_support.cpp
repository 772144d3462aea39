#include "tests/cli/estimate_support.hpp"

#include <catch2/catch.hpp>

namespace truegap::test {

std::vector<Json> lines_of(const std::string& text) {
    std::vector<Json> result;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        REQUIRE(end != std::string::npos);
        result.push_back(Json::parse(text.substr(at, end - at)));
        at = end + 1;
    }
    return result;
}

Finished run_estimate(const std::string& input, std::vector<std::string> options) {
    options.insert(options.begin(), "estimate");
    return run(options, {}, input);
}

std::vector<Json> estimate(const std::string& input, std::vector<std::string> options) {
    const Finished finished = run_estimate(input, std::move(options));
    INFO(finished.err);
    REQUIRE(finished.code == 0);
    CHECK(finished.err.empty());
    return lines_of(finished.out);
}

std::vector<std::string> keys(const Json& object) {
    std::vector<std::string> result;
    for (const auto& [key, value] : object.items()) result.push_back(key);
    return result;
}

}  // namespace truegap::test
