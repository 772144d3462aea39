#include "adapters/openai/settings.hpp"

#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "metrics/approximation/smoothing.hpp"
#include "adapters/io/input_error.hpp"

namespace truegap::adapters {

namespace {

constexpr std::uint64_t most_samples = 10'000;
constexpr std::uint64_t most_per_request = 128;  // of the API
constexpr std::uint64_t most_logprobs = 20;      // of the API
constexpr std::uint64_t most_tokens = 10'000'000;
constexpr std::uint64_t most_in_flight = 4096;
constexpr std::uint64_t most_attempts = 1000;
constexpr double longest_seconds = 1e7;
constexpr double most_a_minute = 1e9;
constexpr double hottest = 100.0;
// Servers hold a seed in 32 or 63 bits.
constexpr std::uint64_t largest_seed = 2'000'000'000;

std::uint32_t small(const JsonNode& node, std::uint64_t least, std::uint64_t most) {
    return static_cast<std::uint32_t>(node.integer(least, most));
}

AskedAnswer read_answer(const JsonNode& node) {
    AskedAnswer answer;
    constexpr std::array forms{
        AnswerForm::ranking, AnswerForm::logprobs, AnswerForm::choice, AnswerForm::percentages};
    if (!node.has("form")) node.require_keys({"form", "samples", "per_request", "top"});
    answer.form = forms.at(node["form"].choice({"ranking", "logprobs", "choice", "percentages"}));
    switch (answer.form) {
        case AnswerForm::ranking:
        case AnswerForm::choice:
            node.require_keys({"form", "samples", "per_request"});
            if (node.has("samples"))
                answer.samples = small(node["samples"], 1, most_samples);
            else if (answer.form == AnswerForm::choice)
                static_cast<void>(node["samples"]);
            if (node.has("per_request"))
                answer.per_request = small(node["per_request"], 1, most_per_request);
            break;
        case AnswerForm::logprobs:
            node.require_keys({"form", "top"});
            if (node.has("top")) answer.top = small(node["top"], 1, most_logprobs);
            break;
        case AnswerForm::percentages:
            node.require_keys({"form"});
            break;
    }
    return answer;
}

bool is_null(const JsonNode& node, const std::string& key) {
    return node.has(key) && node[key].json().is_null();
}

Sampling read_sampling(const JsonNode& node, AnswerForm form) {
    node.require_keys({"temperature", "top_p", "max_tokens", "seed"});
    Sampling sampling;
    if (form == AnswerForm::choice) sampling.temperature = 1.0;
    if (form == AnswerForm::logprobs || form == AnswerForm::choice) sampling.max_tokens = 60;
    if (form == AnswerForm::logprobs) sampling.max_tokens = 1;
    if (form == AnswerForm::percentages) sampling.max_tokens = 2000;
    if (node.has("temperature"))
        sampling.temperature =
            is_null(node, "temperature")
                ? std::nullopt
                : std::optional(node["temperature"].number_between(0.0, hottest));
    if (node.has("top_p"))
        sampling.top_p = is_null(node, "top_p")
                             ? std::nullopt
                             : std::optional(node["top_p"].number_between(0.0, 1.0));
    if (node.has("max_tokens")) sampling.max_tokens = small(node["max_tokens"], 1, most_tokens);
    if (node.has("seed") && !is_null(node, "seed"))
        sampling.seed = node["seed"].integer(0, largest_seed);
    return sampling;
}

double read_rate(const JsonNode& node, const std::string& key, double most) {
    return node.has(key) ? node[key].number_between(0.0, most) : 0.0;
}

SendOptions read_limits(const JsonNode& node) {
    node.require_keys({"in_flight",
                       "attempts",
                       "timeout",
                       "first_pause",
                       "longest_pause",
                       "requests_per_minute",
                       "tokens_per_minute",
                       "requests",
                       "tokens",
                       "give_up_seconds",
                       "same_failures"});
    constexpr auto any = std::numeric_limits<std::uint64_t>::max();
    constexpr double shortest_timeout = 0.001;
    SendOptions limits;
    if (node.has("in_flight")) limits.in_flight = small(node["in_flight"], 1, most_in_flight);
    if (node.has("attempts")) limits.attempts = small(node["attempts"], 1, most_attempts);
    if (node.has("timeout"))
        limits.http.timeout_seconds =
            node["timeout"].number_between(shortest_timeout, longest_seconds);
    if (node.has("first_pause"))
        limits.first_pause = node["first_pause"].number_between(0.0, longest_seconds);
    if (node.has("longest_pause"))
        limits.longest_pause = node["longest_pause"].number_between(0.0, longest_seconds);
    limits.requests_per_minute = read_rate(node, "requests_per_minute", most_a_minute);
    limits.tokens_per_minute = read_rate(node, "tokens_per_minute", most_a_minute);
    if (node.has("requests")) limits.most_requests = node["requests"].integer(0, any);
    if (node.has("tokens")) limits.most_tokens = node["tokens"].integer(0, any);
    limits.give_up_seconds = read_rate(node, "give_up_seconds", longest_seconds);
    if (node.has("same_failures"))
        limits.same_failures = small(node["same_failures"], 0, most_in_flight);
    return limits;
}

std::string read_base_url(const JsonNode& node) {
    std::string url = node.nonempty_text();
    const bool sound = (url.starts_with("http://") || url.starts_with("https://")) &&
                       url.find_first_of(" \t\r\n?#@") == std::string::npos;
    if (!sound)
        node.fail("is " + in_quotes(url) +
                  " (allowed: an address that starts with http:// or https://, such as "
                  "\"https://api.openai.com/v1\", without a user, a query or spaces)");
    while (url.ends_with('/')) url.pop_back();
    return url;
}

bool is_variable_name(const std::string& name) {
    return name.find_first_not_of(
               "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") ==
           std::string::npos;
}

Capabilities read_stated(const JsonNode& node) {
    Capabilities stated =
        node.has("capabilities") ? read_capabilities(node["capabilities"]) : Capabilities{};
    if (!node.has("schema")) return stated;
    const JsonNode schema = node["schema"];
    if (schema.is_string()) {
        static_cast<void>(schema.choice({"auto"}));
    } else if (!schema.json().is_boolean()) {
        schema.fail("is " + schema.description() + " (allowed: \"auto\", true or false)");
    } else if (stated.schema) {
        schema.fail("stands beside \"capabilities\" that say it too (allowed: one of the two)");
    } else {
        stated.schema = schema.boolean();
    }
    return stated;
}

}  // namespace

OpenaiSettings read_openai(const JsonNode& node, std::uint64_t seed) {
    node.require_keys({"kind",
                       "name",
                       "base_url",
                       "model",
                       "key_env",
                       "answer",
                       "sampling",
                       "limits",
                       "schema",
                       "capabilities",
                       "prompts"});
    OpenaiSettings settings;
    settings.place = node.file() + ": " + node.pointer();
    settings.base_url = read_base_url(node["base_url"]);
    settings.model = node["model"].nonempty_text();
    settings.label =
        node.has("name") ? node["name"].nonempty_text() : "openai(" + settings.model + ")";
    if (node.has("key_env")) {
        settings.key_env = node["key_env"].nonempty_text();
        if (!is_variable_name(settings.key_env))
            node["key_env"].fail(
                "is no name of a variable (allowed: letters, digits and _, such as "
                "OPENAI_API_KEY; the key itself never stands in a file)");
    }
    settings.answer = read_answer(node["answer"]);
    const Json none = Json::object();
    settings.sampling =
        read_sampling(node.has("sampling") ? node["sampling"] : JsonNode(none, node.file()),
                      settings.answer.form);
    const bool without_seed = node.has("sampling") && is_null(node["sampling"], "seed");
    if (!settings.sampling.seed && !without_seed) settings.sampling.seed = seed % largest_seed;
    if (settings.answer.samples > 1 && settings.sampling.temperature == 0.0)
        (node.has("sampling") ? node["sampling"] : node["answer"])
            .fail("asks for " + std::to_string(settings.answer.samples) +
                  " samples at temperature 0, which are all the same (allowed: a temperature above "
                  "0, or 1 sample)");
    settings.limits =
        read_limits(node.has("limits") ? node["limits"] : JsonNode(none, node.file()));
    settings.limits.seed = seed;
    settings.stated = read_stated(node);
    return settings;
}

std::uint32_t requests_per_question(const AskedAnswer& answer) {
    return (answer.samples + answer.per_request - 1) / answer.per_request;
}

std::string secret_key(const OpenaiSettings& settings) {
    if (settings.key_env.empty()) return {};
    const char* const value = std::getenv(settings.key_env.c_str());
    if (value == nullptr || *value == '\0')
        throw InputError(settings.place + "/key_env: the variable " + settings.key_env +
                         " is not set (allowed: a variable of the environment that holds the key)");
    std::string key = value;
    // It becomes a line of a header.
    if (key.find_first_of("\r\n") != std::string::npos)
        throw InputError(settings.place + "/key_env: the variable " + settings.key_env +
                         " holds more than one line (allowed: a key on one line)");
    return key;
}

}  // namespace truegap::adapters
