#include "adapters/io/line_source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <unistd.h>

#include "sim/study.hpp"
#include "adapters/io/input_error.hpp"

namespace truegap::adapters {

namespace {

// How long a request to stop may wait: a signal between the look at the flag and the wait itself
// does not end the wait.
constexpr int patience_milliseconds = 100;

bool readable(int descriptor, int milliseconds) {
    pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, milliseconds) > 0;
}

}  // namespace

bool DescriptorSource::ready() {
    return readable(descriptor_, 0);
}

std::size_t DescriptorSource::read(std::span<char> place) {
    for (;;) {
        if (stop_) throw sim::Interrupted();
        if (!readable(descriptor_, patience_milliseconds)) continue;
        const ::ssize_t count = ::read(descriptor_, place.data(), place.size());
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EINTR && errno != EAGAIN)
            throw InputError(
                file_, "", "cannot be read to its end (allowed: a file that can be read)");
    }
}

std::size_t TextSource::read(std::span<char> place) {
    const std::size_t count = std::min(place.size(), text_.size());
    std::memcpy(place.data(), text_.data(), count);
    text_.remove_prefix(count);
    return count;
}

std::string_view LineSource::next(std::size_t bytes) {
    filled_ -= given_;
    std::memmove(buffer_.data(), buffer_.data() + given_, filled_);
    given_ = 0;
    while (!ended_) {
        if (given_ > 0 && (filled_ >= bytes || !source_.ready())) break;
        // A line longer than asked for makes the buffer double, not grow by steps.
        const std::size_t wanted = given_ > 0 ? bytes : std::max(bytes, 2 * filled_);
        if (buffer_.size() < wanted) buffer_.resize(wanted);
        const std::size_t count =
            source_.read(std::span(buffer_).subspan(filled_, wanted - filled_));
        const std::string_view fresh(buffer_.data() + filled_, count);
        if (const auto end = fresh.rfind('\n'); end != std::string_view::npos)
            given_ = filled_ + end + 1;
        filled_ += count;
        ended_ = count == 0;
    }
    if (ended_) given_ = filled_;
    return {buffer_.data(), given_};
}

void for_each_line(ByteSource& source,
                   const std::function<void(std::string_view line, std::size_t number)>& body) {
    constexpr std::size_t piece = std::size_t{1} << 18U;
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    LineSource lines(source);
    std::size_t number = 0;
    for (std::string_view text = lines.next(piece); !text.empty(); text = lines.next(piece)) {
        while (!text.empty()) {
            const auto end = std::min(text.find('\n'), text.size());
            std::string_view line = text.substr(0, end);
            text.remove_prefix(std::min(end + 1, text.size()));
            if (++number == 1 && line.starts_with(byte_order_mark))
                line.remove_prefix(byte_order_mark.size());
            if (line.ends_with('\r')) line.remove_suffix(1);
            if (line.find_first_not_of(" \t\r") != std::string_view::npos) body(line, number);
        }
    }
}

}  // namespace truegap::adapters
