// SPDX-License-Identifier: Apache-2.0
// Syslog over a connection: TCP (RFC 6587, octet counting) or TLS (RFC 5425).
#pragma once

#include "cdr/syslog_receiver.h"

namespace sipsonde {

class SyslogStream : public SyslogReceiver {
 public:
  SyslogStream(const CdrSyslogSettings& settings, std::string node)
      : SyslogReceiver(settings, std::move(node)) {}

  std::size_t batch_limit() const override { return 100; }
  Result<std::size_t> deliver(std::span<const StoredRow> rows) override;
  void reopen() override { stream_.reset(); }

 private:
  Result<Done> connect(OutboundStream::Clock::time_point until);

  std::unique_ptr<OutboundStream> stream_;
  std::string bytes_;
};

}  // namespace sipsonde
