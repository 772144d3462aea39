#include <algorithm>
#include <vector>

#include "adapters/prompt/answer_text.hpp"
#include "adapters/prompt/item_matcher.hpp"
#include "adapters/prompt/places.hpp"
#include "adapters/prompt/read_answer.hpp"

namespace truegap::adapters {

metrics::NoAnswer why_no_answer(std::string_view text) {
    const AnswerText answer = answer_text(text);
    if (answer.unfinished || says_nothing(answer.text)) return metrics::NoAnswer::empty;
    return declines(answer.text) ? metrics::NoAnswer::refused : metrics::NoAnswer::unreadable;
}

metrics::Response ranking_response(const std::vector<std::uint32_t>& named,
                                   const Question& question) {
    metrics::Response response;
    metrics::AnswerFaults faults;
    std::vector<bool> seen(question.candidates.size(), false);
    std::vector<std::uint32_t> ranking;
    const std::size_t places = std::min(named.size(), question.candidates.size());
    ranking.reserve(places);
    for (std::size_t place = 0; place < places; ++place) {
        const std::uint32_t candidate = named[place];
        const bool known = candidate < seen.size();
        const bool repeated = known && seen[candidate];
        if (known) seen[candidate] = true;
        ranking.push_back(known && !repeated ? candidate : metrics::no_candidate);
        if (place >= question.top) continue;
        if (repeated) ++faults.duplicates;
        if (!known) ++faults.unknown;
    }
    if (places < question.top) faults.missing = static_cast<std::uint32_t>(question.top - places);
    if (!ranking.empty()) response.rankings.push_back(std::move(ranking));
    response.faults = faults;
    return response;
}

metrics::Response read_ranking(std::string_view text,
                               const Question& question,
                               const Prompt& prompt) {
    const ItemMatcher matcher(question.candidates, prompt.labels);
    const AnswerText answer = answer_text(text);
    const Listing listing{.matcher = matcher, .top = question.top};
    const Places places = places_in_answer(listing, answer.text);
    metrics::Response response = ranking_response(places.named, question);
    response.faults->cut = places.cut || answer.unfinished;
    if (places.named.empty()) response.faults->no_answer = why_no_answer(text);
    return response;
}

}  // namespace truegap::adapters
