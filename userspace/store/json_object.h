// SPDX-License-Identifier: Apache-2.0
// What this program once wrote as a line of JSON, read again member by member.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/endpoint.h"
#include "sipsonde/protocol.h"

namespace sipsonde {

// Texts live as long as the object. Whatever is missing, null or of another kind is unknown.
class JsonObject {
 public:
  static std::optional<JsonObject> parse(std::string_view line);
  JsonObject(JsonObject&&) noexcept;
  JsonObject& operator=(JsonObject&&) noexcept;
  ~JsonObject();

  std::string_view text(const char* name) const;
  std::optional<std::int64_t> number(const char* name) const;
  Endpoint endpoint(const char* name) const;
  // Of the object in `attributes`.
  std::string_view attribute(const char* name) const;

 private:
  struct Tree;
  explicit JsonObject(std::unique_ptr<Tree> tree);
  std::unique_ptr<Tree> tree_;
};

// "192.0.2.1:5060" or "[2001:db8::1]:5060"; anything else is Endpoint{}.
Endpoint endpoint_of(std::string_view text);
// By its label; anything else is udp.
sipsonde_transport transport_named(std::string_view name);

}  // namespace sipsonde
