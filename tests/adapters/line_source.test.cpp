#include "adapters/io/line_source.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "tests/adapters/support.hpp"

#include "adapters/io/counts_lines.hpp"

using namespace truegap;
using namespace truegap::test;

namespace {

// A text that comes in pieces of random size, and sometimes keeps one waiting.
class Drips : public adapters::ByteSource {
  public:
    Drips(std::string text, std::size_t most, std::uint64_t seed)
        : text_(std::move(text)), most_(most), dice_(seed) {}
    std::size_t read(std::span<char> place) override {
        REQUIRE_FALSE(place.empty());
        const std::size_t count =
            std::min({text_.size() - at_, place.size(), 1 + dice_.below(most_)});
        std::copy_n(text_.begin() + static_cast<std::ptrdiff_t>(at_), count, place.begin());
        at_ += count;
        return count;
    }
    bool ready() override { return dice_.below(3) != 0; }

  private:
    std::string text_;
    std::size_t most_;
    Dice dice_;
    std::size_t at_ = 0;
};

std::string random_lines(Dice& dice) {
    std::string text;
    for (std::size_t lines = dice.below(20); lines > 0; --lines)
        text.append(dice.below(10) == 0 ? dice.below(3000) : dice.below(8), 'x') += '\n';
    if (dice.below(2) == 0) text += "no end";
    return text;
}

std::string estimated(const std::string& text, std::size_t most, unsigned threads) {
    Drips source(text, most, 4);
    std::ostringstream out;
    const adapters::EstimateInput input{.file = "f", .threads = threads};
    adapters::EstimateOptions options;
    options.estimators = {*metrics::find_estimator("plug_in")};
    adapters::estimate_lines(source, input, options, out);
    return out.str();
}

}  // namespace

TEST_CASE("LineSource: gives everything back, in whole lines, however it comes",
          "[adapters][lines]") {
    Dice dice(1);
    for (std::uint64_t round = 0; round < 500; ++round) {
        const std::string text = random_lines(dice);
        Drips drips(text, 1 + dice.below(300), round);
        adapters::LineSource source(drips);
        std::string together;
        for (;;) {
            const std::string_view lines = source.next(1 + dice.below(500));
            if (lines.empty()) break;
            together += lines;
            if (!lines.ends_with('\n') && together.size() != text.size())
                FAIL_CHECK("a broken line");
        }
        if (together != text) FAIL_CHECK("not the same text");
        if (!source.next(10).empty()) FAIL_CHECK("something after the end");
    }
}

TEST_CASE("estimate_lines: the same answers, however the lines come", "[adapters][lines]") {
    Dice dice(2);
    std::string text = "\xEF\xBB\xBF\n";
    for (int i = 0; i < 2000; ++i) {
        if (dice.below(9) == 0) text.append(" \r\n");
        text.append("[").append(std::to_string(dice.below(1000))).append(", 3]\n");
    }
    const std::string at_once = estimated(text, text.size(), 1);
    CHECK(std::count(at_once.begin(), at_once.end(), '\n') == 2000);
    for (const std::size_t most : {1, 7, 100, 5000})
        for (const unsigned threads : {1U, 3U}) CHECK(estimated(text, most, threads) == at_once);
}
