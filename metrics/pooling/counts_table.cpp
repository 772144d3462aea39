#include "metrics/pooling/counts_table.hpp"

namespace truegap::metrics {

std::vector<std::uint64_t> pooled_counts(const CountsTable& table) {
    std::vector<std::uint64_t> pooled(table.items, 0);
    for (const GroupCounts& group : table.groups)
        for (std::size_t k = 0; k < group.counts.size(); ++k)
            pooled[group.items[k]] += group.counts[k];
    return pooled;
}

}  // namespace truegap::metrics
