#include "adapters/prompt/item_names.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "metrics/contract.hpp"
#include "sim/stream.hpp"
#include "sim/wide_multiply.hpp"

namespace truegap::adapters {

namespace {

// A prime: the check syllable then tells any two numbers apart that differ in one other syllable.
constexpr std::size_t syllables = 71;

// What a script makes of syllable number s.
struct Script {
    std::string_view name;
    std::string (*syllable)(std::size_t s);
    std::string (*last)(std::size_t s);
};

std::string latin(std::size_t s) {
    constexpr std::string_view consonants = "bdfghklmnprstvz";
    constexpr std::string_view vowels = "aeiou";
    return {consonants[s / vowels.size()], vowels[s % vowels.size()]};
}
// Closed by a consonant, because many words end in a vowel.
std::string latin_last(std::size_t s) {
    constexpr std::string_view ends = "nxmkz";
    return latin(s) + ends[s % ends.size()];
}

std::string devanagari(std::size_t s) {
    constexpr std::array<std::string_view, 15> consonants{
        "ब", "द", "फ", "ग", "ह", "क", "ल", "म", "न", "प", "र", "स", "त", "व", "ज"};
    constexpr std::array<std::string_view, 5> vowels{"ा", "े", "ि", "ो", "ु"};
    return std::string(consonants[s / vowels.size()]).append(vowels[s % vowels.size()]);
}

std::string arabic(std::size_t s) {
    constexpr std::array<std::string_view, 24> consonants{"ب", "د", "ف", "غ", "ه", "ك", "ل", "م",
                                                          "ن", "ت", "ر", "س", "ش", "ج", "ز", "ح",
                                                          "خ", "ص", "ط", "ع", "ق", "ض", "ظ", "ث"};
    constexpr std::array<std::string_view, 3> vowels{"ا", "ي", "و"};
    return std::string(consonants[s / vowels.size()]).append(vowels[s % vowels.size()]);
}

// The characters that foreign names are written in.
std::string han(std::size_t s) {
    constexpr std::array<std::string_view, syllables> characters{
        "巴", "贝", "比", "博", "布", "达", "德", "迪", "多", "杜", "法", "菲", "弗", "福", "戈",
        "格", "古", "哈", "赫", "胡", "霍", "基", "加", "卡", "凯", "科", "克", "库", "拉", "莱",
        "兰", "里", "罗", "鲁", "马", "梅", "米", "莫", "姆", "纳", "内", "尼", "诺", "努", "帕",
        "佩", "皮", "普", "奇", "恰", "萨", "塞", "沙", "什", "斯", "苏", "塔", "泰", "特", "托",
        "图", "瓦", "维", "沃", "西", "希", "辛", "雅", "伊", "扎", "佐"};
    return std::string(characters[s]);
}

constexpr std::array scripts{
    Script{"latin", latin, latin_last},
    Script{"devanagari", devanagari, devanagari},
    Script{"han", han, han},
    Script{"arabic", arabic, arabic},
};

// Words in one of the scripts; left out in all.
constexpr std::array<std::string_view, 24> words{
    "vitamin", "ramirez", "megaton", "melanin", "balaton", "benison", "venison", "denizen",
    "samovam", "telefon", "saladin", "pelikan", "kalakan", "banatik", "dominik", "marinad",
    "nominin", "politik", "botanik", "magadan", "kapitan", "lunatik", "fanatik", "mosaik"};

using Digits = std::vector<std::size_t>;

// The number in base 71 and its check digit: sum of (i + 1) d_i, which also catches a swap of neighbours.
Digits with_check(std::uint64_t number, std::size_t places) {
    Digits digits(places + 1);
    std::size_t sum = 0;
    for (std::size_t i = 0; i < places; ++i, number /= syllables) {
        digits[i] = number % syllables;
        sum += (i + 1) * digits[i];
    }
    digits[places] = sum % syllables;
    return digits;
}

std::string spelled(const Script& script, const Digits& digits) {
    std::string name;
    for (std::size_t i = 0; i + 1 < digits.size(); ++i) name += script.syllable(digits[i]);
    return name + script.last(digits.back());
}

bool is_word_somewhere(const Digits& digits) {
    const std::string name = spelled(scripts[0], digits);
    return std::find(words.begin(), words.end(), name) != words.end();
}

}  // namespace

const std::vector<std::string>& name_scripts() {
    static const std::vector<std::string> names{"latin", "devanagari", "han", "arabic"};
    return names;
}

std::vector<std::string> generated_names(std::string_view script,
                                         std::size_t count,
                                         std::uint64_t seed,
                                         std::uint32_t world) {
    const auto* writing = std::find_if(
        scripts.begin(), scripts.end(), [&](const Script& one) { return one.name == script; });
    TRUEGAP_EXPECTS(writing != scripts.end());
    constexpr std::uint64_t spare = 4;
    std::size_t places = 2;
    std::uint64_t store = syllables * syllables;
    for (; store < spare * count; store *= syllables) ++places;
    TRUEGAP_EXPECTS(places <= 4);
    sim::Stream draws =
        sim::stream({.seed = seed, .world = world, .purpose = sim::Purpose::item_names});
    std::unordered_set<std::uint64_t> taken;
    taken.reserve(count);
    std::vector<std::string> names;
    names.reserve(count);
    while (names.size() < count) {
        const std::uint64_t number = sim::wide_multiply(draws(), store).high;
        if (!taken.insert(number).second) continue;
        const Digits digits = with_check(number, places);
        if (is_word_somewhere(digits)) continue;
        std::string name = spelled(*writing, digits);
        if (name.front() >= 'a' && name.front() <= 'z')
            name.front() = static_cast<char>(name.front() - 'a' + 'A');
        names.push_back(std::move(name));
    }
    return names;
}

}  // namespace truegap::adapters
