// SPDX-License-Identifier: Apache-2.0
// What all workers together know of registrations and of the health of peers.
#pragma once

#include "registrations/peer_health.h"
#include "registrations/registration_delay.h"
#include "registrations/registrations.h"

namespace sipsonde {

struct RegistrationWatch {
  RegistrationWatch(std::size_t most_bindings, std::size_t trunks) : bindings(most_bindings), peers(trunks) {}

  Registrations bindings;
  RegistrationDelay delay;
  PeerHealth peers;
};

}  // namespace sipsonde
