// SPDX-License-Identifier: Apache-2.0
// The local store as the API uses it.
#pragma once

#include <string>

#include "store/appender.h"
#include "store/reader.h"

namespace sipsonde {

// Any thread. Who reads one call does not wait for who searches in all of them.
struct CallStore {
  explicit CallStore(const std::string& directory)
      : lists(directory), calls(directory), appender(directory) {}

  StoreReader lists;
  StoreReader calls;
  StoreAppender appender;
};

}  // namespace sipsonde
