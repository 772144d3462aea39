#include "adapters/files/files_predictor.hpp"

#include <algorithm>
#include <utility>

#include "adapters/io/input_error.hpp"
#include "adapters/io/responses.hpp"
#include "adapters/io/text_files.hpp"

namespace truegap::adapters {

namespace {

class FileAnswers final : public Outside {
  public:
    FileAnswers(std::shared_ptr<const ResponseBook> book,
                std::string predictor,
                std::string place,
                bool partial)
        : book_(std::move(book)),
          predictor_(std::move(predictor)),
          place_(std::move(place)),
          partial_(partial) {}

    [[nodiscard]] std::vector<metrics::Response> answer(
        std::span<const Question> questions) override {
        ResponseBook::Answers answers = book_->answers(predictor_, questions);
        if (answers.missing > 0 && !partial_)
            throw InputError(place_ + ": has no response to " + std::to_string(answers.missing) +
                             " of " + std::to_string(questions.size()) +
                             " questions, the first of them " + answers.first_missing +
                             " (allowed: one line each, or --partial)");
        return std::move(answers.responses);
    }

  private:
    std::shared_ptr<const ResponseBook> book_;
    std::string predictor_, place_;
    bool partial_;
};

// Whose lines are meant: those with the predictor's name, or the only ones there are.
std::string whose(const ResponseBook& book, const std::string& name, const JsonNode& node) {
    const auto& all = book.predictors();
    if (std::find(all.begin(), all.end(), name) != all.end()) return name;
    if (all.size() == 1) return all.front();
    std::vector<std::string> named;
    std::copy_if(all.begin(), all.end(), std::back_inserter(named), [](const std::string& one) {
        return !one.empty();
    });
    node["responses"].fail("has lines of several predictors, none of them " + in_quotes(name) +
                           " (allowed: a \"name\" that is one of " + listed(named) + ")");
}

}  // namespace

FilesPredictor read_files(const JsonNode& node,
                          const std::filesystem::path& directory,
                          bool partial) {
    node.require_keys({"kind", "name", "responses", "prompts"});
    const std::string file = node["responses"].nonempty_text();
    const std::string text = read_named_text(node["responses"], directory);
    const auto book = std::make_shared<ResponseBook>(file);
    TextSource source(text);
    book->read(source);
    if (book->predictors().empty())
        node["responses"].fail("has no responses (allowed: one JSON object a line)");
    const std::string name = node.has("name") ? node["name"].nonempty_text() : "";
    FilesPredictor result;
    result.label =
        !name.empty() ? name : "files(" + std::filesystem::path(file).stem().string() + ")";
    result.make = [book,
                   predictor = whose(*book, name, node),
                   place = node.file() + ": " + node.pointer() + "/responses",
                   partial]() -> std::unique_ptr<Outside> {
        return std::make_unique<FileAnswers>(book, predictor, place, partial);
    };
    return result;
}

}  // namespace truegap::adapters
