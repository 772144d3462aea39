#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "sim/matrix.hpp"

/// What is known of users beside their choices: true levels by class, and what is recorded of them.
namespace truegap::sim {

/// How an attribute's true level becomes the recorded one:
///     C^(k)[l, l'] = P(recorded l' | true l, recorded level k of the parent)
struct Recording {
    std::optional<std::uint32_t> parent{};  ///< an attribute; recordings form no cycle
    /// C: one, or one a recorded level of the parent; shape (true levels, recorded levels), rows sum
    /// to 1.
    std::vector<RowMatrix> confusion{};
};

/// A demographic attribute. Groups are groups of recorded levels.
struct Attribute {
    std::string name;
    std::vector<std::string> levels;       ///< as recorded
    std::vector<std::string> true_levels;  ///< the same where nothing is recorded wrongly
    std::optional<Recording> recording{};  ///< absent: recorded as it is
};

/// One attribute, or several that follow each other, with the true levels' joint distribution. Tables
/// are independent given the class.
struct AttributeTable {
    std::uint32_t first = 0;
    std::uint32_t size = 1;
    RowMatrix
        probabilities;  ///< P(l_1..l_size | z): shape (Z, product of true levels), last fastest
};

/// All attributes of a population. Whole after construction and immutable.
class Attributes {
  public:
    Attributes() = default;
    /// The tables list the attributes in their order, each once (a contract).
    Attributes(std::vector<Attribute> list, std::vector<AttributeTable> tables);

    [[nodiscard]] std::span<const Attribute> list() const { return list_; }
    [[nodiscard]] std::span<const AttributeTable> tables() const { return tables_; }

    /// P(recorded levels of these attributes | z), in [0, 1]:
    ///     sum over recorded levels of ancestors that are not among them of
    ///     prod_tables sum_{true l} P(l | z) prod_{j in table} C_j^(k_parent(j))[l_j, k_j]
    /// With plain tables and nothing recorded wrongly prod_j A_j[z, l_j], in the order given.
    /// which: distinct attributes; levels: one each.
    [[nodiscard]] double likelihood(std::span<const std::uint32_t> which,
                                    std::span<const std::uint32_t> levels,
                                    std::size_t z) const;

    /// Whether every true level is what is recorded.
    [[nodiscard]] bool recorded_truly() const;
    /// The same attributes, recorded as they are.
    [[nodiscard]] Attributes truly_recorded() const;

  private:
    static constexpr std::uint32_t unknown = static_cast<std::uint32_t>(-1);
    [[nodiscard]] const std::uint32_t* parent(std::uint32_t attribute) const;
    [[nodiscard]] double recorded_as(std::uint32_t attribute,
                                     std::uint32_t true_level,
                                     std::span<const std::uint32_t> recorded) const;
    [[nodiscard]] double table_likelihood(const AttributeTable& table,
                                          std::span<const std::uint32_t> recorded,
                                          std::size_t z) const;

    std::vector<Attribute> list_;
    std::vector<AttributeTable> tables_;
    std::vector<std::uint32_t> table_of_;  // [attribute]
};

/// Weights drawn from a symmetric Dirichlet, every component with this concentration.
struct DirichletWeights {
    double concentration = 1.0;
};

/// An attribute to be made. Tables of true levels, of one attribute or of several that follow each other:
///     P[z,:] = (1 - rho) m + rho S[z,:],   m = sum_z w[z] S[z,:]
/// so that the marginal, the joint one of all the table's attributes, does not move with rho. S is given,
/// or each row is drawn from a symmetric Dirichlet.
struct AttributeSpec {
    std::string name;
    std::vector<std::string> levels;  ///< as recorded: what groups are made of
    double informativeness = 1.0;     ///< rho in [0, 1], of the whole table
    /// S of the table: shape (Z, product of true levels), last attribute fastest, or its law.
    std::variant<DirichletWeights, RowMatrix> class_levels;
    /// How many attributes the table has, this one first; 0: it is in the table of an earlier one,
    /// which has informativeness and S.
    std::uint32_t table = 1;
    std::vector<std::string> true_levels{};  ///< empty: the recorded ones
    std::optional<Recording> recording{};
};

[[nodiscard]] const std::vector<std::string>& true_levels(const AttributeSpec& spec);
/// The descriptions of the same attributes, recorded as they are.
[[nodiscard]] std::vector<AttributeSpec> truly_recorded(std::span<const AttributeSpec> specs);

/// The attributes of one world: a pure function of (specs, class weights, seed, world).
[[nodiscard]] Attributes make_attributes(std::span<const AttributeSpec> specs,
                                         std::span<const double> class_weights,
                                         std::uint64_t seed,
                                         std::uint32_t world);

}  // namespace truegap::sim
