// SPDX-License-Identifier: Apache-2.0
// A call's story out of the files that `run -o DIR` and `replay -o DIR` write, where no agent can be asked.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/api_client.h"

namespace sipsonde {

// Answers for this one call as the API does. An error when `directory` holds no events.jsonl.
Result<AskApi> story_files(const std::string& directory, const std::string& call_id);

}  // namespace sipsonde
