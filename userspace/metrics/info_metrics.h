// SPDX-License-Identifier: Apache-2.0
// Facts about this run as labels of a gauge that is always 1.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <functional>
#include <string>
#include <vector>

#include "sipsonde/protocol.h"

namespace sipsonde {

struct Attachment {
  std::string interface;
  sipsonde_flow direction = SIPSONDE_FLOW_ingress;
  std::string hook;  // xdp, xdp-generic, tcx or clsact
};

// sipsonde_attach_info: the hooks in place now.
class AttachMetrics : public prometheus::Collectable {
 public:
  using Read = std::function<std::vector<Attachment>()>;
  explicit AttachMetrics(Read read) : read_(std::move(read)) {}
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  Read read_;
};

// sipsonde_build_info; depends on the machine, so it has no place in a replay.
class BuildMetrics : public prometheus::Collectable {
 public:
  // The kernel is what uname says.
  explicit BuildMetrics(std::string version) : version_(std::move(version)) {}
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  std::string version_;
};

}  // namespace sipsonde
