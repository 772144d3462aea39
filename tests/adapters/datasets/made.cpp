#include "tests/adapters/datasets/made.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "tests/adapters/datasets/naive.hpp"
#include "tests/temporary_folder.hpp"

#include "adapters/io/input_error.hpp"

namespace truegap::test {

namespace {

std::string padded(const char* shape, std::uint64_t value) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), shape, static_cast<unsigned long long>(value));
    return text.data();
}

std::string joined(const std::vector<std::string>& fields, const std::string& separator) {
    std::string line;
    for (std::size_t i = 0; i < fields.size(); ++i) line += (i == 0 ? "" : separator) + fields[i];
    return line;
}

std::string whole(const std::vector<std::string>& lines, Rolls& rolls) {
    const std::string end = rolls.one_in(4) ? "\r\n" : "\n";
    std::string text = joined(lines, end);
    return rolls.one_in(2) ? text : text + end;
}

std::string age(Rolls& rolls) {
    static const std::array<std::string, 12> ages{
        "1", "17", "18", "24", "25", "45", "50", "55", "56", "", "-1337", "115"};
    return ages[rolls.below(ages.size())];
}

std::string gender(Rolls& rolls) {
    static const std::array<std::string, 3> genders{"m", "f", ""};
    return genders[rolls.below(genders.size())];
}

std::string user_name(const std::string& dataset, std::uint64_t user) {
    if (dataset == "lastfm_360k") return padded("%040llx", user * 2654435761U);
    if (dataset == "lastfm_1k") return padded("user_%06llu", user);
    return std::to_string(user);
}

// Titles that are alike, in other letters, or no title at all.
std::string title(std::uint64_t item, const std::string& accent) {
    if (item % 7 == 3) return "Twin, The (1950)";
    if (item % 7 == 5) return "twin, the (1950)";
    return "Caf" + accent + " " + std::to_string(item) + " (1999)";
}

struct Maker {
    std::string dataset;
    Rolls& rolls;
    std::uint64_t users, items;
    bool lastfm() const { return dataset.starts_with("lastfm"); }

    std::string event(std::uint64_t user) const {
        const std::uint64_t item = 1 + rolls.below(items) * rolls.below(items) / items;
        const std::string name = user_name(dataset, user), number = std::to_string(item);
        const std::string time = std::to_string(1000 + rolls.below(12));
        if (dataset == "movielens_100k") return joined({name, number, "3", time}, "\t");
        if (dataset == "movielens_1m") return joined({name, number, "5", time}, "::");
        if (dataset == "movielens_25m") return joined({name, number, "2.5", time}, ",");
        const std::string artist = item % 5 == 2   ? "Twin"
                                   : item % 5 == 4 ? "twin"
                                                   : "Artist " + number;
        const std::string id = item % 3 == 0 ? "" : "mb-" + number;
        if (dataset == "lastfm_360k")
            return joined({name, id, artist, std::to_string(1 + rolls.below(30))}, "\t");
        const std::uint64_t track = rolls.below(3);
        return joined({name,
                       padded("2009-05-04T23:08:%02lluZ", rolls.below(12)),
                       id,
                       artist,
                       track == 0 ? "" : "tr-" + number + "-" + std::to_string(track),
                       "Song " + std::to_string(track)},
                      "\t");
    }

    // Lines that are no events, or are twice.
    void add_dirt(std::vector<std::string>& lines) const {
        std::vector<std::string> dirt{"garbage", "1\t2", "::::::"};
        if (dataset == "movielens_100k")
            dirt.insert(dirt.end(), {"0\t1\t3\t1", "3\t9999\t3\t5", "1\t2\t9\t5"});
        if (dataset == "movielens_1m")
            dirt.insert(dirt.end(), {"0::1::3::1", "3::9999::3::5", "1::2::x::5"});
        if (dataset == "movielens_25m")
            dirt.insert(dirt.end(), {"0,1,3.0,1", "3,9999,3,5", "1,2,,5"});
        if (dataset == "lastfm_360k")
            dirt.insert(dirt.end(),
                        {"sep 20, 2008\tmb-1\tArtist 1\t3",
                         user_name(dataset, 1) + "\tmb-1\t\t3",
                         user_name(dataset, 1) + "\tmb-1\tArtist 1\t0",
                         user_name(dataset, 2) + "\tmb-2\tArtist 2\t-4"});
        if (dataset == "lastfm_1k")
            dirt.insert(dirt.end(),
                        {"user_000000\t2009-05-04T23:08:57Z\t\tArtist 1\t\tSong",
                         "user_000001\t2009-05-04T23:08:57Z\t\t\t\tSong",
                         "user_000001\t2009-13-04T23:08:57Z\t\tArtist 1\t\tSong"});
        for (const std::string& line : dirt)
            if (rolls.one_in(2))
                lines.insert(
                    lines.begin() + static_cast<std::ptrdiff_t>(rolls.below(lines.size() + 1)),
                    line);
        for (std::uint64_t twice = rolls.below(4); twice > 0 && !lines.empty(); --twice)
            lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(rolls.below(lines.size())),
                         std::string(lines[rolls.below(lines.size())]));
    }

    std::vector<std::string> events() const {
        std::vector<std::string> lines;
        for (std::uint64_t user = 1; user <= users; ++user)
            for (std::uint64_t n = rolls.below(9); n > 0; --n) lines.push_back(event(user));
        const bool scattered = dataset == "movielens_100k" || rolls.one_in(3);
        for (std::size_t i = lines.size(); scattered && i > 1; --i)
            std::swap(lines[i - 1], lines[rolls.below(i)]);
        add_dirt(lines);
        if (dataset == "movielens_25m")
            lines.insert(lines.begin(), "userId,movieId,rating,timestamp");
        return lines;
    }

    // Some users have none, and some have one but no events.
    std::vector<std::string> profiles() const {
        static const std::array<std::string, 5> countries{
            "Germany", "United States", "Cote D'Ivoire", "", "Atlantis"};
        static const std::array<std::string, 4> jobs{"writer", "none", "other", "artist"};
        static const std::array<std::string, 4> codes{"0", "1", "10", "20"};
        std::vector<std::string> lines;
        if (dataset == "lastfm_1k") lines.emplace_back("#id\tgender\tage\tcountry\tregistered");
        for (std::uint64_t user = 1; user <= users + 2; ++user) {
            if (rolls.one_in(6)) continue;
            const std::string name = user_name(dataset, user);
            if (dataset == "movielens_100k")
                lines.push_back(
                    joined({name, age(rolls), gender(rolls), jobs[rolls.below(4)], "Z"}, "|"));
            if (dataset == "movielens_1m")
                lines.push_back(
                    joined({name, gender(rolls), age(rolls), codes[rolls.below(4)], "Z"}, "::"));
            if (lastfm())
                lines.push_back(joined(
                    {name, gender(rolls), age(rolls), countries[rolls.below(5)], "Feb 1, 2007"},
                    "\t"));
        }
        if (dataset.ends_with("100k") && rolls.one_in(2)) lines.emplace_back("1|2|3");
        return lines;
    }

    std::vector<std::string> titles() const {
        std::vector<std::string> lines;
        if (dataset == "movielens_25m") lines.emplace_back("movieId,title,genres");
        for (std::uint64_t item = 1; item <= items; ++item) {
            const std::string number = std::to_string(item);
            if (dataset == "movielens_100k")
                lines.push_back(number + "|" + (item == 4 ? "unknown" : title(item, "\xE9")) +
                                "|x|y");
            if (dataset == "movielens_1m")
                lines.push_back(number + "::" + title(item, "\xE9") + "::D");
            if (dataset == "movielens_25m")
                lines.push_back(number + ",\"" + title(item, " \"\"\xC3\xA9\"\"") +
                                "\",Drama|Comedy");
        }
        return lines;
    }
};

}  // namespace

std::uint64_t Rolls::bits() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
}

void make_files(const std::string& dataset,
                const std::filesystem::path& folder,
                std::uint64_t users,
                std::uint64_t items,
                Rolls& rolls) {
    const Maker maker{.dataset = dataset, .rolls = rolls, .users = users, .items = items};
    const auto write = [&](const std::string& file, const std::vector<std::string>& lines) {
        write_file(folder / file, whole(lines, rolls));
    };
    if (dataset == "movielens_100k") {
        write("u.data", maker.events());
        write("u.user", maker.profiles());
        write("u.item", maker.titles());
    } else if (dataset == "movielens_1m") {
        write("ratings.dat", maker.events());
        write("users.dat", maker.profiles());
        write("movies.dat", maker.titles());
    } else if (dataset == "movielens_25m") {
        write("ratings.csv", maker.events());
        write("movies.csv", maker.titles());
    } else if (dataset == "lastfm_360k") {
        write("usersha1-artmbid-artname-plays.tsv", maker.events());
        write("usersha1-profile.tsv", maker.profiles());
    } else {
        write("userid-timestamp-artid-artname-traid-traname.tsv", maker.events());
        write("userid-profile.tsv", maker.profiles());
    }
}

std::vector<std::string> Made::described_all() const {
    std::vector<std::string> all;
    all.reserve(targets.size());
    for (const adapters::Target& target : targets) all.push_back(described(target));
    return all;
}

Made make(const adapters::DatasetOptions& options, const std::filesystem::path& folder) {
    Made made;
    const std::atomic<bool> stop{false};
    adapters::ReadingProgress progress;
    made.summary = adapters::make_targets(
        options, folder, stop, progress, [&](const adapters::Target& target) {
            made.targets.push_back(target);
        });
    return made;
}

std::string refusal(const adapters::DatasetOptions& options, const std::filesystem::path& folder) {
    try {
        static_cast<void>(make(options, folder));
    } catch (const adapters::InputError& error) {
        return error.what();
    }
    return {};
}

}  // namespace truegap::test
