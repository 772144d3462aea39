#include "adapters/datasets/movielens.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "adapters/datasets/lines.hpp"
#include "adapters/datasets/names.hpp"
#include "adapters/io/csv.hpp"
#include "adapters/io/text_files.hpp"

namespace truegap::adapters {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_id_digits = 12;
constexpr std::size_t most_time_digits = 12;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= most_id_digits &&
           std::all_of(text.begin(), text.end(), is_digit);
}

std::string_view take_digits(std::string_view& text) {
    std::size_t count = 0;
    while (count < text.size() && is_digit(text[count])) ++count;
    const std::string_view digits = text.substr(0, count);
    text.remove_prefix(count);
    return digits;
}

bool take(std::string_view& text, std::string_view expected) {
    if (!text.starts_with(expected)) return false;
    text.remove_prefix(expected.size());
    return true;
}

// 0 to 5, halves or other fractions too; what it is does not matter here.
bool take_rating(std::string_view& text) {
    const std::string_view whole = take_digits(text);
    if (whole.size() != 1 || whole[0] > '5') return false;
    return !take(text, ".") || !take_digits(text).empty();
}

// user, item, rating, time. Read by hand: this is where the time goes.
LineKind read_rating(std::string_view line, std::string_view separator, EventLine& event) {
    event.user = take_digits(line);
    if (event.user.empty() || event.user.size() > most_id_digits || !take(line, separator))
        return LineKind::malformed;
    event.item = take_digits(line);
    if (event.item.empty() || event.item.size() > most_id_digits || !take(line, separator))
        return LineKind::malformed;
    if (!take_rating(line) || !take(line, separator)) return LineKind::malformed;
    const std::string_view time = take_digits(line);
    if (time.empty() || time.size() > most_time_digits || !trimmed(line).empty())
        return LineKind::malformed;
    event.when = 0;
    for (const char c : time) event.when = 10 * event.when + (c - '0');
    return is_user(event.user) ? LineKind::event : LineKind::stray_user;
}

// An item of a list; the first of its number is taken. "unknown" is no title but the lack of one: it
// stands so in MovieLens 100K.
void add_title(Items& items, std::string_view key, std::string title) {
    const std::uint32_t item = items.keys.add(key);
    if (item < items.names.size()) return;
    items.names.push_back(title == "unknown" ? std::string() : std::move(title));
}

// A list of titles, a line each, Latin-1 unless all of it is UTF-8. take: the number and the title of a
// line; false where it is malformed.
template <typename Take>
Items read_titles(const fs::path& path, Findings& findings, Take take_fields) {
    const std::string file = path.string();
    const std::string text = read_text(path, file);
    const bool latin_1 = !is_utf8(text);
    const std::uint64_t before = findings[Found::malformed_lines];
    Items items;
    std::uint64_t lines = 0;
    each_line(text, [&](std::string_view line, std::size_t number) {
        if (trimmed(line).empty()) return;
        ++lines;
        std::string_view key, title;
        if (!take_fields(line, key, title) || !is_id(key)) {
            findings.malformed(file, number, "not a movie (allowed: its number, then its title)");
            return;
        }
        if (latin_1 && !is_utf8(title)) findings.add(Found::latin_1_names);
        add_title(items, key, clean_name(latin_1 ? from_latin_1(title) : std::string(title)).text);
    });
    check_share(findings, file, lines, before);
    return items;
}

constexpr std::size_t user_fields = 5;

// A list of users, a line each of five fields. levels: of the fields of a line.
template <typename Levels>
void read_users(const fs::path& path,
                std::string_view separator,
                Profiles& profiles,
                Findings& findings,
                Levels levels) {
    const std::string file = path.string();
    const std::string text = read_text(path, file);
    const std::uint64_t before = findings[Found::malformed_lines];
    std::uint64_t lines = 0;
    each_line(text, [&](std::string_view line, std::size_t number) {
        if (trimmed(line).empty()) return;
        ++lines;
        std::array<std::string_view, user_fields> fields;
        if (split(line, separator, fields) != user_fields || !is_id(fields[0])) {
            findings.malformed(file, number, "not a user (allowed: number and four more fields)");
        } else if (!is_user(fields[0])) {
            findings.add(Found::stray_user_lines);
        } else if (profiles.find(fields[0])) {
            findings.add(Found::repeated_profiles);
        } else {
            profiles.add(fields[0], levels(fields));
        }
    });
    check_share(findings, file, lines, before);
}

using UserFields = std::array<std::string_view, user_fields>;
using UserLevels = std::array<std::int16_t, 3>;  // age, gender, occupation

class MovieLens100K : public DatasetFormat {
  public:
    [[nodiscard]] std::string page() const override { return "MovieLens 100K Dataset"; }
    [[nodiscard]] std::string events_file() const override { return "u.data"; }
    [[nodiscard]] std::vector<std::string> other_files() const override {
        return {"u.user", "u.item"};
    }
    [[nodiscard]] LineKind read(std::string_view line, EventLine& event) const override {
        return read_rating(line, "\t", event);
    }
    [[nodiscard]] std::string shape() const override {
        return "not a rating (allowed: user, item, rating and time, tabs between)";
    }
    [[nodiscard]] Profiles profiles(const fs::path& folder, Findings& findings) const override {
        constexpr unsigned youngest = 5;
        constexpr std::string_view separator = "|";
        Profiles profiles({age_bands(), genders(), occupations(folder / "u.user")});
        const std::vector<std::string>& jobs = profiles.demographics()[2].levels;
        read_users(folder / "u.user", separator, profiles, findings, [&](const UserFields& fields) {
            const std::string job = clean_name(fields[3]).text;
            const auto place = std::lower_bound(jobs.begin(), jobs.end(), job);
            if (job.empty()) findings.add(Found::missing_occupations);
            return UserLevels{
                age_level(fields[1], youngest, findings),
                gender_level(fields[2], findings),
                job.empty() ? unknown_level : static_cast<std::int16_t>(place - jobs.begin())};
        });
        return profiles;
    }
    [[nodiscard]] Items items(const fs::path& folder, Findings& findings) const override {
        return read_titles(
            folder / "u.item",
            findings,
            [](std::string_view line, std::string_view& key, std::string_view& title) {
                std::array<std::string_view, 2> fields;
                const bool enough = split(line, "|", fields) >= fields.size();
                key = fields[0];
                title = fields[1];
                return enough;
            });
    }
    [[nodiscard]] std::vector<std::string> usual_demographics() const override {
        return {"age", "gender", "occupation"};
    }

  private:
    // Those that there are, in alphabetical order.
    static Demographic occupations(const fs::path& path) {
        constexpr std::size_t most_occupations = 10'000;
        std::set<std::string> names;
        each_line(read_text(path, path.string()), [&](std::string_view line, std::size_t) {
            UserFields fields;
            if (split(line, "|", fields) != user_fields || names.size() >= most_occupations) return;
            std::string job = clean_name(fields[3]).text;
            if (!job.empty()) names.insert(std::move(job));
        });
        return {.name = "occupation", .levels = {names.begin(), names.end()}};
    }
};

class MovieLens1M : public DatasetFormat {
  public:
    [[nodiscard]] std::string page() const override { return "MovieLens 1M Dataset"; }
    [[nodiscard]] std::string events_file() const override { return "ratings.dat"; }
    [[nodiscard]] std::vector<std::string> other_files() const override {
        return {"users.dat", "movies.dat"};
    }
    [[nodiscard]] LineKind read(std::string_view line, EventLine& event) const override {
        return read_rating(line, "::", event);
    }
    [[nodiscard]] std::string shape() const override {
        return "not a rating (allowed: UserID::MovieID::Rating::Timestamp)";
    }
    [[nodiscard]] Profiles profiles(const fs::path& folder, Findings& findings) const override {
        constexpr unsigned youngest = 1;  // the code of "Under 18"; the others begin their bands
        Profiles profiles({age_bands(), genders(), occupations()});
        read_users(folder / "users.dat", "::", profiles, findings, [&](const UserFields& fields) {
            return UserLevels{age_level(fields[2], youngest, findings),
                              gender_level(fields[1], findings),
                              occupation_level(fields[3], findings)};
        });
        return profiles;
    }
    [[nodiscard]] Items items(const fs::path& folder, Findings& findings) const override {
        return read_titles(
            folder / "movies.dat",
            findings,
            [](std::string_view line, std::string_view& key, std::string_view& title) {
                // The title is all between the first and the last separator.
                const auto first = line.find("::");
                const auto last = line.rfind("::");
                if (first == std::string_view::npos || last == first) return false;
                key = line.substr(0, first);
                title = line.substr(first + 2, last - first - 2);
                return true;
            });
    }
    [[nodiscard]] std::vector<std::string> usual_demographics() const override {
        return {"age", "gender", "occupation"};
    }

  private:
    // By their codes 0 to 20 (the data set's README).
    static Demographic occupations() {
        return {.name = "occupation",
                .levels = {"other or not specified",
                           "academic/educator",
                           "artist",
                           "clerical/admin",
                           "college/grad student",
                           "customer service",
                           "doctor/health care",
                           "executive/managerial",
                           "farmer",
                           "homemaker",
                           "K-12 student",
                           "lawyer",
                           "programmer",
                           "retired",
                           "sales/marketing",
                           "scientist",
                           "self-employed",
                           "technician/engineer",
                           "tradesman/craftsman",
                           "unemployed",
                           "writer"}};
    }

    static std::int16_t occupation_level(std::string_view text, Findings& findings) {
        constexpr std::int16_t last = 20;
        std::int16_t code = unknown_level;
        text = trimmed(text);
        const char* const end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data(), end, code);
        if (error == std::errc{} && stop == end && code >= 0 && code <= last) return code;
        findings.add(Found::missing_occupations);
        return unknown_level;
    }
};

class MovieLens25M : public DatasetFormat {
  public:
    [[nodiscard]] std::string page() const override { return "MovieLens 25M Dataset"; }
    [[nodiscard]] std::string events_file() const override { return "ratings.csv"; }
    [[nodiscard]] std::vector<std::string> other_files() const override { return {"movies.csv"}; }
    [[nodiscard]] LineKind read(std::string_view line, EventLine& event) const override {
        if (line.starts_with("userId,")) return LineKind::heading;
        return read_rating(line, ",", event);
    }
    [[nodiscard]] std::string shape() const override {
        return "not a rating (allowed: userId,movieId,rating,timestamp)";
    }
    [[nodiscard]] Profiles profiles(const fs::path&, Findings&) const override { return {}; }
    [[nodiscard]] Items items(const fs::path& folder, Findings& findings) const override {
        const std::string file = (folder / "movies.csv").string();
        const std::uint64_t before = findings[Found::malformed_lines];
        Items items;
        std::uint64_t rows = 0;
        for (const CsvRow& row : parse_csv(read_text(folder / "movies.csv", file), file)) {
            if (row.fields[0] == "movieId") continue;
            ++rows;
            if (row.fields.size() < 2 || !is_id(row.fields[0])) {
                findings.malformed(file, row.line, "not a movie (allowed: movieId,title,genres)");
                continue;
            }
            CleanName title = clean_name(row.fields[1]);
            if (title.repaired) findings.add(Found::repaired_names);
            add_title(items, row.fields[0], std::move(title.text));
        }
        check_share(findings, file, rows, before);
        return items;
    }
    [[nodiscard]] std::vector<std::string> usual_demographics() const override { return {}; }
};

}  // namespace

std::unique_ptr<DatasetFormat> movielens_100k() {
    return std::make_unique<MovieLens100K>();
}

std::unique_ptr<DatasetFormat> movielens_1m() {
    return std::make_unique<MovieLens1M>();
}

std::unique_ptr<DatasetFormat> movielens_25m() {
    return std::make_unique<MovieLens25M>();
}

}  // namespace truegap::adapters
