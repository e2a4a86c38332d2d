// SPDX-License-Identifier: Apache-2.0
#include "cdr/syslog_stream.h"

#include "cdr/syslog_message.h"

namespace sipsonde {

Result<std::size_t> SyslogStream::deliver(std::span<const StoredRow> rows) {
  const auto until = deadline();
  if (auto connected = connect(until); !connected) return not_sent(connected.error());
  bytes_.clear();
  for (const StoredRow& row : rows) append_octet_counted(bytes_, message_of(row));
  auto done = stream_->write(bytes_, until);
  if (done) done = stream_->wait_until_acknowledged(until);
  if (done) return rows.size();
  stream_.reset();  // a message that was cut is never continued
  return not_sent(done.error());
}

Result<Done> SyslogStream::connect(OutboundStream::Clock::time_point until) {
  if (stream_ && stream_->ended_by_peer()) stream_.reset();
  if (stream_) return Done{};
  auto opened = settings_.transport == CdrSyslogSettings::Transport::tls
                    ? open_tls_stream(settings_.host, settings_.port, settings_.ca_file,
                                      "; name its authority's file in cdr.syslog.ca_file", until)
                    : open_tcp_stream(settings_.host, settings_.port, until);
  if (!opened) return opened.error();
  stream_ = *std::move(opened);
  return Done{};
}

}  // namespace sipsonde
