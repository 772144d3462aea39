#include "cli/estimator_list.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "metrics/approximation/smoothing.hpp"
#include "metrics/estimators/registry.hpp"
#include "adapters/io/json_text.hpp"

namespace truegap::cli {

namespace {

constexpr std::size_t columns = 100;
constexpr std::size_t indent = 12;

// Characters of UTF-8: every byte but the later ones of a character, which are 10xxxxxx.
std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

// `  label     text`, its lines broken between words and indented alike.
void add_field(std::string& page, const std::string& label, std::string_view text) {
    if (text.empty()) return;
    page += "  " + label + std::string(indent - 2 - label.size(), ' ');
    std::size_t at = indent;
    bool first = true;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(word.size() + 1, text.size()));
        if (!first && at + 1 + width(word) > columns) {
            page += '\n' + std::string(indent, ' ');
            at = indent;
            first = true;
        }
        if (!first) page += ' ';
        page += word;
        at += width(word) + (first ? 0 : 1);
        first = false;
    }
    page += '\n';
}

std::string_view error_text(const metrics::EstimatorEntry& entry) {
    switch (entry.error) {
        case metrics::ErrorMethod::delta:
            return "delta method, in closed form";
        case metrics::ErrorMethod::jackknife:
            return "jackknife, leaving out one observation at a time";
        case metrics::ErrorMethod::posterior:
            return "standard deviation of the posterior";
    }
    return {};
}

std::string_view error_name(const metrics::EstimatorEntry& entry) {
    switch (entry.error) {
        case metrics::ErrorMethod::delta:
            return "delta";
        case metrics::ErrorMethod::jackknife:
            return "jackknife";
        case metrics::ErrorMethod::posterior:
            return "posterior";
    }
    return {};
}

std::string_view pooling_name(const metrics::EstimatorEntry& entry) {
    switch (entry.pooling) {
        case metrics::Pooling::none:
            return "none";
        case metrics::Pooling::flat:
            return "flat";
        case metrics::Pooling::hierarchical:
            return "hierarchical";
        case metrics::Pooling::mixture:
            return "mixture";
    }
    return {};
}

std::string parameter_text(const metrics::EstimatorEntry& entry) {
    if (!entry.parameter) return {};
    return std::string(entry.name) + "(a) with a from " +
           metrics::shortest(entry.parameter->least) + " to " +
           metrics::shortest(entry.parameter->most) +
           "; without it a = " + metrics::shortest(entry.parameter->usual);
}

std::string pooling_text(const metrics::EstimatorEntry& entry) {
    if (entry.pooling == metrics::Pooling::none) return {};
    return "borrows strength from the counts of all groups (" + std::string(pooling_name(entry)) +
           ")";
}

}  // namespace

std::string estimators_as_text() {
    std::string page;
    for (const metrics::EstimatorEntry& entry : metrics::estimators()) {
        if (!page.empty()) page += '\n';
        page += std::string(entry.name) + '\n';
        add_field(page, "formula", entry.formula);
        add_field(page, "parameter", parameter_text(entry));
        add_field(page,
                  "K",
                  entry.items_use == metrics::ItemsUse::required
                      ? "must be known: --items, or \"items\" in the line"
                      : "not used");
        add_field(page, "pooling", pooling_text(entry));
        add_field(page, "error", error_text(entry));
        add_field(page, "limits", entry.limits);
        add_field(page, "source", entry.source);
    }
    return page;
}

std::string estimators_as_json() {
    std::string page;
    for (const metrics::EstimatorEntry& entry : metrics::estimators()) {
        page += page.empty() ? "[{" : ",\n {";
        const auto add = [&](std::string_view key, std::string_view value) {
            page += adapters::json_string(key) + ": " + std::string(value) + ", ";
        };
        const auto add_text = [&](std::string_view key, std::string_view value) {
            add(key, adapters::json_string(value));
        };
        add_text("name", entry.name);
        add_text("formula", entry.formula);
        add_text("source", entry.source);
        add_text("items", entry.items_use == metrics::ItemsUse::required ? "required" : "ignored");
        add_text("standard_error", error_name(entry));
        add_text("pooling", pooling_name(entry));
        add("parameter",
            !entry.parameter
                ? "null"
                : "{\"default\": " + adapters::json_number(entry.parameter->usual) +
                      ", \"least\": " + adapters::json_number(entry.parameter->least) +
                      ", \"most\": " + adapters::json_number(entry.parameter->most) + "}");
        page += "\"limits\": " + adapters::json_string(entry.limits) + '}';
    }
    return page + "]\n";
}

}  // namespace truegap::cli
