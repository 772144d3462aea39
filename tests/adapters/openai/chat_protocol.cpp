#include "tests/adapters/openai/chat_protocol.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace truegap::test {

namespace {

using adapters::Json;

// About four bytes a token.
std::size_t tokens_of(const std::string& text) {
    return text.size() / 4 + 1;
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

Json logprobs_of(const ChatAnswer& answer, std::size_t top, Fault fault) {
    Json tops = Json::array();
    for (std::size_t i = 0; i < answer.first_token.size() && tops.size() < top; ++i) {
        if (fault == Fault::missing_labels && i % 2 == 1) continue;
        const auto& [token, logprob] = answer.first_token[i];
        tops.push_back({{"token", token}, {"logprob", logprob}, {"bytes", nullptr}});
    }
    const auto& [token, logprob] = answer.first_token.front();
    return {{"content",
             Json::array({{{"token", token},
                           {"logprob", logprob},
                           {"bytes", nullptr},
                           {"top_logprobs", tops}}})},
            {"refusal", nullptr}};
}

Json choice_of(const Json& request,
               const FaultServer::Settings& settings,
               const ChatAnswer& answer,
               std::size_t index,
               Fault fault) {
    Json message = {{"role", "assistant"}, {"content", answer.content}, {"refusal", nullptr}};
    std::string finish = answer.finish_reason;
    if (!answer.refusal.empty() || fault == Fault::refusal) {
        message["content"] = nullptr;
        message["refusal"] = answer.refusal.empty() ? "I cannot help with that." : answer.refusal;
    }
    if (fault == Fault::content_filter) {
        message["content"] = "";
        finish = "content_filter";
    }
    if (!answer.reasoning.empty()) message["reasoning_content"] = answer.reasoning;
    Json choice = {{"index", index}, {"message", message}, {"logprobs", nullptr}};
    const bool asked = request.value("logprobs", false) && !settings.ignores_logprobs;
    if (asked && !answer.first_token.empty())
        choice["logprobs"] =
            logprobs_of(answer, request.value("top_logprobs", std::size_t{0}), fault);
    choice["finish_reason"] = finish;
    return choice;
}

}  // namespace

std::string error_body(const std::string& message,
                       const std::string& type,
                       const std::string& parameter,
                       const std::string& code) {
    return Json{{"error",
                 {{"message", message},
                  {"type", type},
                  {"param", text_or_null(parameter)},
                  {"code", text_or_null(code)}}}}
        .dump();
}

Complaint complaint_about(const Json& request, const FaultServer::Settings& settings) {
    const std::string bad = "invalid_request_error";
    if (!request.is_object())
        return {400, error_body("We could not parse the JSON body of your request.", bad)};
    if (!request.contains("model") || !request["model"].is_string())
        return {400, error_body("you must provide a model parameter", bad)};
    if (!request.contains("messages") || !request["messages"].is_array() ||
        request["messages"].empty())
        return {400,
                error_body("Missing required parameter: 'messages'.",
                           bad,
                           "messages",
                           "missing_required_parameter")};
    const auto model = request["model"].get<std::string>();
    if (!settings.models.empty() &&
        std::find(settings.models.begin(), settings.models.end(), model) == settings.models.end())
        return {404,
                error_body("The model `" + model +
                               "` does not exist or you do not have "
                               "access to it.",
                           bad,
                           "",
                           "model_not_found")};
    for (const std::string& key : settings.unsupported)
        if (request.contains(key))
            return {400,
                    error_body("Unsupported parameter: '" + key +
                                   "' is not supported with "
                                   "this model.",
                               bad,
                               key,
                               "unsupported_parameter")};
    if (request.value("top_logprobs", std::size_t{0}) > settings.most_logprobs)
        return {400,
                error_body("Invalid value for 'top_logprobs': must be less than or equal to " +
                               std::to_string(settings.most_logprobs) + ".",
                           bad,
                           "top_logprobs",
                           "integer_above_max_value")};
    if (request.contains("top_logprobs") && !request.value("logprobs", false))
        return {
            400,
            error_body(
                "'top_logprobs' is only allowed when 'logprobs' is enabled.", bad, "top_logprobs")};
    return {};
}

std::string completion_body(const Json& request,
                            const FaultServer::Settings& settings,
                            const FaultServer::Answer& answer,
                            Fault fault) {
    const std::size_t asked = request.value("n", std::size_t{1});
    const std::size_t n = settings.ignores_n ? 1 : asked;
    Json choices = Json::array();
    std::size_t said = 0;
    for (std::size_t i = 0; i < n && fault != Fault::empty_choices; ++i) {
        const ChatAnswer one = answer(request);
        said += tokens_of(one.content);
        choices.push_back(choice_of(request, settings, one, i, fault));
    }
    std::size_t asked_tokens = 0;
    for (const Json& message : request["messages"])
        asked_tokens += tokens_of(message.value("content", std::string()));
    const Json body = {{"id", "chatcmpl-test"},
                       {"object", "chat.completion"},
                       {"created", 0},
                       {"model", request["model"]},
                       {"system_fingerprint", settings.fingerprint},
                       {"choices", choices},
                       {"usage",
                        {{"prompt_tokens", asked_tokens},
                         {"completion_tokens", said},
                         {"total_tokens", asked_tokens + said}}}};
    std::string text = body.dump();
    if (fault == Fault::invalid_json) text.resize(text.size() / 2);
    return text;
}

std::string models_body(const FaultServer::Settings& settings) {
    Json data = Json::array();
    for (const std::string& model : settings.models)
        data.push_back({{"id", model}, {"object", "model"}, {"created", 0}, {"owned_by", "test"}});
    return Json{{"object", "list"}, {"data", data}}.dump();
}

}  // namespace truegap::test
