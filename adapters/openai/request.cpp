#include "adapters/openai/request.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "adapters/io/digest.hpp"

namespace truegap::adapters {

namespace {

Json object_schema(const std::string& name, Json value) {
    return {{"type", "object"},
            {"properties", {{name, std::move(value)}}},
            {"required", Json::array({name})},
            {"additionalProperties", false}};
}

// No list of the candidates: then the schema is the same for every question, servers compile it once, and
// what a model makes up is seen.
Json ranking_schema(std::size_t top) {
    return object_schema(
        "ranking",
        {{"type", "array"}, {"items", {{"type", "string"}}}, {"minItems", top}, {"maxItems", top}});
}

// An entry for each candidate, as the prompt has them. By name: the order of the candidates may tell how
// popular they are, and that in which they are shown differs between contexts.
Json percentages_schema(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    Json properties = Json::object();
    for (const std::string& name : names) properties[name] = {{"type", "number"}};
    Json entries = {{"type", "object"},
                    {"properties", std::move(properties)},
                    {"required", std::move(names)},
                    {"additionalProperties", false}};
    return object_schema("percentages", std::move(entries));
}

Json response_format(const std::string& name, Json schema) {
    return {{"type", "json_schema"},
            {"json_schema", {{"name", name}, {"strict", true}, {"schema", std::move(schema)}}}};
}

void add_sampling(Json& body,
                  const Sampling& sampling,
                  const Capabilities& capabilities,
                  std::uint32_t sample) {
    if (sampling.temperature) body["temperature"] = *sampling.temperature;
    if (sampling.top_p) body["top_p"] = *sampling.top_p;
    const bool new_name = capabilities.completion_tokens.value_or(false);
    body[new_name ? "max_completion_tokens" : "max_tokens"] = sampling.max_tokens;
    if (sampling.seed && capabilities.seed.value_or(false)) body["seed"] = *sampling.seed + sample;
}

}  // namespace

std::uint32_t answers_asked(const AskedAnswer& answer, std::uint32_t sample) {
    return std::min(answer.per_request, answer.samples - sample * answer.per_request);
}

std::string request_body(const OpenaiSettings& settings,
                         const Capabilities& capabilities,
                         const Prompt& prompt,
                         const Question& question,
                         std::uint32_t sample) {
    Json body = {{"model", settings.model}, {"messages", Json::array()}};
    if (!prompt.system.empty())
        body["messages"].push_back({{"role", "system"}, {"content", prompt.system}});
    body["messages"].push_back({{"role", "user"}, {"content", prompt.user}});
    add_sampling(body, settings.sampling, capabilities, sample);
    body["n"] = answers_asked(settings.answer, sample);
    body["stream"] = false;
    const bool schema = capabilities.schema.value_or(false);
    switch (settings.answer.form) {
        case AnswerForm::ranking:
            if (schema)
                body["response_format"] = response_format("ranking", ranking_schema(question.top));
            break;
        case AnswerForm::percentages:
            if (schema)
                body["response_format"] =
                    response_format("percentages", percentages_schema(question.candidates));
            break;
        case AnswerForm::logprobs:
            body["logprobs"] = true;
            body["top_logprobs"] =
                std::min(settings.answer.top, capabilities.logprobs.value_or(settings.answer.top));
            break;
        case AnswerForm::choice:
            break;
    }
    return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string request_key(const OpenaiSettings& settings,
                        std::string_view body,
                        std::uint32_t sample) {
    Digest digest;
    digest.add("truegap request 1\n");
    digest.add(settings.base_url);
    digest.add("\n");
    digest.add(std::to_string(sample));
    digest.add("\n");
    digest.add(body);
    return digest.hexadecimal();
}

std::string request_url(const OpenaiSettings& settings) {
    return settings.base_url + "/chat/completions";
}

std::uint64_t estimated_tokens(std::string_view text) {
    // In quarters of a token.
    constexpr std::uint64_t of_latin = 2;
    constexpr std::uint64_t of_other = 4;
    std::uint64_t quarters = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            quarters += 1;
        } else if (byte >= 0xE0) {
            quarters += of_other;  // the first byte of three or four
        } else if (byte >= 0xC0) {
            // U+0600 and above (Arabic) start with 0xD8.
            quarters += byte >= 0xD8 ? of_other : of_latin;
        }
    }
    return (quarters + 3) / 4;
}

std::uint64_t estimated_tokens(const Prompt& prompt) {
    constexpr std::uint64_t frame = 4;  // of a message, and of the answer's beginning
    return estimated_tokens(prompt.system) + estimated_tokens(prompt.user) + 3 * frame;
}

}  // namespace truegap::adapters
