#include "adapters/datasets/survey.hpp"

#include <algorithm>

namespace truegap::adapters {

Survey::Survey(EventFile& file, const Profiles& profiles, Findings& findings, const Keys& keys)
    : file_(file), profiles_(profiles), keys_(keys) {
    file_.walk(findings, [&](const UserLines& lines, std::vector<Event>& events) {
        note(lines, events);
        count(lines, events, 1);
    });
    file_.expect_no_more();
    join_scattered();
    findings.add(Found::users, file_.users().size());
    findings.add(Found::items,
                 static_cast<std::uint64_t>(std::count(chosen_.begin(), chosen_.end(), true)));
    findings.add(
        Found::scattered_users,
        static_cast<std::uint64_t>(std::count_if(
            runs_of_.begin(), runs_of_.end(), [](std::uint32_t runs) { return runs > 1; })));
    match_profiles(findings);
}

void Survey::note(const UserLines& lines, std::span<const Event> events) {
    if (lines.user == runs_of_.size()) {
        runs_of_.push_back(0);
        profile_of_.push_back(profiles_.find(file_.users()[lines.user]));
    }
    ++runs_of_[lines.user];
    runs_.push_back(lines);
    for (const Event& event : events) {
        if (event.item >= chosen_.size()) chosen_.resize(event.item + std::size_t{1}, false);
        chosen_[event.item] = true;
    }
}

std::span<const std::int16_t> Survey::levels(std::uint32_t user) const {
    const auto profile = profile_of_[user];
    return profile ? profiles_[*profile] : std::span<const std::int16_t>{};
}

void Survey::count(const UserLines& lines, std::span<const Event> events, std::int32_t times) {
    keys_(levels(lines.user), [&](std::uint32_t key) { popularity_.add(key, events, times); });
}

// Calls visit with all the runs of each scattered user.
void Survey::each_scattered(const std::function<void(std::span<const UserLines>)>& visit) const {
    std::vector<UserLines> scattered;
    std::copy_if(runs_.begin(), runs_.end(), std::back_inserter(scattered), [&](const auto& run) {
        return runs_of_[run.user] > 1;
    });
    std::stable_sort(scattered.begin(), scattered.end(), [](const auto& a, const auto& b) {
        return a.user < b.user;
    });
    for (std::size_t begin = 0; begin < scattered.size();) {
        const std::size_t runs = runs_of_[scattered[begin].user];
        visit(std::span(scattered).subspan(begin, runs));
        begin += runs;
    }
}

// A scattered user was counted once a run; he is to be counted once.
void Survey::join_scattered() {
    std::vector<Event> run, all;
    each_scattered([&](std::span<const UserLines> runs) {
        all.clear();
        for (const UserLines& lines : runs) {
            run.clear();
            file_.read_again(lines, run);
            count(lines, run, -1);
            all.insert(all.end(), run.begin(), run.end());
        }
        count(runs.front(), all, 1);
    });
}

void Survey::each_user(
    const std::function<void(std::uint32_t user, std::vector<Event>& events)>& visit) {
    Findings found_before;  // what is wrong was counted at the first reading
    file_.walk(found_before, [&](const UserLines& lines, std::vector<Event>& events) {
        if (runs_of_[lines.user] == 1) visit(lines.user, events);
    });
    std::vector<Event> all;
    each_scattered([&](std::span<const UserLines> runs) {
        all.clear();
        for (const UserLines& lines : runs) file_.read_again(lines, all);
        visit(runs.front().user, all);
    });
}

void Survey::match_profiles(Findings& findings) const {
    findings.add(Found::profiles, profiles_.size());
    if (profiles_.demographics().empty()) return;
    const auto known = static_cast<std::uint64_t>(
        std::count_if(profile_of_.begin(), profile_of_.end(), [](const auto& profile) {
            return profile.has_value();
        }));
    findings.add(Found::users_without_profile, profile_of_.size() - known);
    findings.add(Found::profiles_without_events, profiles_.size() - known);
}

}  // namespace truegap::adapters
