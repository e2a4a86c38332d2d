// SPDX-License-Identifier: Apache-2.0
// What a HEP sender saw becomes what this program sees: the kernel judges and counts a SIP message like one
// that was put together here, and hands it to the worker of its call.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/endpoint.h"
#include "config/settings.h"
#include "hep/hep_counts.h"
#include "hep/hep_packet.h"
#include "hep/hep_time.h"
#include "sipsonde/knobs.h"

namespace sipsonde {

class HepIntake {
 public:
  // As Probe::hand_back(). `slot` is nobody else's.
  using HandBack = std::function<bool(sipsonde_hand_back& message)>;

  // All outlive this.
  HepIntake(HandBack hand_back, std::uint32_t slot, const std::vector<Network>& local_networks,
            HepCounts& counts);

  // One packet, as it came from `sender` at `now`. On one thread.
  void take(std::string_view bytes, const Address& sender, const HepArrival& now);

 private:
  HepResult judge(const HepPacket& packet, const Address& sender, const HepArrival& now);
  bool is_local(const Address& address) const;

  const HandBack hand_back_;
  const std::uint32_t slot_;
  const std::vector<Network>& local_networks_;
  HepCounts& counts_;
};

// What stands for an interface where a sender tells what it saw: another one for each sender and capture id,
// and none that the kernel numbers (interfaces have positive ones). What two of them saw, or one of them and
// we, are two sights.
std::uint32_t interface_of_sender(const Address& sender, std::uint32_t capture_id);

}  // namespace sipsonde
