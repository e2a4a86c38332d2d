// SPDX-License-Identifier: Apache-2.0
// Where HEP packets come from: datagrams, or connections. Used by the listener's thread alone.
#pragma once

#include <poll.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/endpoint.h"
#include "hep/hep_counts.h"

namespace sipsonde {

struct HepSurroundings {
  std::function<void(std::string_view packet, const Address& sender)> receive;
  std::function<void()> on_loss;  // packets were lost before they were read
  HepCounts& counts;
};

class HepSource {
 public:
  virtual ~HepSource() = default;

  // Adds what is to be waited for.
  virtual void add_to(std::vector<pollfd>& waiting) const = 0;
  // `ready` is what add_to() added, as poll() left it. Returns soon, however much there is to read.
  virtual void serve(std::span<const pollfd> ready) = 0;
  virtual std::uint16_t port() const = 0;
};

}  // namespace sipsonde
