#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "metrics/approximation/approximation.hpp"
#include "metrics/estimators/registry.hpp"
#include "sim/context.hpp"
#include "sim/population.hpp"
#include "sim/predictor.hpp"

/// A study as a value: what a scenario file says, checked and with its defaults filled in.
namespace truegap::sim {

/// Which items are offered: all of them, that many most probable ones by the population marginal
/// (most probable first), those most frequent in the group, a random pool, or these.
struct AllItems {};
struct MostProbable {
    std::size_t count = 0;
};
/// The items with the highest P(b | delta), or those that most of `users` earlier users of the group
/// chose; ties and what they never chose by overall popularity.
struct GroupPopular {
    std::size_t count = 0;
    std::optional<std::uint32_t> users;
};
/// The items in order of popularity are cut into strata of equal size, and each gives an equal share of
/// the pool, drawn without replacement; one stratum is a plain random pool. One pool for a world, or
/// one for each group.
struct SampledPool {
    std::size_t count = 0;
    std::size_t strata = 1;
    bool per_group = false;
};
using CandidateSpec =
    std::variant<AllItems, MostProbable, GroupPopular, SampledPool, std::vector<ItemId>>;

/// The order in which candidates are shown: as the pool lists them, reversed, or shuffled.
enum class Display { listed, random, reversed };

/// Every group of each proxy x every history length x that many histories (one for length 0).
struct GeneratedContexts {
    std::vector<Proxy> proxies;
    std::vector<std::uint32_t> history_lengths;
    std::uint32_t histories_per_group = 1;
    CandidateSpec candidates;
    /// That many of the contexts, drawn without replacement once a world; all where there are fewer.
    std::optional<std::uint32_t> sample = {};
};
/// A context given outright.
struct ListedContext {
    Group group;
    History history;
    CandidateSpec candidates;
};
/// Whether the users of a context share one history, or each has his own of the same length.
enum class Histories { shared, individual };

struct ContextSpec {
    std::variant<GeneratedContexts, std::vector<ListedContext>> source;
    bool repeat = true;  ///< whether items of the history stay among the candidates
    Display display = Display::listed;
    Histories histories = Histories::shared;
};

/// Every group has n users, for each n.
struct UsersPerGroup {
    std::vector<std::uint32_t> n;
};
/// That many users are drawn from the population, for each n; group sizes fall out, redrawn in
/// every replicate, and nested groups share their users.
struct Users {
    std::vector<std::uint32_t> n;
};
/// Group sizes as counted elsewhere, and that many times as many users. A coarser group has the sum of its
/// rows.
struct GroupSizes {
    struct Row {
        std::vector<std::uint32_t> levels;  ///< one an attribute of `proxy`
        std::uint32_t users = 0;
        [[nodiscard]] bool operator==(const Row&) const = default;
    };
    Proxy proxy;
    std::vector<Row> rows;
    double times = 1.0;
    [[nodiscard]] bool operator==(const GroupSizes&) const = default;
};
/// Nothing is drawn: each context's users chose as they did, in every replicate; or as was drawn
/// elsewhere, each replicate with counts of its own.
struct Observed {
    std::vector<std::vector<std::uint32_t>>
        counts;  ///< [context], shape (K,) each; or (R, K), whose rows have one sum
    bool by_replicate = false;

    /// Shape (K,): the context's counts in a replicate.
    [[nodiscard]] std::span<const std::uint32_t> row(std::size_t context,
                                                     std::size_t replicate,
                                                     std::size_t items) const {
        return std::span(counts[context]).subspan(by_replicate ? replicate * items : 0, items);
    }
};
using Design = std::variant<UsersPerGroup, Users, GroupSizes, Observed>;

/// One of several populations that a study is done over, with contexts of its own.
struct NamedPopulation {
    std::string name;
    PopulationSpec population;
    ContextSpec contexts;
    bool own_contexts = true;  ///< else those given for all populations
};

/// How often curves are read as inverted, see `inversion_rates`.
struct InversionSpec {
    std::uint32_t worlds = 2000;
    std::uint32_t null = 99;  ///< B: data sets that a perfect predictor is scored on, a world
    double level = 0.05;      ///< of the tests
    std::uint32_t bins = 8;   ///< of a curve
    /// A null of users that are fitted, not known, too: their number of classes, from how many starts, and
    /// in how many of the worlds.
    struct Twin {
        std::uint32_t classes = 1;
        std::uint32_t starts = 1;
        std::uint32_t worlds = 1;
    };
    std::optional<Twin> twin = {};
};

struct Scenario {
    std::string name;
    std::string question;
    std::uint64_t seed = 0;
    std::uint32_t replicates = 0;
    std::uint32_t worlds = 1;
    bool summary_only = false;  ///< keep no row a context: for studies over very many of them
    PopulationSpec population;
    ContextSpec contexts;
    DynamicsSpec dynamics;
    /// When not empty, the study is done over each of these in place of `population` and `contexts`.
    std::vector<NamedPopulation> populations;
    Design design;
    std::vector<PredictorMaker> predictors;
    std::size_t top = 0;  ///< how many ranks of an answer are used
    std::vector<metrics::Approximation> approximations;
    std::vector<metrics::Estimator> estimators;
    std::optional<InversionSpec> inversion = {};
};

/// The scenario once for each of its populations, with that one as the only one.
[[nodiscard]] std::vector<Scenario> one_a_population(const Scenario& scenario);

/// A scenario that is well formed but cannot be studied. `where` is the place in the scenario, as a
/// JSON pointer; `what()` says what is wrong and what is allowed.
class ScenarioError : public std::runtime_error {
  public:
    ScenarioError(std::string where, const std::string& what)
        : std::runtime_error(what), where_(std::move(where)) {}
    [[nodiscard]] const std::string& where() const { return where_; }

  private:
    std::string where_;
};

/// Where in a scenario of several populations a place in one member of `one_a_population` stands.
[[nodiscard]] std::string where_in_population(const Scenario& scenario,
                                              std::size_t population,
                                              const std::string& where);

/// Does something with a member of `one_a_population`; errors name their place in the whole.
template <class Body>
auto in_population(const Scenario& scenario, std::size_t population, const Body& body) {
    try {
        return body();
    } catch (const ScenarioError& error) {
        throw ScenarioError(where_in_population(scenario, population, error.where()), error.what());
    }
}

/// The longest history of the contexts.
[[nodiscard]] std::uint32_t longest_history(const ContextSpec& contexts);

/// How a message about a grid point begins; empty where there is no grid.
[[nodiscard]] std::string at_point_note(const std::string& values);

/// A scenario as it stands at one point of a grid.
struct GridPoint {
    std::string values;  ///< what was put in where, for messages: `/population/items = 50`
    Scenario scenario;
};

/// Does something with the scenario of a grid point; errors say which.
template <class Body>
auto at_point(const GridPoint& point, const Body& body) {
    try {
        return body();
    } catch (const ScenarioError& error) {
        throw ScenarioError(error.where(), at_point_note(point.values) + error.what());
    }
}

/// The most contexts, and the most result rows, that one run takes on.
inline constexpr double most_contexts = 1e6;
inline constexpr double most_rows = 5e6;

}  // namespace truegap::sim
