#include "adapters/datasets/pipeline.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "sim/stream.hpp"
#include "adapters/datasets/context_counts.hpp"
#include "adapters/datasets/pools.hpp"
#include "adapters/datasets/sequence.hpp"
#include "adapters/datasets/survey.hpp"
#include "adapters/io/input_error.hpp"

namespace truegap::adapters {

namespace {

namespace fs = std::filesystem;

void require_files(const DatasetFormat& format, const fs::path& folder) {
    std::vector<std::string> files = format.other_files();
    files.insert(files.begin(), format.events_file());
    for (const std::string& file : files) {
        std::error_code error;
        if (!fs::is_regular_file(folder / file, error))
            throw InputError((folder / file).string(),
                             "",
                             "is not there (allowed: a folder with the files of \"" +
                                 format.page() + "\": " + listed(files) + ")");
    }
}

// Distinct, from the shortest.
std::vector<std::uint32_t> sorted_lengths(std::vector<std::uint32_t> lengths) {
    std::sort(lengths.begin(), lengths.end());
    lengths.erase(std::unique(lengths.begin(), lengths.end()), lengths.end());
    return lengths;
}

class Pipeline {
  public:
    Pipeline(const DatasetOptions& options,
             const DatasetFormat& format,
             const fs::path& folder,
             const std::atomic<bool>& stop,
             ReadingProgress& progress)
        : options_(options),
          lengths_(sorted_lengths(options.histories)),
          items_(format.items(folder, summary_.findings)),
          profiles_(format.profiles(folder, summary_.findings)),
          groups_(profiles_.demographics(),
                  options.groups.empty() ? usual_groups(format) : options.groups),
          file_(folder / format.events_file(), format, items_, stop, progress),
          sequence_(format.timed(), options.seed) {
        progress.total = 2 * file_.size();
    }

    DatasetSummary run(const std::string& label, const std::function<void(const Target&)>& write) {
        const std::uint64_t before = summary_.findings[Found::malformed_lines];
        const Survey::Keys keys = [this](auto levels, const auto& each) { keys_of(levels, each); };
        Survey survey(file_, profiles_, summary_.findings, keys);
        check_share(summary_.findings, label, summary_.findings[Found::lines], before);
        make_pools(survey.popularity(), label);
        begin_tallies();
        contexts_.resize(groups_.size() * lengths_.size());
        survey.each_user([&](std::uint32_t user, std::vector<Event>& events) {
            add_user(user, survey.levels(user), events);
        });
        write_targets(write);
        return std::move(summary_);
    }

  private:
    void keys_of(std::span<const std::int16_t> levels,
                 const std::function<void(std::uint32_t)>& each) const {
        if (options_.pool == PoolOf::everybody) return each(0);
        for (std::size_t set = 0; set < groups_.sets(); ++set)
            if (const auto group = groups_.of(levels, set)) each(*group);
    }

    void make_pools(Popularity& popularity, const std::string& label) {
        const auto pool = [&](std::uint32_t key) {
            std::vector<Popularity::Chosen> chosen = popularity.of(key);
            std::uint64_t suffixed = 0;
            pools_.push_back(make_pool(std::move(chosen), options_.candidates, items_, suffixed));
            summary_.findings.add(Found::suffixed_names, suffixed);
        };
        const std::uint32_t keys = options_.pool == PoolOf::everybody ? 1 : groups_.size();
        pools_.reserve(keys);
        for (std::uint32_t key = 0; key < keys; ++key) pool(key);
        if (std::none_of(
                pools_.begin(), pools_.end(), [](const Pool& p) { return p.items.size() >= 2; }))
            throw InputError(label, "", "has fewer than two items (allowed: 2 or more)");
    }

    [[nodiscard]] const Pool& pool_of(std::uint32_t group) const {
        return pools_[options_.pool == PoolOf::everybody ? 0 : group];
    }

    void begin_tallies() {
        for (std::size_t set = 0; set < groups_.sets(); ++set)
            for (const std::uint32_t length : lengths_)
                summary_.tallies.push_back({.by = groups_.names(set), .history_length = length});
    }

    // Which candidate comes after the first `length` events; nothing when none does by the rule.
    [[nodiscard]] std::optional<std::uint32_t> choice_after(std::size_t length,
                                                            std::span<const Event> events,
                                                            const Pool& pool) const {
        if (options_.choice == ChoiceRule::next) return pool.place(events[length].item);
        const auto history = events.first(length);
        for (const Event& event : events.subspan(length)) {
            const auto place = pool.place(event.item);
            if (place && std::none_of(history.begin(), history.end(), [&](const Event& past) {
                    return past.item == event.item;
                }))
                return place;
        }
        return std::nullopt;
    }

    void add_user(std::uint32_t user,
                  std::span<const std::int16_t> levels,
                  std::vector<Event>& events) {
        summary_.findings.add(Found::duplicate_events, sequence_(user, events));
        summary_.findings.add(Found::events, events.size());
        const std::uint64_t lot = sim::stream(
            {.seed = options_.seed, .purpose = sim::Purpose::asked_users, .cell = user})();
        for (std::size_t l = 0; l < lengths_.size(); ++l) {
            const Pool* pool = nullptr;
            std::optional<std::uint32_t> choice;
            for (std::size_t set = 0; set < groups_.sets(); ++set) {
                LengthTally& tally = summary_.tallies[set * lengths_.size() + l];
                const auto group = groups_.of(levels, set);
                if (!group) {
                    ++tally.unknown_group;
                } else if (events.size() <= lengths_[l]) {
                    ++tally.too_few_events;
                } else {
                    // With a pool for everybody the choice is found once.
                    const Pool* const own = &pool_of(*group);
                    if (own != pool) choice = choice_after(lengths_[l], events, *own);
                    pool = own;
                    add_choice({.lot = lot, .user = user, .choice = 0, .history = {}},
                               *group,
                               l,
                               events,
                               choice,
                               tally);
                }
            }
        }
    }

    void add_choice(AskedUser user,
                    std::uint32_t group,
                    std::size_t l,
                    std::span<const Event> events,
                    std::optional<std::uint32_t> choice,
                    LengthTally& tally) {
        if (!choice) {
            ++tally.no_choice;
            return;
        }
        ++tally.users;
        ContextCounts& context = contexts_[group * lengths_.size() + l];
        context.count(*choice, pool_of(group).items.size());
        if (lengths_[l] == 0 || !context.wants(user.lot, options_.asked)) return;
        user.choice = *choice;
        user.history.reserve(lengths_[l]);
        for (const Event& event : events.first(lengths_[l])) user.history.push_back(event.item);
        context.offer(std::move(user), options_.asked);
    }

    void write_targets(const std::function<void(const Target&)>& write) {
        for (std::size_t set = 0; set < groups_.sets(); ++set)
            for (std::uint32_t group = groups_.first(set); group < groups_.end(set); ++group)
                for (std::size_t l = 0; l < lengths_.size(); ++l) {
                    const ContextCounts& context = contexts_[group * lengths_.size() + l];
                    if (context.users() == 0) continue;
                    if (context.users() < options_.min_users || pool_of(group).items.size() < 2) {
                        summary_.findings.add(Found::small_contexts);
                        continue;
                    }
                    ++summary_.tallies[set * lengths_.size() + l].contexts;
                    write(target_of(set, group, lengths_[l], context));
                }
    }

    [[nodiscard]] std::string shown(std::uint32_t item, const Pool& pool) const {
        const auto place = pool.place(item);
        return place ? pool.names[*place] : items_.names[item];
    }

    [[nodiscard]] Target target_of(std::size_t set,
                                   std::uint32_t group,
                                   std::uint32_t length,
                                   const ContextCounts& context) const {
        const Pool& pool = pool_of(group);
        Target target;
        target.group = groups_.shown(set, group);
        target.context_id = group_label(target.group) + "/" + std::to_string(length);
        target.history_length = length;
        target.candidates = pool.names;
        target.counts = context.counts();
        for (const AskedUser& asked : context.asked()) {
            TargetUser user{.user = std::string(file_.users()[asked.user]),
                            .history = {},
                            .choice = pool.names[asked.choice]};
            user.history.reserve(asked.history.size());
            for (const std::uint32_t item : asked.history)
                user.history.push_back(shown(item, pool));
            target.users.push_back(std::move(user));
        }
        return target;
    }

    const DatasetOptions& options_;
    DatasetSummary summary_;
    std::vector<std::uint32_t> lengths_;
    Items items_;
    Profiles profiles_;
    Groups groups_;
    EventFile file_;
    Sequence sequence_;
    std::vector<Pool> pools_;              // one, or one a group
    std::vector<ContextCounts> contexts_;  // [group][length]
};

}  // namespace

DatasetSummary make_targets(const DatasetOptions& options,
                            const fs::path& folder,
                            const std::atomic<bool>& stop,
                            ReadingProgress& progress,
                            const std::function<void(const Target&)>& write) {
    const auto format = dataset_format(options.name, options.items);
    require_files(*format, folder);
    return Pipeline(options, *format, folder, stop, progress)
        .run((folder / format->events_file()).string(), write);
}

}  // namespace truegap::adapters
