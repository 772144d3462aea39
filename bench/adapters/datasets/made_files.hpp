#pragma once

#include <cstdint>
#include <filesystem>

/// Files in the formats of real data sets, made up, of any size.
namespace truegap::bench {

/// ratings.dat, users.dat, movies.dat: `ratings` of 6,040 users and 3,883 movies.
void make_movielens_1m(const std::filesystem::path& folder, std::uint64_t ratings);
/// usersha1-artmbid-artname-plays.tsv, usersha1-profile.tsv: `lines` of 358,868 users and 292,364 artists.
void make_lastfm_360k(const std::filesystem::path& folder, std::uint64_t lines);

}  // namespace truegap::bench
