#include "cli/comparison_text.hpp"

#include <algorithm>
#include <ostream>

#include "cli/text_table.hpp"

namespace truegap::cli {

namespace {

using adapters::Comparisons;
using adapters::ScoreResults;
using adapters::Unit;

// A method as rows name it.
struct Method {
    std::uint32_t approximation = 0, estimator = 0;
};

Method shown_method(const ScoreResults& results) {
    const auto found = std::find_if(
        results.scores.rows.begin(), results.scores.rows.end(), [&](const sim::ObservedRow& row) {
            return std::holds_alternative<metrics::Recommended>(
                results.study.approximations[row.approximation]);
        });
    const sim::ObservedRow& row =
        found == results.scores.rows.end() ? results.scores.rows.front() : *found;
    return {row.approximation, row.estimator};
}

class Text {
  public:
    Text(std::ostream& out, const ScoreResults& results, const Comparisons& comparisons, Unit unit)
        : out_(out),
          results_(results),
          comparisons_(comparisons),
          unit_(unit),
          method_(shown_method(results)) {}

    void head() const {
        const adapters::ScorePool& pool = results_.pools[comparisons_.judged];
        out_ << "Comparisons in " << (unit_ == Unit::bit ? "bits" : "nats") << ", "
             << results_.scores.approximations[method_.approximation] << ", over the "
             << pool.contexts.contexts.size() << " contexts of "
             << (pool.proxy.empty() ? "everybody" : pool.proxy) << " (history "
             << pool.history_length << "), whose users are all different:\n";
    }

    void pairs() const {
        for (const sim::ComparisonRow& row : comparisons_.pairs) {
            if (!shown(row)) continue;
            out_ << "  " << label(row.second) << " minus " << label(row.first) << ": "
                 << nat(row.difference, true) << interval(row.interval) << p(row.p) << '\n';
        }
    }

    void ordering() const {
        TextTable table;
        std::vector<std::string> head{"  predictor", "gap"};
        for (std::size_t place = 0; place < results_.study.predictors.size(); ++place)
            head.push_back("place " + std::to_string(place + 1));
        table.add(std::move(head));
        for (const sim::OrderingRow& row : comparisons_.ordering) {
            if (!shown(row)) continue;
            std::vector<std::string> line{"  " + label(row.predictor), nat(row.gap, true)};
            for (const double share : row.shares) line.push_back(percent(share));
            table.add(std::move(line));
        }
        out_ << "Share of the resamples in which each is first, second, …:\n";
        table.print(out_);
    }

    void set_ups(const SetUps& pair, double margin, double level) const {
        const auto [told, not_told] = pair;
        for (const sim::ComparisonRow& row : comparisons_.pairs) {
            const bool forward = row.first == told && row.second == not_told;
            const bool backward = row.first == not_told && row.second == told;
            if (!shown(row) || !(forward || backward)) continue;
            sim::ComparisonRow turned = row;
            if (backward) {
                if (row.difference) turned.difference = -*row.difference;
                if (row.interval) turned.interval = {-row.interval->high, -row.interval->low};
            }
            out_ << "Demographics: " << label(static_cast<std::uint32_t>(not_told)) << " minus "
                 << label(static_cast<std::uint32_t>(told)) << ' ' << nat(turned.difference, true)
                 << interval(turned.interval) << "; within -+" << nat(margin, false)
                 << " by two one-sided tests" << p(row.p_equivalent) << ": " << finding(row, level)
                 << '\n';
        }
    }

    void history() const {
        for (const sim::HistoryRow& row : comparisons_.history) {
            if (row.approximation != method_.approximation || row.estimator != method_.estimator)
                continue;
            out_ << "History, " << label(row.predictor) << ": "
                 << (row.figure == sim::HistoryFigure::gap ? "gap" : "cross-entropy")
                 << " from length " << row.shortest << " to " << row.longest << ' '
                 << nat(row.contrast, true) << interval(row.contrast_interval) << ", per event "
                 << nat(row.slope, true) << interval(row.interval) << " over " << row.groups
                 << " groups\n";
        }
    }

  private:
    template <class Row>
    [[nodiscard]] bool shown(const Row& row) const {
        return row.pool == comparisons_.judged && row.approximation == method_.approximation &&
               row.estimator == method_.estimator;
    }
    [[nodiscard]] const std::string& label(std::uint32_t predictor) const {
        return results_.study.predictors[predictor].label;
    }
    [[nodiscard]] std::string nat(const sim::Figure& nats, bool sign) const {
        return figure(adapters::in_unit(nats, unit_), sign);
    }
    [[nodiscard]] std::string interval(const std::optional<metrics::Interval>& interval) const {
        if (!interval) return " (no interval)";
        return " (" + nat(interval->low, true) + " to " + nat(interval->high, true) + ")";
    }
    static std::string p(const sim::Figure& p) { return p ? ", p = " + figure(p, false) : ""; }
    static std::string finding(const sim::ComparisonRow& row, double level) {
        if (row.p_equivalent && *row.p_equivalent <= 1.0 - level)
            return "demographics make no difference";
        if (row.p && *row.p <= 1.0 - level) return "demographics make a difference";
        return "undecided";
    }

    std::ostream& out_;
    const ScoreResults& results_;
    const Comparisons& comparisons_;
    Unit unit_;
    Method method_;
};

}  // namespace

void print_comparisons(std::ostream& out,
                       const ScoreResults& results,
                       const Comparisons& comparisons,
                       const std::optional<SetUps>& set_ups,
                       const adapters::ScoreSettings& settings,
                       double margin) {
    if (results.scores.rows.empty() || (comparisons.pairs.empty() && comparisons.history.empty()))
        return;
    const Text text(out, results, comparisons, settings.unit);
    out << '\n';
    text.head();
    text.pairs();
    if (!comparisons.ordering.empty()) text.ordering();
    if (set_ups) text.set_ups(*set_ups, margin, settings.level);
    text.history();
}

}  // namespace truegap::cli
