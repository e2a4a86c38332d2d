// SPDX-License-Identifier: Apache-2.0
// The keys of the block `otlp`, as part of the table in schema.h.
#pragma once

#include <span>

#include "base/result.h"
#include "config/schema.h"

namespace sipsonde {

std::span<const Key> otlp_keys();

// What only holds for the block as a whole; nullopt when it holds. The path is that of the key to blame.
struct OtlpComplaint {
  std::string_view path;
  std::string message;
};
std::optional<OtlpComplaint> complaint_about(const OtlpSettings& otlp);

}  // namespace sipsonde
