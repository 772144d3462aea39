#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Made-up names for the items of a synthetic world.
namespace truegap::adapters {

/// The scripts that names are made in: `latin`, `devanagari`, `han`, `arabic`.
[[nodiscard]] const std::vector<std::string>& name_scripts();

/// Names of M items, pronounceable and distinct; a pure function of its arguments. Which number an item has
/// is drawn without regard to what the item is, and does not depend on the script: the same world in
/// another script. A number is written in syllables, the last of which is a check: any two names differ in
/// at least two syllables, so in at least two letters. Drawn from a store at least four times as large, so
/// that most names differ in more.
/// script: one of `name_scripts` (a contract). count: up to 1,500,000 (a contract).
[[nodiscard]] std::vector<std::string> generated_names(std::string_view script,
                                                       std::size_t count,
                                                       std::uint64_t seed,
                                                       std::uint32_t world);

}  // namespace truegap::adapters
