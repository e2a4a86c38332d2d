// SPDX-License-Identifier: Apache-2.0
// Answers of an API server to a list of pods, in the shape that it has: much more in each pod than is asked
// for.
#pragma once

#include <string>
#include <vector>

namespace sipsonde {

struct PodJson {
  std::string name = "sbc-0";
  std::string namespace_name = "voip";
  std::string labels = R"({"app":"sbc","tier":"edge"})";
  std::string addresses = R"("podIP":"10.244.1.7","podIPs":[{"ip":"10.244.1.7"},{"ip":"fd00:10:244:1::7"}])";
  std::string phase = "Running";
  std::string spec = "{}";
  std::string started = "2026-03-01T12:00:00Z";
};

inline std::string to_json(const PodJson& pod) {
  return R"({"metadata":{"name":")" + pod.name + R"(","namespace":")" + pod.namespace_name +
         R"(","uid":"4b7c","labels":)" + pod.labels +
         R"(,"annotations":{"name":"not-this","labels":"{\"app\":\"no\"}"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"StatefulSet","name":"sbc"}],"managedFields":[{"manager":"kubelet","fieldsV1":{"f:metadata":{"f:labels":{".":{}}}}}]},"spec":)" +
         pod.spec + R"(,"status":{"phase":")" + pod.phase +
         R"(","conditions":[{"type":"Ready","status":"True"}],"hostIP":"192.0.2.10","hostIPs":[{"ip":"192.0.2.10"}],)" +
         pod.addresses + R"(,"startTime":")" + pod.started +
         R"(","containerStatuses":[{"name":"sbc","ready":true}],"qosClass":"Burstable"}})";
}

inline std::string list_of(const std::vector<PodJson>& pods, const std::string& next = "") {
  std::string json = R"({"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"9132")";
  if (!next.empty()) json += R"(,"continue":")" + next + R"(","remainingItemCount":3)";
  json += R"(},"items":[)";
  for (const PodJson& pod : pods) json += (json.ends_with('[') ? "" : ",") + to_json(pod);
  return json + "]}";
}

}  // namespace sipsonde
