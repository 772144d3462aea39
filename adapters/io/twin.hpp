#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/context.hpp"
#include "sim/latent_class_fit.hpp"
#include "adapters/io/fit_inputs.hpp"
#include "adapters/io/score_inputs.hpp"

/// TWIN.json: a population fitted to targets, given outright, with what it was fitted to beside it
/// (`fitted`), so that contexts of targets can be asked of it.
namespace truegap::adapters {

struct Twin {
    sim::Population population;
    std::string file;                ///< where it was read
    std::vector<std::string> items;  ///< names: [ItemId]
    std::string targets;             ///< the file that it was fitted to
    std::string targets_sha256;      ///< of that file, whole
    double share = 1.0;              ///< of its users, those fitted
    std::uint64_t events = 0;        ///< choices fitted
    double strength = 0.0;           ///< as in `sim::Fit`
};

/// What a fit does not know of its targets. share: of the users, those fitted.
struct TwinSource {
    std::string version, targets, targets_sha256;
    double share = 1.0;
};
/// The text of TWIN.json. plan: the one that was followed.
[[nodiscard]] std::string twin_text(const sim::Fit& fit,
                                    const FitInputs& inputs,
                                    const sim::FitPlan& plan,
                                    const TwinSource& source);
/// Whether a text is one, as far as a glance tells.
[[nodiscard]] bool is_twin(const std::string& text);

/// Throws InputError for what is none.
[[nodiscard]] Twin read_twin(const NamedText& file);

/// The names of its items, attributes and levels.
[[nodiscard]] FitNames names_of(const Twin& twin);

/// A target as the twin's own question, or one of its users', who has his own history. Candidates are in
/// the target's order; `user` counts from 0. Throws InputError (targets_file: context …) for what the twin
/// does not know.
[[nodiscard]] sim::Context twin_context(const Twin& twin,
                                        const Target& target,
                                        sim::ContextId id,
                                        const std::string& targets_file);
[[nodiscard]] std::vector<sim::Context> twin_users(const Twin& twin,
                                                   const Target& target,
                                                   sim::ContextId id,
                                                   const std::string& targets_file);

}  // namespace truegap::adapters
