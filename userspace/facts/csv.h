// SPDX-License-Identifier: Apache-2.0
// Call detail records as lines of CSV (RFC 4180), made of their lines of JSON, so that a column says the same
// in both.
#pragma once

#include <string>
#include <string_view>

namespace sipsonde {

// Names of the columns with the line's end: all that docs/cdr.md lists, in its order.
const std::string& csv_header();

// Appends the record of `json`, which append_json() wrote, and the line's end, CR LF. Unknown is an empty
// field; `custom` and `media` are JSON in a field. Fields are quoted where they must be; a control character
// becomes a blank, so that a record is one line.
void append_csv(std::string& out, std::string_view json);

}  // namespace sipsonde
