#pragma once

#include <string>

#include "tests/adapters/openai/fault_server.hpp"

#include "adapters/openai/http.hpp"

namespace truegap::test {

/// A chat request whose only message is that text.
[[nodiscard]] adapters::HttpRequest chat_request(const FaultServer& server,
                                                 const std::string& text);
/// The answer function that says what the last message said.
[[nodiscard]] ChatAnswer echo(const adapters::Json& request);
/// The content of the first choice; `(none)` where the reply has none.
[[nodiscard]] std::string content_of(const adapters::HttpReply& reply);
/// Whether a reply is JSON with a choice in it.
[[nodiscard]] bool has_a_choice(const adapters::HttpReply& reply);

}  // namespace truegap::test
