#include "adapters/datasets/format.hpp"

#include "adapters/datasets/lastfm.hpp"
#include "adapters/datasets/movielens.hpp"
#include "adapters/io/input_error.hpp"

namespace truegap::adapters {

const std::vector<std::string>& dataset_names() {
    static const std::vector<std::string> names{
        "movielens_100k", "movielens_1m", "movielens_25m", "lastfm_360k", "lastfm_1k"};
    return names;
}

std::unique_ptr<DatasetFormat> dataset_format(const std::string& name, ItemKind items) {
    if (name == "movielens_100k") return movielens_100k();
    if (name == "movielens_1m") return movielens_1m();
    if (name == "movielens_25m") return movielens_25m();
    if (name == "lastfm_360k") return lastfm_360k();
    if (name == "lastfm_1k") return lastfm_1k(items);
    throw InputError(in_quotes(name),
                     "",
                     "is no data set; the nearest is " + in_quotes(nearest(name, dataset_names())) +
                         " (allowed: " + listed(dataset_names()) + ")");
}

}  // namespace truegap::adapters
