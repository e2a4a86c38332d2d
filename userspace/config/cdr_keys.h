// SPDX-License-Identifier: Apache-2.0
// The keys of the block `cdr` but for its file, as part of the table in schema.h, and which of the backends
// need the store.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "config/schema.h"

namespace sipsonde {

std::span<const Key> cdr_keys();

// A backend that reads the store, and so switches it on.
struct DurableBackend {
  std::string_view key;  // which switches the backend on
  bool (*is_on)(const Settings& settings);
};
// The first that is on, or nullptr.
const DurableBackend* first_durable_backend(const Settings& settings);

// What only holds for the block as a whole; nullopt when it holds. The path is that of the key to blame.
struct CdrComplaint {
  std::string_view path;
  std::string message;
};
using KeyOrigins = std::map<std::string, std::string, std::less<>>;
std::optional<CdrComplaint> complaint_about_cdr(const KeyOrigins& origins);

}  // namespace sipsonde
