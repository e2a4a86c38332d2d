// SPDX-License-Identifier: Apache-2.0
// Reads what is next in the streams of a connection, and hands their messages out with a head.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "decode/datagram.h"
#include "flows/connection.h"
#include "flows/segment_result.h"

namespace sipsonde {

class ConnectionReader {
 public:
  explicit ConnectionReader(std::function<void(const Datagram&)> on_message);
  ConnectionReader(const ConnectionReader&) = delete;
  ConnectionReader& operator=(const ConnectionReader&) = delete;

  // A stream whose messages come out here.
  std::unique_ptr<Stream> open_stream(Connection& connection, unsigned way, bool joined);

  // All that is in order.
  void read(Connection& connection, Stream& stream);
  // All that is there, its holes given up.
  void read_out(Connection& connection, Stream& stream);
  void read_out(Connection& connection);

  FlowCounts& counts() { return counts_; }
  const FlowCounts& counts() const { return counts_; }

 private:
  void read_requested(Connection& connection);
  void hand_out(std::string_view bytes, std::size_t wire_bytes, sipsonde_transport transport);

  std::function<void(const Datagram&)> on_message_;
  StreamReader::OnMessage on_bytes_;
  FlowCounts counts_;
  const Stream* stream_ = nullptr;  // whose messages come
  std::uint64_t time_ns_ = 0;       // and when they were complete
};

}  // namespace sipsonde
