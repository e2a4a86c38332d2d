// SPDX-License-Identifier: Apache-2.0
// A socket connected to a receiver, waited for no longer than a given time.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace sipsonde {

// `kind` is SOCK_DGRAM or SOCK_STREAM; of the addresses that the name has the first that connects. The error
// does not say with whom. The socket blocks: wait_at_most() bounds what is done with it.
Result<FileDescriptor> connect_to(const std::string& host, std::uint16_t port, int kind,
                                  std::chrono::steady_clock::time_point until);

// For each single call of send() and recv() from now on; false when that time is over.
bool wait_at_most(int socket, std::chrono::steady_clock::time_point until);

// For what is to be waited for as a whole, however many calls it takes.
bool stop_blocking(int socket);
// Until one of the `events` of poll() has come; false when that time is over.
bool wait_for(int socket, short events, std::chrono::steady_clock::time_point until);

// "host:port", an IPv6 address in brackets.
std::string endpoint_text(const std::string& host, std::uint16_t port);

}  // namespace sipsonde
