#include "sim/drawn_data.hpp"

#include <algorithm>
#include <numeric>

#include "metrics/approximation/approximation.hpp"
#include "sim/block_draws.hpp"
#include "sim/given_answer.hpp"
#include "sim/random_answers.hpp"

namespace truegap::sim {

namespace {

using metrics::Needs;
using metrics::Response;

// What the approximations of a study read.
struct Forms {
    bool stated = false, percentages = false;
    std::size_t ranks = 0;  // places of a ranking
    const metrics::SampleFrequency* samples = nullptr;
    const metrics::PlackettLuce* rankings = nullptr;
};

bool reads_stated(const metrics::Approximation& approximation) {
    const auto* recommended = std::get_if<metrics::Recommended>(&approximation);
    if (recommended != nullptr) return recommended->reads == metrics::Recommended::Reads::best;
    return std::holds_alternative<metrics::Probabilities>(approximation) ||
           std::holds_alternative<metrics::Softmax>(approximation) ||
           std::holds_alternative<metrics::TopLogprobs>(approximation) ||
           std::holds_alternative<metrics::PerEvent>(approximation);
}

Forms forms_of(const Scenario& scenario) {
    Forms forms{.ranks = std::max(scenario.top, ranks_read(scenario))};
    bool order = false;
    for (const metrics::Approximation& approximation : scenario.approximations) {
        forms.stated = forms.stated || reads_stated(approximation);
        forms.percentages =
            forms.percentages || std::holds_alternative<metrics::Verbalized>(approximation);
        order = order || (metrics::needs_of(approximation) != Needs::draws &&
                          metrics::ranks_read(approximation, scenario.top) > 0);
        const auto* samples = std::get_if<metrics::SampleFrequency>(&approximation);
        if (samples != nullptr &&
            (forms.samples == nullptr || samples->samples > forms.samples->samples))
            forms.samples = samples;
        const auto* rankings = std::get_if<metrics::PlackettLuce>(&approximation);
        if (rankings != nullptr &&
            (forms.rankings == nullptr || rankings->rankings > forms.rankings->rankings))
            forms.rankings = rankings;
    }
    // Sampled rankings would be read in place of the one that has the predictor's order: then they follow
    // from what is stated.
    if (order && forms.rankings != nullptr) {
        forms.rankings = nullptr;
        forms.stated = true;
    }
    return forms;
}

std::vector<std::uint32_t> first_places(const metrics::Ranking& ranking,
                                        std::span<const std::uint32_t> lottery,
                                        std::size_t ranks) {
    std::vector<std::uint32_t> order = ranking.order;
    if (!lottery.empty()) metrics::break_ties(ranking, lottery, order);
    order.resize(std::min(ranks, order.size()));
    return order;
}

// What is written of an answer that is the same in every replicate.
Response shown(const Response& complete,
               const Forms& forms,
               std::span<const std::uint32_t> lottery) {
    Response response;
    response.faults = metrics::AnswerFaults{};
    if (forms.stated) {
        response.probabilities = complete.probabilities;
        if (response.probabilities.empty()) response.logits = complete.logits;
    }
    if (forms.percentages) response.percentages = complete.percentages;
    const bool told = forms.stated && states_distribution(response);
    const bool sampled = forms.rankings != nullptr;
    if (complete.ranking && !sampled &&
        (!told || complete.ranking->ties_within(std::min(forms.ranks, complete.ranking->size()))))
        response.rankings = {first_places(*complete.ranking, lottery, forms.ranks)};
    return response;
}

// What is written of an answer that the replicate drew.
Response shown(const DrawnAnswer& answer,
               const Response& complete,
               const Forms& forms,
               std::size_t top) {
    Response response;
    response.faults = metrics::AnswerFaults{};
    if (answer.refused) {
        response.faults->no_answer = metrics::NoAnswer::refused;
        return response;
    }
    Response said = stated(answer, complete);
    const auto positive = [](double value) { return value > 0.0; };
    if (forms.stated && std::any_of(said.probabilities.begin(), said.probabilities.end(), positive))
        response.probabilities = std::move(said.probabilities);
    if (forms.percentages) response.percentages = std::move(said.percentages);
    response.rankings = {answer.places};
    auto& places = response.rankings.front();
    places.resize(std::min(places.size(), forms.ranks));
    std::replace(places.begin(), places.end(), DrawnAnswer::no_item, metrics::no_candidate);
    response.faults->missing = static_cast<std::uint32_t>(top - std::min(top, places.size()));
    response.faults->duplicates = answer.duplicates;
    response.faults->unknown = answer.unknown;
    response.faults->cut = answer.cut;
    return response;
}

// The random answers of a replicate are those of its own draws: the ones before it are drawn too.
// beliefs: [replicate] up to the one that is wanted.
void add_samples(const metrics::SampleFrequency& approximation,
                 const std::vector<std::span<const double>>& beliefs,
                 Stream draws,
                 Response& response) {
    std::vector<std::uint32_t> counts(beliefs.back().size());
    for (const std::span<const double> q : beliefs) {
        if (q.empty()) continue;
        std::fill(counts.begin(), counts.end(), 0U);
        const Multinomial choose(q);
        choose(approximation.samples, draws, counts);
    }
    std::vector<std::uint32_t> sorted;
    for (std::uint32_t k = 0; k < counts.size(); ++k) sorted.insert(sorted.end(), counts[k], k);
    std::vector<std::uint32_t> order(sorted.size());
    random_permutation(draws, order);
    response.choices.resize(sorted.size());
    for (std::size_t i = 0; i < order.size(); ++i) response.choices[i] = sorted[order[i]];
}

void add_rankings(const metrics::PlackettLuce& approximation,
                  std::size_t top,
                  const std::vector<std::span<const double>>& beliefs,
                  Stream draws,
                  Response& response) {
    std::vector<double> left;
    std::vector<std::uint32_t> ranking;
    for (std::size_t r = 0; r < beliefs.size(); ++r) {
        if (beliefs[r].empty()) continue;
        for (std::uint32_t i = 0; i < approximation.rankings; ++i) {
            random_ranking(beliefs[r], std::min(top, beliefs[r].size()), draws, left, ranking);
            if (r + 1 == beliefs.size()) response.rankings.push_back(ranking);
        }
    }
}

class DataDraw {
  public:
    DataDraw(const WorldStudy& study, const Level& level, std::uint32_t replicate)
        : study_(study),
          level_(level),
          block_(replicate / replicates_per_block),
          replicate_(replicate % replicates_per_block),
          forms_(forms_of(study.scenario())) {}

    DrawnData operator()() {
        const std::size_t predictors = study_.scenario().predictors.size();
        DrawnData data{.counts = {}, .choices = {}, .responses = {}};
        data.responses.resize(predictors);
        BlockDraws draw(study_, level_, block_, replicate_ + 1);
        for (std::size_t c = 0; c < study_.plan().contexts.size(); ++c) {
            const ContextDraws draws = draw(c);
            const auto row = draws.row(replicate_);
            data.counts.emplace_back(row.begin(), row.end());
            auto& choices = data.choices.emplace_back();
            const OwnHistories* own = study_.own_histories(c);
            const std::size_t n = draws.n[replicate_];
            if (own != nullptr) {
                const auto first =
                    draws.choices.begin() + static_cast<std::ptrdiff_t>(replicate_ * n);
                choices.assign(first, first + static_cast<std::ptrdiff_t>(n));
            }
            for (std::size_t p = 0; p < predictors; ++p)
                data.responses[p].push_back(own != nullptr ? to_users(c, p, n, draws)
                                                           : std::vector{to_context(c, p, draws)});
        }
        return data;
    }

  private:
    [[nodiscard]] std::span<const std::uint32_t> lottery(const ContextDraws& draws) const {
        return draws.lotteries.empty() ? std::span<const std::uint32_t>{}
                                       : draws.lottery(replicate_);
    }

    [[nodiscard]] std::vector<Response> to_users(std::size_t c,
                                                 std::size_t p,
                                                 std::size_t n,
                                                 const ContextDraws& draws) const {
        std::vector<Response> responses;
        responses.reserve(n);
        for (const metrics::Distribution& q : study_.own_beliefs(p, c).first(n))
            responses.push_back(shown(complete_response(q), forms_, lottery(draws)));
        return responses;
    }

    [[nodiscard]] Response to_context(std::size_t c,
                                      std::size_t p,
                                      const ContextDraws& draws) const {
        const Answer& answer = level_.answer(p, c);
        if (is_deficient(answer.response)) return answer.response;  // from outside: as it was given
        const bool drawn = answer.by_replicate;
        Response response =
            drawn
                ? shown(
                      draws.answers[p][replicate_], answer.response, forms_, study_.scenario().top)
                : shown(answer.response, forms_, lottery(draws));
        if (forms_.samples == nullptr && forms_.rankings == nullptr) return response;
        std::vector<Response> said;
        std::vector<std::span<const double>> beliefs;
        said.reserve(replicate_ + 1);
        for (std::size_t r = 0; r <= replicate_; ++r) {
            if (drawn) {
                const DrawnAnswer& one = draws.answers[p][r];
                said.push_back(one.refused ? Response{} : stated(one, answer.response));
                beliefs.emplace_back(said.back().probabilities);
            } else if (answer.q) {
                beliefs.emplace_back(*answer.q);
            }
        }
        if (beliefs.empty() || beliefs.back().empty()) return response;
        const StreamAddress address = study_.address(level_, block_, Purpose::answers, c);
        if (forms_.samples != nullptr)
            add_samples(*forms_.samples, beliefs, stream(address), response);
        if (forms_.rankings != nullptr)
            add_rankings(
                *forms_.rankings, study_.scenario().top, beliefs, stream(address), response);
        return response;
    }

    const WorldStudy& study_;
    const Level& level_;
    std::uint32_t block_;
    std::size_t replicate_;
    Forms forms_;
};

}  // namespace

DrawnData draw_data(const WorldStudy& study, const Level& level, std::uint32_t replicate) {
    return DataDraw(study, level, replicate)();
}

}  // namespace truegap::sim
