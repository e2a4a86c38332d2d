// SPDX-License-Identifier: Apache-2.0
#include "hep_input.h"

#include "base/log.h"
#include "base/timebase.h"
#include "config/values.h"

namespace sipsonde {

HepInput::HepInput(Agent& agent, const Settings& settings)
    : agent_(agent),
      where_(settings.hep_listen),
      intake_([&agent](sipsonde_hand_back& message) { return agent.probe().hand_back(message); },
              agent.probe().hep_slot(), settings.local_networks, counts_) {
  if (where_) agent.metrics().add(metrics_);
}

Result<Done> HepInput::start() {
  if (!where_) return Done{};
  if (!agent_.probe().can_hand_back())
    return Error{
        "listen for HEP: this kernel takes no messages back; Linux 5.14 is needed, or remove hep_listen"};
  auto listener =
      HepListener::start(*where_, {.receive =
                                       [this](std::string_view packet, const Address& sender) {
                                         intake_.take(packet, sender, {monotonic_ns(), unix_ns()});
                                       },
                                   .on_loss = [this] { agent_.note_interface_drops(); },
                                   .counts = counts_});
  if (!listener) return listener.error();
  listener_ = std::move(*listener);
  HepListen listening = *where_;
  listening.address.port = listener_->port();
  spdlog::info("HEP on {}", to_text(listening));
  return Done{};
}

void HepInput::stop() {
  if (listener_) listener_->stop();
}

}  // namespace sipsonde
