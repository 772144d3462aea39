#include "adapters/prompt/places.hpp"

#include <algorithm>
#include <unordered_set>

#include "metrics/response.hpp"
#include "adapters/prompt/unicode.hpp"

namespace truegap::adapters {

Places places_of(const Listing& listing, std::vector<std::uint32_t> named) {
    Places places;
    std::unordered_set<std::uint32_t> seen;
    const std::size_t last = std::min(named.size(), listing.top);
    for (std::size_t i = 0; i < last; ++i)
        if (named[i] != metrics::no_candidate) seen.insert(named[i]);
    places.found = seen.size();
    if (places.found > 0) places.named = std::move(named);
    return places;
}

Places places_in_text(const Listing& listing, std::u32string_view text) {
    Places lines = places_in_lines(listing, text);
    Places running = places_in_running_text(listing, text);
    // A list of as many lines as were asked for is the answer, even where not all of them name a candidate:
    // what else they mention belongs to explanations.
    const bool whole_list = lines.named.size() >= listing.top && 2 * lines.found >= listing.top;
    return running.found > lines.found && !whole_list ? running : lines;
}

Places places_in_answer(const Listing& listing, std::string_view raw) {
    Places json = places_in_json(listing, raw);
    if (json.found >= listing.top) return json;
    Places text = places_in_text(listing, plain(raw));
    text.cut = json.cut;
    // Short JSON is a short answer, unless the text lists far more.
    return text.found > 2 * json.found ? text : json;
}

}  // namespace truegap::adapters
