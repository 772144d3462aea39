#include "sim/latent_class_em.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "metrics/contract.hpp"

namespace truegap::sim {

namespace {

using Eigen::Index;
using Levels = std::vector<std::optional<std::uint32_t>>;

constexpr double infinity = std::numeric_limits<double>::infinity();
// Beyond these a user's own preference cannot be told from his class's, or from a single item.
constexpr double least_concentration = 0.05, most_concentration = 1e5;

std::vector<Index> sorted_items(const std::vector<ItemId>& candidates) {
    std::vector<Index> items(candidates.begin(), candidates.end());
    std::sort(items.begin(), items.end());
    return items;
}

// One number a class, without allocation.
using ClassArray =
    Eigen::Array<double, Eigen::Dynamic, 1, Eigen::ColMajor, Index{most_fitted_classes}, 1>;

// Columns of the offered items: shape (Z, K).
RowMatrix offered(const RowMatrix& matrix, const EventTable::Set& set) {
    if (set.all) return matrix;
    RowMatrix columns(matrix.rows(), static_cast<Index>(set.items.size()));
    for (Index k = 0; k < columns.cols(); ++k)
        columns.col(k) = matrix.col(set.items[static_cast<std::size_t>(k)]);
    return columns;
}

// ln sum_z exp(logs[z]); logs become the shares of that sum.
double normalise(ClassArray& logs) {
    const double most = logs.maxCoeff();
    if (!std::isfinite(most)) {
        logs.setConstant(1.0 / static_cast<double>(logs.size()));
        return most;
    }
    logs = (logs - most).exp();
    const double sum = logs.sum();
    logs /= sum;
    return most + std::log(sum);
}

// The B >= 0 with sum 1 that maximises sum_b x_b ln B_b - sum_b e_b B_b: x_b / (lambda + e_b), where lambda
// makes the sum 1. x: positive; e: >= 0.
Eigen::RowVectorXd maximise_row(const Eigen::RowVectorXd& x, const Eigen::RowVectorXd& e) {
    const double least = -e.minCoeff();
    const double total = x.sum();
    double low = least;  // the sum is above 1 there
    double high = total + least;
    while ((x.array() / (high + e.array())).sum() > 1.0) high += total;
    double lambda = high;
    constexpr int most_steps = 200;
    for (int step = 0; step < most_steps; ++step) {
        const Eigen::ArrayXd ratio = (x.array() / (lambda + e.array())).transpose();
        const double excess = ratio.sum() - 1.0;
        (excess > 0.0 ? low : high) = lambda;
        const double slope = -(ratio / (lambda + e.array().transpose())).sum();
        double next =
            lambda - excess / slope;  // Newton, kept within what is known to hold the root
        if (!(next > low && next < high)) next = 0.5 * (low + high);
        if (std::abs(next - lambda) <= 1e-14 * std::abs(total)) break;
        lambda = next;
    }
    const Eigen::RowVectorXd row = (x.array() / (lambda + e.array())).matrix();
    return row / row.sum();
}

}  // namespace

EventTable::EventTable(const FitData& data) : items_(static_cast<Index>(data.items)) {
    for (const FitAttribute& attribute : data.attributes)
        level_counts_.push_back(static_cast<Index>(attribute.levels.size()));
    std::map<std::vector<Index>, std::size_t> places;
    const auto set_of = [&](const std::vector<ItemId>& candidates) {
        std::vector<Index> items = sorted_items(candidates);
        const auto [place, fresh] = places.emplace(items, sets_.size());
        if (fresh) {
            Set& set = sets_.emplace_back();
            set.all = items.size() == data.items;
            set.items = std::move(items);
        }
        return place->second;
    };
    std::vector<std::vector<std::size_t>> groups_of;
    for (std::size_t g = 0; g < data.groups.size(); ++g) {
        const FitGroup& group = data.groups[g];
        if (std::all_of(group.counts.begin(), group.counts.end(), [](auto n) { return n == 0; }))
            continue;
        const std::size_t set = set_of(group.candidates);
        groups_of.resize(sets_.size());
        groups_of[set].push_back(g);
    }
    for (const FitSequence& sequence : data.sequences) {
        const std::size_t set = set_of(sequence.candidates);
        sets_[set].sequences.push_back(sequences_.size());
        std::map<Index, std::uint32_t> times;
        for (const ItemId item : sequence.history) ++times[item];
        Sequence& read = sequences_.emplace_back();
        read.levels = sequence.levels;
        read.history.assign(times.begin(), times.end());
        read.length = static_cast<std::uint32_t>(sequence.history.size());
        read.choice = sequence.choice;
        for (const auto& [item, n] : times) {
            if (item == read.choice) read.choice_before = n;
            if (std::binary_search(sets_[set].items.begin(), sets_[set].items.end(), item))
                read.offered_before += n;
        }
        has_histories_ = has_histories_ || read.length > 0;
    }
    for (std::size_t s = 0; s < groups_of.size(); ++s) {
        Set& set = sets_[s];
        set.counts = RowMatrix::Zero(static_cast<Index>(groups_of[s].size()),
                                     static_cast<Index>(set.items.size()));
        for (std::size_t i = 0; i < groups_of[s].size(); ++i) {
            const FitGroup& group = data.groups[groups_of[s][i]];
            set.levels.push_back(group.levels);
            for (std::size_t k = 0; k < group.candidates.size(); ++k) {
                const auto place = std::lower_bound(
                    set.items.begin(), set.items.end(), static_cast<Index>(group.candidates[k]));
                set.counts(static_cast<Index>(i), place - set.items.begin()) += group.counts[k];
            }
        }
    }
}

// Logarithms of the parameters, a row an item or level.
struct LatentClassEm::Logs {
    explicit Logs(const LatentClasses& classes, bool items_too)
        : weights(classes.weights.array().log()) {
        for (const RowMatrix& table : classes.levels)
            levels.emplace_back(table.array().log().matrix().transpose());
        if (items_too) items = classes.items.array().log().matrix().transpose();
    }

    // ln w[z] + sum_j ln A_j[z, l_j]
    [[nodiscard]] ClassArray of(const Levels& shown) const {
        ClassArray sum = weights;
        for (std::size_t j = 0; j < shown.size(); ++j)
            if (shown[j]) sum += levels[j].row(static_cast<Index>(*shown[j])).array().transpose();
        return sum;
    }

    Eigen::ArrayXd weights;
    std::vector<RowMatrix> levels;
    RowMatrix items;
};

// What the E-step expects of the complete data.
struct LatentClassEm::Expected {
    explicit Expected(const LatentClasses& classes)
        : weights(Eigen::VectorXd::Zero(classes.classes())),
          items(RowMatrix::Zero(classes.items.rows(), classes.items.cols())) {
        for (const RowMatrix& table : classes.levels)
            levels.emplace_back(RowMatrix::Zero(table.rows(), table.cols()));
    }

    template <class Shares>
    void add(const Levels& shown, const Shares& shares) {
        weights += shares.matrix();
        for (std::size_t j = 0; j < shown.size(); ++j)
            if (shown[j]) levels[j].col(static_cast<Index>(*shown[j])) += shares.matrix();
    }
    // Restricted candidates: how much each of them weighs against its own probability, e of
    // `maximise_row`.
    void add_restricted(const EventTable::Set& set, const Eigen::VectorXd& weight) {
        if (set.all) return;  // the same for every item
        if (restricted.size() == 0) restricted = RowMatrix::Zero(items.rows(), items.cols());
        for (const Index item : set.items) restricted.col(item) += weight;
    }

    double log_likelihood = 0.0;
    Eigen::VectorXd weights;
    std::vector<RowMatrix> levels;
    RowMatrix items;       // x of `maximise_row`, without the prior
    RowMatrix restricted;  // e of it; empty where every item is always offered
};

void LatentClassEm::read_groups(const LatentClasses& classes,
                                const Logs& logs,
                                Expected& expected) const {
    for (const EventTable::Set& set : table_.sets()) {
        const Index groups = set.counts.rows();
        if (groups == 0) continue;
        RowMatrix choices = offered(classes.items, set);  // P(b | z, C)
        const Eigen::VectorXd mass = choices.rowwise().sum();
        if (!set.all) choices.array().colwise() /= mass.array();
        RowMatrix shares(groups, classes.classes());  // P(z, delta), scaled
        double log_likelihood = 0.0;
        for (Index g = 0; g < groups; ++g) {
            ClassArray prior = logs.of(set.levels[static_cast<std::size_t>(g)]);
            log_likelihood += set.counts.row(g).sum() * normalise(prior);
            shares.row(g) = prior.matrix().transpose();
        }
        constexpr double tiny = std::numeric_limits<double>::min();
        RowMatrix quotients = (shares * choices).cwiseMax(tiny);
        log_likelihood += (set.counts.array() * quotients.array().log()).sum();
        quotients = (set.counts.array() / quotients.array()).matrix();
        const RowMatrix chosen = (shares.transpose() * quotients).cwiseProduct(choices);
        shares = shares.cwiseProduct(quotients * choices.transpose());
        if (set.all) {
            expected.items += chosen;
        } else {
            for (Index k = 0; k < chosen.cols(); ++k)
                expected.items.col(set.items[static_cast<std::size_t>(k)]) += chosen.col(k);
        }
        for (Index g = 0; g < groups; ++g)
            expected.add(set.levels[static_cast<std::size_t>(g)], shares.row(g).transpose());
        expected.add_restricted(
            set, (shares.colwise().sum().transpose().array() / mass.array()).matrix());
        expected.log_likelihood += log_likelihood;
    }
}

namespace {

// P(h, b | z) of users, as logarithms a class.
class UserLogs {
  public:
    // log_items: ln B, a row an item.
    UserLogs(const LatentClasses& classes, const RowMatrix& log_items)
        : kappa_(classes.concentration), items_(classes.items), log_items_(log_items) {}

    [[nodiscard]] ClassArray history(const EventTable::Sequence& user) {
        ClassArray sum = ClassArray::Zero(items_.rows());
        if (std::isinf(kappa_)) {
            for (const auto& [item, n] : user.history)
                sum += n * log_items_.row(item).array().transpose();
            return sum;
        }
        for (const auto& [item, n] : user.history) {
            sum += log_items_.row(item).array().transpose();
            for (std::uint32_t i = 1; i < n; ++i)
                sum += (items_.col(item).array() + i / kappa_).log();
        }
        return sum - log_rising(user.length);
    }
    // The candidates of the choices that follow. mass: theirs, a class.
    void offer(const Eigen::VectorXd& mass) {
        mass_ = mass.array();
        log_masses_.clear();
    }
    [[nodiscard]] ClassArray choice(const EventTable::Sequence& user) {
        if (std::isinf(kappa_) || (user.choice_before == 0 && user.offered_before == 0))
            return log_items_.row(user.choice).array().transpose() - log_mass(0);
        if (user.choice_before == 0)
            return log_items_.row(user.choice).array().transpose() - log_mass(user.offered_before);
        return (items_.col(user.choice).array() + user.choice_before / kappa_).log() -
               log_mass(user.offered_before);
    }

  private:
    // ln rising(kappa, L) - L ln kappa
    double log_rising(std::uint32_t length) {
        while (log_rising_.size() <= length)
            log_rising_.push_back(log_rising_.back() +
                                  std::log1p(static_cast<double>(log_rising_.size() - 1) / kappa_));
        return log_rising_[length];
    }
    // ln (B(C) + n / kappa)
    const ClassArray& log_mass(std::uint32_t before) {
        while (log_masses_.size() <= before)
            log_masses_.emplace_back(
                (mass_ + static_cast<double>(log_masses_.size()) / kappa_).log());
        return log_masses_[before];
    }

    double kappa_;
    const RowMatrix& items_;
    const RowMatrix& log_items_;
    Eigen::ArrayXd mass_;
    std::vector<ClassArray> log_masses_;   // [n]
    std::vector<double> log_rising_{0.0};  // [L]
};

}  // namespace

void LatentClassEm::read_sequences(const LatentClasses& classes,
                                   const Logs& logs,
                                   Expected& expected) const {
    UserLogs users(classes, logs.items);
    const double kappa = classes.concentration;
    // A row an item: what is added to lies side by side.
    RowMatrix drawn = RowMatrix::Zero(classes.items.cols(), classes.classes());
    for (const EventTable::Set& set : table_.sets()) {
        if (set.sequences.empty()) continue;
        const Eigen::VectorXd mass = offered(classes.items, set).rowwise().sum();
        users.offer(mass);
        Eigen::VectorXd restricted = Eigen::VectorXd::Zero(classes.classes());
        for (const std::size_t u : set.sequences) {
            const EventTable::Sequence& user = table_.sequences()[u];
            ClassArray shares = logs.of(user.levels) + users.history(user) + users.choice(user);
            expected.log_likelihood += normalise(shares);
            expected.add(user.levels, shares);
            // How many of the draws came from the class, and not from what the user chose before.
            const auto add = [&](Index item, std::uint32_t before) {
                if (std::isinf(kappa) || before == 0) {
                    drawn.row(item) += shares.matrix().transpose();
                    return;
                }
                const ClassArray own = classes.items.col(item).array();
                drawn.row(item) += (shares * own / (own + before / kappa)).matrix().transpose();
            };
            for (const auto& [item, n] : user.history)
                for (std::uint32_t i = 0; i < n; ++i) add(item, i);
            add(user.choice, user.choice_before);
            if (!set.all)
                restricted += (shares / (mass.array() + user.offered_before / kappa)).matrix();
        }
        expected.add_restricted(set, restricted);
    }
    expected.items += drawn.transpose();
}

double LatentClassEm::penalty(const LatentClasses& classes, const Logs& logs) const {
    double sum = logs.weights.sum();
    for (std::size_t j = 0; j < classes.levels.size(); ++j)
        sum += prior_.strength * (logs.levels[j].transpose() * prior_.levels[j]).sum();
    return sum + prior_.strength * (classes.items.array().log().matrix() * prior_.items).sum();
}

void LatentClassEm::maximise(const Expected& expected, LatentClasses& classes) const {
    const double users = expected.weights.sum();
    const auto classes_of = static_cast<double>(classes.classes());
    classes.weights = (expected.weights.array() + 1.0) / (users + classes_of);
    for (std::size_t j = 0; j < classes.levels.size(); ++j) {
        RowMatrix& table = classes.levels[j];
        table = expected.levels[j];
        table.rowwise() += (prior_.strength * prior_.levels[j]).transpose();
        table.array().colwise() /= table.rowwise().sum().array();
    }
    const Eigen::RowVectorXd prior = (prior_.strength * prior_.items).transpose();
    for (Index z = 0; z < classes.classes(); ++z) {
        const Eigen::RowVectorXd x = expected.items.row(z) + prior;
        if (expected.restricted.size() == 0) {
            classes.items.row(z) = x / x.sum();
        } else {
            classes.items.row(z) = maximise_row(x, expected.restricted.row(z));
        }
    }
}

double LatentClassEm::round(LatentClasses& classes) const {
    const Logs logs(classes, !table_.sequences().empty());
    Expected expected(classes);
    read_groups(classes, logs, expected);
    read_sequences(classes, logs, expected);
    const double penalised = expected.log_likelihood + penalty(classes, logs);
    maximise(expected, classes);
    return penalised;
}

double LatentClassEm::sequence_log_likelihood(const LatentClasses& classes,
                                              const Logs& logs) const {
    UserLogs users(classes, logs.items);
    double sum = 0.0;
    for (const EventTable::Set& set : table_.sets()) {
        if (set.sequences.empty()) continue;
        users.offer(offered(classes.items, set).rowwise().sum());
        for (const std::size_t u : set.sequences) {
            const EventTable::Sequence& user = table_.sequences()[u];
            ClassArray shares = logs.of(user.levels) + users.history(user) + users.choice(user);
            sum += normalise(shares);
        }
    }
    return sum;
}

void LatentClassEm::fit_concentration(LatentClasses& classes) const {
    if (!table_.has_histories()) return;
    const Logs logs(classes, true);
    LatentClasses trial = classes;
    const auto at = [&](double log_kappa) {
        trial.concentration = std::exp(log_kappa);
        return sequence_log_likelihood(trial, logs);
    };
    // Golden section in ln kappa: around the present value, or everywhere where there is none yet.
    const bool finite = std::isfinite(classes.concentration);
    double low = std::log(finite ? classes.concentration / 3.0 : least_concentration);
    double high = std::log(finite ? classes.concentration * 3.0 : most_concentration);
    constexpr double golden = 0.6180339887498949, precision = 0.01;
    double left = high - golden * (high - low), right = low + golden * (high - low);
    double at_left = at(left), at_right = at(right);
    while (high - low > precision) {
        if (at_left > at_right) {
            high = right;
            right = left;
            at_right = at_left;
            left = high - golden * (high - low);
            at_left = at(left);
        } else {
            low = left;
            left = right;
            at_left = at_right;
            right = low + golden * (high - low);
            at_right = at(right);
        }
    }
    double best = std::max(at_left, at_right);
    double kappa = std::exp(at_left > at_right ? left : right);
    for (const double known : {infinity, classes.concentration}) {
        trial.concentration = known;
        const double value = sequence_log_likelihood(trial, logs);
        if (value < best) continue;
        best = value;
        kappa = known;
    }
    classes.concentration = kappa >= 0.5 * most_concentration ? infinity : kappa;
}

LatentClassEm::Run LatentClassEm::run(LatentClasses& classes,
                                      std::uint32_t most_rounds,
                                      double tolerance,
                                      const std::atomic<bool>* stop) const {
    double events = static_cast<double>(table_.sequences().size());
    for (const EventTable::Set& set : table_.sets()) events += set.counts.sum();
    Run run{.penalised = -infinity};
    // kappa moves slowly: it is looked for ever more rarely, and once more where all else stands still.
    std::uint32_t next_concentration = 5;
    double settled = -1.0;  // kappa when it was last looked for
    while (run.rounds < most_rounds) {
        if (stop != nullptr && stop->load()) throw Interrupted();
        const double penalised = round(classes);
        ++run.rounds;
        const bool still = penalised - run.penalised <= tolerance * events;
        run.penalised = penalised;
        if (still || run.rounds == next_concentration) {
            fit_concentration(classes);
            next_concentration = 4 * run.rounds;
            constexpr double near = 0.02;
            run.converged = still && (classes.concentration == settled ||
                                      std::abs(classes.concentration - settled) <= near * settled);
            settled = classes.concentration;
        }
        if (run.converged) break;
    }
    return run;
}

EventLogs LatentClassEm::event_logs(const LatentClasses& classes) const {
    const Logs logs(classes, !table_.sequences().empty());
    UserLogs users(classes, logs.items);
    EventLogs result;
    for (const EventTable::Set& set : table_.sets()) {
        RowMatrix choices = offered(classes.items, set);
        const Eigen::VectorXd mass = choices.rowwise().sum();
        choices.array().colwise() /= mass.array();
        users.offer(mass);
        for (Index g = 0; g < set.counts.rows(); ++g) {
            ClassArray posterior = logs.of(set.levels[static_cast<std::size_t>(g)]);
            static_cast<void>(normalise(posterior));
            const Eigen::RowVectorXd p = posterior.matrix().transpose() * choices;
            for (Index k = 0; k < p.size(); ++k)
                if (set.counts(g, k) > 0.0) result.add(std::log(p(k)), set.counts(g, k));
        }
        for (const std::size_t u : set.sequences) {
            const EventTable::Sequence& user = table_.sequences()[u];
            ClassArray posterior = logs.of(user.levels) + users.history(user);
            static_cast<void>(normalise(posterior));
            result.add(std::log((posterior * users.choice(user).exp()).sum()), 1.0);
        }
    }
    return result;
}

ClassPrior prior_of_everybody(const EventTable& table) {
    ClassPrior half{.strength = 0.5 * static_cast<double>(table.items()),
                    .levels = {},
                    .items = Eigen::VectorXd::Constant(table.items(),
                                                       1.0 / static_cast<double>(table.items()))};
    LatentClasses everybody{.weights = Eigen::VectorXd::Ones(1),
                            .levels = {},
                            .items = half.items.transpose(),
                            .concentration = infinity};
    for (const Index levels : table.level_counts()) {
        half.levels.emplace_back(Eigen::VectorXd::Constant(levels, 0.5 / half.strength));
        everybody.levels.emplace_back(
            RowMatrix::Constant(1, levels, 1.0 / static_cast<double>(levels)));
    }
    constexpr std::uint32_t most_rounds = 200;
    constexpr double tolerance = 1e-9;
    LatentClassEm(table, half).run(everybody, most_rounds, tolerance, nullptr);
    ClassPrior prior{.strength = 0.0, .levels = {}, .items = everybody.items.row(0).transpose()};
    for (const RowMatrix& levels : everybody.levels)
        prior.levels.emplace_back(levels.row(0).transpose());
    return prior;
}

}  // namespace truegap::sim
