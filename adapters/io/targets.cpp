#include "adapters/io/targets.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>
#include <sstream>

#include "sim/samplers.hpp"
#include "sim/stream.hpp"
#include "adapters/io/input_error.hpp"
#include "adapters/io/json_node.hpp"

namespace truegap::adapters {

namespace {

constexpr std::uint64_t most_users = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t longest_history = 1'000'000;

std::vector<std::string> read_names(const JsonNode& node) {
    std::vector<std::string> names;
    for (const JsonNode& element : node.elements()) names.push_back(element.nonempty_text());
    return names;
}

std::vector<std::string> read_candidates(const JsonNode& node) {
    std::vector<std::string> names = read_names(node);
    if (names.size() < 2)
        node.fail("has " + std::to_string(names.size()) + " candidates (allowed: 2 or more)");
    std::set<std::string_view> seen;
    const std::vector<JsonNode> nodes = node.elements();
    for (std::size_t i = 0; i < names.size(); ++i)
        if (!seen.insert(names[i]).second)
            nodes[i].fail("is " + in_quotes(names[i]) + " a second time (allowed: once)");
    return names;
}

std::vector<Shown> read_group(const JsonNode& node) {
    std::vector<Shown> group;
    for (const auto& [name, level] : node.members())
        group.push_back({.name = name, .value = level.nonempty_text()});
    return group;
}

TargetUser read_user(const JsonNode& node, const std::vector<std::string>& candidates) {
    node.require_keys({"user", "history", "choice"});
    TargetUser user{.user = node["user"].nonempty_text(),
                    .history = read_names(node["history"]),
                    .choice = node["choice"].nonempty_text()};
    if (std::find(candidates.begin(), candidates.end(), user.choice) == candidates.end())
        node["choice"].fail("is " + in_quotes(user.choice) +
                            ", which is not among the candidates (allowed: one of them)");
    return user;
}

std::vector<TargetUser> read_users(const JsonNode& node,
                                   const std::vector<std::string>& candidates) {
    std::vector<TargetUser> users;
    std::set<std::string> names;
    for (const JsonNode& element : node.elements()) {
        users.push_back(read_user(element, candidates));
        if (!names.insert(users.back().user).second)
            element["user"].fail("is " + in_quotes(users.back().user) +
                                 " a second time (allowed: once)");
    }
    return users;
}

std::vector<std::uint32_t> read_counts(const JsonNode& node, std::size_t candidates) {
    std::vector<std::uint32_t> counts;
    std::uint64_t total = 0;
    for (const JsonNode& element : node.elements()) {
        counts.push_back(static_cast<std::uint32_t>(element.integer(0, most_users)));
        total += counts.back();
    }
    if (counts.size() != candidates)
        node.fail("has " + std::to_string(counts.size()) +
                  " counts (allowed: one a candidate, which are " + std::to_string(candidates) +
                  ")");
    if (total > most_users)
        node.fail("sums to " + std::to_string(total) + " (allowed: up to " +
                  std::to_string(most_users) + ")");
    return counts;
}

void refuse_unlike_lengths(const JsonNode& node, const Target& target) {
    const auto refuse = [&](std::size_t length, const std::string& where) {
        if (length == target.history_length) return;
        node.fail("has history_length " + std::to_string(target.history_length) + ", but " + where +
                  " has " + std::to_string(length) + " items (allowed: as many)");
    };
    if (node.has("history")) refuse(target.history.size(), "history");
    for (const TargetUser& user : target.users)
        refuse(user.history.size(), "that of user " + in_quotes(user.user));
}

Target read_target(std::string_view line, const std::string& file, std::size_t number) {
    const Json json = parse_json(line, file, number);
    const JsonNode node(json, file + ": line " + std::to_string(number));
    node.require_keys(
        {"context_id", "group", "history_length", "history", "candidates", "counts", "users"});
    Target target;
    target.context_id = node["context_id"].nonempty_text();
    if (node.has("group")) target.group = read_group(node["group"]);
    target.candidates = read_candidates(node["candidates"]);
    target.counts = read_counts(node["counts"], target.candidates.size());
    if (node.has("history")) target.history = read_names(node["history"]);
    if (node.has("users")) target.users = read_users(node["users"], target.candidates);
    if (!target.users.empty() && !target.history.empty())
        node["users"].fail("stands beside a shared history (allowed: one of the two)");
    const std::size_t length =
        target.users.empty() ? target.history.size() : target.users.front().history.size();
    target.history_length = static_cast<std::uint32_t>(
        node.has("history_length") ? node["history_length"].integer(0, longest_history) : length);
    refuse_unlike_lengths(node, target);
    return target;
}

Json names_json(const std::vector<std::string>& names) {
    Json list = Json::array();
    for (const std::string& name : names) list.push_back(name);
    return list;
}

}  // namespace

std::uint64_t Target::n() const {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

std::vector<Target> read_targets(ByteSource& source, const std::string& file) {
    std::vector<Target> targets;
    std::set<std::string> ids;
    for_each_line(source, [&](std::string_view line, std::size_t number) {
        targets.push_back(read_target(line, file, number));
        if (!ids.insert(targets.back().context_id).second)
            throw InputError(file,
                             "line " + std::to_string(number),
                             "has context_id " + in_quotes(targets.back().context_id) +
                                 " a second time (allowed: once)");
    });
    if (targets.empty())
        throw InputError(file, "", "has no targets (allowed: one JSON object a line)");
    return targets;
}

std::string target_line(const Target& target) {
    Json json;
    json["context_id"] = target.context_id;
    json["group"] = Json::object();
    for (const Shown& shown : target.group) json["group"][shown.name] = shown.value;
    json["history_length"] = target.history_length;
    if (!target.history.empty()) json["history"] = names_json(target.history);
    json["candidates"] = names_json(target.candidates);
    json["counts"] = target.counts;
    if (!target.users.empty()) {
        json["users"] = Json::array();
        for (const TargetUser& user : target.users)
            json["users"].push_back({{"user", user.user},
                                     {"history", names_json(user.history)},
                                     {"choice", user.choice}});
    }
    std::ostringstream out;
    write_json(out, json);
    return out.str() + '\n';
}

std::vector<Question> target_questions(const std::vector<Target>& targets,
                                       std::size_t top,
                                       bool shuffle,
                                       std::uint64_t seed) {
    std::vector<Question> questions;
    const auto add = [&](const Target& target,
                         const std::string& user,
                         const std::vector<std::string>& history) {
        Question question{.context_id = target.context_id,
                          .user = user,
                          .group = target.group,
                          .history = history,
                          .candidates = target.candidates,
                          .order = std::vector<std::uint32_t>(target.candidates.size()),
                          .examples = {},
                          .top = std::min(top, target.candidates.size())};
        std::iota(question.order.begin(), question.order.end(), 0U);
        if (shuffle) {
            sim::Stream draws = sim::stream(
                {.seed = seed, .purpose = sim::Purpose::prompt_order, .cell = questions.size()});
            sim::random_permutation(draws, question.order);
        }
        questions.push_back(std::move(question));
    };
    for (const Target& target : targets) {
        if (target.users.empty()) add(target, "", target.history);
        for (const TargetUser& user : target.users) add(target, user.user, user.history);
    }
    return questions;
}

}  // namespace truegap::adapters
