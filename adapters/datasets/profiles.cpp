#include "adapters/datasets/profiles.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "adapters/datasets/names.hpp"

namespace truegap::adapters {

namespace {

constexpr std::array<unsigned, 6> first_ages{
    18, 25, 35, 45, 50, 56};  // of every band but the first
constexpr double oldest = 100.0;

}  // namespace

bool Profiles::add(std::string_view user, std::span<const std::int16_t> levels) {
    const std::size_t before = users_.size();
    if (users_.add(user) < before) return false;
    levels_.insert(levels_.end(), levels.begin(), levels.end());
    return true;
}

Demographic age_bands() {
    return {.name = "age",
            .levels = {"Under 18", "18-24", "25-34", "35-44", "45-49", "50-55", "56+"}};
}

Demographic genders() {
    return {.name = "gender", .levels = {"F", "M"}};
}

std::int16_t age_level(std::string_view text, unsigned least, Findings& findings) {
    text = trimmed(text);
    double age = 0.0;  // some tools write 22.0
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, age);
    if (text.empty() || (error != std::errc{} && error != std::errc::result_out_of_range) ||
        stop != end) {
        findings.add(Found::missing_ages);
        return unknown_level;
    }
    if (error != std::errc{} || !(age >= least && age <= oldest)) {
        findings.add(Found::absurd_ages);
        return unknown_level;
    }
    const auto* const band = std::upper_bound(first_ages.begin(), first_ages.end(), age);
    return static_cast<std::int16_t>(band - first_ages.begin());
}

std::int16_t gender_level(std::string_view text, Findings& findings) {
    text = trimmed(text);
    if (text == "F" || text == "f") return 0;
    if (text == "M" || text == "m") return 1;
    findings.add(Found::missing_genders);
    return unknown_level;
}

}  // namespace truegap::adapters
