#include "adapters/io/output_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <stdlib.h>
#include <system_error>

#include "adapters/io/drawn_files.hpp"
#include "adapters/io/input_error.hpp"
#include "adapters/io/results_files.hpp"
#include "adapters/io/score_files.hpp"

namespace truegap::adapters {

namespace {

namespace fs = std::filesystem;

bool starts_with(const fs::path& file, std::string_view signature) {
    std::ifstream in(file, std::ios::binary);
    std::string start(signature.size(), '\0');
    in.read(start.data(), static_cast<std::streamsize>(start.size()));
    return in && start == signature;
}

// The files of the kind of result that a folder holds, if it is one of ours.
const std::vector<std::string>* files_of_result(const fs::path& path) {
    if (starts_with(path / "results.json", results_signature)) return &result_file_names();
    if (starts_with(path / "score.json", results_signature)) return &score_file_names();
    if (starts_with(path / "truth.csv", truth_signature)) return &drawn_file_names();
    return nullptr;
}

// An earlier result: results.json, score.json or truth.csv of ours, and nothing beside it that we did not write.
void require_replaceable(const fs::path& path) {
    if (!fs::is_directory(path))
        throw InputError(path.string(),
                         "",
                         "exists and is not a folder (allowed: a new name, or an earlier result)");
    const std::vector<std::string>* const known = files_of_result(path);
    if (known == nullptr)
        throw InputError(
            path.string(),
            "",
            "exists and is not a truegap result (allowed: a new name, or an earlier result)");
    for (const auto& entry : fs::directory_iterator(path)) {
        const std::string name = entry.path().filename().string();
        if (!entry.is_regular_file() ||
            std::find(known->begin(), known->end(), name) == known->end())
            throw InputError(
                path.string(),
                "",
                "holds " + in_quotes(name) +
                    ", which truegap did not write, so it is not replaced (allowed: a new "
                    "name, or an earlier result alone)");
    }
}

// The folders above `path` that do not exist yet, the innermost first.
std::vector<fs::path> missing_parents(const fs::path& path) {
    std::vector<fs::path> missing;
    std::error_code error;
    for (fs::path parent = path.parent_path();
         !parent.empty() && !fs::exists(parent, error) && !error;
         parent = parent.parent_path())
        missing.push_back(parent);
    return missing;
}

void remove_if_empty(const std::vector<fs::path>& folders) {
    std::error_code error;
    for (const fs::path& folder : folders) fs::remove(folder, error);
}

[[noreturn]] void refuse(const fs::path& path, const std::error_code& error) {
    throw InputError(
        path.string(),
        "",
        "cannot be written: " + error.message() + " (allowed: a folder that can be made)");
}

fs::path make_temporary_beside(const fs::path& final_path) {
    const fs::path parent = final_path.parent_path();
    std::error_code error;
    fs::create_directories(parent, error);
    if (error) refuse(final_path, error);
    std::string pattern =
        (parent / ("." + final_path.filename().string() + ".unfinished-XXXXXX")).string();
    if (::mkdtemp(pattern.data()) == nullptr) refuse(final_path, {errno, std::generic_category()});
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
    made_parents_ = missing_parents(final_);
    try {
        temporary_ = make_temporary_beside(final_);
    } catch (const InputError&) {
        remove_if_empty(made_parents_);
        throw;
    }
}

OutputFolder::~OutputFolder() {
    std::error_code error;
    if (!temporary_.empty()) fs::remove_all(temporary_, error);
    if (!published_) remove_if_empty(made_parents_);
}

void OutputFolder::publish() {
    std::error_code error;
    if (fs::exists(fs::symlink_status(final_, error))) {
        replace();
    } else {
        // A plain rename onto a folder that has appeared meanwhile fails unless that one is empty.
        fs::rename(temporary_, final_, error);
        if (error) fail_to_publish(error);
        temporary_.clear();
    }
    published_ = true;
}

// Old and new change places in one step; then the old one, now under the temporary name, goes, unless
// it is not ours to remove.
void OutputFolder::replace() {
    const auto exchange = [&] {
        return ::renameat2(
                   AT_FDCWD, temporary_.c_str(), AT_FDCWD, final_.c_str(), RENAME_EXCHANGE) == 0;
    };
    if (!exchange()) {
        if (errno != EINVAL && errno != ENOSYS) fail_to_publish({errno, std::generic_category()});
        replace_in_two_steps();
        return;
    }
    try {
        require_replaceable(temporary_);
    } catch (const InputError&) {
        exchange();
        throw SystemError(final_.string() +
                          ": something else appeared there during the run; nothing was written");
    }
}

// For file systems without the exchange: the old one steps aside first, and back if the new one cannot
// take its place.
void OutputFolder::replace_in_two_steps() {
    require_replaceable(final_);
    const fs::path aside = temporary_.string() + ".replaced";
    std::error_code error;
    fs::rename(final_, aside, error);
    if (error) fail_to_publish(error);
    fs::rename(temporary_, final_, error);
    if (error) {
        std::error_code ignored;
        fs::rename(aside, final_, ignored);
        fail_to_publish(error);
    }
    temporary_ = aside;
}

void OutputFolder::fail_to_publish(const std::error_code& error) const {
    throw SystemError(final_.string() + ": cannot be written: " + error.message());
}

}  // namespace truegap::adapters
