#include "adapters/openai/journal.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <sqlite3.h>
#include <string_view>
#include <system_error>
#include <utility>

#include "adapters/io/input_error.hpp"

namespace truegap::adapters {

namespace {

namespace fs = std::filesystem;

// "tgjn": tells a journal from other files of SQLite.
constexpr int application = 0x74676A6E;
constexpr int format = 1;
constexpr int patience_ms = 500;  // for another program to finish what it does
constexpr std::string_view allowed =
    " (allowed: a journal that this version of truegap predict has made, or a new name)";

constexpr const char* tables = R"(
CREATE TABLE answers (key TEXT PRIMARY KEY, predictor TEXT NOT NULL, context_id TEXT NOT NULL,
    user TEXT NOT NULL, sample INTEGER NOT NULL, request TEXT NOT NULL, reply TEXT NOT NULL,
    finish TEXT NOT NULL, fingerprint TEXT NOT NULL, model TEXT NOT NULL,
    prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL, attempts INTEGER NOT NULL);
CREATE TABLE failures (predictor TEXT NOT NULL, kind TEXT NOT NULL, count INTEGER NOT NULL,
    detail TEXT NOT NULL, PRIMARY KEY (predictor, kind));
CREATE TABLE capabilities (base_url TEXT NOT NULL, model TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (base_url, model));)";

struct Closer {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, Closer>;

[[noreturn]] void fail(sqlite3* database, const fs::path& path, const std::string& doing) {
    const int code = sqlite3_errcode(database);
    const std::string name = path.string();
    switch (code & 0xFF) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            throw SystemError(name +
                              ": is in use by another truegap predict; wait for its end, or name "
                              "another journal with --journal");
        case SQLITE_NOTADB:
        case SQLITE_CORRUPT:
            throw InputError(
                name,
                "",
                "is no journal: " + std::string(sqlite3_errmsg(database)) + std::string(allowed));
        default:
            throw SystemError(name + ": cannot be " + doing + ": " + sqlite3_errmsg(database));
    }
}

// A prepared statement with its values; steps through its rows.
class Statement {
  public:
    Statement(sqlite3* database, const fs::path& path, const char* sql)
        : database_(database), path_(path) {
        sqlite3_stmt* made = nullptr;
        if (sqlite3_prepare_v2(database, sql, -1, &made, nullptr) != SQLITE_OK)
            fail(database, path, "read");
        statement_.reset(made);
    }
    Statement& text(const std::string& value) {
        return checked(sqlite3_bind_text64(
            statement_.get(), ++bound_, value.data(), value.size(), nullptr, SQLITE_UTF8));
    }
    Statement& number(std::uint64_t value) {
        return checked(
            sqlite3_bind_int64(statement_.get(), ++bound_, static_cast<sqlite3_int64>(value)));
    }
    /// The next row, if there is one.
    bool step() {
        const int code = sqlite3_step(statement_.get());
        if (code == SQLITE_ROW) return true;
        if (code != SQLITE_DONE)
            fail(database_,
                 path_,
                 sqlite3_stmt_readonly(statement_.get()) != 0 ? "read" : "written");
        return false;
    }
    [[nodiscard]] std::string text_at(int column) const {
        const void* bytes = sqlite3_column_blob(statement_.get(), column);
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
        return bytes == nullptr ? std::string{}
                                : std::string(static_cast<const char*>(bytes), size);
    }
    [[nodiscard]] std::uint64_t number_at(int column) const {
        return static_cast<std::uint64_t>(sqlite3_column_int64(statement_.get(), column));
    }

  private:
    Statement& checked(int code) {
        if (code != SQLITE_OK) fail(database_, path_, "read");
        return *this;
    }
    sqlite3* database_;
    const fs::path& path_;
    std::unique_ptr<sqlite3_stmt, Closer> statement_;
    int bound_ = 0;
};

void execute(sqlite3* database, const fs::path& path, const char* sql) {
    if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        fail(database, path, "written");
}

// All or nothing.
class Transaction {
  public:
    Transaction(sqlite3* database, const fs::path& path) : database_(database), path_(path) {
        execute(database, path, "BEGIN IMMEDIATE");
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    Transaction(Transaction&&) = delete;
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction() {
        if (!done_) sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
    }
    void commit() {
        execute(database_, path_, "COMMIT");
        done_ = true;
    }

  private:
    sqlite3* database_;
    const fs::path& path_;
    bool done_ = false;
};

int pragma(sqlite3* database, const fs::path& path, const char* sql) {
    Statement statement(database, path, sql);
    return statement.step() ? static_cast<int>(statement.number_at(0)) : 0;
}

bool has_tables(sqlite3* database, const fs::path& path) {
    return pragma(database, path, "SELECT count(*) FROM sqlite_master") > 0;
}

void check_format(sqlite3* database, const fs::path& path) {
    if (pragma(database, path, "PRAGMA application_id") != application)
        throw InputError(path.string(), "", "is a database but no journal" + std::string(allowed));
    const int found = pragma(database, path, "PRAGMA user_version");
    if (found != format)
        throw InputError(path.string(),
                         "",
                         "is a journal of format " + std::to_string(found) + std::string(allowed));
}

void make_tables(sqlite3* database, const fs::path& path) {
    Transaction transaction(database, path);
    execute(database, path, tables);
    execute(database,
            path,
            ("PRAGMA application_id=" + std::to_string(application) +
             "; PRAGMA user_version=" + std::to_string(format))
                .c_str());
    transaction.commit();
}

void refuse_other_files(const fs::path& path) {
    std::error_code error;
    if (fs::exists(path, error) && !fs::is_regular_file(path, error))
        throw InputError(path.string(), "", "is not a file" + std::string(allowed));
}

}  // namespace

struct Journal::State {
    State(fs::path file, int flags) : path(std::move(file)) {
        sqlite3* opened = nullptr;
        const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
        database.reset(opened);
        if (code != SQLITE_OK) fail(opened, path, "opened");
        sqlite3_busy_timeout(opened, patience_ms);
    }
    [[nodiscard]] Statement statement(const char* sql) const { return {database.get(), path, sql}; }

    fs::path path;
    Database database;
    bool writes = false;
};

Journal::Journal(std::unique_ptr<State> state) : state_(std::move(state)) {}
Journal::Journal(Journal&&) noexcept = default;
Journal& Journal::operator=(Journal&&) noexcept = default;

Journal::~Journal() {
    // One plain file remains, that can be read where nothing can be written.
    if (state_ && state_->writes)
        sqlite3_exec(
            state_->database.get(), "PRAGMA journal_mode=DELETE", nullptr, nullptr, nullptr);
}

Journal Journal::to_write(const fs::path& path) {
    refuse_other_files(path);
    std::error_code error;
    if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
    if (error)
        throw SystemError(path.parent_path().string() + ": cannot be made: " + error.message());
    auto state = std::make_unique<State>(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    sqlite3* const database = state->database.get();
    // Another file is known for what it is before anything is written to it.
    const bool made_already = has_tables(database, path);
    if (made_already) check_format(database, path);
    execute(database,
            path,
            "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "BEGIN EXCLUSIVE; COMMIT");
    state->writes = true;
    // Made by another program since it was looked at.
    if (!made_already && !has_tables(database, path)) make_tables(database, path);
    check_format(database, path);
    return Journal(std::move(state));
}

std::optional<Journal> Journal::to_read(const fs::path& path) {
    refuse_other_files(path);
    std::error_code error;
    if (!fs::exists(path, error)) return std::nullopt;
    // What a killed program left is put in order on opening, which writes; where that is not allowed the
    // file is read as it is.
    std::unique_ptr<State> state;
    try {
        state = std::make_unique<State>(path, SQLITE_OPEN_READWRITE);
    } catch (const SystemError&) {
        state = std::make_unique<State>(path, SQLITE_OPEN_READONLY);
    }
    // Begun by a program that was killed before it could store anything.
    if (!has_tables(state->database.get(), state->path)) return std::nullopt;
    check_format(state->database.get(), state->path);
    return Journal(std::move(state));
}

bool Journal::holds(const std::string& key) {
    Statement found = state_->statement("SELECT 1 FROM answers WHERE key = ?");
    return found.text(key).step();
}

std::optional<std::string> Journal::reply(const std::string& key) {
    Statement found = state_->statement("SELECT reply FROM answers WHERE key = ?");
    if (!found.text(key).step()) return std::nullopt;
    return found.text_at(0);
}

std::uint64_t Journal::size() {
    Statement count = state_->statement("SELECT count(*) FROM answers");
    return count.step() ? count.number_at(0) : 0;
}

std::size_t Journal::store(std::span<const JournalEntry> answers,
                           std::span<const JournalFailure> failures) {
    if (answers.empty() && failures.empty()) return 0;
    sqlite3* const database = state_->database.get();
    std::size_t stored = 0;
    Transaction transaction(database, state_->path);
    for (const JournalEntry& one : answers) {
        state_->statement("INSERT OR IGNORE INTO answers VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)")
            .text(one.key)
            .text(one.predictor)
            .text(one.context_id)
            .text(one.user)
            .number(one.sample)
            .text(one.request)
            .text(one.reply)
            .text(one.finish)
            .text(one.fingerprint)
            .text(one.model)
            .number(one.prompt_tokens)
            .number(one.completion_tokens)
            .number(one.attempts)
            .step();
        if (sqlite3_changes(database) > 0) ++stored;
    }
    for (const JournalFailure& one : failures)
        state_
            ->statement(
                "INSERT INTO failures VALUES (?,?,?,?) ON CONFLICT (predictor, kind) DO UPDATE "
                "SET count = count + excluded.count, detail = excluded.detail")
            .text(one.predictor)
            .text(one.kind)
            .number(one.count)
            .text(one.detail)
            .step();
    transaction.commit();
    return stored;
}

std::vector<JournalFailure> Journal::failures() {
    std::vector<JournalFailure> result;
    Statement row = state_->statement(
        "SELECT predictor, kind, detail, count FROM failures ORDER BY predictor, kind");
    while (row.step())
        result.push_back({.predictor = row.text_at(0),
                          .kind = row.text_at(1),
                          .detail = row.text_at(2),
                          .count = row.number_at(3)});
    return result;
}

std::optional<Capabilities> Journal::capabilities(const std::string& base_url,
                                                  const std::string& model) {
    Statement row =
        state_->statement("SELECT value FROM capabilities WHERE base_url = ? AND model = ?");
    if (!row.text(base_url).text(model).step()) return std::nullopt;
    const Json json = parse_json(row.text_at(0), state_->path.string());
    return read_capabilities(JsonNode(json, state_->path.string()));
}

void Journal::store_capabilities(const std::string& base_url,
                                 const std::string& model,
                                 const Capabilities& capabilities) {
    const std::string value = capabilities_json(capabilities);
    Transaction transaction(state_->database.get(), state_->path);
    state_->statement("INSERT OR REPLACE INTO capabilities VALUES (?,?,?)")
        .text(base_url)
        .text(model)
        .text(value)
        .step();
    transaction.commit();
}

}  // namespace truegap::adapters
