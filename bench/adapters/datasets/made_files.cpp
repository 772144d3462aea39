#include "made_files.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <string>

namespace truegap::bench {

namespace {

// SplitMix64.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    std::uint64_t bits() {
        std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }
    std::uint64_t below(std::uint64_t n) { return bits() % n; }
    // About Zipf: the density of n^u falls as 1 / rank.
    std::uint64_t rank(std::uint64_t n) {
        const double u = static_cast<double>(bits() >> 11U) * 0x1p-53;
        return static_cast<std::uint64_t>(std::pow(static_cast<double>(n), u)) - 1;
    }

  private:
    std::uint64_t state_;
};

// The digits of a number, `width` of them in base 16.
std::string hexadecimal(std::uint64_t value, int width) {
    std::array<char, 48> text{};
    std::snprintf(
        text.data(), text.size(), "%0*llx", width, static_cast<unsigned long long>(value));
    return text.data();
}

// Each of `users` has about lines / users of them; the last those that are left.
std::uint64_t lines_of(std::uint64_t user, std::uint64_t users, std::uint64_t lines) {
    return lines * (user + 1) / users - lines * user / users;
}

void make_movies(const std::filesystem::path& path, std::uint64_t movies) {
    std::ofstream out(path);
    for (std::uint64_t movie = 1; movie <= movies; ++movie)
        out << movie << "::Caf\xE9 Number " << movie << ", The (" << 1919 + movie % 82
            << ")::Drama|Comedy\n";
}

void make_users(const std::filesystem::path& path, std::uint64_t users, Dice& dice) {
    constexpr std::array ages{1, 18, 25, 35, 45, 50, 56};
    std::ofstream out(path);
    for (std::uint64_t user = 1; user <= users; ++user)
        out << user << "::"
            << "FM"[dice.below(2)] << "::" << ages[dice.below(ages.size())]
            << "::" << dice.below(21) << "::" << 10000 + dice.below(90000) << '\n';
}

}  // namespace

void make_movielens_1m(const std::filesystem::path& folder, std::uint64_t ratings) {
    constexpr std::uint64_t users = 6040, movies = 3883, start = 956'703'932;
    Dice dice(1);
    make_movies(folder / "movies.dat", movies);
    make_users(folder / "users.dat", users, dice);
    std::ofstream out(folder / "ratings.dat");
    for (std::uint64_t user = 1; user <= users; ++user)
        for (std::uint64_t line = lines_of(user - 1, users, ratings); line > 0; --line)
            out << user << "::" << 1 + dice.rank(movies) << "::" << 1 + dice.below(5)
                << "::" << start + dice.below(90'000'000) << '\n';
}

void make_lastfm_360k(const std::filesystem::path& folder, std::uint64_t lines) {
    constexpr std::uint64_t users = 358'868, artists = 292'364;
    constexpr std::array countries{
        "Germany", "United States", "Brazil", "Japan", "Poland", "Kenya"};
    Dice dice(2);
    std::ofstream plays(folder / "usersha1-artmbid-artname-plays.tsv");
    std::ofstream profiles(folder / "usersha1-profile.tsv");
    for (std::uint64_t user = 0; user < users; ++user) {
        const std::string name = hexadecimal(user * 2654435761U, 40);
        profiles << name << '\t'
                 << (dice.below(10) == 0  ? ""
                     : dice.below(2) == 0 ? "m"
                                          : "f")
                 << '\t' << (dice.below(5) == 0 ? "" : std::to_string(10 + dice.below(60))) << '\t'
                 << countries[dice.below(countries.size())] << "\tFeb 1, 2007\n";
        for (std::uint64_t line = lines_of(user, users, lines); line > 0; --line) {
            const std::uint64_t artist = dice.rank(artists);
            const bool numbered = artist % 3 != 0;
            plays << name << '\t'
                  << (numbered ? hexadecimal(artist, 8) + "-e60b-4551-a76d-" +
                                     hexadecimal(artist * 31, 12)
                               : "")
                  << '\t' << "some artist number " << artist << '\t' << 1 + 20 * line << '\n';
        }
    }
}

}  // namespace truegap::bench
