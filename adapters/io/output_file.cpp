#include "adapters/io/output_file.hpp"

#include <cerrno>
#include <system_error>

#include "adapters/io/input_error.hpp"

namespace truegap::adapters {

OutputFile::OutputFile(std::filesystem::path path) : path_(std::move(path)) {
    out_.open(path_, std::ios::binary);
    if (!out_) fail();
}

void OutputFile::close() {
    out_.close();
    if (!out_) fail();
}

void OutputFile::fail() const {
    throw SystemError(path_.filename().string() + " cannot be written: " +
                      std::generic_category().message(errno != 0 ? errno : EIO));
}

}  // namespace truegap::adapters
