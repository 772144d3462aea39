#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adapters/openai/capabilities.hpp"

namespace truegap::adapters {

/// One answered request.
struct JournalEntry {
    std::string key;  ///< `request_key`
    std::string predictor, context_id, user;
    std::uint32_t sample = 0;
    std::string request, reply;  ///< the bodies as sent and as received
    std::string finish, fingerprint, model;
    std::uint64_t prompt_tokens = 0, completion_tokens = 0;
    std::uint32_t attempts = 0;
};

/// Requests that were not answered: how often, and the last one in words. Not an answer: they are asked
/// again.
struct JournalFailure {
    std::string predictor, kind, detail;
    std::uint64_t count = 1;
};

/// Every answer that was ever received, in one file of SQLite (docs/formats.md). Whatever is stored stays
/// stored, also when the program is killed at any moment; an answer is never replaced.
/// All of it throws InputError for a file that is no journal, and SystemError where it cannot be read or
/// written (a full disk, another program that has it).
class Journal {
  public:
    /// Opens it to be written to, and makes it and its folder where there is none. Nobody else can open it
    /// until this is gone.
    [[nodiscard]] static Journal to_write(const std::filesystem::path& path);
    /// Opens it to be read. Nothing where there is no such file.
    [[nodiscard]] static std::optional<Journal> to_read(const std::filesystem::path& path);

    Journal(Journal&&) noexcept;
    Journal& operator=(Journal&&) noexcept;
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;
    ~Journal();

    [[nodiscard]] bool holds(const std::string& key);
    /// The reply of a request.
    [[nodiscard]] std::optional<std::string> reply(const std::string& key);
    [[nodiscard]] std::uint64_t size();

    /// Stores all of these in one transaction; they are on the disk afterwards. Returns how many answers
    /// are new; one whose key is there already is left as it was.
    std::size_t store(std::span<const JournalEntry> answers,
                      std::span<const JournalFailure> failures = {});
    [[nodiscard]] std::vector<JournalFailure> failures();

    [[nodiscard]] std::optional<Capabilities> capabilities(const std::string& base_url,
                                                           const std::string& model);
    void store_capabilities(const std::string& base_url,
                            const std::string& model,
                            const Capabilities& capabilities);

  private:
    struct State;
    explicit Journal(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace truegap::adapters
