#pragma once

#include <string>

#include "tests/adapters/openai/fault_server.hpp"

/// The texts of the protocol that the test server speaks, in OpenAI's words.
namespace truegap::test {

/// {"error": {"message", "type", "param", "code"}}
[[nodiscard]] std::string error_body(const std::string& message,
                                     const std::string& type,
                                     const std::string& parameter = {},
                                     const std::string& code = {});

/// What is wrong with a request as such.
struct Complaint {
    int status = 0;  ///< 0: nothing
    std::string body = {};
};
[[nodiscard]] Complaint complaint_about(const adapters::Json& request,
                                        const FaultServer::Settings& settings);

/// The completion that carries `n` answers of the answer function, damaged as `fault` says.
[[nodiscard]] std::string completion_body(const adapters::Json& request,
                                          const FaultServer::Settings& settings,
                                          const FaultServer::Answer& answer,
                                          Fault fault);
[[nodiscard]] std::string models_body(const FaultServer::Settings& settings);

}  // namespace truegap::test
