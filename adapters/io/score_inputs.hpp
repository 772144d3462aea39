#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "metrics/approximation/approximation.hpp"
#include "metrics/estimators/registry.hpp"
#include "sim/observed.hpp"
#include "sim/observed_summary.hpp"
#include "adapters/io/responses.hpp"
#include "adapters/io/targets.hpp"

/// What `truegap score` reads: targets and what predictors said of them, as a study of observed choices.
namespace truegap::adapters {

/// A file as it was read.
struct NamedText {
    std::string name, text;
};

struct ScoredPredictor {
    std::string label;
    ResponseBook::Answers answers;  ///< one a question
};

struct ScoreInputs {
    std::uint64_t seed = 1;
    std::size_t top = 0;
    std::vector<Target> targets;
    std::vector<Question> questions;
    /// [context] its first question, and the number of questions at the end: one, or one a user.
    std::vector<std::size_t> question_of;
    std::vector<ScoredPredictor> predictors;

    /// What a predictor said of a context: one response, or one a user.
    [[nodiscard]] std::span<const metrics::Response> responses(std::size_t predictor,
                                                               std::size_t context) const {
        return std::span(predictors[predictor].answers.responses)
            .subspan(question_of[context], question_of[context + 1] - question_of[context]);
    }
};

struct ScoreReading {
    std::optional<std::size_t> top;  ///< else 10, or the fewest candidates where those are fewer
    std::uint64_t seed = 1;
    bool partial = false;  ///< whether responses may be missing: those count as `failed`
};

/// Reads targets and responses. A predictor is called what its lines say or, where they do not, what its
/// file is called. Throws InputError for what is wrong in them, for a `top` above the candidates of a
/// target, for two predictors of one name, and for missing responses unless `partial`.
[[nodiscard]] ScoreInputs read_score_inputs(const NamedText& targets,
                                            const std::vector<NamedText>& responses,
                                            const ScoreReading& reading);

struct ScoreMethods {
    std::vector<metrics::Approximation> approximations;
    std::vector<metrics::Estimator> estimators;
};

/// What a person asks for: kinds of approximations by name, or as a scenario has them (JSON); estimators
/// by name; either list may be empty. methods: a file with `approximations` and `estimators`, or nothing.
/// Throws InputError for what is not known, and for a list both named and in the file.
[[nodiscard]] ScoreMethods read_score_methods(const std::vector<std::string>& approximations,
                                              const std::vector<std::string>& estimators,
                                              const std::optional<NamedText>& methods,
                                              std::size_t top);

/// Fills an empty list: of approximations the published one where anything can be ranked, `probabilities`
/// where anything is stated, and the recommended one; of estimators plug_in, chao_wang_jost and nsb.
void add_default_methods(const ScoreInputs& inputs, ScoreMethods& methods);

/// The study. Contexts whose users were each answered have the mean answer (`sim::mean_answer`).
[[nodiscard]] sim::ObservedStudy observed_study(const ScoreInputs& inputs,
                                                const ScoreMethods& methods);

/// A proxy as tables name it, and its contexts of one history length.
struct ScorePool {
    std::string proxy;
    std::uint32_t history_length = 0;
    sim::ObservedPool contexts;
};
/// In order of appearance.
[[nodiscard]] std::vector<ScorePool> score_pools(const std::vector<Target>& targets);

/// `age+gender`, `age=25-34;gender=F`; empty for everybody.
[[nodiscard]] std::string proxy_name(const Target& target);
[[nodiscard]] std::string group_name(const Target& target);

}  // namespace truegap::adapters
