#include "adapters/prompt/read_answer.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "tests/adapters/prompt/styles.hpp"

/// Arbitrary bytes as the answer of a model: nothing crashes, and what is promised of a response holds. The
/// first byte says which question they answer.

namespace {

using namespace truegap;

void expect(bool promise, const char* what) {
    if (promise) return;
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
}

void check_ranking(const metrics::Response& response, const adapters::Question& question) {
    expect(response.faults.has_value(), "faults are given");
    const metrics::AnswerFaults& faults = response.faults.value();
    expect(response.rankings.size() <= 1, "one ranking at most");
    const bool none = response.rankings.empty();
    expect(none == (faults.no_answer != metrics::NoAnswer::none), "a ranking or why there is none");
    std::vector<bool> seen(question.candidates.size(), false);
    std::size_t places = 0;
    std::size_t nobody = 0;
    for (const auto& ranking : response.rankings) {
        expect(ranking.size() <= question.candidates.size(), "no more places than candidates");
        places = std::min(ranking.size(), question.top);
        for (std::size_t i = 0; i < ranking.size(); ++i) {
            if (ranking[i] == metrics::no_candidate) {
                nobody += i < question.top ? 1 : 0;
                continue;
            }
            expect(ranking[i] < seen.size(), "candidates in range");
            expect(!seen[ranking[i]], "candidates once each");
            seen[ranking[i]] = true;
        }
    }
    expect(faults.missing == question.top - places, "missing places");
    expect(faults.unknown + faults.duplicates == nobody, "unknown and repeated places");
}

void check_percentages(const metrics::Response& response, const adapters::Question& question) {
    const auto& percentages = response.percentages;
    expect(percentages.empty() || percentages.size() == question.candidates.size(), "one each");
    bool any = false;
    for (const double percent : percentages) {
        expect(std::isnan(percent) || (percent >= 0.0 && std::isfinite(percent)),
               "finite and >= 0");
        any = any || !std::isnan(percent);
    }
    expect(any == (response.faults.value().no_answer == metrics::NoAnswer::none), "any stated");
}

void check_logprobs(std::string_view text,
                    const adapters::Question& question,
                    const adapters::Prompt& prompt) {
    std::vector<adapters::TokenLogprob> tokens;
    for (std::size_t at = 0; at < text.size() && tokens.size() < 20; at += 3)
        tokens.push_back({std::string(text.substr(at, 2)), -0.1 * static_cast<double>(at)});
    const auto response = adapters::read_logprobs(tokens, question, prompt);
    double sum = 0.0;
    for (const double p : response.probabilities) sum += p;
    expect(response.probabilities.empty() || std::abs(sum - 1.0) < 1e-9, "a distribution");
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::vector<std::string> casts{"en", "films", "hi", "zh", "ar"};
    if (size == 0) return 0;
    const std::string& cast = casts[data[0] % casts.size()];
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes as characters
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const adapters::Question question = test::cast_question(cast);
    const adapters::Prompt prompt = test::cast_prompt(cast);
    check_ranking(adapters::read_ranking(text, question, prompt), question);
    check_percentages(adapters::read_percentages(text, question, prompt), question);
    const std::uint32_t choice = adapters::read_choice(text, question, prompt);
    expect(choice == metrics::no_candidate || choice < question.candidates.size(), "a choice");
    check_logprobs(text, question, prompt);
    return 0;
}
