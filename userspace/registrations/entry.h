// SPDX-License-Identifier: Apache-2.0
// A binding in the table, and what the next REGISTER for it is compared with.
#pragma once

#include "registrations/registrations.h"

namespace sipsonde {

struct Registrations::Entry {
  Binding binding;
  Deadlines::iterator deadline;

  // A REGISTER that passes several hops is answered at each of them, first at the one next to the registrar.
  // Its id (of Call-ID and CSeq) tells that it is the same, the number of its Vias how far the device is.
  std::uint64_t last_register = 0;
  RegisterAction last_action = RegisterAction::registered;
  std::uint64_t source_register = 0;  // the one whose source is the binding's; 0: none
  unsigned source_vias = 0;
};

}  // namespace sipsonde
