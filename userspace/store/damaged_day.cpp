// SPDX-License-Identifier: Apache-2.0
#include "store/damaged_day.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace sipsonde {

Result<std::string> move_day_aside(const std::string& directory, StoreDay day) {
  const std::string path = path_of(directory, day);
  std::string aside;
  for (int number = 1; aside.empty() || ::access(aside.c_str(), F_OK) == 0; ++number)
    aside = path + ".damaged-" + std::to_string(number);
  if (std::rename(path.c_str(), aside.c_str()) != 0)
    return Error{"move " + path + " away: " + std::strerror(errno)};
  // SQLite finds a log by the name of its file; a new file must not find this one.
  std::rename((path + "-wal").c_str(), (aside + "-wal").c_str());
  ::unlink((path + "-shm").c_str());
  return aside;
}

}  // namespace sipsonde
