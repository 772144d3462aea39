#pragma once

#include <string>
#include <vector>

#include "adapters/io/json_node.hpp"
#include "adapters/io/table_text.hpp"

namespace truegap::adapters {

/// One key of `/vary`: a place in the scenario and the values that are put in there, one after another.
struct Factor {
    std::string pointer;              ///< RFC 6901, into the scenario
    std::vector<std::string> tokens;  ///< the pointer's parts, unescaped; at least one
    std::string column;  ///< its name in the result tables: its last parts, as few as tell it apart
    std::vector<Json> values;  ///< at least one, all different
};

/// All factors of a scenario crossed; the first one changes slowest.
class Grid {
  public:
    /// No factors: one point, the scenario itself.
    Grid() = default;
    /// Reads `/vary`. root: the scenario. Throws InputError for a place that cannot be a factor.
    explicit Grid(const JsonNode& root);

    [[nodiscard]] const std::vector<Factor>& factors() const { return factors_; }
    [[nodiscard]] std::size_t size() const;
    /// Which of each factor's values a point has, [factor].
    [[nodiscard]] std::vector<std::size_t> value_numbers(std::size_t point) const;
    /// The factors' values at a point, [factor].
    [[nodiscard]] std::vector<Json> values(std::size_t point) const;
    /// The scenario at a point: document with the values put in and without `vary`.
    [[nodiscard]] Json document(const Json& document, std::size_t point) const;
    /// The factors' values by their columns' names, as a JSON object; empty without factors.
    [[nodiscard]] std::string json(std::size_t point) const;
    /// What was put in where, for messages: `/population/items = 50, /responses/top = 5`.
    [[nodiscard]] std::string note(std::size_t point) const;
    /// The same as a heading, by the names of the columns: `items = 50, top = 5`.
    [[nodiscard]] std::string heading(std::size_t point) const;

  private:
    std::vector<Factor> factors_;
};

/// A factor's value as a heading: `items = 50`.
[[nodiscard]] std::string heading(const Factor& factor, const Json& value);

/// A factor's value as a table shows it: numbers as numbers, strings as they are, all else as JSON.
[[nodiscard]] Value factor_value(const Json& value);

/// Appends the columns of a point's factors. One that is called like a column of the table stands apart, as
/// `factor_` and its name.
template <class Row>
void add_factor_columns(Columns<Row>& columns, const Grid& grid, std::size_t point) {
    const std::size_t own = columns.size();
    const std::vector<Json> values = grid.values(point);
    for (std::size_t f = 0; f < values.size(); ++f) {
        std::string name = grid.factors()[f].column;
        for (std::size_t i = 0; i < own; ++i)
            if (columns[i].name == name) {
                name.insert(0, "factor_");
                break;
            }
        columns.push_back({std::move(name), [value = factor_value(values[f])](const Row&) -> Value {
                               return value;
                           }});
    }
}

/// Writes the member `"point":{…},` of a JSON object; nothing where point is empty.
void write_point_json(std::ostream& out, const std::string& point);

/// The most points of a grid.
inline constexpr std::size_t most_points = 10'000;

}  // namespace truegap::adapters
