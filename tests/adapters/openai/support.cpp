#include "tests/adapters/openai/support.hpp"

#include <nlohmann/json.hpp>

namespace truegap::test {

using adapters::Json;

adapters::HttpRequest chat_request(const FaultServer& server, const std::string& text) {
    const Json body = {{"model", "test-model"},
                       {"messages", Json::array({{{"role", "user"}, {"content", text}}})}};
    return {.url = server.base_url() + "/chat/completions", .bearer = "", .body = body.dump()};
}

ChatAnswer echo(const Json& request) {
    return {request["messages"].back()["content"].get<std::string>()};
}

std::string content_of(const adapters::HttpReply& reply) {
    if (!has_a_choice(reply)) return "(none)";
    const Json content = Json::parse(reply.body)["choices"][0]["message"]["content"];
    return content.is_string() ? content.get<std::string>() : "(none)";
}

bool has_a_choice(const adapters::HttpReply& reply) {
    const Json json = Json::parse(reply.body, nullptr, false);
    return reply.status == 200 && json.is_object() && json.contains("choices") &&
           !json["choices"].empty();
}

}  // namespace truegap::test
