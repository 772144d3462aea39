#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "adapters/io/line_source.hpp"
#include "adapters/openai/asking.hpp"
#include "adapters/openai/journal.hpp"

/// The batch files of the same API: requests as JSON lines, answered by a server in its own time.
namespace truegap::adapters {

/// One open request as a line with its end; `custom_id` is its key.
[[nodiscard]] std::string batch_line(const Asked& asked, const PlannedRequest& request);

/// What a file of batch results had in it.
struct BatchRead {
    std::uint64_t stored = 0;    ///< answers that are new in the journal
    std::uint64_t known = 0;     ///< answers that the journal had already
    std::uint64_t repeated = 0;  ///< lines about a request that an earlier line is about
    std::uint64_t unknown = 0;   ///< lines about no request of this predictor
    std::string first_unknown;   ///< its `custom_id`
    std::map<std::string, FailureKind> failures;  ///< lines that say why there is no answer
};

/// Stores the answers of a file of results, in any order. requests: all of the predictor.
/// Throws InputError with `line N` for a line that is no batch result.
[[nodiscard]] BatchRead read_batch(ByteSource& source,
                                   const std::string& file,
                                   const Asked& asked,
                                   const RequestPlan& requests,
                                   Journal& journal,
                                   const std::string& key);

}  // namespace truegap::adapters
