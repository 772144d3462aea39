#include "tests/adapters/datasets/naive.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <ctime>
#include <set>
#include <sstream>
#include <stdexcept>

#include "sim/stream.hpp"

#include "tests/adapters/datasets/naive_files.hpp"

namespace truegap::test {

namespace {

using Level = std::pair<int, std::string>;  // how levels are sorted, then how they are called

struct User {
    std::vector<Row> rows;
    std::size_t number = 0;
};

std::string lower(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

std::vector<Row> in_order(const User& user, bool timed, std::uint64_t seed, std::uint64_t& twice) {
    std::vector<Row> rows;
    std::set<std::pair<std::string, std::int64_t>> seen;
    for (const Row& row : user.rows) {
        if (!seen.insert({row.item, timed ? row.when : 0}).second) {
            ++twice;
        } else {
            rows.push_back(row);
        }
    }
    std::vector<std::pair<double, std::size_t>> keys;
    sim::Stream draws =
        sim::stream({.seed = seed, .purpose = sim::Purpose::play_order, .cell = user.number});
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const double u = (static_cast<double>(draws() >> 12U) + 0.5) / 4503599627370496.0;
        keys.emplace_back(timed ? static_cast<double>(rows[i].when)
                                : -std::log(u) / static_cast<double>(rows[i].when),
                          i);
    }
    std::sort(keys.begin(), keys.end());
    std::vector<Row> sorted;
    for (const auto& [key, i] : keys) sorted.push_back(rows[i]);
    return sorted;
}

struct Candidates {
    std::vector<std::string> items, names;
    [[nodiscard]] int place(const std::string& item) const {
        const auto found = std::find(items.begin(), items.end(), item);
        return found == items.end() ? -1 : static_cast<int>(found - items.begin());
    }
};

Candidates most_chosen(const std::map<std::string, std::set<std::string>>& users_of,
                       const std::map<std::string, std::string>& names,
                       std::size_t most) {
    std::vector<std::tuple<long, std::string, std::string>> ranked;
    for (const auto& [item, users] : users_of)
        ranked.emplace_back(-static_cast<long>(users.size()), names.at(item), item);
    std::sort(ranked.begin(), ranked.end());
    if (ranked.size() > most) ranked.resize(most);
    Candidates pool;
    std::set<std::string> taken;
    for (const auto& [users, name, item] : ranked) {
        std::string shown = name;
        for (int copy = 2; !taken.insert(lower(shown)).second; ++copy)
            shown = name + " (" + std::to_string(copy) + ")";
        pool.items.push_back(item);
        pool.names.push_back(shown);
    }
    return pool;
}

// The candidate that comes after the first `length` rows, or -1.
int choice(const std::vector<Row>& rows,
           std::size_t length,
           const Candidates& pool,
           adapters::ChoiceRule rule) {
    if (rule == adapters::ChoiceRule::next) return pool.place(rows[length].item);
    std::set<std::string> history;
    for (std::size_t i = 0; i < length; ++i) history.insert(rows[i].item);
    for (std::size_t i = length; i < rows.size(); ++i)
        if (history.count(rows[i].item) == 0 && pool.place(rows[i].item) >= 0)
            return pool.place(rows[i].item);
    return -1;
}

// The levels of a user; empty when one is unknown.
std::vector<Level> levels_of(const Files& files,
                             const std::string& user,
                             const adapters::GroupBy& by) {
    std::vector<Level> levels;
    const auto profile = files.profiles.find(user);
    for (const std::string& name : by) {
        if (profile == files.profiles.end() || profile->second.count(name) == 0) return {};
        levels.push_back(profile->second.at(name));
    }
    return levels;
}

}  // namespace

std::string described(const adapters::Target& target) {
    std::ostringstream out;
    out << target.context_id << " |";
    for (const auto& shown : target.group) out << ' ' << shown.name << ':' << shown.value;
    out << " | " << target.history_length << " |";
    for (std::size_t k = 0; k < target.candidates.size(); ++k)
        out << " [" << target.candidates[k] << "] " << target.counts.at(k);
    for (const auto& user : target.users) {
        out << " | " << user.user << " chose [" << user.choice << "] after";
        for (const std::string& item : user.history) out << " [" << item << ']';
    }
    return out.str();
}

Naive naive_targets(const adapters::DatasetOptions& options, const std::filesystem::path& folder) {
    const Files files = read_files(options.name, folder, options.items);
    Naive naive{.contexts = {}, .found = files.found};
    std::map<std::string, User> users;
    std::vector<std::string> order;
    for (const Row& row : files.rows) {
        const bool is_new = users.count(row.user) == 0;
        if (is_new) order.push_back(row.user);
        User& user = users[row.user];
        if (is_new) user.number = order.size() - 1;
        user.rows.push_back(row);
    }
    for (auto& [name, user] : users) {
        user.rows = in_order(
            user, options.name != "lastfm_360k", options.seed, naive.found["duplicate_events"]);
        naive.found["events"] += user.rows.size();
        naive.found["users_without_profile"] +=
            options.name != "movielens_25m" && files.profiles.count(name) == 0 ? 1 : 0;
    }
    naive.found["users"] = users.size();
    for (const auto& [name, profile] : files.profiles)
        naive.found["profiles_without_events"] += users.count(name) == 0 ? 1 : 0;

    std::vector<std::uint32_t> lengths = options.histories;
    std::sort(lengths.begin(), lengths.end());
    for (const adapters::GroupBy& by : options.groups) {
        std::map<std::vector<Level>, std::vector<std::string>> groups;
        for (const std::string& user : order) {
            const auto levels = levels_of(files, user, by);
            if (levels.size() == by.size()) groups[levels].push_back(user);
        }
        for (const auto& [levels, members] : groups) {
            std::map<std::string, std::set<std::string>> users_of;
            const auto& counted = options.pool == adapters::PoolOf::group ? members : order;
            for (const std::string& user : counted)
                for (const Row& row : users[user].rows) users_of[row.item].insert(user);
            const Candidates pool = most_chosen(users_of, files.names, options.candidates);
            for (const std::uint32_t length : lengths) {
                adapters::Target target;
                std::string label;
                for (std::size_t i = 0; i < by.size(); ++i) {
                    target.group.push_back({.name = by[i], .value = levels[i].second});
                    label += (i == 0 ? "" : ";") + by[i] + "=" + levels[i].second;
                }
                target.context_id = (by.empty() ? "all" : label) + "/" + std::to_string(length);
                target.history_length = length;
                target.candidates = pool.names;
                target.counts.assign(pool.names.size(), 0);
                for (const std::string& user : members) {
                    const auto& rows = users[user].rows;
                    const int chosen =
                        rows.size() <= length ? -1 : choice(rows, length, pool, options.choice);
                    if (chosen < 0) continue;
                    ++target.counts[static_cast<std::size_t>(chosen)];
                    if (length == 0) continue;
                    adapters::TargetUser asked{
                        .user = user,
                        .history = {},
                        .choice = pool.names[static_cast<std::size_t>(chosen)]};
                    for (std::size_t i = 0; i < length; ++i) {
                        const int place = pool.place(rows[i].item);
                        asked.history.push_back(place < 0
                                                    ? files.names.at(rows[i].item)
                                                    : pool.names[static_cast<std::size_t>(place)]);
                    }
                    target.users.push_back(asked);
                }
                if (target.n() > 0 && pool.names.size() >= 2)
                    naive.contexts.push_back(described(target));
            }
        }
    }
    return naive;
}

}  // namespace truegap::test
