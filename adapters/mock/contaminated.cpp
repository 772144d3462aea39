#include "adapters/mock/contaminated.hpp"

#include "metrics/approximation/smoothing.hpp"
#include "adapters/mock/mock_predictor.hpp"

namespace truegap::adapters {

sim::PredictorMaker read_contaminated(const JsonNode& node) {
    node.require_keys({"kind", "share", "alpha", "of"});
    const sim::Contamination contamination{.share = node["share"].number_between(0.0, 1.0),
                                           .alpha = node["alpha"].number_between(0.0, 1e9)};
    if (contamination.share == 0.0) node["share"].fail("is 0 (allowed: a number above 0, up to 1)");
    if (contamination.alpha == 0.0) node["alpha"].fail("is 0 (allowed: a number above 0)");
    const Json bayes{{"kind", "bayes"}};
    const JsonNode of = node.has("of") ? node["of"] : JsonNode(bayes, node.file(), node.pointer());
    sim::PredictorMaker maker = read_mock(of);
    if (maker.redrawn())
        of.fail(
            "answers anew in every replicate (allowed: a predictor without faults that is not "
            "contaminated itself)");
    maker.contamination = contamination;
    maker.label = "contaminated(" + metrics::shortest(contamination.share) + "," +
                  metrics::shortest(contamination.alpha) +
                  (maker.label == "bayes" ? "" : "," + maker.label) + ")";
    return maker;
}

}  // namespace truegap::adapters
