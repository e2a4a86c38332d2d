// SPDX-License-Identifier: Apache-2.0
#include "flows/connection_reader.h"

#include <algorithm>
#include <utility>

namespace sipsonde {

ConnectionReader::ConnectionReader(std::function<void(const Datagram&)> on_message)
    : on_message_(std::move(on_message)),
      on_bytes_([this](std::string_view bytes, std::size_t wire_bytes, sipsonde_transport transport) {
        hand_out(bytes, wire_bytes, transport);
      }) {}

std::unique_ptr<Stream> ConnectionReader::open_stream(Connection& connection, unsigned way, bool joined) {
  return std::make_unique<Stream>(counts_, on_bytes_, connection.upgrade, way, joined);
}

void ConnectionReader::read(Connection& connection, Stream& stream) {
  const bool was_accepted = connection.upgrade.accepted.has_value();
  stream_ = &stream;
  while (const auto part = stream.order.take()) {
    time_ns_ = part->time_ns;
    if (part->missing == Missing::none) {
      stream.reader.feed(part->bytes);
    } else {
      counts_.add(part->missing == Missing::hole ? StreamBreak::hole : StreamBreak::cut);
      stream.reader.skip(part->missing, part->missing_bytes);
    }
  }
  if (!was_accepted && connection.upgrade.accepted) read_requested(connection);
}

// Frames that were seen before the answer to their request.
void ConnectionReader::read_requested(Connection& connection) {
  for (auto& sights : connection.streams) {
    for (auto& stream : sights) {
      if (!stream) continue;
      stream_ = stream.get();
      time_ns_ = std::max<std::uint64_t>(time_ns_, stream->head.time_ns);
      stream->reader.read_requested();
    }
  }
}

void ConnectionReader::read_out(Connection& connection, Stream& stream) {
  while (stream.order.is_waiting()) {
    stream.order.give_up_hole();
    read(connection, stream);
  }
}

void ConnectionReader::read_out(Connection& connection) {
  for (auto& sights : connection.streams)
    for (auto& stream : sights)
      if (stream) read_out(connection, *stream);
}

void ConnectionReader::hand_out(std::string_view bytes, std::size_t wire_bytes,
                                sipsonde_transport transport) {
  Datagram message{.head = reassembled_head(stream_->head, transport, bytes.size()), .payload = bytes};
  message.head.time_ns = time_ns_;
  if (wire_bytes > bytes.size()) {
    message.head.wire_len = static_cast<__u32>(wire_bytes);
    message.head.flags |= SIPSONDE_EVENT_TRUNCATED;
  }
  on_message_(message);
}

}  // namespace sipsonde
