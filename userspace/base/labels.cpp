// SPDX-License-Identifier: Apache-2.0
#include "base/labels.h"

namespace sipsonde {

#define X(number, name, text) \
  case number:                \
    return text;
#define SIPSONDE_LABEL(type, list)                                           \
  std::string_view label(type value) {                                       \
    switch (static_cast<int>(value)) { list(X) default : return "unknown"; } \
  }

SIPSONDE_LABEL(sipsonde_method, SIPSONDE_METHODS)
SIPSONDE_LABEL(sipsonde_flow, SIPSONDE_FLOWS)
SIPSONDE_LABEL(sipsonde_direction, SIPSONDE_DIRECTIONS)
SIPSONDE_LABEL(sipsonde_transport, SIPSONDE_TRANSPORTS)
SIPSONDE_LABEL(sipsonde_hook, SIPSONDE_HOOKS)
SIPSONDE_LABEL(sipsonde_verdict, SIPSONDE_VERDICTS)
SIPSONDE_LABEL(sipsonde_malformed, SIPSONDE_MALFORMED)
SIPSONDE_LABEL(sipsonde_deferred, SIPSONDE_DEFERRED)
SIPSONDE_LABEL(sipsonde_kind, SIPSONDE_KINDS)
SIPSONDE_LABEL(sipsonde_path, SIPSONDE_PATHS)
SIPSONDE_LABEL(sipsonde_table, SIPSONDE_TABLES)
SIPSONDE_LABEL(sipsonde_codec, SIPSONDE_CODECS)
SIPSONDE_LABEL(sipsonde_rtcp_type, SIPSONDE_RTCP_TYPES)
SIPSONDE_LABEL(sipsonde_tunnel, SIPSONDE_TUNNELS)
#undef SIPSONDE_LABEL
#undef X

sipsonde_method method_of(std::string_view token) {
#define X(number, name, text) \
  if (number != 0 && token == text) return SIPSONDE_METHOD_##name;
  SIPSONDE_METHODS(X)
#undef X
  return SIPSONDE_METHOD_other;
}

}  // namespace sipsonde
