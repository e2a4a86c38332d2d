// SPDX-License-Identifier: Apache-2.0
#include "base/json_members.h"

namespace sipsonde::json {

bool parse(rapidjson::Document& document, std::string_view text) {
  document.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  return !document.HasParseError() && document.IsObject();
}

}  // namespace sipsonde::json
