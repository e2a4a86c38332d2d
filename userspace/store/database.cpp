// SPDX-License-Identifier: Apache-2.0
#include "store/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/file_descriptor.h"

namespace sipsonde {
namespace {

constexpr int kPatience_ms = 5000;
constexpr mode_t kFileRights = 0640;  // who called whom is nobody else's business

constexpr std::string_view kDamages[] = {"database disk image is malformed", "file is not a database",
                                         "later version of the store"};

Error failure_of(sqlite3* connection, std::string_view verb, std::string_view path) {
  std::string message = std::string(verb).append(" ").append(path).append(": ");
  message.append(connection ? sqlite3_errmsg(connection) : "out of memory");
  // SQLite says "disk I/O error"; the kernel said why.
  const int system = connection ? sqlite3_system_errno(connection) : 0;
  const int code = connection ? sqlite3_errcode(connection) & 0xff : 0;
  if (system != 0 && (code == SQLITE_IOERR || code == SQLITE_CANTOPEN))
    message.append(" (").append(std::strerror(system)).append(")");
  // The one sentence by which is_damage() knows it.
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    if (!is_damage(Error{message})) message.append(": ").append(kDamages[0]);
  return Error{message};
}

// SQLite would make it with the rights of umask. One that is there is not even opened: closing it would take
// away the locks that this process's other connections hold on it (fcntl's are the process's).
Result<Done> make_file(const std::string& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kFileRights));
  if (!file && errno != EEXIST) return Error{"make " + path + ": " + std::strerror(errno)};
  return Done{};
}

}  // namespace

bool is_damage(const Error& error) {
  return std::ranges::any_of(
      kDamages, [&](std::string_view sentence) { return error.message.find(sentence) != std::string::npos; });
}

void FinalizeStatement::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

void CloseDatabase::operator()(sqlite3* connection) const noexcept {
  sqlite3_close_v2(connection);
}

// ---- statement ----

Statement& Statement::bind(int place, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), place, value);
  return *this;
}

Statement& Statement::bind(int place, std::string_view text) {
  // A null pointer would be NULL.
  sqlite3_bind_text64(statement_.get(), place, text.data() ? text.data() : "", text.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind_bytes(int place, std::string_view bytes) {
  sqlite3_bind_blob64(statement_.get(), place, bytes.data(), bytes.size(), SQLITE_STATIC);
  return *this;
}

Statement& Statement::bind_null(int place) {
  sqlite3_bind_null(statement_.get(), place);
  return *this;
}

Statement& Statement::bind(int place, const std::optional<std::int64_t>& value) {
  return value ? bind(place, *value) : bind_null(place);
}

Statement& Statement::bind_or_null(int place, std::string_view text) {
  return text.empty() ? bind_null(place) : bind(place, text);
}

Result<bool> Statement::step() {
  const int outcome = sqlite3_step(statement_.get());
  if (outcome == SQLITE_ROW) return true;
  if (outcome == SQLITE_DONE) return false;
  sqlite3* const connection = sqlite3_db_handle(statement_.get());
  const char* const path = sqlite3_db_filename(connection, "main");
  return failure_of(connection, "store", path ? path : "");
}

Result<Done> Statement::run() {
  const auto stepped = step();
  reset();
  if (!stepped) return stepped.error();
  return Done{};
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
}

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::optional<std::int64_t> Statement::number_or_null(int column) const {
  if (sqlite3_column_type(statement_.get(), column) == SQLITE_NULL) return std::nullopt;
  return number(column);
}

std::string_view Statement::text(int column) const {
  const auto* const bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (!bytes) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::string_view Statement::bytes(int column) const {
  const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  if (!bytes) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

// ---- database ----

Result<Database> Database::open(const std::string& path, Access access) {
  if (access == Access::create)
    if (auto made = make_file(path); !made) return made.error();
  sqlite3* connection = nullptr;
  const int mode = access == Access::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  const int outcome =
      sqlite3_open_v2(path.c_str(), &connection, mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  Database opened(path, connection);
  if (outcome != SQLITE_OK) return opened.failure("open");
  sqlite3_busy_timeout(connection, kPatience_ms);
  struct stat state {};
  if (::stat(path.c_str(), &state) == 0) opened.device_ = state.st_dev, opened.inode_ = state.st_ino;
  return opened;
}

Result<Done> Database::run(const char* statements) {
  if (sqlite3_exec(connection_.get(), statements, nullptr, nullptr, nullptr) != SQLITE_OK)
    return failure("write");
  return Done{};
}

Result<Statement> Database::prepare(std::string_view text) const {
  sqlite3_stmt* statement = nullptr;
  const int outcome = sqlite3_prepare_v3(connection_.get(), text.data(), static_cast<int>(text.size()),
                                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (outcome != SQLITE_OK) return failure("read");
  return Statement(statement);
}

Result<std::int64_t> Database::number(std::string_view query) const {
  auto statement = prepare(query);
  if (!statement) return statement.error();
  const auto found = statement->step();
  if (!found) return found.error();
  return *found ? statement->number(0) : 0;
}

bool Database::is_in_place() const {
  struct stat state {};
  return ::stat(path_.c_str(), &state) == 0 && state.st_dev == device_ && state.st_ino == inode_;
}

std::int64_t Database::last_row() const {
  return sqlite3_last_insert_rowid(connection_.get());
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(connection_.get());
}

Error Database::failure(std::string_view verb) const {
  return failure_of(connection_.get(), verb, path_);
}

// ---- transaction ----

Result<DatabaseTransaction> DatabaseTransaction::begin(Database& database) {
  if (auto begun = database.run("BEGIN IMMEDIATE"); !begun) return begun.error();
  return DatabaseTransaction(database);
}

DatabaseTransaction::~DatabaseTransaction() {
  // Where SQLite has taken everything back by itself this is an error that says nothing new.
  if (database_) static_cast<void>(database_->run("ROLLBACK"));
}

Result<Done> DatabaseTransaction::commit() {
  if (auto committed = database_->run("COMMIT"); !committed) return committed;
  database_ = nullptr;
  return Done{};
}

}  // namespace sipsonde
