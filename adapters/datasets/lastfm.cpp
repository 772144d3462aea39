#include "adapters/datasets/lastfm.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "adapters/datasets/countries.hpp"
#include "adapters/datasets/lines.hpp"
#include "adapters/datasets/names.hpp"
#include "adapters/io/text_files.hpp"

namespace truegap::adapters {

namespace {

namespace fs = std::filesystem;

enum Column : std::size_t { age_column, gender_column, continent_column, country_column, columns };

Demographic continent_levels() {
    return {.name = "continent", .levels = {continents().begin(), continents().end()}};
}

Demographic country_levels() {
    Demographic demographic{.name = "country", .levels = {}};
    demographic.levels.reserve(countries().size());
    for (const Country& country : countries()) demographic.levels.emplace_back(country.name);
    std::sort(demographic.levels.begin(), demographic.levels.end());
    return demographic;
}

std::int16_t level_of(std::string_view name, const Demographic& demographic) {
    const auto& levels = demographic.levels;
    const auto place = std::lower_bound(levels.begin(), levels.end(), name);
    return static_cast<std::int16_t>(place - levels.begin());
}

// sha1 or id, gender, age, country, date of registration. Trailing fields may be missing.
using Levels = std::array<std::int16_t, columns>;
constexpr std::size_t profile_fields = 5;
constexpr unsigned youngest = 5;

Levels levels_of(std::span<const std::string_view, profile_fields> fields,
                 const std::vector<Demographic>& demographics,
                 Findings& findings) {
    Levels levels;
    levels.fill(unknown_level);
    levels[gender_column] = gender_level(fields[1], findings);
    levels[age_column] = age_level(fields[2], youngest, findings);
    const std::string_view name = trimmed(fields[3]);
    if (name.empty()) {
        findings.add(Found::missing_countries);
    } else if (const auto country = find_country(name)) {
        levels[country_column] = level_of(country->name, demographics[country_column]);
        levels[continent_column] = level_of(country->continent, demographics[continent_column]);
    } else {
        findings.unknown_country(clean_name(name).text);
    }
    return levels;
}

Profiles read_profiles(const fs::path& path, Findings& findings) {
    Profiles profiles({age_bands(), genders(), continent_levels(), country_levels()});
    const std::string file = path.string();
    const std::string text = read_text(path, file);
    const std::uint64_t before = findings[Found::malformed_lines];
    std::uint64_t lines = 0;
    each_line(text, [&](std::string_view line, std::size_t number) {
        if (trimmed(line).empty() || line.starts_with("#")) return;
        ++lines;
        std::array<std::string_view, profile_fields> fields;
        const std::size_t count = split(line, "\t", fields);
        if (count < 2 || count > profile_fields) {
            findings.malformed(
                file,
                number,
                "not a profile (allowed: user, gender, age, country and date, tabs between)");
        } else if (!is_user(fields[0])) {
            findings.add(Found::stray_user_lines);
        } else if (profiles.find(fields[0])) {
            findings.add(Found::repeated_profiles);
        } else {
            profiles.add(fields[0], levels_of(fields, profiles.demographics(), findings));
        }
    });
    check_share(findings, file, lines, before);
    return profiles;
}

// Two digits, four digits: false where one is none.
bool number_of(std::string_view text, int& value) {
    value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
        value = 10 * value + (c - '0');
    }
    return true;
}

class LastFm : public DatasetFormat {
  public:
    [[nodiscard]] bool items_listed() const override { return false; }
    [[nodiscard]] Items items(const fs::path&, Findings&) const override { return {}; }
    [[nodiscard]] std::vector<std::string> usual_demographics() const override {
        return {"age", "gender", "continent"};
    }
};

class LastFm360K : public LastFm {
  public:
    [[nodiscard]] std::string page() const override { return "Last.fm Dataset - 360K users"; }
    [[nodiscard]] std::string events_file() const override {
        return "usersha1-artmbid-artname-plays.tsv";
    }
    [[nodiscard]] std::vector<std::string> other_files() const override {
        return {"usersha1-profile.tsv"};
    }
    [[nodiscard]] bool timed() const override { return false; }
    [[nodiscard]] std::string shape() const override {
        return "not a user's artist (allowed: user, artist's number, its name and plays, tabs "
               "between)";
    }
    [[nodiscard]] Profiles profiles(const fs::path& folder, Findings& findings) const override {
        return read_profiles(folder / "usersha1-profile.tsv", findings);
    }
    [[nodiscard]] LineKind read(std::string_view line, EventLine& event) const override {
        std::array<std::string_view, 4> fields;
        if (split(line, "\t", fields) != fields.size()) return LineKind::malformed;
        const std::string_view plays = trimmed(fields[3]);
        const char* const end = plays.data() + plays.size();
        const auto [stop, error] = std::from_chars(plays.data(), end, event.when);
        if (error != std::errc{} || stop != end) return LineKind::malformed;
        event.user = fields[0];
        if (!is_user(event.user)) return LineKind::stray_user;
        event.name = trimmed(fields[2]);
        if (event.name.empty()) return LineKind::unnamed;
        event.item = fields[1].empty() ? event.name : fields[1];
        return event.when > 0 ? LineKind::event : LineKind::no_plays;
    }
};

class LastFm1K : public LastFm {
  public:
    explicit LastFm1K(ItemKind items) : items_(items) {}
    [[nodiscard]] std::string page() const override { return "Last.fm Dataset - 1K users"; }
    [[nodiscard]] std::string events_file() const override {
        return "userid-timestamp-artid-artname-traid-traname.tsv";
    }
    [[nodiscard]] std::vector<std::string> other_files() const override {
        return {"userid-profile.tsv"};
    }
    [[nodiscard]] std::string shape() const override {
        return "not a play (allowed: user, time such as 2009-05-04T23:08:57Z, artist's number and "
               "name, track's number and name, tabs between)";
    }
    [[nodiscard]] Profiles profiles(const fs::path& folder, Findings& findings) const override {
        return read_profiles(folder / "userid-profile.tsv", findings);
    }
    [[nodiscard]] LineKind read(std::string_view line, EventLine& event) const override {
        std::array<std::string_view, 6> fields;
        if (split(line, "\t", fields) != fields.size()) return LineKind::malformed;
        const auto time = seconds_of(trimmed(fields[1]));
        if (!time) return LineKind::malformed;
        event.when = *time;
        event.user = fields[0];
        if (!is_user(event.user)) return LineKind::stray_user;
        const std::string_view artist = trimmed(fields[3]);
        if (artist.empty()) return LineKind::unnamed;
        if (items_ == ItemKind::artists) {
            event.name = artist;
            event.item = fields[2].empty() ? artist : fields[2];
            return LineKind::event;
        }
        if (trimmed(fields[5]).empty()) return LineKind::unnamed;
        // A track without a number is told by the artist's and its own name, as they stand in the line.
        const std::string_view names(
            fields[3].data(),
            static_cast<std::size_t>(fields[5].data() - fields[3].data()) + fields[5].size());
        event.name = names;
        event.item = fields[4].empty() ? names : fields[4];
        return LineKind::event;
    }

    [[nodiscard]] std::string shown(std::string_view name) const override {
        if (items_ == ItemKind::artists) return std::string(name);
        const std::string_view artist = name.substr(0, name.find('\t'));
        const std::string_view track = name.substr(name.rfind('\t') + 1);
        return std::string(trimmed(artist)) + " - " + std::string(trimmed(track));
    }

  private:
    ItemKind items_;
};

}  // namespace

std::optional<std::int64_t> seconds_of(std::string_view time) {
    constexpr std::string_view shape = "0000-00-00T00:00:00Z";
    if (time.size() != shape.size()) return std::nullopt;
    for (std::size_t i = 0; i < shape.size(); ++i)
        if (shape[i] != '0' && time[i] != shape[i]) return std::nullopt;
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    if (!number_of(time.substr(0, 4), year) || !number_of(time.substr(5, 2), month) ||
        !number_of(time.substr(8, 2), day) || !number_of(time.substr(11, 2), hour) ||
        !number_of(time.substr(14, 2), minute) || !number_of(time.substr(17, 2), second))
        return std::nullopt;
    const std::chrono::year_month_day date(std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day)));
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    return 86400 * days + 3600 * hour + 60 * minute + second;
}

std::unique_ptr<DatasetFormat> lastfm_360k() {
    return std::make_unique<LastFm360K>();
}

std::unique_ptr<DatasetFormat> lastfm_1k(ItemKind items) {
    return std::make_unique<LastFm1K>(items);
}

}  // namespace truegap::adapters
