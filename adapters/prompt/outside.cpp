#include "adapters/prompt/outside.hpp"

#include <cmath>
#include <map>

#include "metrics/approximation/approximation.hpp"
#include "metrics/contract.hpp"
#include "metrics/log_tables.hpp"
#include "sim/scenario.hpp"
#include "adapters/prompt/prompt_json.hpp"
#include "adapters/prompt/questions.hpp"

namespace truegap::adapters {

namespace {

// Whether a response states a probability for every candidate, and nothing went wrong with it.
bool states_all(const metrics::Response& response) {
    if (response.faults && response.faults->no_answer != metrics::NoAnswer::none) return false;
    for (const double value : response.logprobs)
        if (std::isnan(value)) return false;
    return !response.probabilities.empty() || !response.logits.empty();
}

// A whole statement in every form that follows from it, as a mock's answer has them.
void add_forms(metrics::Response& response) {
    if (!states_all(response)) return;
    const std::vector<double> q = *metrics::stated_probabilities(response);
    if (response.probabilities.empty()) response.probabilities = q;
    if (response.logits.empty())
        for (const double value : q) response.logits.push_back(metrics::ln(value));
    if (response.rankings.empty()) response.ranking = metrics::ranking_by(q);
}

class WorldPredictor final : public sim::Predictor {
  public:
    WorldPredictor(PromptSpec prompts,
                   std::size_t top,
                   std::unique_ptr<Outside> outside,
                   const sim::World& world)
        : prompts_(std::move(prompts)), top_(top), outside_(std::move(outside)), world_(world) {}

    [[nodiscard]] std::vector<metrics::Response> predict(
        std::span<const sim::Context> contexts) override {
        std::vector<metrics::Response> responses =
            outside_->answer(world_questions(prompts_, world_, contexts, top_));
        TRUEGAP_EXPECTS(responses.size() == contexts.size());
        for (std::size_t i = 0; i < contexts.size(); ++i) {
            add_forms(responses[i]);
            if (states_all(responses[i]))
                stated_.insert_or_assign(contexts[i].id,
                                         metrics::Distribution::from_weights(
                                             *metrics::stated_probabilities(responses[i])));
        }
        return responses;
    }

    [[nodiscard]] std::optional<metrics::Distribution> exact(const sim::Context& context) override {
        const auto found = stated_.find(context.id);
        if (found == stated_.end()) return std::nullopt;
        return found->second;
    }

  private:
    PromptSpec prompts_;
    std::size_t top_;
    std::unique_ptr<Outside> outside_;
    sim::World world_;
    std::map<sim::ContextId, metrics::Distribution> stated_;
};

}  // namespace

sim::PredictorMaker outside_predictor(std::string label,
                                      PromptSpec prompts,
                                      std::size_t top,
                                      std::function<std::unique_ptr<Outside>()> make_outside) {
    sim::PredictorMaker maker;
    maker.label = std::move(label);
    maker.outside = true;
    maker.objection = [prompts](const sim::Scenario& scenario) -> std::optional<std::string> {
        if (scenario.contexts.histories == sim::Histories::individual)
            return "is outside, where contexts have individual histories (allowed: predictors "
                   "whose "
                   "exact distribution is known, or shared histories)";
        return prompt_objection(prompts, scenario);
    };
    maker.make = [prompts = std::move(prompts), top, make = std::move(make_outside)](
                     const sim::World& world) -> std::unique_ptr<sim::Predictor> {
        return std::make_unique<WorldPredictor>(prompts, top, make(), world);
    };
    return maker;
}

}  // namespace truegap::adapters
