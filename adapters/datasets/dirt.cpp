#include "adapters/datasets/dirt.hpp"

#include <algorithm>

#include "adapters/io/input_error.hpp"

namespace truegap::adapters {

namespace {

constexpr std::size_t most_examples = 5;
constexpr std::uint64_t always_allowed = 10;
constexpr std::uint64_t one_in = 100;

constexpr std::array<FoundName, static_cast<std::size_t>(Found::count_)> names{{
    {"lines", "lines of events"},
    {"events", "events kept"},
    {"users", "users with events"},
    {"items", "items with events"},
    {"profiles", "profiles"},
    {"malformed_lines", "malformed lines, left out"},
    {"stray_user_lines", "lines of user 0 or of no user's name, left out"},
    {"unnamed_items", "lines whose item has no name, left out"},
    {"no_plays", "lines of zero or fewer plays, left out"},
    {"duplicate_events", "events told twice, left out once"},
    {"scattered_users", "users whose lines are not together, joined"},
    {"repaired_names", "names with broken UTF-8, repaired"},
    {"latin_1_names", "names read as Latin-1"},
    {"suffixed_names", "candidates with another's name, numbered"},
    {"repeated_profiles", "second profiles of a user, left out"},
    {"users_without_profile", "users without a profile, in no group"},
    {"profiles_without_events", "profiles without events"},
    {"missing_ages", "profiles without an age"},
    {"absurd_ages", "profiles with an absurd age"},
    {"missing_genders", "profiles without a gender"},
    {"missing_occupations", "profiles without an occupation"},
    {"missing_countries", "profiles without a country"},
    {"unknown_countries", "profiles with a country that is in no list"},
    {"small_contexts", "contexts with too few users, not written"},
}};

}  // namespace

FoundName name_of(Found found) {
    return names[static_cast<std::size_t>(found)];
}

void Findings::malformed(std::string_view file, std::uint64_t line, std::string_view what) {
    add(Found::malformed_lines);
    if (first_malformed_.size() >= most_examples) return;
    first_malformed_.push_back(std::string(file) + ": line " + std::to_string(line) + ": " +
                               std::string(what));
}

void Findings::unknown_country(std::string_view name) {
    add(Found::unknown_countries);
    if (strange_countries_.size() >= most_examples) return;
    const std::string quoted = in_quotes(name);
    if (std::find(strange_countries_.begin(), strange_countries_.end(), quoted) ==
        strange_countries_.end())
        strange_countries_.push_back(quoted);
}

void check_share(const Findings& findings,
                 std::string_view file,
                 std::uint64_t lines,
                 std::uint64_t before) {
    const std::uint64_t bad = findings[Found::malformed_lines] - before;
    if (bad == 0) return;
    if (bad < lines && bad <= std::max(always_allowed, lines / one_in)) return;
    const std::string first =
        findings.first_malformed().empty() ? "" : "; first, " + findings.first_malformed().front();
    throw InputError(file,
                     "",
                     std::to_string(bad) + " of " + std::to_string(lines) +
                         " lines are malformed: is this the right data set? (allowed: 1 %" + first +
                         ")");
}

}  // namespace truegap::adapters
