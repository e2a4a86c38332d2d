// SPDX-License-Identifier: Apache-2.0
// What is around the spans, log records or metrics of a request: which process, which program. One form for
// the three signals (opentelemetry-proto, collector/*/v1).
#pragma once

#include <string>
#include <string_view>

#include "config/settings.h"

namespace sipsonde {

// service.name, host.name, and what the settings and the environment say of this process.
NamedTexts resource_of(const Settings& settings);

// ResourceSpans.resource, ResourceLogs.resource, ResourceMetrics.resource, with its tag.
std::string encode_resource(const NamedTexts& attributes);

// ScopeSpans.scope and its kin, with its tag.
std::string encode_scope(std::string_view name, std::string_view version);

// `items` as members of ScopeSpans, ScopeLogs or ScopeMetrics; the others as above.
std::string encode_request(std::string_view resource, std::string_view scope, std::string_view items);

// Resource and scope of this program, encoded once.
class Envelope {
 public:
  explicit Envelope(const Settings& settings);
  std::string around(std::string_view items) const { return encode_request(resource_, scope_, items); }

 private:
  std::string resource_;
  std::string scope_;
};

}  // namespace sipsonde
