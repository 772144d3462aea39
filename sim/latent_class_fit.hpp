#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/context.hpp"
#include "sim/population.hpp"
#include "sim/study.hpp"

/// Latent classes fitted to what users did: a population whose users behave like them.
namespace truegap::sim {

struct FitAttribute {
    std::string name;
    std::vector<std::string> levels;
};

/// Users of one group who were offered the same candidates, and how often each was chosen.
struct FitGroup {
    std::vector<std::optional<std::uint32_t>> levels;  ///< one an attribute; nothing: not told
    std::vector<ItemId> candidates;                    ///< distinct, at least 1
    std::vector<std::uint32_t> counts;                 ///< shape (K,)
};

/// One user with his own history.
struct FitSequence {
    std::vector<std::optional<std::uint32_t>> levels;  ///< as in `FitGroup`
    History history;                                   ///< chosen among all items
    std::vector<ItemId> candidates;                    ///< distinct
    ItemId choice = 0;                                 ///< one of them
};

struct FitData {
    std::vector<FitAttribute> attributes;
    std::size_t items = 0;  ///< M
    std::vector<FitGroup> groups;
    std::vector<FitSequence> sequences;

    /// Choices, those of the histories not among them.
    [[nodiscard]] std::uint64_t events() const;
};

/// The most classes that are fitted.
inline constexpr std::uint32_t most_fitted_classes = 64;

/// How much is borrowed from everybody: pseudo-events a class, see `fit_latent_classes`.
inline constexpr double default_strength = 30.0;

struct FitPlan {
    std::vector<std::uint32_t> classes = {1, 2, 3, 4, 6, 8, 10, 12};     ///< Z to choose among
    std::vector<double> strengths = {10.0, 30.0, 100.0, 300.0, 1000.0};  ///< s to choose among
    std::uint32_t starts = 8;                                            ///< of the fit; 1 or more
    std::uint32_t held_out_starts = 2;  ///< of each fit that chooses Z and s
    std::uint32_t folds = 5;            ///< 2 or more
    std::uint32_t most_rounds = 2000;   ///< of EM from one start
    std::uint64_t seed = 1;
    unsigned threads = 1;
    Progress* progress = nullptr;             ///< counts EM runs; or null
    const std::atomic<bool>* stop = nullptr;  ///< set by another thread or a signal; or null
};

/// What classes fitted to the other folds say of the users held out, in nats an event.
struct HeldOut {
    std::uint32_t classes = 0;
    double strength = 0.0;
    double log_likelihood = 0.0;  ///< as `mean_log_likelihood`, over all folds
    double standard_error = 0.0;  ///< of that mean over events
};

struct Fit {
    Population population;
    double strength = 0.0;
    double log_likelihood = 0.0;    ///< as `mean_log_likelihood`, of the data fitted
    std::vector<HeldOut> held_out;  ///< [Z], each with its best s; empty where nothing was chosen
    std::uint32_t rounds = 0;       ///< of the best start
    bool converged = false;         ///< or stopped after `most_rounds`
};

/// The classes that maximise the penalised likelihood of data, Z and s chosen by held-out likelihood.
/// A user of class z has the levels l_j with probability A_j[z, l_j] (those not told left out), a history
/// h, and chooses b among C (Luce), all independent given z but for his own preference:
///     P(l, h, b) = sum_z w[z] prod_j A_j[z, l_j] P(h | z) (kappa B[z,b] + n_b) / sum_{c in C} (kappa B[z,c] + n_c)
/// as in `class_posterior` and `target_distribution`; kappa, one for all classes, by maximum likelihood
/// where there are sequences with histories, else infinite. Each row of B and of A_j has a Dirichlet prior
/// of s pseudo-events with the proportions of everybody (of one class fitted to all data), w one of one
/// pseudo-user a class: small samples are drawn to everybody's behaviour, not to uniform.
/// EM in scaled probabilities from several random starts; what candidate sets leave out, and histories, by
/// minorisation (Lange, Hunter & Yang, J. Comput. Graph. Stat. 9, 2000; Minka 2000 for Dirichlet-multinomial
/// counts); kappa by maximising the likelihood itself (ECME: Liu & Rubin, Biometrika 81, 1994). No round
/// lowers the penalised likelihood.
/// Z and s: the largest held-out likelihood over folds of users; of equal ones the fewest classes.
/// Classes are numbered by descending weight. The same bits for any number of threads.
/// data: at least 2 events a fold (a contract). Throws Interrupted after `plan.stop`.
[[nodiscard]] Fit fit_latent_classes(const FitData& data, const FitPlan& plan);

/// EM from a population that was fitted to like data (its attributes in the same order, one table each,
/// recorded as they are, one kappa: a contract), with its Z and no more than that many rounds.
[[nodiscard]] Fit refit(const FitData& data,
                        const Population& start,
                        std::uint32_t rounds,
                        double strength = default_strength);

/// (1/n) sum over events of ln P(b | delta, h, C), in nats: of the choice, given what else is known.
/// -infinity where somebody chose what has no probability. data: at least one event (a contract).
[[nodiscard]] double mean_log_likelihood(const Population& population, const FitData& data);

}  // namespace truegap::sim
