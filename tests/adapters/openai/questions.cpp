#include "tests/adapters/openai/questions.hpp"

#include <nlohmann/json.hpp>
#include <optional>

#include "adapters/io/json_node.hpp"
#include "adapters/io/json_text.hpp"
#include "adapters/prompt/prompt_json.hpp"

namespace truegap::test {

adapters::Question small_question(const std::string& context_id) {
    adapters::Question question;
    question.context_id = context_id;
    question.group = {{.name = "age", .value = "old"}};
    question.history = {"Pelo"};
    question.candidates = {"Mira", "Tosk", "Vanu"};
    question.order = {2, 0, 1};
    question.top = 2;
    return question;
}

adapters::PromptSpec default_prompts() {
    return adapters::read_prompts(std::nullopt, std::nullopt, ".");
}

adapters::OpenaiSettings settings_of(const std::string& json, const std::string& base_url) {
    adapters::Json document = adapters::parse_json(json, "settings");
    const adapters::Json usual{{"kind", "openai"}, {"base_url", base_url}, {"model", "test-model"}};
    for (const auto& [key, value] : usual.items())
        if (!document.contains(key)) document[key] = value;
    return adapters::read_openai(adapters::JsonNode(document, "s.json", "/predictors/0"), 7);
}

adapters::Capabilities able() {
    return {.logprobs = 20,
            .several = true,
            .schema = true,
            .seed = true,
            .completion_tokens = false,
            .two_letters = true};
}

}  // namespace truegap::test
