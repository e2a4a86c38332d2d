// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"

namespace sipsonde {

// A script as it was when the agent started; every worker runs the same bytes.
struct ScriptFile {
  std::string path;
  std::string text;
};

// Fails when it can not be read, is larger than a megabyte, or holds compiled code: bytecode is not checked
// by the virtual machine and could do anything.
Result<ScriptFile> read_script(const std::string& path);

}  // namespace sipsonde
