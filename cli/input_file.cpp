#include "cli/input_file.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

#include "adapters/io/input_error.hpp"

namespace truegap::cli {

namespace {

int open_for_reading(const std::string& name) {
    if (name == "-") return STDIN_FILENO;
    const int descriptor = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        throw adapters::InputError(name,
                                   "",
                                   "cannot be read: " + std::generic_category().message(errno) +
                                       " (allowed: a file, or -)");
    return descriptor;
}

}  // namespace

InputFile::InputFile(const std::string& name) : descriptor_(open_for_reading(name)) {
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0) return;
    if (S_ISDIR(status.st_mode)) {
        if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
        throw adapters::InputError(name, "", "is a directory (allowed: a file, or -)");
    }
    if (!S_ISREG(status.st_mode)) return;
    const auto read_already = std::max<::off_t>(::lseek(descriptor_, 0, SEEK_CUR), 0);
    size_ = static_cast<std::uint64_t>(std::max<::off_t>(status.st_size - read_already, 0));
}

InputFile::~InputFile() {
    if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
}

}  // namespace truegap::cli
