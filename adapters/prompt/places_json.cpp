#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "metrics/response.hpp"
#include "adapters/prompt/list_marker.hpp"
#include "adapters/prompt/loose_json.hpp"
#include "adapters/prompt/named_item.hpp"
#include "adapters/prompt/places.hpp"
#include "adapters/prompt/unicode.hpp"

namespace truegap::adapters {

namespace {

using Kind = LooseJson::Kind;
using metrics::no_candidate;

std::u32string key_text(const std::string& key) {
    return without_diacritics(folded(std::string_view(key)));
}

template <std::size_t Count>
bool is_among(const std::string& key, const std::array<std::u32string_view, Count>& words) {
    const std::u32string text = key_text(key);
    return std::any_of(words.begin(), words.end(), [&](std::u32string_view word) {
        return text.find(word) != std::u32string::npos;
    });
}

bool is_ranking_key(const std::string& key) {
    constexpr std::array<std::u32string_view, 12> words{U"rank",
                                                        U"answer",
                                                        U"result",
                                                        U"recommend",
                                                        U"predict",
                                                        U"top",
                                                        U"排",
                                                        U"结果",
                                                        U"答案",
                                                        U"क्रम",
                                                        U"उत्तर",
                                                        U"ترتيب"};
    return is_among(key, words);
}

bool is_rank_key(const std::string& key) {
    constexpr std::array<std::u32string_view, 9> words{
        U"rank", U"position", U"place", U"order", U"number", U"排", U"क्रम", U"ترتيب", U"#"};
    return is_among(key, words);
}

// What names the item, where an entry has more than one text.
bool is_title_key(const std::string& key) {
    constexpr std::array<std::u32string_view, 12> words{U"item",
                                                        U"title",
                                                        U"name",
                                                        U"choice",
                                                        U"candidate",
                                                        U"option",
                                                        U"answer",
                                                        U"名",
                                                        U"项",
                                                        U"नाम",
                                                        U"वस्तु",
                                                        U"عنصر"};
    return is_among(key, words);
}

std::optional<double> number_in(const LooseJson& value) {
    if (value.kind == Kind::number) return value.number;
    if (value.kind != Kind::text) return std::nullopt;
    const std::u32string text = plain(value.text);
    const ListMarker marker = list_marker(text);
    if (marker.kind == ListMarker::Kind::number && marker.length == text.size())
        return static_cast<double>(marker.number);
    const auto stated = stated_number(trimmed(text));
    return stated ? std::optional(stated->value) : std::nullopt;
}

// "1", "rank 2", "third", "item_4"
std::optional<double> rank_in(const std::u32string& key) {
    const ListMarker marker = list_marker(key + U':');
    if (marker.kind == ListMarker::Kind::number) return static_cast<double>(marker.number);
    std::size_t first = key.size();
    while (first > 0 && digit_value(key[first - 1]) >= 0) --first;
    const auto number = stated_number(std::u32string_view(key).substr(first));
    return number ? std::optional(number->value) : std::nullopt;
}

class JsonPlaces {
  public:
    explicit JsonPlaces(const Listing& listing) : listing_(listing) {}

    [[nodiscard]] Places any(const LooseJson& value) const {
        switch (value.kind) {
            case Kind::list:
                return list(value);
            case Kind::object:
                return object(value);
            case Kind::text:
                return places_in_text(listing_, plain(value.text));
            default:
                return {};
        }
    }

    // Objects one after another are entries of one list.
    [[nodiscard]] Places entries(const LooseJson& list) const {
        std::vector<std::pair<double, std::uint32_t>> ranked;
        bool all_ranked = true;
        for (const LooseJson& entry : list.items) {
            const auto candidate = item(entry);
            if (!candidate) continue;
            const auto rank = rank_of(entry);
            all_ranked = all_ranked && rank.has_value();
            ranked.emplace_back(rank.value_or(0.0), *candidate);
        }
        return sorted(std::move(ranked), all_ranked);
    }

  private:
    [[nodiscard]] Places sorted(std::vector<std::pair<double, std::uint32_t>> ranked,
                                bool by_rank) const {
        if (by_rank)
            std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
                return a.first < b.first;
            });
        std::vector<std::uint32_t> named;
        named.reserve(ranked.size());
        for (const auto& [rank, candidate] : ranked) named.push_back(candidate);
        return places_of(listing_, std::move(named));
    }

    // The candidate of an entry, `no_candidate` for one that names another item, nothing for one that names
    // none at all.
    [[nodiscard]] std::optional<std::uint32_t> item(const LooseJson& entry) const {
        switch (entry.kind) {
            case Kind::text:
                return named_after_marker(listing_.matcher, plain(entry.text))
                    .value_or(no_candidate);
            case Kind::number:
                return listing_.matcher.item(plain(entry.text)).value_or(no_candidate);
            case Kind::list:
                return first_item(entry.items);
            case Kind::object:
                return item_of_object(entry);
            default:
                return std::nullopt;
        }
    }

    [[nodiscard]] std::optional<std::uint32_t> first_item(
        const std::vector<LooseJson>& entries) const {
        std::optional<std::uint32_t> unknown;
        for (const LooseJson& entry : entries) {
            if (entry.kind != Kind::text) continue;
            const auto found = item(entry);
            if (found && *found != no_candidate) return found;
            unknown = found;
        }
        return unknown;
    }

    [[nodiscard]] std::optional<std::uint32_t> item_of_object(const LooseJson& entry) const {
        std::optional<std::uint32_t> unknown;
        for (const bool titles : {true, false}) {
            for (const auto& [key, value] : entry.members) {
                if (is_title_key(key) != titles) continue;
                const bool is_text = value.kind == Kind::text;
                if (!is_text && !(titles && value.kind == Kind::number)) continue;
                const auto found = item(value);
                if (found && *found != no_candidate) return found;
                unknown = found;
            }
        }
        // {"Alpha": 0.3}
        if (entry.members.size() == 1 && !unknown)
            if (const auto found = listing_.matcher.title(plain(entry.members.front().key)))
                return found;
        return unknown;
    }

    static std::optional<double> rank_of(const LooseJson& entry) {
        if (entry.kind != Kind::object) return std::nullopt;
        for (const auto& [key, value] : entry.members)
            if (is_rank_key(key))
                if (const auto rank = number_in(value)) return rank;
        return std::nullopt;
    }

    [[nodiscard]] Places list(const LooseJson& value) const {
        Places best = entries(value);
        for (const LooseJson& entry : value.items) {
            if (entry.kind != Kind::list && entry.kind != Kind::object) continue;
            Places inner = any(entry);
            if (inner.found > best.found) best = std::move(inner);
        }
        return best;
    }

    [[nodiscard]] Places object(const LooseJson& value) const {
        Places best;
        bool best_is_ranking = false;
        for (const auto& [key, member] : value.members) {
            Places inner = any(member);
            const bool is_ranking = is_ranking_key(key);
            if (inner.found == 0 || inner.found < best.found) continue;
            if (inner.found == best.found && best_is_ranking && !is_ranking) continue;
            best = std::move(inner);
            best_is_ranking = is_ranking;
        }
        for (Places& other : std::array{by_rank(value), by_title(value)})
            if (other.found > best.found) best = std::move(other);
        if (best.found > 0) return best;
        const auto only = item_of_object(value);
        return places_of(listing_, {only.value_or(no_candidate)});
    }

    // {"1": "Alpha", "2": {"title": "Beta"}}
    [[nodiscard]] Places by_rank(const LooseJson& value) const {
        std::vector<std::pair<double, std::uint32_t>> ranked;
        for (const auto& [key, member] : value.members) {
            const auto rank = rank_in(plain(key));
            const auto candidate = item(member);
            if (rank && candidate) ranked.emplace_back(*rank, *candidate);
        }
        return sorted(std::move(ranked), true);
    }

    // {"Alpha": 1, "Beta": 2} by rank, {"Alpha": 0.5, "Beta": 0.2} by score, else as they stand.
    [[nodiscard]] Places by_title(const LooseJson& value) const {
        std::vector<std::pair<double, std::uint32_t>> ranked;
        bool numbers = true;
        std::vector<double> values;
        for (const auto& [key, member] : value.members) {
            const auto number = number_in(member);
            const auto candidate = listing_.matcher.item(plain(key));
            // Keys that are no items belong to the answer's own form, unless they are scored like items.
            if (!candidate && !number) continue;
            numbers = numbers && number.has_value();
            values.push_back(number.value_or(0.0));
            ranked.emplace_back(number.value_or(0.0), candidate.value_or(no_candidate));
        }
        std::sort(values.begin(), values.end());
        bool ranks = numbers;
        for (std::size_t i = 0; i < values.size(); ++i)
            ranks = ranks && values[i] == static_cast<double>(i + 1);
        if (numbers && !ranks)
            for (auto& [score, candidate] : ranked) score = -score;
        return sorted(std::move(ranked), numbers);
    }

    const Listing& listing_;
};

}  // namespace

Places places_in_json(const Listing& listing, std::string_view raw) {
    const JsonPlaces reader(listing);
    Places best;
    bool cut = false;
    LooseJson objects;
    objects.kind = Kind::list;
    for (JsonBlock& block : json_blocks(raw)) {
        cut = cut || block.cut;
        Places inner = reader.any(block.value);
        if (inner.found > 0 && inner.found >= best.found) best = std::move(inner);
        if (block.value.kind == Kind::object) objects.items.push_back(std::move(block.value));
    }
    if (objects.items.size() > 1) {
        Places inner = reader.entries(objects);
        if (inner.found > best.found) best = std::move(inner);
    }
    best.cut = cut;
    return best;
}

}  // namespace truegap::adapters
