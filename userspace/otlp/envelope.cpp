// SPDX-License-Identifier: Apache-2.0
#include "otlp/envelope.h"

#include <algorithm>

#include "otlp/attribute_writer.h"
#include "version.h"

namespace sipsonde {
NamedTexts resource_of(const Settings& settings) {
  NamedTexts resource;
  const auto add = [&resource](const std::string& name, const std::string& value) {
    const auto same = [&name](const auto& known) { return known.first == name; };
    if (!value.empty() && std::ranges::none_of(resource, same)) resource.emplace_back(name, value);
  };
  add("service.name", settings.otlp.service_name);
  for (const auto& [name, value] : settings.otlp.resource) add(name, value);
  add("service.name", "sipsonde");
  add("service.version", kVersion);
  add("host.name", settings.node);
  for (const auto& [name, value] : settings.otlp.detected) add(name, value);
  return resource;
}

std::string encode_resource(const NamedTexts& attributes) {
  std::string bytes;
  std::string room;
  Writer<proto::OfResource> of_resource(bytes);
  Writer<proto::Resource> resource(of_resource, proto::OfResource::resource);
  for (const auto& [name, value] : attributes)
    write_attribute(resource, proto::Resource::attributes, {name, std::string_view(value)}, room);
  return bytes;
}

std::string encode_scope(std::string_view name, std::string_view version) {
  std::string bytes;
  Writer<proto::OfScope> of_scope(bytes);
  Writer<proto::Scope> scope(of_scope, proto::OfScope::scope);
  scope.add_string(proto::Scope::name, view(name));
  scope.add_string(proto::Scope::version, view(version));
  return bytes;
}

std::string encode_request(std::string_view resource, std::string_view scope, std::string_view items) {
  std::string bytes;
  bytes.reserve(resource.size() + scope.size() + items.size() + 32);
  Writer<proto::ExportRequest> request(bytes);
  Writer<proto::OfResource> of_resource(request, proto::ExportRequest::of_resources);
  bytes.append(resource);
  Writer<proto::OfScope> of_scope(of_resource, proto::OfResource::of_scopes);
  bytes.append(scope);
  bytes.append(items);
  return bytes;
}

Envelope::Envelope(const Settings& settings)
    : resource_(encode_resource(resource_of(settings))), scope_(encode_scope("sipsonde", kVersion)) {}

}  // namespace sipsonde
