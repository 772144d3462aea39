#include "adapters/prompt/item_names.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <numeric>
#include <set>
#include <string>

#include "adapters/prompt/unicode.hpp"

using namespace truegap;
using adapters::generated_names;

namespace {

std::size_t edit_distance(const std::u32string& a, const std::u32string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

TEST_CASE("generated_names: distinct, and of one length", "[adapters][prompt]") {
    for (const std::string& script : adapters::name_scripts()) {
        for (const std::size_t count : {50U, 1000U, 100'000U}) {
            INFO(script << ' ' << count);
            const auto names = generated_names(script, count, 7, 0);
            REQUIRE(names.size() == count);
            std::set<std::u32string> distinct;
            for (const std::string& name : names) distinct.insert(adapters::folded(name));
            CHECK(distinct.size() == count);
            CHECK(distinct.begin()->size() == distinct.rbegin()->size());
        }
    }
    CHECK(generated_names("latin", 1'000'000, 7, 0).size() == 1'000'000);
}

TEST_CASE("generated_names: any two differ in at least two letters", "[adapters][prompt]") {
    for (const std::string& script : adapters::name_scripts()) {
        for (const std::size_t count : {50U, 1000U}) {
            std::vector<std::u32string> names;
            for (const std::string& name : generated_names(script, count, 3, 1))
                names.push_back(adapters::folded(name));
            std::size_t least = 100;
            for (std::size_t i = 0; i < count; ++i)
                for (std::size_t j = 0; j < i; ++j)
                    least = std::min(least, edit_distance(names[i], names[j]));
            INFO(script << ' ' << count);
            CHECK(least >= 2);
        }
    }
}

TEST_CASE("generated_names: the same items have the same numbers in every script",
          "[adapters][prompt]") {
    // Syllable by syllable, each script's name is the other's in other letters.
    const auto han = generated_names("han", 500, 5, 2);
    for (const auto& [script, letters] :
         std::map<std::string, std::size_t>{{"latin", 2}, {"devanagari", 2}, {"arabic", 2}}) {
        const auto names = generated_names(script, 500, 5, 2);
        std::map<char32_t, std::u32string> spelling;
        for (std::size_t i = 0; i < han.size(); ++i) {
            const std::u32string characters = adapters::composed(han[i]);
            const std::u32string name = adapters::folded(names[i]);
            for (std::size_t s = 0; s < characters.size(); ++s) {
                const std::u32string syllable = name.substr(letters * s, letters);
                const auto [place, is_new] = spelling.try_emplace(characters[s], syllable);
                CHECK(place->second == syllable);
            }
        }
        CHECK(spelling.size() > 60);
    }
}

TEST_CASE("generated_names: depend on seed and world, and begin with varied letters",
          "[adapters][prompt]") {
    const auto names = generated_names("latin", 50, 1, 0);
    CHECK(names == generated_names("latin", 50, 1, 0));
    CHECK(names != generated_names("latin", 50, 2, 0));
    CHECK(names != generated_names("latin", 50, 1, 1));
    std::set<char> first;
    for (const std::string& name : names) first.insert(name.front());
    CHECK(first.size() >= 10);
    // More items of the same world keep the names of the first ones.
    const auto more = generated_names("latin", 60, 1, 0);
    CHECK(std::equal(names.begin(), names.end(), more.begin()));
}
