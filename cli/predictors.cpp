#include "cli/predictors.hpp"

#include <utility>
#include <vector>

#include "cli/stop_signal.hpp"

#include "adapters/files/files_predictor.hpp"
#include "adapters/mock/mock_predictor.hpp"
#include "adapters/openai/journal_predictor.hpp"
#include "adapters/openai/reply.hpp"
#include "adapters/process/process_predictor.hpp"
#include "adapters/prompt/prompt_json.hpp"

namespace truegap::cli {

namespace {

// Nobody is asked.
class Unasked final : public adapters::Outside {
  public:
    [[nodiscard]] std::vector<metrics::Response> answer(
        std::span<const adapters::Question> questions) override {
        return std::vector<metrics::Response>(questions.size(),
                                              adapters::no_response(metrics::NoAnswer::failed));
    }
};

// Whether an entry is outside. Refuses a kind that nobody knows; a mock's other mistakes are for its own reader.
bool is_outside(const adapters::JsonNode& node) {
    if (!node.has("kind") || !node["kind"].is_string()) return false;
    const std::vector<std::string> outside{"openai", "process", "files"};
    std::vector<std::string> kinds = adapters::mock_kinds();
    const std::size_t mocks = kinds.size();
    kinds.insert(kinds.end(), outside.begin(), outside.end());
    return node["kind"].choice(kinds) >= mocks;
}

// A label in a command line.
std::string in_shell_quotes(const std::string& text) {
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

std::string predict_command(const adapters::JsonNode& node,
                            const std::string& label,
                            const OutsideOptions& options) {
    return "truegap predict " + node.file() + " --predictor " + in_shell_quotes(label) +
           (options.journal ? " --journal " + *options.journal : std::string{}) + " --resume";
}

void read_kind(const adapters::JsonNode& node,
               const adapters::PredictorSurroundings& surroundings,
               const OutsideOptions& options,
               OutsidePredictor& predictor) {
    const std::string kind = node["kind"].text();
    if (kind == "process") {
        const adapters::ProcessSettings settings =
            adapters::read_process(node, surroundings.directory);
        predictor.label = settings.label;
        predictor.make = [settings] {
            return adapters::process_predictor(settings, &watch_stop_signals());
        };
    } else if (kind == "files") {
        adapters::FilesPredictor files =
            adapters::read_files(node, surroundings.directory, options.partial);
        predictor.label = std::move(files.label);
        predictor.make = std::move(files.make);
    } else {
        predictor.openai = adapters::read_openai(node, surroundings.seed);
        predictor.label = predictor.openai->label;
        predictor.make = [settings = *predictor.openai,
                          prompts = predictor.prompts,
                          place = adapters::JournalPlace{
                              .path = journal_path(options, surroundings.study),
                              .partial = options.partial,
                              .command = predict_command(node, predictor.label, options)}] {
            return adapters::journal_predictor(settings, prompts, place);
        };
    }
    if (!options.ask) predictor.make = [] { return std::make_unique<Unasked>(); };
}

}  // namespace

void add_outside_options(CLI::App& command, std::optional<std::string>& journal, bool& partial) {
    command
        .add_option("--journal",
                    journal,
                    "Where the answers of openai predictors are (default: "
                    "truegap-journals/NAME.sqlite)")
        ->type_name("FILE");
    command.add_flag("--partial",
                     partial,
                     "Score the answers of predictors outside that are there; the others count as "
                     "failed");
}

std::filesystem::path journal_path(const OutsideOptions& options, const std::string& study) {
    if (options.journal) return *options.journal;
    return std::filesystem::path("truegap-journals") / (study + ".sqlite");
}

std::optional<OutsidePredictor> read_outside(const adapters::JsonNode& node,
                                             const adapters::PredictorSurroundings& surroundings,
                                             const OutsideOptions& options) {
    if (!is_outside(node)) return std::nullopt;
    OutsidePredictor predictor;
    predictor.prompts =
        adapters::read_prompts(surroundings.prompts,
                               node.has("prompts") ? std::optional(node["prompts"]) : std::nullopt,
                               surroundings.directory);
    predictor.top = surroundings.top;
    predictor.study = surroundings.study;
    read_kind(node, surroundings, options, predictor);
    predictor.identity =
        node.json().dump() +
        (surroundings.prompts ? surroundings.prompts->json().dump() : std::string{}) +
        std::to_string(surroundings.seed);
    return predictor;
}

sim::PredictorMaker in_a_world(const OutsidePredictor& predictor) {
    return adapters::outside_predictor(
        predictor.label, predictor.prompts, predictor.top, predictor.make);
}

sim::PredictorMaker read_predictor(const adapters::JsonNode& node,
                                   const adapters::PredictorSurroundings& surroundings,
                                   const OutsideOptions& options) {
    if (const auto outside = read_outside(node, surroundings, options)) return in_a_world(*outside);
    return adapters::read_mock(node);
}

adapters::PredictorReader predictor_reader(OutsideOptions options) {
    return [options = std::move(options)](const adapters::JsonNode& node,
                                          const adapters::PredictorSurroundings& surroundings) {
        return read_predictor(node, surroundings, options);
    };
}

}  // namespace truegap::cli
