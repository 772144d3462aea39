#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Texts with gaps: `{name}` is filled in, `{{` and `}}` are braces.
namespace truegap::adapters {

/// What is wrong with a template, and what is allowed: a brace without its partner, or a name that is not
/// among `known`. Nothing when it can be filled.
[[nodiscard]] std::optional<std::string> template_defect(std::string_view text,
                                                         const std::vector<std::string>& known);

/// Whether it has this gap.
[[nodiscard]] bool has_gap(std::string_view text, std::string_view name);

/// What fills the gaps of one name.
using Filling = std::vector<std::pair<std::string_view, std::string>>;

/// The text with its gaps filled; it has no defect (a contract). A line whose gaps all have nothing to
/// show is left away, with the blank lines after it. Fillings are not read as templates.
[[nodiscard]] std::string fill_template(std::string_view text, const Filling& filling);

}  // namespace truegap::adapters
