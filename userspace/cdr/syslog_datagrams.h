// SPDX-License-Identifier: Apache-2.0
// Syslog over UDP (RFC 5426): a row a datagram.
#pragma once

#include "cdr/syslog_receiver.h"

namespace sipsonde {

class SyslogDatagrams : public SyslogReceiver {
 public:
  SyslogDatagrams(const CdrSyslogSettings& settings, std::string node)
      : SyslogReceiver(settings, std::move(node)) {}

  // Nothing slows down who sends more than the receiver reads: few at once, and not many a second.
  std::size_t batch_limit() const override { return 25; }
  std::optional<std::uint32_t> rows_a_second() const override { return 500; }
  Result<std::size_t> deliver(std::span<const StoredRow> rows) override;
  void reopen() override { socket_.reset(); }

 private:
  FileDescriptor socket_;
};

}  // namespace sipsonde
