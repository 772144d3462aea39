#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace truegap::adapters {

/// Which candidate a piece of an answer names. All texts are `plain` (unicode.hpp).
///
/// A title matches, in this order: as it is but for letter case and form; in its words alone (quotes,
/// emphasis, punctuation apart); without brackets at its end and with its article at the front, at the end or
/// not at all ("Matrix, The (1999)", years may differ by one); without diacritics; with up to one difference
/// in about eight characters, when that leaves one nearest candidate and no number differs. What two
/// candidates share names neither. Where options have labels, a label matches after a title.
class ItemMatcher {
  public:
    /// labels: by candidate, or empty.
    ItemMatcher(const std::vector<std::string>& candidates, const std::vector<std::string>& labels);

    /// The candidate whose title this is.
    [[nodiscard]] std::optional<std::uint32_t> title(std::u32string_view piece) const;
    /// The same with small differences.
    [[nodiscard]] std::optional<std::uint32_t> near_title(std::u32string_view piece) const;
    /// The candidate whose label this is, apart from brackets and punctuation around it.
    [[nodiscard]] std::optional<std::uint32_t> label(std::u32string_view piece) const;
    /// Title, label, and then the title with small differences.
    [[nodiscard]] std::optional<std::uint32_t> item(std::u32string_view piece) const;

    /// Titles within a longer text, from left to right, the longest one at each place.
    struct Mention {
        std::size_t begin = 0, end = 0;  ///< in the text
        std::uint32_t candidate = 0;
        bool common = false;  ///< so short that it may be a word of the language
    };
    [[nodiscard]] std::vector<Mention> mentions(std::u32string_view text) const;

    [[nodiscard]] std::size_t size() const { return loose_of_.size(); }
    [[nodiscard]] std::size_t longest() const { return longest_; }
    [[nodiscard]] bool has_labels() const { return !labels_.empty(); }

  private:
    using Keys = std::unordered_map<std::u32string, std::uint32_t>;
    struct Node {
        std::uint32_t candidate;
    };

    static void add_key(Keys& keys, std::u32string key, std::uint32_t candidate);
    static std::optional<std::uint32_t> find(const Keys& keys, const std::u32string& key);
    void add_mention(const std::u32string& key, std::uint32_t candidate);
    [[nodiscard]] bool too_long(std::u32string_view piece) const;

    Keys exact_, words_, core_, loose_, labels_;
    std::vector<std::u32string> loose_of_;     // [candidate]
    std::vector<std::optional<int>> year_of_;  // [candidate]
    std::vector<Node> nodes_;                  // of a tree of characters
    std::unordered_map<std::uint64_t, std::uint32_t> children_;
    std::size_t longest_ = 0;
    mutable double effort_;  // what is left for small differences: hostile texts are long
};

}  // namespace truegap::adapters
