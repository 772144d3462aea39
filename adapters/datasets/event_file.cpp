#include "adapters/datasets/event_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/study.hpp"
#include "adapters/datasets/lines.hpp"
#include "adapters/datasets/names.hpp"
#include "adapters/io/input_error.hpp"
#include "adapters/io/line_source.hpp"

namespace truegap::adapters {

namespace {

constexpr std::size_t piece = std::size_t{1} << 20U;
constexpr std::uint32_t nobody = ~std::uint32_t{0};

}  // namespace

EventFile::EventFile(const std::filesystem::path& path,
                     const DatasetFormat& format,
                     Items& items,
                     const std::atomic<bool>& stop,
                     ReadingProgress& progress)
    : file_(path.string()), format_(format), items_(items), stop_(stop), progress_(progress) {
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status {};
    if (descriptor_ >= 0 && ::fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode)) {
        size_ = static_cast<std::uint64_t>(status.st_size);
        return;
    }
    if (descriptor_ >= 0) ::close(descriptor_);
    throw InputError(file_, "", "cannot be read (allowed: a regular file)");
}

EventFile::~EventFile() {
    ::close(descriptor_);
}

void EventFile::fail_as_changed() const {
    throw SystemError(file_ + ": was changed while it was read");
}

std::uint32_t EventFile::user_of(std::string_view name, std::uint32_t last) {
    if (last != nobody && users_[last] == name) return last;
    if (!complete_) return users_.add(name);
    const auto user = users_.find(name);
    if (!user) fail_as_changed();
    return *user;
}

bool EventFile::find_item(const EventLine& event, Findings& findings, std::uint32_t& item) {
    if (format_.items_listed() || complete_) {
        const bool listed = format_.items_listed();
        const auto found = items_.keys.find(event.item);
        if (!found && !listed) fail_as_changed();
        if (listed && (!found || items_.names[*found].empty())) {
            findings.add(Found::unnamed_items);
            return false;
        }
        item = *found;
        return true;
    }
    item = items_.keys.add(event.item);
    if (item < items_.names.size()) return true;
    CleanName name = clean_name(format_.shown(event.name));
    if (name.repaired) findings.add(Found::repaired_names);
    items_.names.push_back(std::move(name.text));
    return true;
}

// Whether a line is an event that is kept; what it is otherwise is counted.
bool EventFile::take(std::string_view line,
                     std::uint64_t number,
                     Findings& findings,
                     EventLine& event,
                     std::uint32_t& item) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) return false;
    switch (format_.read(line, event)) {
        case LineKind::event:
            break;
        case LineKind::heading:
            return false;
        case LineKind::malformed:
            findings.malformed(file_, number, format_.shape());
            return false;
        case LineKind::stray_user:
            findings.add(Found::stray_user_lines);
            return false;
        case LineKind::unnamed:
            findings.add(Found::unnamed_items);
            return false;
        case LineKind::no_plays:
            findings.add(Found::no_plays);
            return false;
    }
    return find_item(event, findings, item);
}

void EventFile::walk(Findings& findings, const Visit& visit) {
    if (::lseek(descriptor_, 0, SEEK_SET) != 0) throw SystemError(file_ + ": cannot be read again");
    DescriptorSource source(descriptor_, file_, stop_);
    LineSource pieces(source);
    UserLines lines{.user = nobody};
    std::vector<Event> events;
    std::uint64_t offset = 0, number = 0;
    const auto end_user = [&] {
        lines.bytes = offset - lines.begin;
        if (lines.user != nobody) visit(lines, events);
        events.clear();
    };
    for (std::string_view text = pieces.next(piece); !text.empty(); text = pieces.next(piece)) {
        progress_.done += text.size();
        while (!text.empty()) {
            const auto end = text.find('\n');
            const std::string_view line = text.substr(0, end);
            const std::size_t bytes = end == std::string_view::npos ? line.size() : end + 1;
            text.remove_prefix(bytes);
            ++number;
            findings.add(Found::lines, line.empty() ? 0 : 1);
            EventLine event;
            std::uint32_t item = 0;
            if (take(line, number, findings, event, item)) {
                const std::uint32_t user = user_of(event.user, lines.user);
                if (user != lines.user) {
                    end_user();
                    lines = {.user = user, .begin = offset};
                }
                events.push_back({.item = item, .when = event.when});
            }
            offset += bytes;
        }
    }
    end_user();
}

void EventFile::read_again(const UserLines& lines, std::vector<Event>& events) const {
    if (stop_) throw sim::Interrupted();
    std::string text(lines.bytes, '\0');
    for (std::size_t done = 0; done < text.size();) {
        const auto count = ::pread(descriptor_,
                                   text.data() + done,
                                   text.size() - done,
                                   static_cast<::off_t>(lines.begin + done));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) fail_as_changed();
        done += static_cast<std::size_t>(count);
    }
    each_line(text, [&](std::string_view line, std::size_t) {
        EventLine event;
        if (format_.read(line, event) != LineKind::event) return;
        const auto item = items_.keys.find(event.item);
        if (item && !items_.names[*item].empty())
            events.push_back({.item = *item, .when = event.when});
    });
}

}  // namespace truegap::adapters
