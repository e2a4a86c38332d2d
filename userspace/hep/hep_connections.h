// SPDX-License-Identifier: Apache-2.0
// HEP over TCP: connections, bounded in number and in what each may hold. When there is no room for a new
// one, the one that has been silent longest gives way.
#pragma once

#include <chrono>
#include <memory>

#include "base/file_descriptor.h"
#include "hep/hep_source.h"
#include "hep/hep_stream.h"

namespace sipsonde {

class HepConnections : public HepSource {
 public:
  static constexpr std::size_t kConnectionsMax = 256;
  static constexpr std::chrono::hours kIdle{2};  // senders keep theirs open, and nights are quiet

  HepConnections(FileDescriptor socket, HepSurroundings surroundings);

  void add_to(std::vector<pollfd>& waiting) const override;
  void serve(std::span<const pollfd> ready) override;
  std::uint16_t port() const override;

 private:
  using Clock = std::chrono::steady_clock;

  struct Connection {
    FileDescriptor socket;
    Address peer;
    HepStream stream;
    Clock::time_point heard;
  };

  void accept_some();
  void make_room();
  void read(Connection& connection);
  void end(Connection& connection, HepConnectionEnd how);

  const FileDescriptor socket_;
  const HepSurroundings surroundings_;
  std::vector<std::unique_ptr<Connection>> connections_;
  Clock::time_point accept_after_{};  // descriptors had run out
};

}  // namespace sipsonde
