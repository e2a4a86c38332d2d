// SPDX-License-Identifier: Apache-2.0
// Takes HEPv3 on one address, with a thread of its own.
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "base/file_descriptor.h"
#include "base/result.h"
#include "config/settings.h"
#include "hep/hep_source.h"

namespace sipsonde {

class HepListener {
 public:
  // Listens when this returns; port 0 takes any free one. The surroundings are used by the listener's thread
  // until stop().
  static Result<std::unique_ptr<HepListener>> start(const HepListen& where, HepSurroundings surroundings);
  ~HepListener() { stop(); }
  HepListener(const HepListener&) = delete;
  HepListener& operator=(const HepListener&) = delete;

  std::uint16_t port() const { return port_; }
  // What the socket holds already is still read. Closes every connection and ends the thread.
  void stop();

 private:
  HepListener(std::unique_ptr<HepSource> source, FileDescriptor wake);
  void run();

  std::unique_ptr<HepSource> source_;
  const FileDescriptor wake_;
  const std::uint16_t port_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace sipsonde
