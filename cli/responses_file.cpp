#include "cli/responses_file.hpp"

#include <set>
#include <utility>

#include "adapters/io/input_error.hpp"
#include "adapters/io/responses.hpp"
#include "adapters/io/whole_file.hpp"

namespace truegap::cli {

void refuse_ambiguous(const std::vector<AskedPredictor>& asked) {
    std::set<std::pair<std::string, std::string>> seen;
    for (const AskedPredictor& one : asked)
        for (const adapters::Question& question : one.questions)
            if (!seen.emplace(question.context_id, question.user).second)
                throw adapters::InputError(
                    "--out",
                    "",
                    "would hold several answers to " + adapters::question_name(question) +
                        ", which the points of the grid ask differently (allowed: a scenario whose "
                        "points ask the same, or no --out)");
}

void write_responses(const std::string& file,
                     const std::vector<AskedPredictor>& asked,
                     const std::vector<std::vector<metrics::Response>>& responses) {
    adapters::WholeFile out(file, "file of responses", [](const std::string& text) {
        return text.empty() || text.starts_with("{\"context_id\":");
    });
    std::string text;
    for (std::size_t i = 0; i < asked.size(); ++i)
        for (std::size_t q = 0; q < responses[i].size(); ++q)
            text += adapters::response_line(
                asked[i].predictor.label, asked[i].questions[q], responses[i][q]);
    out.write(text);
}

}  // namespace truegap::cli
