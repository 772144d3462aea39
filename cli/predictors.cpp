#include "cli/predictors.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "adapters/files/files_predictor.hpp"
#include "adapters/io/input_error.hpp"
#include "adapters/mock/mock_predictor.hpp"
#include "adapters/openai/journal_predictor.hpp"
#include "adapters/openai/reply.hpp"
#include "adapters/process/process_predictor.hpp"
#include "adapters/prompt/prompt_json.hpp"

namespace truegap::cli {

namespace {

const std::vector<std::string>& outside_kinds() {
    static const std::vector<std::string> kinds{"openai", "process", "files"};
    return kinds;
}

std::string kind_of(const adapters::JsonNode& node) {
    std::vector<std::string> kinds = adapters::mock_kinds();
    kinds.insert(kinds.end(), outside_kinds().begin(), outside_kinds().end());
    return kinds[node["kind"].choice(kinds)];
}

// Nobody is asked.
class Unasked final : public adapters::Outside {
  public:
    [[nodiscard]] std::vector<metrics::Response> answer(
        std::span<const adapters::Question> questions) override {
        return std::vector<metrics::Response>(questions.size(),
                                              adapters::no_response(metrics::NoAnswer::failed));
    }
};

// A label in a command line.
std::string in_shell_quotes(const std::string& text) {
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    quoted += '\'';
    return quoted;
}

std::string predict_command(const adapters::JsonNode& node,
                            const std::string& label,
                            const OutsideOptions& options) {
    std::string command = "truegap predict " + node.file();
    command += " --predictor " + in_shell_quotes(label);
    if (options.journal) command += " --journal " + *options.journal;
    return command + " --resume";
}

bool is_outside(const std::string& kind) {
    return std::find(outside_kinds().begin(), outside_kinds().end(), kind) != outside_kinds().end();
}

}  // namespace

void add_outside_options(CLI::App& command, OutsideOptions& options) {
    command
        .add_option("--journal",
                    options.journal,
                    "Where the answers of openai predictors are (default: "
                    "truegap-journals/NAME.sqlite)")
        ->type_name("FILE");
    command.add_flag("--partial",
                     options.partial,
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
    const std::string kind = node.is_object() ? kind_of(node) : "";
    if (!is_outside(kind)) return std::nullopt;
    OutsidePredictor result;
    result.prompts =
        adapters::read_prompts(surroundings.prompts,
                               node.has("prompts") ? std::optional(node["prompts"]) : std::nullopt,
                               surroundings.directory);
    result.top = surroundings.top;
    result.study = surroundings.name;
    result.identity = node.json().dump();
    if (surroundings.prompts) result.identity += surroundings.prompts->json().dump();
    result.identity += std::to_string(surroundings.seed);
    if (kind == "openai") {
        result.openai = adapters::read_openai(node, surroundings.seed);
        result.label = result.openai->label;
        result.make = [settings = *result.openai,
                       prompts = result.prompts,
                       place = adapters::JournalPlace{
                           .path = journal_path(options, surroundings.name),
                           .partial = options.partial,
                           .command = predict_command(node, result.label, options)}] {
            return adapters::journal_predictor(settings, prompts, place);
        };
    } else if (kind == "process") {
        adapters::ProcessSettings settings = adapters::read_process(node, surroundings.directory);
        result.label = settings.label;
        result.make = [settings = std::move(settings), stop = options.stop] {
            return adapters::process_predictor(settings, stop);
        };
    } else {
        adapters::FilesPredictor files =
            adapters::read_files(node, surroundings.directory, options.partial);
        result.label = files.label;
        result.make = std::move(files.make);
    }
    if (!options.ask) result.make = [] { return std::make_unique<Unasked>(); };
    return result;
}

sim::PredictorMaker in_a_world(const OutsidePredictor& predictor) {
    sim::PredictorMaker maker = adapters::outside_predictor(
        predictor.label, predictor.prompts, predictor.top, predictor.make);
    maker.objection = [prompts = predictor.prompts, of_outside = std::move(maker.objection)](
                          const sim::Scenario& scenario) -> std::optional<std::string> {
        if (of_outside)
            if (auto reason = of_outside(scenario)) return reason;
        return adapters::prompt_objection(prompts, scenario);
    };
    return maker;
}

adapters::PredictorReader predictor_reader(const OutsideOptions& options) {
    return [options](const adapters::JsonNode& node,
                     const adapters::PredictorSurroundings& surroundings) {
        const std::optional<OutsidePredictor> outside = read_outside(node, surroundings, options);
        return outside ? in_a_world(*outside) : adapters::read_mock(node);
    };
}

}  // namespace truegap::cli
