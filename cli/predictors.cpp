#include "cli/predictors.hpp"

#include <algorithm>

#include "adapters/files/files_predictor.hpp"
#include "adapters/io/input_error.hpp"
#include "adapters/mock/mock_predictor.hpp"
#include "adapters/process/process_predictor.hpp"
#include "adapters/prompt/prompt_json.hpp"

namespace truegap::cli {

namespace {

const std::vector<std::string>& outside_kinds() {
    static const std::vector<std::string> kinds{"process", "files"};
    return kinds;
}

std::string kind_of(const adapters::JsonNode& node) {
    std::vector<std::string> kinds = adapters::mock_kinds();
    kinds.insert(kinds.end(), outside_kinds().begin(), outside_kinds().end());
    return kinds[node["kind"].choice(kinds)];
}

bool is_outside(const std::string& kind) {
    return std::find(outside_kinds().begin(), outside_kinds().end(), kind) != outside_kinds().end();
}

}  // namespace

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
    if (kind == "process") {
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
    return result;
}

adapters::PredictorReader predictor_reader(const OutsideOptions& options) {
    return [options](const adapters::JsonNode& node,
                     const adapters::PredictorSurroundings& surroundings) {
        std::optional<OutsidePredictor> outside = read_outside(node, surroundings, options);
        if (!outside) return adapters::read_mock(node);
        return adapters::outside_predictor(std::move(outside->label),
                                           std::move(outside->prompts),
                                           surroundings.top,
                                           std::move(outside->make));
    };
}

}  // namespace truegap::cli
