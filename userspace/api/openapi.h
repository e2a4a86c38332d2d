// SPDX-License-Identifier: Apache-2.0
// The description of the API for programs: openapi.json beside this file, as it is served.
#pragma once

#include <string_view>

namespace sipsonde {

// OpenAPI 3.1, with the version of this program.
std::string_view openapi_document();

}  // namespace sipsonde
