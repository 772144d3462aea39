#include "adapters/io/design_json.hpp"

#include <algorithm>
#include <charconv>

#include "sim/plan.hpp"
#include "adapters/io/csv.hpp"
#include "adapters/io/input_error.hpp"
#include "adapters/io/text_files.hpp"

namespace truegap::adapters {

namespace {

std::vector<std::uint32_t> read_sizes(const JsonNode& node) {
    std::vector<JsonNode> nodes;
    if (node.is_array()) {
        nodes = node.some_elements();
    } else {
        nodes.push_back(node);
    }
    std::vector<std::uint32_t> sizes;
    sizes.reserve(nodes.size());
    for (const JsonNode& entry : nodes)
        sizes.push_back(static_cast<std::uint32_t>(entry.integer(1, most_users)));
    refuse_repeats(nodes, sizes, "the number of users");
    return sizes;
}

std::string line_place(const CsvRow& row) {
    return "line " + std::to_string(row.line);
}

/// Reads a table of group sizes; every complaint names the CSV file and the line.
class GroupSizesReader {
  public:
    GroupSizesReader(std::string file, std::span<const sim::AttributeSpec> attributes)
        : file_(std::move(file)), attributes_(attributes) {}

    sim::GroupSizes read(const std::string& text) {
        const std::vector<CsvRow> rows = parse_csv(text, file_);
        if (rows.size() < 2)
            throw InputError(file_, "", "has no rows (allowed: a header and one row a group)");
        read_header(rows.front());
        for (std::size_t i = 1; i < rows.size(); ++i) read_row(rows[i]);
        return std::move(sizes_);
    }

  private:
    void read_header(const CsvRow& header) {
        std::vector<std::string> allowed{"users"};
        for (const auto& attribute : attributes_) allowed.push_back(attribute.name);
        for (std::size_t column = 0; column < header.fields.size(); ++column) {
            const std::string& name = header.fields[column];
            const auto place = std::find(allowed.begin(), allowed.end(), name);
            if (place == allowed.end())
                throw InputError(
                    file_,
                    line_place(header),
                    "unknown column " + in_quotes(name) + "; the nearest known one is " +
                        in_quotes(nearest(name, allowed)) + " (allowed: " + listed(allowed) + ")");
            const auto attribute = static_cast<std::uint32_t>(place - allowed.begin());
            const bool repeated = attribute == 0 ? users_column_ != none
                                                 : std::find(sizes_.proxy.begin(),
                                                             sizes_.proxy.end(),
                                                             attribute - 1) != sizes_.proxy.end();
            if (repeated)
                throw InputError(
                    file_,
                    line_place(header),
                    "the column " + in_quotes(name) + " appears twice (allowed: once)");
            if (attribute == 0) {
                users_column_ = column;
            } else {
                sizes_.proxy.push_back(attribute - 1);
            }
        }
        if (users_column_ == none)
            throw InputError(
                file_, line_place(header), "the column \"users\" is missing (it is required)");
    }

    void read_row(const CsvRow& row) {
        if (row.fields.size() != sizes_.proxy.size() + 1)
            throw InputError(file_,
                             line_place(row),
                             "has " + std::to_string(row.fields.size()) + " fields (allowed: " +
                                 std::to_string(sizes_.proxy.size() + 1) + ", as in the header)");
        sim::GroupSizes::Row result;
        for (std::size_t column = 0; column < row.fields.size(); ++column) {
            if (column == users_column_) {
                result.users = read_users(row, row.fields[column]);
            } else {
                result.levels.push_back(
                    read_level(row, sizes_.proxy[result.levels.size()], row.fields[column]));
            }
        }
        total_ += result.users;
        if (total_ > most_users)
            throw InputError(file_,
                             line_place(row),
                             "the users sum to " + std::to_string(total_) + " (allowed: at most " +
                                 std::to_string(most_users) + ")");
        sizes_.rows.push_back(std::move(result));
    }

    [[nodiscard]] std::uint32_t read_users(const CsvRow& row, const std::string& field) const {
        std::uint32_t users = 0;
        const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), users);
        if (error != std::errc{} || end != field.data() + field.size() || users > most_users)
            throw InputError(file_,
                             line_place(row),
                             "users is " + in_quotes(field) +
                                 " (allowed: a whole number from 0 to " +
                                 std::to_string(most_users) + ")");
        return users;
    }

    [[nodiscard]] std::uint32_t read_level(const CsvRow& row,
                                           std::uint32_t attribute,
                                           const std::string& field) const {
        const auto& levels = attributes_[attribute].levels;
        const auto place = std::find(levels.begin(), levels.end(), field);
        if (place == levels.end())
            throw InputError(file_,
                             line_place(row),
                             "unknown level " + in_quotes(field) + " of " +
                                 in_quotes(attributes_[attribute].name) +
                                 "; the nearest known one is " + in_quotes(nearest(field, levels)) +
                                 " (allowed: " + listed(levels) + ")");
        return static_cast<std::uint32_t>(place - levels.begin());
    }

    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    std::string file_;
    std::span<const sim::AttributeSpec> attributes_;
    sim::GroupSizes sizes_;
    std::size_t users_column_ = none;
    std::uint64_t total_ = 0;
};

/// Group sizes written into the scenario itself, as rows like {"age": "18-24", "users": 12}.
sim::GroupSizes read_inline_sizes(const JsonNode& node, const sim::PopulationSpec& population) {
    const auto attributes = sim::attribute_specs(population);
    const std::vector<JsonNode> rows = node.some_elements();
    std::vector<std::string> known;
    for (const sim::AttributeSpec& attribute : attributes) known.push_back(attribute.name);
    known.emplace_back("users");
    sim::GroupSizes sizes;
    for (std::uint32_t j = 0; j < attributes.size(); ++j)
        if (rows.front().has(attributes[j].name)) sizes.proxy.push_back(j);
    std::uint64_t total = 0;
    for (const JsonNode& row : rows) {
        row.require_keys(known);
        sim::GroupSizes::Row result;
        for (const std::uint32_t attribute : sizes.proxy)
            result.levels.push_back(static_cast<std::uint32_t>(
                row[attributes[attribute].name].choice(attributes[attribute].levels)));
        if (row.json().size() != sizes.proxy.size() + 1)
            row.fail("does not have the keys of the first row (allowed: the same in every row)");
        result.users = static_cast<std::uint32_t>(row["users"].integer(0, most_users));
        total += result.users;
        sizes.rows.push_back(std::move(result));
    }
    if (total > most_users)
        node.fail("the users sum to " + std::to_string(total) + " (allowed: at most " +
                  std::to_string(most_users) + ")");
    return sizes;
}

sim::GroupSizes read_sizes_file(const JsonNode& node,
                                const sim::PopulationSpec& population,
                                const std::filesystem::path& directory) {
    return GroupSizesReader(node.text(), sim::attribute_specs(population))
        .read(read_named_text(node, directory));
}

sim::GroupSizes read_group_sizes(const JsonNode& node,
                                 const sim::PopulationSpec& population,
                                 const sim::ContextSpec& contexts,
                                 const std::filesystem::path& directory) {
    sim::GroupSizes sizes = node.is_array() ? read_inline_sizes(node, population)
                                            : read_sizes_file(node, population, directory);
    const auto has_users = [](const sim::GroupSizes::Row& row) { return row.users > 0; };
    if (std::none_of(sizes.rows.begin(), sizes.rows.end(), has_users))
        node.fail("there are no users in any group (allowed: at least one group with users)");
    for (const sim::Proxy& proxy : sim::proxies_of(contexts))
        for (const std::uint32_t attribute : proxy)
            if (std::find(sizes.proxy.begin(), sizes.proxy.end(), attribute) == sizes.proxy.end())
                node.fail("has no column " +
                          in_quotes(sim::attribute_specs(population)[attribute].name) +
                          ", which a proxy shows (allowed: a column for every attribute shown)");
    return sizes;
}

}  // namespace

Json group_sizes_json(const sim::GroupSizes& sizes,
                      std::span<const sim::AttributeSpec> attributes) {
    Json rows = Json::array();
    for (const sim::GroupSizes::Row& row : sizes.rows) {
        Json result = Json::object();
        for (std::size_t i = 0; i < sizes.proxy.size(); ++i)
            result[attributes[sizes.proxy[i]].name] =
                attributes[sizes.proxy[i]].levels[row.levels[i]];
        result["users"] = row.users;
        rows.push_back(std::move(result));
    }
    return rows;
}

sim::Design read_design(const JsonNode& node,
                        const sim::PopulationSpec& population,
                        const sim::ContextSpec& contexts,
                        const std::filesystem::path& directory) {
    node.require_keys({"users_per_group", "users", "group_sizes", "times"});
    if (node.json().size() != (node.has("group_sizes") && node.has("times") ? 2 : 1))
        node.fail("has " + std::to_string(node.json().size()) +
                  " designs (allowed: exactly one of users_per_group, users or group_sizes)");
    if (node.has("users_per_group")) return sim::UsersPerGroup{read_sizes(node["users_per_group"])};
    if (node.has("users")) return sim::Users{read_sizes(node["users"])};
    sim::GroupSizes sizes = read_group_sizes(node["group_sizes"], population, contexts, directory);
    if (node.has("times")) {
        sizes.times = node["times"].number_between(1e-6, 1e6);
        const auto users = static_cast<double>(sim::users_in(sizes, {}));
        if (users > static_cast<double>(most_users))
            node["times"].fail("makes " + metrics::shortest(users) +
                               " users of them (allowed: at most " + std::to_string(most_users) +
                               " users)");
    }
    return sizes;
}

}  // namespace truegap::adapters
