#include "tests/adapters/datasets/naive_files.hpp"

#include <ctime>
#include <regex>
#include <sstream>

#include "tests/temporary_folder.hpp"

namespace truegap::test {

namespace {

std::vector<std::string> lines_of(const std::filesystem::path& path) {
    std::vector<std::string> lines;
    std::istringstream in(read_file(path));
    for (std::string line; std::getline(in, line);) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (!line.empty()) lines.push_back(line);
    }
    return lines;
}

std::vector<std::string> split_at(const std::string& line, const std::string& separator) {
    std::vector<std::string> fields;
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = line.find(separator, begin)) != std::string::npos;
         begin = end + separator.size())
        fields.push_back(line.substr(begin, end - begin));
    fields.push_back(line.substr(begin));
    return fields;
}

bool numeric(const std::string& text) {
    return std::regex_match(text, std::regex("-?[0-9]+"));
}

std::string utf8_of_latin_1(const std::string& text) {
    std::string result;
    for (const char c : text) {
        const unsigned code = static_cast<unsigned char>(c);
        if (code < 0x80U) {
            result += c;
        } else {
            result += code < 0xC0U ? '\xC2' : '\xC3';
            result += static_cast<char>(code < 0xC0U ? code : code - 0x40U);
        }
    }
    return result;
}

void put_age(Files& files, const std::string& user, const std::string& text, int least) {
    static const std::vector<std::string> bands{
        "Under 18", "18-24", "25-34", "35-44", "45-49", "50-55", "56+"};
    if (!numeric(text)) {
        ++files.found["missing_ages"];
        return;
    }
    const long age = std::stol(text);
    if (age < least || age > 100) {
        ++files.found["absurd_ages"];
        return;
    }
    const int band = age < 18   ? 0
                     : age < 25 ? 1
                     : age < 35 ? 2
                     : age < 45 ? 3
                     : age < 50 ? 4
                     : age < 56 ? 5
                                : 6;
    files.profiles[user]["age"] = {band, bands[static_cast<std::size_t>(band)]};
}

void put_gender(Files& files, const std::string& user, const std::string& text) {
    if (text == "f" || text == "F") files.profiles[user]["gender"] = {0, "F"};
    if (text == "m" || text == "M") files.profiles[user]["gender"] = {0, "M"};
    if (text.empty()) ++files.found["missing_genders"];
}

void read_movielens_users(Files& files,
                          const std::string& dataset,
                          const std::filesystem::path& folder) {
    static const std::map<std::string, std::string> jobs{{"0", "other or not specified"},
                                                         {"1", "academic/educator"},
                                                         {"10", "K-12 student"},
                                                         {"20", "writer"}};
    const bool small = dataset == "movielens_100k";
    for (const std::string& line : lines_of(folder / (small ? "u.user" : "users.dat"))) {
        const auto fields = split_at(line, small ? "|" : "::");
        if (fields.size() != 5) {
            ++files.found["malformed_lines"];
            continue;
        }
        files.profiles[fields[0]];
        put_age(files, fields[0], fields[small ? 1 : 2], small ? 5 : 1);
        put_gender(files, fields[0], fields[small ? 2 : 1]);
        if (small && !fields[3].empty()) files.profiles[fields[0]]["occupation"] = {0, fields[3]};
        if (!small && jobs.count(fields[3]) > 0)
            files.profiles[fields[0]]["occupation"] = {std::stoi(fields[3]), jobs.at(fields[3])};
    }
}

void read_titles(Files& files, const std::string& dataset, const std::filesystem::path& folder) {
    if (dataset == "movielens_25m") {
        for (const std::string& line : lines_of(folder / "movies.csv")) {
            // Number, then a title in quotes or without a comma.
            static const std::regex shape("([0-9]+),(\"((?:[^\"]|\"\")*)\"|([^,\"]*)),.*");
            std::smatch match;
            if (!std::regex_match(line, match, shape)) continue;
            const std::string quoted = std::regex_replace(match[3].str(), std::regex("\"\""), "\"");
            files.names.emplace(match[1], match[3].matched ? quoted : match[4].str());
        }
        return;
    }
    const bool small = dataset == "movielens_100k";
    for (const std::string& line : lines_of(folder / (small ? "u.item" : "movies.dat"))) {
        const auto fields = split_at(line, small ? "|" : "::");
        if (fields[1] != "unknown") files.names.emplace(fields[0], utf8_of_latin_1(fields[1]));
    }
}

void read_ratings(Files& files, const std::string& dataset, const std::filesystem::path& folder) {
    const bool small = dataset == "movielens_100k", big = dataset == "movielens_25m";
    const std::string file = small ? "u.data" : big ? "ratings.csv" : "ratings.dat";
    for (const std::string& line : lines_of(folder / file)) {
        if (line == "userId,movieId,rating,timestamp") continue;
        const auto fields = split_at(line, small ? "\t" : big ? "," : "::");
        if (fields.size() != 4 || !numeric(fields[0]) || !numeric(fields[1]) ||
            !std::regex_match(fields[2], std::regex("[0-5](\\.[05])?")) || !numeric(fields[3])) {
            ++files.found["malformed_lines"];
        } else if (fields[0] == "0") {
            ++files.found["stray_user_lines"];
        } else if (files.names.count(fields[1]) == 0) {
            ++files.found["unnamed_items"];
        } else {
            files.rows.push_back(
                {.user = fields[0], .item = fields[1], .when = std::stol(fields[3])});
        }
    }
}

void read_lastfm_profiles(Files& files, const std::filesystem::path& path) {
    static const std::map<std::string, std::string> continents{
        {"Germany", "Europe"}, {"United States", "North America"}, {"Cote D'Ivoire", "Africa"}};
    for (const std::string& line : lines_of(path)) {
        if (line[0] == '#') continue;
        const auto fields = split_at(line, "\t");
        files.profiles[fields[0]];
        put_gender(files, fields[0], fields[1]);
        put_age(files, fields[0], fields[2], 5);
        if (fields[3].empty()) {
            ++files.found["missing_countries"];
        } else if (continents.count(fields[3]) == 0) {
            ++files.found["unknown_countries"];
        } else {
            files.profiles[fields[0]]["country"] = {0, fields[3]};
            files.profiles[fields[0]]["continent"] = {0, continents.at(fields[3])};
        }
    }
}

std::int64_t seconds(const std::string& text) {
    std::tm time{};
    if (::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &time) == nullptr) return -1;
    return ::timegm(&time);
}

void read_plays(Files& files, const std::filesystem::path& path, std::size_t columns, bool tracks) {
    for (const std::string& line : lines_of(path)) {
        const auto fields = split_at(line, "\t");
        if (fields.size() != columns || (columns == 4 && !numeric(fields[3])) ||
            (columns == 6 && seconds(fields[1]) < 0)) {
            ++files.found["malformed_lines"];
            continue;
        }
        const std::string artist = fields[columns == 4 ? 2 : 3];
        std::string name = artist;
        std::string item =
            fields[columns == 4 ? 1 : 2].empty() ? name : fields[columns == 4 ? 1 : 2];
        if (tracks) {
            name = artist + " - " + fields[5];
            item = fields[4].empty() ? artist + "\t\t" + fields[5] : fields[4];
        }
        const std::int64_t when = columns == 4 ? std::stol(fields[3]) : seconds(fields[1]);
        if (fields[0].find(' ') != std::string::npos || fields[0] == "user_000000") {
            ++files.found["stray_user_lines"];
        } else if (artist.empty() || (tracks && fields[5].empty())) {
            ++files.found["unnamed_items"];
        } else if (columns == 4 && when <= 0) {
            ++files.found["no_plays"];
        } else {
            files.names.emplace(item, name);
            files.rows.push_back({.user = fields[0], .item = item, .when = when});
        }
    }
}

}  // namespace

Files read_files(const std::string& dataset,
                 const std::filesystem::path& folder,
                 adapters::ItemKind items) {
    Files files;
    if (dataset == "lastfm_360k") {
        read_lastfm_profiles(files, folder / "usersha1-profile.tsv");
        read_plays(files, folder / "usersha1-artmbid-artname-plays.tsv", 4, false);
    } else if (dataset == "lastfm_1k") {
        read_lastfm_profiles(files, folder / "userid-profile.tsv");
        read_plays(files,
                   folder / "userid-timestamp-artid-artname-traid-traname.tsv",
                   6,
                   items == adapters::ItemKind::tracks);
    } else {
        if (dataset != "movielens_25m") read_movielens_users(files, dataset, folder);
        read_titles(files, dataset, folder);
        read_ratings(files, dataset, folder);
    }
    return files;
}

}  // namespace truegap::test
