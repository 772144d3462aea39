#pragma once

#include <string>
#include <vector>

#include "tests/cli/support.hpp"

/// What every refusal of bad input must look like.
namespace truegap::test {

/// Exit code 2, nothing on standard output, and on standard error exactly one line that begins
/// `truegap: ` with `lead` (`FILE: /pointer: `), has each of `says` in it and ends with what is
/// allowed.
void check_refused(const Finished& finished,
                   const std::string& lead,
                   const std::vector<std::string>& says);

/// A scenario text that must be refused, by `run` and `validate` alike, leaving nothing behind.
/// place: what must be named, a JSON pointer or `line 1, column 2`; or only its start, up to a
/// space; or nothing.
void check_scenario_refused(const std::string& text,
                            const std::string& place,
                            const std::vector<std::string>& says);

/// A good scenario with one thing put wrong, and what must be said about it.
struct BadChange {
    std::string change;  ///< the JSON pointer at which the value is put
    Json value;
    std::string place;  ///< the JSON pointer that must be named; empty: where the change is
    std::vector<std::string> says;
};
void check_changes_refused(const Json& good, const std::vector<BadChange>& changes);

}  // namespace truegap::test
