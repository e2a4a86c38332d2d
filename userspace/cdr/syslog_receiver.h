// SPDX-License-Identifier: Apache-2.0
// Records to a syslog receiver, which never answers. Over a connection a row counts as confirmed when the
// receiver's kernel has acknowledged it and the connection still stands, so that one that breaks loses
// nothing; over UDP when it has left, since nobody tells more.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "base/file_descriptor.h"
#include "base/outbound_stream.h"
#include "cdr/receiver.h"
#include "config/cdr_settings.h"

namespace sipsonde {

class SyslogReceiver : public CdrReceiver {
 public:
  // `node` stands in for that of a row that names none.
  static Result<std::unique_ptr<SyslogReceiver>> open(const CdrSyslogSettings& settings, std::string node);

  std::string_view name() const override { return "cdr-syslog"; }
  std::string_view refusal() const override { return "the row is longer than a datagram can be"; }
  void stop_by(std::chrono::steady_clock::time_point deadline) override { stop_at_.store(deadline); }

 protected:
  SyslogReceiver(const CdrSyslogSettings& settings, std::string node)
      : settings_(settings), node_(std::move(node)) {}

  std::string message_of(const StoredRow& row) const;
  // For one deliver().
  std::chrono::steady_clock::time_point deadline() const;
  Error not_sent(const Error& why) const;

  const CdrSyslogSettings settings_;

 private:
  const std::string node_;
  std::atomic<std::chrono::steady_clock::time_point> stop_at_{std::chrono::steady_clock::time_point::max()};
};

}  // namespace sipsonde
