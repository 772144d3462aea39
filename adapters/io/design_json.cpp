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
            throw InputError(file_, line_place(header), "the column \"users\" is missing");
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
            throw InputError(
                file_, line_place(row), "the users sum to more than " + std::to_string(most_users));
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

sim::GroupSizes read_group_sizes(const JsonNode& node,
                                 const sim::PopulationSpec& population,
                                 const sim::ContextSpec& contexts,
                                 const std::filesystem::path& directory) {
    const std::string file = node.nonempty_text();
    const auto attributes = sim::attribute_specs(population);
    sim::GroupSizes sizes =
        GroupSizesReader(file, attributes).read(read_text(directory / file, file));
    for (const sim::Proxy& proxy : sim::proxies_of(contexts))
        for (const std::uint32_t attribute : proxy)
            if (std::find(sizes.proxy.begin(), sizes.proxy.end(), attribute) == sizes.proxy.end())
                node.fail("the file " + in_quotes(file) + " has no column " +
                          in_quotes(attributes[attribute].name) + ", which a proxy shows");
    return sizes;
}

}  // namespace

sim::Design read_design(const JsonNode& node,
                        const sim::PopulationSpec& population,
                        const sim::ContextSpec& contexts,
                        const std::filesystem::path& directory) {
    node.require_keys({"users_per_group", "users", "group_sizes"});
    if (node.json().size() != 1)
        node.fail("has " + std::to_string(node.json().size()) +
                  " designs (allowed: exactly one of users_per_group, users or group_sizes)");
    if (node.has("users_per_group")) return sim::UsersPerGroup{read_sizes(node["users_per_group"])};
    if (node.has("users")) return sim::Users{read_sizes(node["users"])};
    return read_group_sizes(node["group_sizes"], population, contexts, directory);
}

}  // namespace truegap::adapters
