// SPDX-License-Identifier: Apache-2.0
// Which pod has an address, and which had it when a packet passed: an address may be another pod's a moment
// later, and a row is stated when a leg is over. Never changed once it is made.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kubernetes/pod.h"

namespace sipsonde {

struct PodName {
  std::string namespace_name;
  std::string name;
};

class PodTable {
 public:
  // Pods that are gone are remembered for the facts of their last legs: so many addresses, the latest.
  static constexpr std::size_t kGoneMax = 1024;

  // What was listed at `now_ns` (unix), with those of the table before that are gone.
  static std::shared_ptr<const PodTable> after(const PodTable& before, const std::vector<Pod>& listed,
                                               std::uint64_t now_ns);

  // The pod that had `address` at `time_ns` (unix); nullptr when none of this node had it, or it was not
  // known.
  const PodName* find(const Address& address, std::uint64_t time_ns) const;

  std::size_t size() const { return stays_.size(); }

 private:
  // A pod at an address, from its start until the first list in which it was missing.
  struct Stay {
    Address address;
    std::uint64_t from_ns;
    std::uint64_t until_ns;
    PodName pod;
  };
  static constexpr std::uint64_t kStillThere = UINT64_MAX;

  std::vector<Stay> stays_;  // sorted by address and from_ns
};

}  // namespace sipsonde
