#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "adapters/datasets/format.hpp"

/// Last.fm, as O. Celma publishes it (the README of each data set describes its files).
namespace truegap::adapters {

/// usersha1-artmbid-artname-plays.tsv and usersha1-profile.tsv: how often users played artists, no times.
[[nodiscard]] std::unique_ptr<DatasetFormat> lastfm_360k();
/// userid-timestamp-artid-artname-traid-traname.tsv and userid-profile.tsv: every single play.
[[nodiscard]] std::unique_ptr<DatasetFormat> lastfm_1k(ItemKind items);

/// Seconds since 1970 of `2009-05-04T23:08:57Z`; nothing for anything else.
[[nodiscard]] std::optional<std::int64_t> seconds_of(std::string_view time);

}  // namespace truegap::adapters
