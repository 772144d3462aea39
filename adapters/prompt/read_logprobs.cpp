#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "metrics/approximation/top_logprobs.hpp"
#include "metrics/log_tables.hpp"
#include "adapters/prompt/read_answer.hpp"
#include "adapters/prompt/unicode.hpp"

namespace truegap::adapters {

namespace {

// Letters alone: " A", "(A", "A)", "**A" and "a" are variants of one label. Byte-pair vocabularies write a
// space before a word as U+0120 or U+2581.
std::u32string label_of(std::string_view token) {
    std::u32string key;
    for (const char32_t c : folded(token)) {
        const bool space_mark = c == 0x0121 || c == 0x2581 || c == 0x010B;
        if (is_word(c) && !space_mark) key.push_back(c);
        if (c == U',' || c == U'\n') break;
    }
    return key;
}

// log(exp a + exp b)
double log_add(double a, double b) {
    const double high = std::max(a, b);
    if (std::isinf(high)) return high;
    return high + metrics::ln_1p(metrics::exponential(std::min(a, b) - high));
}

}  // namespace

metrics::Response read_logprobs(const std::vector<TokenLogprob>& tokens,
                                const Question& question,
                                const Prompt& prompt) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    metrics::Response response;
    metrics::AnswerFaults faults;
    std::vector<std::u32string> labels;
    labels.reserve(prompt.labels.size());
    for (const std::string& label : prompt.labels)
        labels.push_back(folded(std::string_view(label)));
    std::vector<double> logprobs(question.candidates.size(), nan);
    bool any = false;
    for (const TokenLogprob& token : tokens) {
        if (std::isnan(token.logprob) || token.logprob > 0.0) continue;
        const std::u32string key = label_of(token.token);
        if (key.empty()) continue;
        std::size_t owner = labels.size();
        std::size_t owners = 0;
        for (std::size_t k = 0; k < labels.size(); ++k) {
            if (labels[k] == key) {
                owner = k;
                owners = 1;
                break;
            }
            if (labels[k].size() > key.size() && labels[k].compare(0, key.size(), key) == 0) {
                owner = k;
                ++owners;
            }
        }
        if (owners > 1) ++faults.unknown;
        if (owners != 1 || owner >= logprobs.size()) continue;
        double& sum = logprobs[owner];
        sum = std::isnan(sum) ? token.logprob : log_add(sum, token.logprob);
        any = true;
    }
    if (!any) {
        faults.no_answer =
            tokens.empty() ? metrics::NoAnswer::empty : metrics::NoAnswer::unreadable;
    } else if (const auto completed = metrics::complete_logprobs(logprobs)) {
        response.probabilities = *completed;
        response.logprobs = std::move(logprobs);
    } else {
        faults.no_answer = metrics::NoAnswer::unreadable;
    }
    response.faults = faults;
    return response;
}

}  // namespace truegap::adapters
