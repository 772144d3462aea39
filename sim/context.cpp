#include "sim/context.hpp"

#include <algorithm>

namespace truegap::sim {

Context with_last(Context context, std::size_t length) {
    const std::size_t forgotten = context.history.size() - std::min(length, context.history.size());
    context.history.erase(context.history.begin(),
                          context.history.begin() + static_cast<std::ptrdiff_t>(forgotten));
    context.unseen += static_cast<std::uint32_t>(forgotten);
    return context;
}

Context without_history(Context context) {
    return with_last(std::move(context), 0);
}

}  // namespace truegap::sim
