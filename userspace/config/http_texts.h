// SPDX-License-Identifier: Apache-2.0
// Values that become part of a request over HTTP.
#pragma once

#include <string>

#include "base/result.h"
#include "config/given.h"

namespace sipsonde {

// `off` and "" say that there is none.
bool is_off(std::string_view text);
// The text as YAML; `off` when it is empty.
std::string text_or_off(const std::string& text);

// A URL whose host is named and that holds no secret: it is shown and logged. `off` or "" leaves it empty.
Result<Done> read_http_url(const Given& given, std::string& target);

// What may stand in a header (RFC 9110 section 5.5), ASCII alone.
Result<Done> read_field_value(const Given& given, std::string& target);

}  // namespace sipsonde
