// SPDX-License-Identifier: Apache-2.0
// A ClickHouse server that takes records (docs/cdr-clickhouse.md).
#pragma once

#include <string>

namespace sipsonde {

struct ClickHouseSettings {
  std::string url;  // of its HTTP interface; empty: none
  std::string database = "default";
  std::string user;           // empty: the server's default user
  std::string password_file;  // empty: no password
  std::string ca_file;        // PEM of the authorities; empty: the system's
  bool create = true;         // the table is made when it is not there

  bool is_on() const { return !url.empty(); }
};

}  // namespace sipsonde
