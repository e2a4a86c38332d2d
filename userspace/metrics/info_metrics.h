// SPDX-License-Identifier: Apache-2.0
// Facts about this run: what is attached, what it is built of and built for.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <cstdint>
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

// sipsonde_call_capacity, for whoever asks how near active calls are to it; absent while it is not known.
class CapacityMetrics : public prometheus::Collectable {
 public:
  explicit CapacityMetrics(std::uint32_t legs) : legs_(legs) {}
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const std::uint32_t legs_;  // 0: not known
};

}  // namespace sipsonde
