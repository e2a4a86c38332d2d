// SPDX-License-Identifier: Apache-2.0
// A record as a syslog message (RFC 5424), and how messages follow each other on a connection.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/stored_row.h"

namespace sipsonde {

// <PRI>1 TIMESTAMP HOSTNAME sipsonde - cdr - MSG: severity informational, the time at which the leg ended,
// the node of the row, and the row as JSON. MSG is MSG-ANY (section 6.4): UTF-8 without a mark in front of
// it, which readers of JSON would stumble over.
std::string syslog_message(const StoredRow& row, std::uint8_t facility, std::string_view node);

// MSG-LEN SP SYSLOG-MSG: octet counting, RFC 6587 section 3.4.1 and RFC 5425 section 4.3.
void append_octet_counted(std::string& out, std::string_view message);

}  // namespace sipsonde
