// SPDX-License-Identifier: Apache-2.0
#include "config/otel_variables.h"

#include <algorithm>
#include <optional>

#include "config/named_texts.h"
#include "config/values.h"

namespace sipsonde {
namespace {

enum class Form : std::uint8_t {
  text,
  milliseconds,  // a number; keys take a unit
  pairs,         // k=v,k2=v2
  flag,          // true in any case; everything else is false
};

struct Variable {
  std::string_view name;
  std::string_view path;
  Form form;
};

// Later wins.
constexpr Variable kVariables[] = {
    {"OTEL_EXPORTER_OTLP_PROTOCOL", "otlp.protocol", Form::text},
    {"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "otlp.protocol", Form::text},
    {"OTEL_EXPORTER_OTLP_ENDPOINT", "otlp.endpoint", Form::text},
    {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "otlp.traces_endpoint", Form::text},
    {"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "otlp.logs_endpoint", Form::text},
    {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "otlp.metrics_endpoint", Form::text},
    {"OTEL_METRIC_EXPORT_INTERVAL", "otlp.metrics_interval", Form::milliseconds},
    {"OTEL_EXPORTER_OTLP_INSECURE", "otlp.insecure", Form::flag},
    {"OTEL_EXPORTER_OTLP_TRACES_INSECURE", "otlp.insecure", Form::flag},
    {"OTEL_EXPORTER_OTLP_HEADERS", "otlp.headers", Form::pairs},
    {"OTEL_EXPORTER_OTLP_TRACES_HEADERS", "otlp.headers", Form::pairs},
    {"OTEL_EXPORTER_OTLP_TIMEOUT", "otlp.timeout", Form::milliseconds},
    {"OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "otlp.timeout", Form::milliseconds},
    {"OTEL_EXPORTER_OTLP_COMPRESSION", "otlp.compression", Form::text},
    {"OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "otlp.compression", Form::text},
    {"OTEL_EXPORTER_OTLP_CERTIFICATE", "otlp.certificate", Form::text},
    {"OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "otlp.certificate", Form::text},
    {"OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "otlp.client_certificate", Form::text},
    {"OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE", "otlp.client_certificate", Form::text},
    {"OTEL_EXPORTER_OTLP_CLIENT_KEY", "otlp.client_key", Form::text},
    {"OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY", "otlp.client_key", Form::text},
    {"OTEL_TRACES_SAMPLER", "otlp.sampler", Form::text},
    {"OTEL_TRACES_SAMPLER_ARG", "otlp.sampler_arg", Form::text},
    {"OTEL_BSP_SCHEDULE_DELAY", "otlp.batch.delay", Form::milliseconds},
    {"OTEL_BSP_EXPORT_TIMEOUT", "otlp.batch.timeout", Form::milliseconds},
    {"OTEL_BSP_MAX_QUEUE_SIZE", "otlp.batch.queue", Form::text},
    {"OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "otlp.batch.size", Form::text},
    {"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "otlp.span_limits.attributes", Form::text},
    {"OTEL_SPAN_EVENT_COUNT_LIMIT", "otlp.span_limits.events", Form::text},
    {"OTEL_SPAN_LINK_COUNT_LIMIT", "otlp.span_limits.links", Form::text},
    {"OTEL_RESOURCE_ATTRIBUTES", "otlp.resource", Form::pairs},
    {"OTEL_SERVICE_NAME", "otlp.service_name", Form::text},
};

// What switches a signal on or off, and what says where it alone goes.
struct Signal {
  std::string_view exporter;
  std::string_view path;
  std::string_view endpoint;
};

constexpr Signal kSignals[] = {
    {"OTEL_TRACES_EXPORTER", "otlp.enabled", "otlp.traces_endpoint"},
    {"OTEL_LOGS_EXPORTER", "otlp.logs", "otlp.logs_endpoint"},
    {"OTEL_METRICS_EXPORTER", "otlp.metrics", "otlp.metrics_endpoint"},
};

struct PodVariable {
  std::string_view name;
  std::string_view attribute;  // OpenTelemetry semantic conventions
};

// The first of those with the same attribute wins.
constexpr PodVariable kPodVariables[] = {
    {"K8S_CLUSTER_NAME", "k8s.cluster.name"},
    {"K8S_NAMESPACE_NAME", "k8s.namespace.name"},
    {"POD_NAMESPACE", "k8s.namespace.name"},
    {"K8S_NODE_NAME", "k8s.node.name"},
    {"NODE_NAME", "k8s.node.name"},
    {"K8S_POD_NAME", "k8s.pod.name"},
    {"POD_NAME", "k8s.pod.name"},
    {"K8S_POD_UID", "k8s.pod.uid"},
    {"POD_UID", "k8s.pod.uid"},
    {"K8S_CONTAINER_NAME", "k8s.container.name"},
    {"K8S_DAEMONSET_NAME", "k8s.daemonset.name"},
};

// Empty when it is not set, or set to nothing.
std::string_view value_of(const std::vector<std::string>& environment, std::string_view name) {
  for (const std::string& entry : environment)
    if (entry.size() > name.size() && entry.starts_with(name) && entry[name.size()] == '=')
      return std::string_view(entry).substr(name.size() + 1);
  return {};
}

bool is_true(std::string_view text) {
  constexpr std::string_view kTrue = "true";
  return std::ranges::equal(text, kTrue, [](char a, char b) { return (a | 0x20) == b; });
}

YamlNode scalar(std::string text) {
  return {.kind = YamlNode::Kind::scalar, .scalar = std::move(text)};
}

Result<YamlNode> node_of(const Variable& variable, const TextSource& source, std::string_view text) {
  if (auto usable = check_text(source, text); !usable) return usable.error();
  switch (variable.form) {
    case Form::milliseconds:
      return scalar(std::string(text) + "ms");
    case Form::flag:
      return scalar(is_true(text) ? "true" : "false");
    case Form::pairs: {
      auto pairs = parse_baggage(text);
      if (!pairs) return source.error(0, pairs.error().message);
      return pairs;
    }
    case Form::text:
      break;
  }
  return scalar(std::string(text));
}

// OTEL_TRACES_EXPORTER and its kin: a list of names. Others than otlp and none are of programs beside this
// one.
std::optional<bool> wants_otlp(std::string_view exporters) {
  std::optional<bool> wants;
  while (!exporters.empty()) {
    const std::size_t comma = std::min(exporters.find(','), exporters.size());
    const std::string_view name = exporters.substr(0, comma);
    exporters.remove_prefix(std::min(comma + 1, exporters.size()));
    if (name == "otlp") return true;
    if (name == "none") wants = false;
  }
  return wants;
}

void take_switches(const std::vector<std::string>& environment, std::vector<OtelValue>& values) {
  constexpr std::string_view kDisabled = "OTEL_SDK_DISABLED";
  const bool disabled = is_true(value_of(environment, kDisabled));
  for (const Signal& signal : kSignals) {
    if (const auto wants = wants_otlp(value_of(environment, signal.exporter)))
      values.push_back({std::string(signal.exporter), signal.path, scalar(*wants ? "true" : "false")});
    if (disabled) values.push_back({std::string(kDisabled), signal.path, scalar("false")});
  }
}

// service.name is a key of its own, and OTEL_SERVICE_NAME, which comes later, wins.
void take_out_service_name(const Variable& variable, YamlNode& resource, std::vector<OtelValue>& values) {
  for (const YamlNode& attribute : resource.children)
    if (attribute.key == "service.name")
      values.push_back({std::string(variable.name), "otlp.service_name", scalar(attribute.scalar)});
  std::erase_if(resource.children, [](const YamlNode& attribute) { return attribute.key == "service.name"; });
}

}  // namespace

Result<std::vector<OtelValue>> otel_values(const std::vector<std::string>& environment) {
  std::vector<OtelValue> values;
  take_switches(environment, values);
  for (const Variable& variable : kVariables) {
    const std::string_view text = value_of(environment, variable.name);
    if (text.empty()) continue;
    const TextSource source{"environment " + std::string(variable.name)};
    auto node = node_of(variable, source, text);
    if (!node) return node.error();
    // Over the file, whichever of the keys that has.
    if (variable.path == "otlp.endpoint")
      for (const Signal& signal : kSignals)
        values.push_back({std::string(variable.name), signal.endpoint, scalar("off")});
    if (variable.path == "otlp.resource") take_out_service_name(variable, *node, values);
    values.push_back({std::string(variable.name), variable.path, std::move(*node)});
  }
  return values;
}

NamedTexts kubernetes_attributes(const std::vector<std::string>& environment) {
  NamedTexts attributes;
  for (const PodVariable& variable : kPodVariables) {
    const std::string_view value = value_of(environment, variable.name);
    const auto same = [&](const auto& known) { return known.first == variable.attribute; };
    if (!value.empty() && std::ranges::none_of(attributes, same))
      attributes.emplace_back(variable.attribute, value);
  }
  return attributes;
}

}  // namespace sipsonde
