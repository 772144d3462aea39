#include "adapters/io/estimate_answers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <numbers>
#include <string_view>

#include "sim/bootstrap.hpp"
#include "adapters/io/json_text.hpp"

namespace truegap::adapters {

namespace {

using metrics::CountsView;
using metrics::ErrorMethod;

void add_note(std::string& note, std::string_view text) {
    if (text.empty()) return;
    if (!note.empty()) note += "; ";
    note += text;
}

bool all_equal(const CountsView& sample) {
    std::uint32_t seen = 0;
    for (const std::uint32_t count : sample.counts) {
        if (count == 0 || count == seen) continue;
        if (seen != 0) return false;
        seen = count;
    }
    return true;
}

// A spread of 0 says nothing of how far the truth is: no interval, and a note.
void refuse_no_spread(EstimateAnswer& answer, std::string_view why) {
    answer.standard_error = 0.0;
    answer.interval.reset();
    add_note(answer.note, why);
}

void put_bootstrap_error(EstimateAnswer& answer,
                         const sim::BootstrapError& error,
                         const EstimateOptions& options) {
    answer.standard_error = error.standard_error;
    if (options.level) answer.interval = error.interval;
    if (error.undefined > 0)
        add_note(answer.note,
                 "undefined for " + std::to_string(error.undefined) + " of " +
                     std::to_string(options.bootstrap->resamples) +
                     " resamples, which are left out");
    if (error.standard_error == 0.0)
        refuse_no_spread(
            answer, "no interval: every resample gives the same, which says nothing of its error");
}

void put_own_error(EstimateAnswer& answer,
                   const metrics::Estimator& estimator,
                   const CountsView& sample,
                   const EstimateOptions& options) {
    const bool posterior = estimator.entry().error == ErrorMethod::posterior;
    if (!posterior) answer.standard_error = estimator.standard_error(sample);
    if (!answer.standard_error) {
        add_note(answer.note,
                 sample.n == 1 ? "no standard error: one observation (n = 1)"
                               : "no standard error: undefined for this sample");
        return;
    }
    if (options.level)
        answer.interval =
            metrics::normal_interval(*answer.estimate, *answer.standard_error, *options.level);
    if (posterior) return;
    if (all_equal(sample)) {
        refuse_no_spread(
            answer,
            "standard error 0, no interval: all counts are equal, which says nothing of its error");
    } else if (*answer.standard_error == 0.0) {
        refuse_no_spread(answer, "standard error 0, no interval");
    }
}

void put_error(EstimateAnswer& answer,
               const metrics::Estimator& estimator,
               const CountsView& sample,
               const sim::BootstrapError* bootstrap,
               const EstimateOptions& options) {
    if (!answer.has_error || !answer.estimate) return;
    if (bootstrap != nullptr) {
        put_bootstrap_error(answer, *bootstrap, options);
    } else if (options.bootstrap) {
        answer.standard_error.reset();
        add_note(answer.note, "no bootstrap: more than 4294967295 observations");
    } else {
        put_own_error(answer, estimator, sample, options);
    }
    if (answer.interval)
        answer.interval = metrics::within_entropies(*answer.interval, sample.items);
}

// A posterior is computed once, for its mean and its standard deviation.
void put_estimate(EstimateAnswer& answer,
                  const metrics::Estimator& estimator,
                  const CountsView& sample) {
    const metrics::EstimatorEntry& entry = estimator.entry();
    const bool lacks_items = entry.items_use == metrics::ItemsUse::required && !sample.items;
    if (entry.posterior != nullptr && sample.n > 0 && !lacks_items &&
        !metrics::contradicts_items(sample)) {
        if (const auto posterior = entry.posterior(sample, estimator.parameter())) {
            answer.estimate = posterior->mean;
            answer.standard_error = posterior->sd;
        }
    }
    if (!answer.estimate) answer.estimate = estimator.estimate(sample);
    if (!answer.estimate)
        add_note(answer.note, estimator.why_undefined(sample));
    else
        add_note(answer.note, estimator.caveat(sample));
}

void append_number(std::string& text, std::uint64_t number) {
    std::array<char, 20> digits{};
    const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    text.append(digits.data(), result.ptr);
}

// `{"a":1,"b":2}` of those answers that have the figure. put(answer): appends its value.
template <class Has, class Put>
void append_object(std::string& text,
                   const std::vector<std::string>& keys,
                   const std::vector<EstimateAnswer>& answers,
                   Has has,
                   Put put) {
    text += '{';
    bool first = true;
    for (std::size_t e = 0; e < answers.size(); ++e) {
        if (!has(answers[e])) continue;
        if (!first) text += ',';
        first = false;
        text += keys[e];
        put(answers[e]);
    }
    text += '}';
}

}  // namespace

std::vector<EstimateAnswer> answer(const CountsLine& line,
                                   std::uint64_t number,
                                   const EstimateOptions& options,
                                   const std::atomic<bool>* stop) {
    const CountsView sample =
        metrics::counts_view(line.counts, line.items ? line.items : options.items);
    std::vector<sim::BootstrapError> resampled;
    if (options.bootstrap && sample.n <= sim::most_bootstrap_observations)
        resampled = sim::bootstrap(sample,
                                   options.estimators,
                                   {.resamples = options.bootstrap->resamples,
                                    .level = options.level.value_or(0.95),
                                    .seed = options.bootstrap->seed,
                                    .sample = number,
                                    .stop = stop});
    std::vector<EstimateAnswer> answers(options.estimators.size());
    for (std::size_t e = 0; e < answers.size(); ++e) {
        const metrics::Estimator& estimator = options.estimators[e];
        answers[e].has_error = options.standard_errors || options.level || options.bootstrap ||
                               estimator.entry().error == ErrorMethod::posterior;
        put_estimate(answers[e], estimator, sample);
        put_error(
            answers[e], estimator, sample, resampled.empty() ? nullptr : &resampled[e], options);
    }
    return answers;
}

EstimateText::EstimateText(const EstimateOptions& options)
    : unit_(options.unit == Unit::bit ? "bit" : "nat"),
      // Inside everything is in nats; bits are made here, once, at the end.
      scale_(options.unit == Unit::bit ? 1.0 / std::numbers::ln2 : 1.0),
      intervals_(options.level.has_value()) {
    for (const metrics::Estimator& estimator : options.estimators)
        keys_.push_back(json_string(estimator.label()) + ':');
    if (options.level) level_ = json_number(*options.level);
}

void EstimateText::append(const CountsLine& line,
                          std::optional<std::uint64_t> number,
                          const std::vector<EstimateAnswer>& answers,
                          std::string& text) const {
    const auto figure = [&](std::optional<double> nats) {
        if (nats) *nats *= scale_;
        append_json_number(text, nats);
    };
    const auto all = [](const EstimateAnswer& /*answer*/) { return true; };
    const auto has_error = [](const EstimateAnswer& answer) { return answer.has_error; };
    const auto has_note = [](const EstimateAnswer& answer) { return !answer.note.empty(); };

    text += '{';
    if (number) {
        text += "\"line\":";
        append_number(text, *number);
        text += ',';
    }
    if (!line.id.empty()) text.append("\"id\":").append(line.id) += ',';
    text += "\"n\":";
    append_number(text, metrics::counts_view(line.counts).n);
    text += ",\"items_seen\":";
    append_number(text, metrics::seen_items(line.counts).items);
    text.append(",\"unit\":\"").append(unit_).append("\",\"estimates\":");
    append_object(text, keys_, answers, all, [&](const auto& one) { figure(one.estimate); });
    text += ",\"sd\":";
    append_object(
        text, keys_, answers, has_error, [&](const auto& one) { figure(one.standard_error); });
    if (intervals_) {
        text.append(",\"level\":").append(level_).append(",\"intervals\":");
        append_object(text, keys_, answers, all, [&](const auto& one) {
            if (!one.interval) {
                text += "null";
                return;
            }
            text += '[';
            figure(one.interval->low);
            text += ',';
            figure(one.interval->high);
            text += ']';
        });
    }
    if (std::any_of(answers.begin(), answers.end(), has_note)) {
        text += ",\"notes\":";
        append_object(text, keys_, answers, has_note, [&](const auto& one) {
            text += json_string(one.note);
        });
    }
    text += "}\n";
}

}  // namespace truegap::adapters
