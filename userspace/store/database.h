// SPDX-License-Identifier: Apache-2.0
// One connection to one SQLite file, and what is asked over it. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sipsonde {

// Of an error of this header: the file is no database, or its content is broken, or of a version that is not
// known. Trying again does not help.
bool is_damage(const Error& error);

struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const noexcept;
};

// Prepared once, run again and again. Texts that are bound must live until the next reset().
class Statement {
 public:
  Statement() = default;

  Statement& bind(int place, std::int64_t value);
  Statement& bind(int place, std::string_view text);
  Statement& bind_bytes(int place, std::string_view bytes);
  Statement& bind_null(int place);
  Statement& bind(int place, const std::optional<std::int64_t>& value);
  Statement& bind_or_null(int place, std::string_view text);  // empty is unknown

  // True: there is a row to read. False: that was all.
  Result<bool> step();
  // step() of what answers with no row; reset afterwards.
  Result<Done> run();
  void reset();

  std::int64_t number(int column) const;
  std::optional<std::int64_t> number_or_null(int column) const;
  std::string_view text(int column) const;  // until the next step; empty for NULL
  std::string_view bytes(int column) const;

 private:
  friend class Database;
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
  std::unique_ptr<sqlite3_stmt, FinalizeStatement> statement_;
};

// Leaves a statement as it was found, however its reader is left.
class ResetAtExit {
 public:
  explicit ResetAtExit(Statement& statement) : statement_(statement) {}
  ~ResetAtExit() { statement_.reset(); }
  ResetAtExit(const ResetAtExit&) = delete;
  ResetAtExit& operator=(const ResetAtExit&) = delete;

 private:
  Statement& statement_;
};

enum class Access : std::uint8_t { read, write, create };

struct CloseDatabase {
  void operator()(sqlite3* connection) const noexcept;
};

class Database {
 public:
  // `create` makes the file, for its owner and group only. Waits a moment for who else has it.
  static Result<Database> open(const std::string& path, Access access);

  Result<Done> run(const char* statements);
  Result<Statement> prepare(std::string_view text) const;
  // The first column of the first row.
  Result<std::int64_t> number(std::string_view query) const;

  std::int64_t last_row() const;
  std::int64_t changes() const;
  const std::string& path() const { return path_; }
  // False: the file was removed, or another one has its name.
  bool is_in_place() const;

 private:
  Database(std::string path, sqlite3* connection) : path_(std::move(path)), connection_(connection) {}
  Error failure(std::string_view verb) const;

  std::string path_;
  std::uint64_t device_ = 0, inode_ = 0;
  std::unique_ptr<sqlite3, CloseDatabase> connection_;
};

// Everything or nothing: what is not committed is taken back at the end of its life.
class DatabaseTransaction {
 public:
  static Result<DatabaseTransaction> begin(Database& database);
  DatabaseTransaction(DatabaseTransaction&& other) noexcept
      : database_(std::exchange(other.database_, nullptr)) {}
  DatabaseTransaction& operator=(DatabaseTransaction&&) = delete;
  ~DatabaseTransaction();

  Result<Done> commit();

 private:
  explicit DatabaseTransaction(Database& database) : database_(&database) {}
  Database* database_;  // nullptr: over
};

}  // namespace sipsonde
