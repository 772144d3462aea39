#include "adapters/io/whole_file.hpp"

#include <cerrno>
#include <stdlib.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "adapters/io/input_error.hpp"
#include "adapters/io/text_files.hpp"

namespace truegap::adapters {

namespace {

namespace fs = std::filesystem;

std::string in_words(int error) {
    return std::generic_category().message(error);
}

}  // namespace

WholeFile::WholeFile(const fs::path& path,
                     const std::string& what,
                     const std::function<bool(const std::string&)>& is_ours)
    : path_(path) {
    std::error_code error;
    const auto status = fs::status(path, error);
    const std::string allowed = " (allowed: a new name, or an earlier " + what + ")";
    if (fs::exists(status)) {
        if (!fs::is_regular_file(status))
            throw InputError(path.string(), "", "exists and is not a file" + allowed);
        if (!is_ours(read_text(path, path.string())))
            throw InputError(path.string(), "", "exists and is not a " + what + allowed);
    }
    std::string pattern =
        (path.parent_path() / ("." + path.filename().string() + ".unfinished-XXXXXX")).string();
    descriptor_ = path.filename().empty() ? -1 : ::mkstemp(pattern.data());
    if (descriptor_ < 0)
        throw InputError(
            path.string(),
            "",
            "cannot be written: " + in_words(path.filename().empty() ? EISDIR : errno) +
                " (allowed: a file that can be made)");
    temporary_ = pattern;
}

WholeFile::~WholeFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    std::error_code error;
    if (!temporary_.empty()) fs::remove(temporary_, error);
}

void WholeFile::write(const std::string& text) {
    for (std::size_t done = 0; done < text.size();) {
        const auto count = ::write(descriptor_, text.data() + done, text.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) fail(errno);
        done += static_cast<std::size_t>(count);
    }
    ::fchmod(descriptor_, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
    const int closed = ::close(descriptor_);
    descriptor_ = -1;
    if (closed != 0) fail(errno);
    std::error_code error;
    fs::rename(temporary_, path_, error);
    if (error) fail(error.value());
    temporary_.clear();
}

void WholeFile::fail(int error) const {
    throw SystemError(path_.string() + ": cannot be written: " + in_words(error));
}

}  // namespace truegap::adapters
