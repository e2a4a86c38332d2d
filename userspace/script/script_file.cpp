// SPDX-License-Identifier: Apache-2.0
#include "script/script_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace sipsonde {

Result<ScriptFile> read_script(const std::string& path) {
  constexpr off_t kLargest = 1 << 20;
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    return Error{path + ": " + std::strerror(errno) + "; set script to a file that can be read", 2};
  if (!S_ISREG(status.st_mode)) return Error{path + ": is no file; set script to a Lua file", 2};
  if (status.st_size > kLargest) return Error{path + ": is larger than 1 MiB; a script is source text", 2};
  std::ifstream file(path, std::ios::binary);
  ScriptFile script{path, std::string(std::istreambuf_iterator<char>(file), {})};
  if (!file.good() && !file.eof())
    return Error{path + ": " + std::strerror(errno) + "; set script to a file that can be read", 2};
  if (script.text.starts_with('\x1b')) return Error{path + ":1: is compiled code; give the source", 2};
  return script;
}

}  // namespace sipsonde
