// SPDX-License-Identifier: Apache-2.0
// Names with a text each: headers of a request, attributes of a resource. In a file they are a block of keys,
// in the standard's variables a list `name=value,name=value` (W3C Baggage, values percent-encoded).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "config/given.h"
#include "config/otlp_settings.h"

namespace sipsonde {

// `{name: value}`; an empty value empties the list.
Result<Done> read_named_texts(const Given& given, NamedTexts& texts);

// The same as read_named_texts() takes, in one line.
std::string named_texts_to_text(const NamedTexts& texts);

// "{authorization: ***}": values may be secrets.
std::string names_to_text(const NamedTexts& texts);

// "k=v,k2=v2" as a block of keys. Of a name that is repeated the last holds.
Result<YamlNode> parse_baggage(std::string_view text);

}  // namespace sipsonde
