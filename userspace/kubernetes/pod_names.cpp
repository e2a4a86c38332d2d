// SPDX-License-Identifier: Apache-2.0
#include "kubernetes/pod_names.h"

#include <algorithm>

namespace sipsonde {
namespace {

constexpr std::string_view kPodAttribute = "k8s.pod.name";
constexpr std::string_view kNamespaceAttribute = "k8s.namespace.name";

// Who has said it already, as a script may, is left with what it said.
Attributes with_pod(Attributes attributes, const PodName& pod, Arena& texts) {
  if (std::ranges::find(attributes, kPodAttribute, &Attribute::name) != attributes.end()) return attributes;
  const std::span<Attribute> longer = texts.keep_array<Attribute>(attributes.size() + 2);
  std::ranges::copy(attributes, longer.begin());
  longer[attributes.size()] = {kPodAttribute, texts.keep(pod.name)};
  longer[attributes.size() + 1] = {kNamespaceAttribute, texts.keep(pod.namespace_name)};
  return longer;
}

}  // namespace

void name_pod(CallEvent& event, const PodTable& pods, Arena& texts) {
  const PodName* pod = pods.find(event.source.address, event.time_ns);
  if (!pod) pod = pods.find(event.destination.address, event.time_ns);
  if (pod) event.attributes = with_pod(event.attributes, *pod, texts);
}

void name_pod(CallRecord& record, const PodTable& pods, Arena& texts) {
  const std::uint64_t time_ns = record.start_ns.value_or(record.end_ns.value_or(0));
  const bool inbound = record.direction == SIPSONDE_DIRECTION_inbound;
  const Endpoint& first = inbound ? record.source : record.destination;
  const Endpoint& second = inbound ? record.destination : record.source;
  const PodName* pod = pods.find(first.address, time_ns);
  if (!pod) pod = pods.find(second.address, time_ns);
  if (pod) record.custom = with_pod(record.custom, *pod, texts);
}

}  // namespace sipsonde
