// SPDX-License-Identifier: Apache-2.0
// Lists and texts in the body of a reply, as JSON that may be shown on a terminal.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sipsonde {

// The entries of a list in an object, each as JSON on one line. An error when the body is none of an agent.
Result<std::vector<std::string>> entries_of(std::string_view body, const char* list);

// A text in an object; nullopt when there is none.
std::optional<std::string> text_of(std::string_view body, const char* name);

// "calls": […], of entries that are JSON.
std::string list_member(std::string_view name, const std::vector<std::string>& entries);

}  // namespace sipsonde
