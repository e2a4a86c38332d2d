// SPDX-License-Identifier: Apache-2.0
#include "cdr/syslog_message.h"

namespace sipsonde {
namespace {

std::string message_of(const std::string& document, std::string_view node = "edge-1") {
  return syslog_message(StoredRow{.at = {}, .call_id = {}, .key = {}, .document = document}, 16, node);
}

TEST(SyslogMessage, NamesTimeAndNodeOfTheRowAndHoldsItAsItIs) {
  const std::string row = R"({"call_id":"a","end_timestamp_ms":1772366400123,"node":"edge-2"})";
  EXPECT_EQ(message_of(row), "<134>1 2026-03-01T12:00:00.123000Z edge-2 sipsonde - cdr - " + row);
}

TEST(SyslogMessage, WhatTheRowDoesNotSayIsTheNilvalueOrTheNodeOfTheAgent) {
  EXPECT_EQ(message_of(R"({"end_timestamp_ms":null})"),
            R"(<134>1 - edge-1 sipsonde - cdr - {"end_timestamp_ms":null})");
  EXPECT_EQ(message_of("damaged"), "<134>1 - edge-1 sipsonde - cdr - damaged");
}

TEST(SyslogMessage, AHostnameIsPrintableAscii) {
  EXPECT_TRUE(message_of(R"({"node":"bü ro\n"})").starts_with("<134>1 - b___ro_ sipsonde "))
      << message_of("{}");
  EXPECT_TRUE(message_of("{}", "").starts_with("<134>1 - - sipsonde "));
  EXPECT_TRUE(
      message_of("{}", std::string(300, 'n')).starts_with("<134>1 - " + std::string(255, 'n') + " sip"));
}

TEST(SyslogMessage, OnAConnectionItsLengthInBytesStandsInFront) {
  std::string bytes;
  append_octet_counted(bytes, "<134>1 ü");
  append_octet_counted(bytes, "x\ny");
  EXPECT_EQ(bytes, "9 <134>1 ü3 x\ny");
}

}  // namespace
}  // namespace sipsonde
