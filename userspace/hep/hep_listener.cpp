// SPDX-License-Identifier: Apache-2.0
#include "hep/hep_listener.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/capabilities.h"

#include "hep/hep_connections.h"
#include "hep/hep_datagrams.h"
#include "hep/hep_socket.h"

namespace sipsonde {
namespace {

constexpr int kTickMs = 1000;  // connections grow idle without a sound

}  // namespace

Result<std::unique_ptr<HepListener>> HepListener::start(const HepListen& where,
                                                        HepSurroundings surroundings) {
  auto socket = open_hep_socket(where);
  if (!socket) return socket.error();
  FileDescriptor wake{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  if (!wake) return Error{std::string("listen for HEP: ") + std::strerror(errno)};
  std::unique_ptr<HepSource> source;
  if (where.transport == HepListen::Transport::udp)
    source = std::make_unique<HepDatagrams>(*std::move(socket), std::move(surroundings));
  else
    source = std::make_unique<HepConnections>(*std::move(socket), std::move(surroundings));
  std::unique_ptr<HepListener> listener(new HepListener(std::move(source), std::move(wake)));
  listener->thread_ = std::thread([running = listener.get()] { running->run(); });
  return listener;
}

HepListener::HepListener(std::unique_ptr<HepSource> source, FileDescriptor wake)
    : source_(std::move(source)), wake_(std::move(wake)), port_(source_->port()) {}

void HepListener::stop() {
  if (!thread_.joinable()) return;
  stop_.store(true, std::memory_order_relaxed);
  const std::uint64_t once = 1;
  [[maybe_unused]] const ssize_t woken = write(wake_.get(), &once, sizeof once);
  thread_.join();
  source_.reset();
}

void HepListener::run() {
  keep_capabilities(capabilities_of_workers());
  std::vector<pollfd> waiting;
  for (bool stopping = false; !stopping;) {
    stopping = stop_.load(std::memory_order_relaxed);
    waiting.assign(1, {wake_.get(), POLLIN, 0});
    source_->add_to(waiting);
    if (poll(waiting.data(), waiting.size(), kTickMs) < 0 && errno != EINTR) return;
    source_->serve(std::span(waiting).subspan(1));
  }
}

}  // namespace sipsonde
