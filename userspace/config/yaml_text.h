// SPDX-License-Identifier: Apache-2.0
// Values as YAML that reads back as the same value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sipsonde {

// Plain where that is safe, else double-quoted with escapes.
std::string yaml_text(std::string_view value);

// "[a, b]"; the items are YAML already.
std::string yaml_list(const std::vector<std::string>& items);

}  // namespace sipsonde
