#include "adapters/io/text_files.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include "adapters/io/input_error.hpp"

namespace truegap::adapters {

std::string read_text(const std::filesystem::path& path, const std::string& label) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status))
        throw InputError(label, "", "no such file (allowed: a file that can be read)");
    if (std::filesystem::is_directory(status))
        throw InputError(label, "", "is a directory (allowed: a file)");
    std::ifstream in(path, std::ios::binary);
    if (!in)
        throw InputError(label,
                         "",
                         "cannot be read: " + std::generic_category().message(errno) +
                             " (allowed: a file that can be read)");
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (in.bad())
        throw InputError(label, "", "cannot be read to its end (allowed: a file that can be read)");
    return text;
}

std::string read_named_text(const JsonNode& node, const std::filesystem::path& directory) {
    const std::string file = node.nonempty_text();
    try {
        return read_text(directory / file, in_quotes(file));
    } catch (const InputError& error) {
        node.fail(error.what());
    }
}

}  // namespace truegap::adapters
