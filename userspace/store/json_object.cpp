// SPDX-License-Identifier: Apache-2.0
#include "store/json_object.h"

#include <rapidjson/document.h>

#include <algorithm>
#include <charconv>

#include "base/labels.h"

namespace sipsonde {

struct JsonObject::Tree {
  rapidjson::Document document;
};

namespace {

const rapidjson::Value* member_of(const rapidjson::Value& object, const char* name) {
  if (!object.IsObject()) return nullptr;
  const auto member = object.FindMember(name);
  return member == object.MemberEnd() ? nullptr : &member->value;
}

std::string_view text_of(const rapidjson::Value* value) {
  if (!value || !value->IsString()) return {};
  return {value->GetString(), value->GetStringLength()};
}

}  // namespace

JsonObject::JsonObject(std::unique_ptr<Tree> tree) : tree_(std::move(tree)) {}
JsonObject::JsonObject(JsonObject&&) noexcept = default;
JsonObject& JsonObject::operator=(JsonObject&&) noexcept = default;
JsonObject::~JsonObject() = default;

std::optional<JsonObject> JsonObject::parse(std::string_view line) {
  auto tree = std::make_unique<Tree>();
  // Other programs' events may lie beside ours: not by recursion, however deep they nest.
  tree->document.Parse<rapidjson::kParseIterativeFlag>(line.data(), line.size());
  if (tree->document.HasParseError() || !tree->document.IsObject()) return std::nullopt;
  return JsonObject(std::move(tree));
}

std::string_view JsonObject::text(const char* name) const {
  return text_of(member_of(tree_->document, name));
}

std::optional<std::int64_t> JsonObject::number(const char* name) const {
  const rapidjson::Value* const value = member_of(tree_->document, name);
  if (!value || !value->IsInt64()) return std::nullopt;
  return value->GetInt64();
}

Endpoint JsonObject::endpoint(const char* name) const {
  return endpoint_of(text(name));
}

std::string_view JsonObject::attribute(const char* name) const {
  const rapidjson::Value* const attributes = member_of(tree_->document, "attributes");
  return attributes ? text_of(member_of(*attributes, name)) : std::string_view{};
}

Endpoint endpoint_of(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return {};
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto address = address_of(host);
  Endpoint endpoint;
  const auto [end, problem] =
      std::from_chars(text.data() + colon + 1, text.data() + text.size(), endpoint.port);
  if (!address || problem != std::errc{} || end != text.data() + text.size()) return {};
  endpoint.address = *address;
  return endpoint;
}

sipsonde_transport transport_named(std::string_view name) {
  constexpr sipsonde_transport kAll[] = {
#define X(number, name, text) SIPSONDE_TRANSPORT_##name,
      SIPSONDE_TRANSPORTS(X)
#undef X
  };
  const auto* const found = std::ranges::find(kAll, name, [](sipsonde_transport one) { return label(one); });
  return found == std::end(kAll) ? SIPSONDE_TRANSPORT_udp : *found;
}

}  // namespace sipsonde
