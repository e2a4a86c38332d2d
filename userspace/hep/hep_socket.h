// SPDX-License-Identifier: Apache-2.0
// Sockets of the listener.
#pragma once

#include <sys/socket.h>

#include <cstdint>

#include "base/endpoint.h"
#include "base/file_descriptor.h"
#include "base/result.h"
#include "config/settings.h"

namespace sipsonde {

// Bound, for TCP listening too, and never blocking. Who cannot bind is told the address: exit code 1.
Result<FileDescriptor> open_hep_socket(const HepListen& where);

// 0 when it cannot be told.
std::uint16_t port_of(int socket);
Address address_of(const sockaddr_storage& peer);

}  // namespace sipsonde
