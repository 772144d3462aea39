#include "adapters/openai/capabilities.hpp"

#include <nlohmann/json.hpp>

namespace truegap::adapters {

namespace {

constexpr std::uint64_t most_logprobs = 20;  // of the API

std::optional<bool> read_flag(const JsonNode& node, const std::string& key) {
    if (!node.has(key)) return std::nullopt;
    return node[key].boolean();
}

std::string yes_or_no(const std::optional<bool>& known) {
    if (!known) return "not known";
    return *known ? "yes" : "no";
}

}  // namespace

Capabilities laid_over(const Capabilities& first, const Capabilities& second) {
    const auto either = [](const auto& one, const auto& other) { return one ? one : other; };
    return {.logprobs = either(first.logprobs, second.logprobs),
            .several = either(first.several, second.several),
            .schema = either(first.schema, second.schema),
            .seed = either(first.seed, second.seed),
            .completion_tokens = either(first.completion_tokens, second.completion_tokens),
            .two_letters = either(first.two_letters, second.two_letters)};
}

Capabilities without(const Capabilities& all, const Capabilities& some) {
    const auto rest = [](auto one, const auto& other) {
        if (other) one.reset();
        return one;
    };
    return {.logprobs = rest(all.logprobs, some.logprobs),
            .several = rest(all.several, some.several),
            .schema = rest(all.schema, some.schema),
            .seed = rest(all.seed, some.seed),
            .completion_tokens = rest(all.completion_tokens, some.completion_tokens),
            .two_letters = rest(all.two_letters, some.two_letters)};
}

Capabilities assumed_capabilities() {
    return {.logprobs = static_cast<std::uint32_t>(most_logprobs),
            .several = true,
            .schema = true,
            .seed = true,
            .completion_tokens = true,
            .two_letters = true};
}

Capabilities read_capabilities(const JsonNode& node) {
    node.require_keys({"logprobs", "n", "schema", "seed", "token_limit", "two_letters"});
    Capabilities result;
    if (node.has("logprobs"))
        result.logprobs = static_cast<std::uint32_t>(node["logprobs"].integer(0, most_logprobs));
    result.several = read_flag(node, "n");
    result.schema = read_flag(node, "schema");
    result.seed = read_flag(node, "seed");
    if (node.has("token_limit"))
        result.completion_tokens =
            node["token_limit"].choice({"max_tokens", "max_completion_tokens"}) == 1;
    result.two_letters = read_flag(node, "two_letters");
    return result;
}

std::string capabilities_json(const Capabilities& capabilities) {
    Json json = Json::object();
    if (capabilities.logprobs) json["logprobs"] = *capabilities.logprobs;
    if (capabilities.several) json["n"] = *capabilities.several;
    if (capabilities.schema) json["schema"] = *capabilities.schema;
    if (capabilities.seed) json["seed"] = *capabilities.seed;
    if (capabilities.completion_tokens)
        json["token_limit"] =
            *capabilities.completion_tokens ? "max_completion_tokens" : "max_tokens";
    if (capabilities.two_letters) json["two_letters"] = *capabilities.two_letters;
    return json.dump();
}

std::string in_words(const Capabilities& capabilities) {
    const std::string logprobs = !capabilities.logprobs ? "not known"
                                 : *capabilities.logprobs == 0
                                     ? "none"
                                     : "up to " + std::to_string(*capabilities.logprobs);
    return "log-probabilities: " + logprobs +
           ", several answers a request: " + yes_or_no(capabilities.several) +
           ", JSON schema: " + yes_or_no(capabilities.schema) +
           ", seed: " + yes_or_no(capabilities.seed) + ", token limit: " +
           (capabilities.completion_tokens.value_or(false) ? "max_completion_tokens"
                                                           : "max_tokens") +
           (capabilities.two_letters
                ? std::string(", labels of two letters: ") +
                      (*capabilities.two_letters ? "told apart" : "not told apart")
                : std::string{});
}

}  // namespace truegap::adapters
