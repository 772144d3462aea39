#include "adapters/io/output_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <stdlib.h>
#include <system_error>

#include "adapters/io/input_error.hpp"
#include "adapters/io/results_files.hpp"

namespace truegap::adapters {

namespace {

namespace fs = std::filesystem;

bool starts_like_results(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string start(results_signature.size(), '\0');
    in.read(start.data(), static_cast<std::streamsize>(start.size()));
    return in && start == results_signature;
}

// An earlier result: results.json of ours, and nothing beside it that we did not write.
void require_replaceable(const fs::path& path) {
    if (!fs::is_directory(path))
        throw InputError(path.string(),
                         "",
                         "exists and is not a folder (allowed: a new name, or an earlier result)");
    if (!starts_like_results(path / "results.json"))
        throw InputError(
            path.string(),
            "",
            "exists and is not a truegap result (allowed: a new name, or an earlier result)");
    const auto& known = result_file_names();
    for (const auto& entry : fs::directory_iterator(path)) {
        const std::string name = entry.path().filename().string();
        if (std::find(known.begin(), known.end(), name) == known.end())
            throw InputError(
                path.string(),
                "",
                "holds " + in_quotes(name) +
                    ", which truegap did not write, so it is not replaced (allowed: a new "
                    "name, or an earlier result alone)");
    }
}

fs::path make_temporary_beside(const fs::path& final_path) {
    const fs::path parent = final_path.parent_path();
    std::error_code error;
    fs::create_directories(parent, error);
    if (error)
        throw InputError(
            final_path.string(),
            "",
            "cannot be written: " + error.message() + " (allowed: a folder that can be made)");
    std::string pattern =
        (parent / ("." + final_path.filename().string() + ".unfinished-XXXXXX")).string();
    if (::mkdtemp(pattern.data()) == nullptr)
        throw InputError(final_path.string(),
                         "",
                         "cannot be written: " + std::generic_category().message(errno) +
                             " (allowed: a folder that can be made)");
    fs::permissions(pattern,
                    fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                        fs::perms::others_read | fs::perms::others_exec);
    return pattern;
}

}  // namespace

OutputFolder::OutputFolder(const fs::path& final_path) {
    std::error_code error;
    final_ = fs::absolute(final_path, error).lexically_normal();
    if (final_.filename().empty()) final_ = final_.parent_path();  // a trailing slash
    if (fs::exists(fs::symlink_status(final_, error))) require_replaceable(final_);
    temporary_ = make_temporary_beside(final_);
}

OutputFolder::~OutputFolder() {
    std::error_code error;
    if (!temporary_.empty()) fs::remove_all(temporary_, error);
}

void OutputFolder::publish() {
    std::error_code error;
    if (fs::exists(fs::symlink_status(final_, error))) {
        // Old and new change places in one step; then the old one, now under the temporary name,
        // goes.
        if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, final_.c_str(), RENAME_EXCHANGE) ==
            0)
            return;
        fs::remove_all(final_, error);  // a file system without the exchange
    }
    fs::rename(temporary_, final_, error);
    if (error) throw SystemError(final_.string() + ": cannot be written: " + error.message());
    temporary_.clear();
}

}  // namespace truegap::adapters
