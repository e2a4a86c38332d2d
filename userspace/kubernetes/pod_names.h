// SPDX-License-Identifier: Apache-2.0
// The pod that a fact is of, in its attributes: k8s.pod.name and k8s.namespace.name, as the semantic
// conventions of OpenTelemetry call them. A fact neither of whose addresses is a pod's of this node stays as
// it is.
#pragma once

#include "base/arena.h"
#include "facts/fact.h"
#include "kubernetes/pod_table.h"

namespace sipsonde {

// The sender's where both ends are pods of this node: it is who acts. `texts` are the fact's.
void name_pod(CallEvent& event, const PodTable& pods, Arena& texts);

// By the addresses of the INVITE. Where both ends are pods of this node, the leg is told by the one at whose
// side of the node it was seen: `inbound` by the pod that it came from, `outbound` by the one that it went
// to.
void name_pod(CallRecord& record, const PodTable& pods, Arena& texts);

}  // namespace sipsonde
