#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/response.hpp"
#include "adapters/io/line_source.hpp"
#include "adapters/prompt/question.hpp"

/// What predictors said, and what programs outside are asked: JSON lines (docs/formats.md).
namespace truegap::adapters {

/// A line with its end for a program outside: the question as JSON.
[[nodiscard]] std::string question_line(const Question& question);

/// A question in messages: `"0/17"`, `"all/5", user "12"`.
[[nodiscard]] std::string question_name(const Question& question);

/// `refused`, `empty`, `unreadable` or `failed`; empty where there is an answer.
[[nodiscard]] std::string no_answer_word(metrics::NoAnswer reason);

/// One line of responses, and whom it is about.
struct ResponseLine {
    std::string predictor;  ///< empty where the line does not say
    std::string context_id, user;
    std::string json;        ///< the line itself, for `read_response`
    std::size_t number = 0;  ///< of the line in its file
};

/// Reads who a line is about. Throws InputError with `line N` for what is not a response line.
[[nodiscard]] ResponseLine read_response_line(std::string_view line,
                                              const std::string& file,
                                              std::size_t number);
/// What it says of its question: names are matched to the candidates, faults counted. Throws InputError for
/// a line of the wrong shape (an array of another length, a ranking that is no list of strings).
[[nodiscard]] metrics::Response read_response(const ResponseLine& line,
                                              const Question& question,
                                              const std::string& file);
/// One line with its end; reading it gives the same response.
[[nodiscard]] std::string response_line(const std::string& predictor,
                                        const Question& question,
                                        const metrics::Response& response);

/// Response lines by whom they are about.
class ResponseBook {
  public:
    explicit ResponseBook(std::string file) : file_(std::move(file)) {}

    /// Throws InputError for a second line about the same question.
    void add(ResponseLine&& line);
    /// Adds every line of a source.
    void read(ByteSource& source);

    /// Who answered, in order of appearance; an empty name for lines that do not say.
    [[nodiscard]] const std::vector<std::string>& predictors() const { return predictors_; }

    struct Answers {
        std::vector<metrics::Response> responses;  ///< one a question; those missing as `failed`
        std::size_t missing = 0;
        std::string first_missing;  ///< as `question_name` says it
        std::size_t unused = 0;     ///< lines of the predictor about no question asked
    };
    [[nodiscard]] Answers answers(const std::string& predictor,
                                  std::span<const Question> questions) const;

  private:
    using Key = std::pair<std::string, std::string>;  // context and user
    std::string file_;
    std::vector<std::string> predictors_;
    std::map<std::string, std::map<Key, ResponseLine>> lines_;
};

}  // namespace truegap::adapters
