// SPDX-License-Identifier: Apache-2.0
#include "base/service_manager.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// Where systemd would listen; in the abstract namespace, so that nothing is left.
class Manager {
 public:
  Manager() : name_("@sipsonde-unit-" + std::to_string(getpid())) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name_.copy(address.sun_path, name_.size());
    address.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    EXPECT_EQ(bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), length), 0);
  }

  const std::string& name() const { return name_; }
  // Empty when nothing came.
  std::string told() {
    std::array<char, 256> bytes;
    const ssize_t length = recv(socket_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    return length < 0 ? std::string() : std::string(bytes.data(), static_cast<std::size_t>(length));
  }

 private:
  std::string name_;
  FileDescriptor socket_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

TEST(ServiceManager, IsToldOfReadinessAndTheEnd) {
  Manager manager;
  ServiceManager service(manager.name(), std::nullopt);
  service.ready("watching 2 interfaces");
  EXPECT_EQ(manager.told(), "READY=1\nSTATUS=watching 2 interfaces");
  service.stopping();
  EXPECT_EQ(manager.told(), "STOPPING=1\nSTATUS=delivering what is left");
}

TEST(ServiceManager, IsToldOfLifeThreeTimesInItsLimit) {
  Manager manager;
  ServiceManager service(manager.name(), 30s);
  const Clock::time_point start{1h};
  service.alive(start);
  EXPECT_EQ(manager.told(), "WATCHDOG=1");
  service.alive(start + 9s);
  EXPECT_EQ(manager.told(), "");
  service.alive(start + 10s);
  EXPECT_EQ(manager.told(), "WATCHDOG=1");
}

TEST(ServiceManager, WithoutAWatchdogLifeIsNotTold) {
  Manager manager;
  ServiceManager service(manager.name(), std::nullopt);
  service.alive(Clock::now());
  EXPECT_EQ(manager.told(), "");
}

TEST(ServiceManager, NobodyThereIsNoError) {
  for (const char* name : {"", "@", "relative", "/nowhere/at/all", "@sipsonde-nobody-listens"}) {
    ServiceManager service(name, 1s);
    service.ready("alone");
    service.alive(Clock::now());
  }
  ServiceManager(std::string(500, '/'), std::nullopt).stopping();
}

TEST(ServiceManager, ReadsTheEnvironment) {
  Manager manager;
  const auto with_watchdog_of = [&](const std::string& process) {
    setenv("NOTIFY_SOCKET", manager.name().c_str(), 1);
    setenv("WATCHDOG_USEC", "3000000", 1);
    setenv("WATCHDOG_PID", process.c_str(), 1);
    ServiceManager service = ServiceManager::of_this_process();
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) unsetenv(name);
    service.alive(Clock::now());
    return manager.told();
  };
  EXPECT_EQ(with_watchdog_of(std::to_string(getpid())), "WATCHDOG=1");
  EXPECT_EQ(with_watchdog_of("1"), "") << "it is another process that is watched";
}

}  // namespace
}  // namespace sipsonde
