// SPDX-License-Identifier: Apache-2.0
#include "base/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace sipsonde {
namespace {

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value ? value : "";
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// A name that begins with @ is in the abstract namespace.
FileDescriptor connect_to(const std::string& name) {
  sockaddr_un address{};
  if (name.size() < 2 || name.size() > sizeof address.sun_path || (name[0] != '/' && name[0] != '@'))
    return {};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path, name.size());
  if (name[0] == '@') address.sun_path[0] = '\0';
  FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  if (!socket || connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0) return {};
  return socket;
}

}  // namespace

ServiceManager ServiceManager::of_this_process() {
  std::optional<std::chrono::microseconds> watchdog;
  const auto process = number_in(variable("WATCHDOG_PID"));
  if (!process || *process == static_cast<std::uint64_t>(getpid()))
    if (const auto limit = number_in(variable("WATCHDOG_USEC")); limit && *limit > 0)
      watchdog = std::chrono::microseconds(*limit);
  return ServiceManager(std::string(variable("NOTIFY_SOCKET")), watchdog);
}

ServiceManager::ServiceManager(const std::string& socket, std::optional<std::chrono::microseconds> watchdog)
    : socket_(connect_to(socket)), watchdog_(watchdog) {}

void ServiceManager::alive(std::chrono::steady_clock::time_point now) {
  if (!watchdog_ || now < due_) return;
  due_ = now + *watchdog_ / 3;
  tell("WATCHDOG=1");
}

void ServiceManager::tell(std::string_view message) const {
  if (socket_) send(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace sipsonde
