#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/io/json_node.hpp"

namespace truegap::adapters {

/// What a server can do, as far as it is known: probed, or stated in the settings. What is not known is
/// nothing. It decides how requests are written, so that it is kept in the journal with their answers.
struct Capabilities {
    /// How many alternatives of a token the server tells the log-probabilities of; 0: none.
    std::optional<std::uint32_t> logprobs;
    std::optional<bool> several;  ///< `n` above 1
    std::optional<bool> schema;   ///< `response_format` with a JSON schema
    std::optional<bool> seed;
    std::optional<bool> completion_tokens;  ///< `max_completion_tokens`, not `max_tokens`
    /// Whether labels of two letters that share the first one differ in their first token.
    std::optional<bool> two_letters;

    [[nodiscard]] bool operator==(const Capabilities&) const = default;
};

/// first where it knows, else second.
[[nodiscard]] Capabilities laid_over(const Capabilities& first, const Capabilities& second);

/// all without what `some` knows.
[[nodiscard]] Capabilities without(const Capabilities& all, const Capabilities& some);

/// What is assumed of a server that is not asked (`--dry-run`, batch files without a journal): all that
/// the API's own servers can do.
[[nodiscard]] Capabilities assumed_capabilities();

/// Reads `{"logprobs": 20, "n": true, "schema": true, "seed": true, "token_limit": "max_tokens",
/// "two_letters": true}`, each optional.
[[nodiscard]] Capabilities read_capabilities(const JsonNode& node);
/// The same as JSON, only what is known.
[[nodiscard]] std::string capabilities_json(const Capabilities& capabilities);

/// One line in words.
[[nodiscard]] std::string in_words(const Capabilities& capabilities);

}  // namespace truegap::adapters
