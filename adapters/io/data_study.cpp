#include "adapters/io/data_study.hpp"

#include <algorithm>
#include <limits>

#include "adapters/io/input_error.hpp"
#include "adapters/io/text_files.hpp"

namespace truegap::adapters {

namespace {

constexpr std::uint64_t longest_ranking = 1'000'000;

// Users who exist are shown as the targets tell them: there is nobody else to show.
void refuse_world_prompts(const JsonNode& prompts) {
    if (!prompts.json().is_object()) return;
    for (const char* key : {"examples", "items", "attributes"})
        if (prompts.has(key))
            prompts[key].fail("is for synthetic worlds (allowed: no such key beside \"targets\")");
}

}  // namespace

JsonNode DataStudy::predictors() const {
    return JsonNode(document, file)["predictors"];
}

PredictorSurroundings DataStudy::surroundings() const {
    const JsonNode root(document, file);
    PredictorSurroundings result;
    if (root.has("prompts")) result.prompts = root["prompts"];
    result.directory = directory;
    result.top = top;
    result.seed = seed;
    result.study = name;
    return result;
}

bool is_data_study(const Json& document) {
    return document.is_object() && document.contains("targets");
}

DataStudy read_data_study(const std::string& text,
                          const std::string& file,
                          const std::filesystem::path& directory) {
    DataStudy study;
    study.file = file;
    study.document = parse_json(text, file);
    study.directory = directory;
    const JsonNode root(study.document, file);
    root.require_keys(
        {"name", "question", "seed", "targets", "prompts", "responses", "predictors"});
    study.name = root["name"].nonempty_text();
    if (root.has("question")) static_cast<void>(root["question"].nonempty_text());
    if (root.has("seed"))
        study.seed = root["seed"].integer(0, std::numeric_limits<std::uint64_t>::max());
    if (root.has("responses")) {
        root["responses"].require_keys({"top"});
        study.top = root["responses"]["top"].integer(1, longest_ranking);
    }
    if (root.has("prompts")) refuse_world_prompts(root["prompts"]);
    for (const JsonNode& predictor : root["predictors"].some_elements())
        if (predictor.json().is_object() && predictor.has("prompts"))
            refuse_world_prompts(predictor["prompts"]);
    const std::string targets = read_named_text(root["targets"], directory);
    TextSource source(targets);
    study.targets = read_targets(source, root["targets"].text());
    return study;
}

}  // namespace truegap::adapters
