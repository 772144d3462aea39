#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/observed_curve.hpp"
#include "sim/signatures.hpp"
#include "sim/verdict.hpp"
#include "adapters/io/comparison_files.hpp"
#include "adapters/io/score_files.hpp"
#include "adapters/io/twin.hpp"

/// From the numbers of a score to a verdict: the measured curves with their noise floor, one sentence a
/// predictor, and the failure signatures.
namespace truegap::adapters {

struct FloorSettings {
    std::uint32_t draws = 999, outer_draws = 199;
    double margin = 0.1;  ///< nat
    unsigned threads = 1;
    const std::atomic<bool>* stop = nullptr;
    std::function<void(std::uint32_t)> progress = {};
};

struct Verdicts {
    std::vector<sim::ObservedCurve> curves;
    std::vector<sim::Verdict> verdicts;  ///< one a predictor with a twin, else none
    std::vector<sim::Signature> signatures;
    bool fitted_to_judged = false;  ///< the twin: then the bootstrap is double
};

/// twin: or null, then the curves have no floor and most signatures are undecided. With one, the
/// recommended metric is among the methods (a contract). Throws InputError for targets that the twin does
/// not know, sim::Interrupted.
[[nodiscard]] Verdicts find_verdicts(
    const ScoreResults& results,
    const Comparisons& comparisons,
    const std::optional<std::pair<std::size_t, std::size_t>>& set_ups,
    const Twin* twin,
    const ScoreSettings& settings,
    const FloorSettings& floor);

/// `worse than a perfect predictor at level 0.05: corrected gap 0.31 nat (0.22 to 0.41), p = 0.001 …`
[[nodiscard]] std::string verdict_sentence(const sim::Verdict& verdict,
                                           Unit unit,
                                           double level,
                                           double margin);
[[nodiscard]] std::string signature_name(sim::SignatureKind kind);
[[nodiscard]] std::string finding_word(sim::SignatureFinding finding);
/// What a signature rests on, in words; without evidence, what would be needed.
[[nodiscard]] std::string signature_basis(const sim::Signature& signature,
                                          const Verdicts& verdicts);

/// Writes `curve.csv`, `inversion.json`, `signatures.csv` and `verdict.json` into a folder.
void write_verdicts(const ScoreResults& results,
                    const Verdicts& verdicts,
                    const Twin* twin,
                    const ScoreSettings& settings,
                    const FloorSettings& floor,
                    const std::filesystem::path& directory);

}  // namespace truegap::adapters
