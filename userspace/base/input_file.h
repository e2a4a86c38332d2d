// SPDX-License-Identifier: Apache-2.0
// A file that a setting names, read whole at the start: rates, keys.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace sipsonde {

struct InputFile {
  std::string bytes;
  unsigned permissions = 0;  // the nine bits of chmod
};

// A regular file of at most `most` bytes; waits for nothing, as a pipe would. The error says what is wrong in
// words without the path and without a remedy, which differ with what the file is for; its exit code is 2.
Result<InputFile> read_input_file(const std::string& path, std::size_t most);

}  // namespace sipsonde
