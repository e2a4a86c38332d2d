// SPDX-License-Identifier: Apache-2.0
#include "config/clickhouse_keys.h"

#include <array>

#include "config/http_texts.h"
#include "config/key_row.h"
#include "config/yaml_text.h"

namespace sipsonde {
namespace {

constexpr std::array<std::string_view, 2> kFlags = {"false", "true"};

Result<Done> read_database(const Given& given, std::string& target) {
  std::string name;
  if (auto read = read_field_value(given, name); !read) return read;
  if (name.empty()) return given.error("is empty; name a database such as default");
  target = name;
  return Done{};
}

using namespace key_row;

const Key kKeys[] = {
    {"cdr.clickhouse.url", Shape::value, "URL of ClickHouse's HTTP interface that takes records, or off",
     [](G g, S s) { return read_http_url(g, s.cdr_clickhouse.url); },
     [](View s) { return text_or_off(s.cdr_clickhouse.url); }},
    {"cdr.clickhouse.database", Shape::value, "database of the table telephony_cdrs",
     [](G g, S s) { return read_database(g, s.cdr_clickhouse.database); },
     [](View s) { return yaml_text(s.cdr_clickhouse.database); }},
    {"cdr.clickhouse.user", Shape::value, "user of ClickHouse; empty: the server's default",
     [](G g, S s) { return read_field_value(g, s.cdr_clickhouse.user); },
     [](View s) { return yaml_text(s.cdr_clickhouse.user); }},
    {"cdr.clickhouse.password_file", Shape::value, "file whose first line is the user's password, or off",
     [](G g, S s) { return read_path(g, s.cdr_clickhouse.password_file); },
     [](View s) { return text_or_off(s.cdr_clickhouse.password_file); }},
    {"cdr.clickhouse.create", Shape::value, "true: the table is made when it is not there",
     [](G g, S s) -> Result<Done> {
       const auto index = read_choice(g, kFlags);
       if (!index) return index.error();
       s.cdr_clickhouse.create = *index == 1;
       return Done{};
     },
     [](View s) { return std::string(kFlags[s.cdr_clickhouse.create]); }},
    {"cdr.clickhouse.ca_file", Shape::value,
     "file of the authorities that may have signed its certificate, or off",
     [](G g, S s) { return read_path(g, s.cdr_clickhouse.ca_file); },
     [](View s) { return text_or_off(s.cdr_clickhouse.ca_file); }},
};

}  // namespace

std::span<const Key> clickhouse_keys() {
  return kKeys;
}

}  // namespace sipsonde
