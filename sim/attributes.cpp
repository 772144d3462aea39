#include "sim/attributes.hpp"

#include <algorithm>

#include "metrics/compensated_sum.hpp"
#include "metrics/contract.hpp"
#include "sim/samplers.hpp"
#include "sim/stream.hpp"

namespace truegap::sim {

namespace {

// Runs through all combinations of that many levels each, the last fastest; false after the last.
bool next_combination(std::vector<std::uint32_t>& levels, std::span<const std::size_t> counts) {
    for (std::size_t i = levels.size(); i-- > 0;) {
        if (++levels[i] < counts[i]) return true;
        levels[i] = 0;
    }
    return false;
}

std::size_t cells_of_table(std::span<const AttributeSpec> specs, std::size_t first) {
    std::size_t cells = 1;
    for (std::size_t j = first; j < first + specs[first].table; ++j)
        cells *= true_levels(specs[j]).size();
    return cells;
}

RowMatrix draw_class_levels(std::span<const AttributeSpec> specs,
                            std::size_t first,
                            std::size_t classes,
                            std::uint64_t seed,
                            std::uint32_t world) {
    const AttributeSpec& spec = specs[first];
    if (const auto* given = std::get_if<RowMatrix>(&spec.class_levels)) return *given;
    const std::vector<double> concentrations(
        cells_of_table(specs, first), std::get<DirichletWeights>(spec.class_levels).concentration);
    RowMatrix result(static_cast<Eigen::Index>(classes),
                     static_cast<Eigen::Index>(concentrations.size()));
    for (std::size_t z = 0; z < classes; ++z) {
        Stream draws = stream({.seed = seed,
                               .world = world,
                               .purpose = Purpose::attributes,
                               .cell = first,
                               .block = z});
        const std::vector<double> row = dirichlet(concentrations, draws);
        std::copy(row.begin(), row.end(), result.row(static_cast<Eigen::Index>(z)).data());
    }
    return result;
}

// (1 - rho) m + rho S. At rho = 0 every row is m to the bit, at rho = 1 every row is S.
RowMatrix informative(RowMatrix class_levels, double rho, std::span<const double> class_weights) {
    if (!(rho < 1.0)) return class_levels;
    for (Eigen::Index level = 0; level < class_levels.cols(); ++level) {
        metrics::CompensatedSum marginal;
        for (Eigen::Index z = 0; z < class_levels.rows(); ++z)
            marginal.add(class_weights[static_cast<std::size_t>(z)] * class_levels(z, level));
        for (Eigen::Index z = 0; z < class_levels.rows(); ++z)
            class_levels(z, level) = (1.0 - rho) * marginal.value() + rho * class_levels(z, level);
    }
    return class_levels;
}

}  // namespace

Attributes::Attributes(std::vector<Attribute> list, std::vector<AttributeTable> tables)
    : list_(std::move(list)), tables_(std::move(tables)), table_of_(list_.size()) {
    std::size_t listed = 0;
    for (std::uint32_t t = 0; t < tables_.size(); ++t) {
        const AttributeTable& table = tables_[t];
        TRUEGAP_EXPECTS(table.first == listed && table.size > 0);
        TRUEGAP_EXPECTS(listed + table.size <= list_.size());
        std::size_t cells = 1;
        for (std::uint32_t j = table.first; j < table.first + table.size; ++j) {
            table_of_[j] = t;
            cells *= list_[j].true_levels.size();
        }
        TRUEGAP_EXPECTS(static_cast<std::size_t>(table.probabilities.cols()) == cells);
        listed += table.size;
    }
    TRUEGAP_EXPECTS(listed == list_.size());
}

const std::uint32_t* Attributes::parent(std::uint32_t attribute) const {
    const auto& recording = list_[attribute].recording;
    return recording && recording->parent ? &*recording->parent : nullptr;
}

// P(the attribute is recorded as `recorded` says | its true level); 1 where that is not asked.
double Attributes::recorded_as(std::uint32_t attribute,
                               std::uint32_t true_level,
                               std::span<const std::uint32_t> recorded) const {
    const std::uint32_t level = recorded[attribute];
    if (level == unknown) return 1.0;
    const auto& recording = list_[attribute].recording;
    if (!recording) return level == true_level ? 1.0 : 0.0;
    const std::uint32_t given = recording->parent ? recorded[*recording->parent] : 0;
    return recording->confusion[given](static_cast<Eigen::Index>(true_level),
                                       static_cast<Eigen::Index>(level));
}

double Attributes::table_likelihood(const AttributeTable& table,
                                    std::span<const std::uint32_t> recorded,
                                    std::size_t z) const {
    const double* const p = table.probabilities.row(static_cast<Eigen::Index>(z)).data();
    if (table.size == 1 && !list_[table.first].recording) return p[recorded[table.first]];
    std::vector<std::size_t> counts;
    for (std::uint32_t j = table.first; j < table.first + table.size; ++j)
        counts.push_back(list_[j].true_levels.size());
    std::vector<std::uint32_t> levels(table.size, 0U);
    metrics::CompensatedSum sum;
    std::size_t cell = 0;
    do {
        double term = p[cell++];
        for (std::uint32_t i = 0; i < table.size && term > 0.0; ++i)
            term *= recorded_as(table.first + i, levels[i], recorded);
        sum.add(term);
    } while (next_combination(levels, counts));
    return sum.value();
}

double Attributes::likelihood(std::span<const std::uint32_t> which,
                              std::span<const std::uint32_t> levels,
                              std::size_t z) const {
    std::vector<std::uint32_t> recorded(list_.size(), unknown);
    for (std::size_t i = 0; i < which.size(); ++i) recorded[which[i]] = levels[i];
    // Ancestors whose recorded level the others depend on and nobody told.
    std::vector<std::uint32_t> hidden;
    for (const std::uint32_t attribute : which)
        for (const std::uint32_t* above = parent(attribute);
             above != nullptr && recorded[*above] == unknown;
             above = parent(*above)) {
            recorded[*above] = 0;
            hidden.push_back(*above);
        }
    std::vector<std::uint32_t> tables;  // each once, in the order in which they are first needed
    const auto need = [&](std::uint32_t attribute) {
        const std::uint32_t table = table_of_[attribute];
        if (std::find(tables.begin(), tables.end(), table) == tables.end()) tables.push_back(table);
    };
    std::for_each(which.begin(), which.end(), need);
    std::for_each(hidden.begin(), hidden.end(), need);
    std::vector<std::size_t> counts;
    counts.reserve(hidden.size());
    for (const std::uint32_t attribute : hidden) counts.push_back(list_[attribute].levels.size());
    std::vector<std::uint32_t> guess(hidden.size(), 0U);
    metrics::CompensatedSum sum;
    do {
        for (std::size_t i = 0; i < hidden.size(); ++i) recorded[hidden[i]] = guess[i];
        double product = 1.0;
        for (const std::uint32_t table : tables)
            product *= table_likelihood(tables_[table], recorded, z);
        sum.add(product);
    } while (next_combination(guess, counts));
    return sum.value();
}

bool Attributes::recorded_truly() const {
    return std::none_of(
        list_.begin(), list_.end(), [](const Attribute& one) { return one.recording.has_value(); });
}

Attributes Attributes::truly_recorded() const {
    std::vector<Attribute> list = list_;
    for (Attribute& attribute : list) {
        attribute.levels = attribute.true_levels;
        attribute.recording.reset();
    }
    return {std::move(list), tables_};
}

const std::vector<std::string>& true_levels(const AttributeSpec& spec) {
    return spec.true_levels.empty() ? spec.levels : spec.true_levels;
}

std::vector<AttributeSpec> truly_recorded(std::span<const AttributeSpec> specs) {
    std::vector<AttributeSpec> result(specs.begin(), specs.end());
    for (AttributeSpec& spec : result) {
        spec.levels = true_levels(spec);
        spec.true_levels.clear();
        spec.recording.reset();
    }
    return result;
}

Attributes make_attributes(std::span<const AttributeSpec> specs,
                           std::span<const double> class_weights,
                           std::uint64_t seed,
                           std::uint32_t world) {
    std::vector<Attribute> list;
    std::vector<AttributeTable> tables;
    for (std::size_t j = 0; j < specs.size(); ++j) {
        list.push_back({.name = specs[j].name,
                        .levels = specs[j].levels,
                        .true_levels = true_levels(specs[j]),
                        .recording = specs[j].recording});
        if (specs[j].table == 0) continue;
        tables.push_back({.first = static_cast<std::uint32_t>(j),
                          .size = specs[j].table,
                          .probabilities = informative(
                              draw_class_levels(specs, j, class_weights.size(), seed, world),
                              specs[j].informativeness,
                              class_weights)});
    }
    return {std::move(list), std::move(tables)};
}

}  // namespace truegap::sim
