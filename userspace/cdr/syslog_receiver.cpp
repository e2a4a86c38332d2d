// SPDX-License-Identifier: Apache-2.0
#include "cdr/syslog_receiver.h"

#include <algorithm>

#include "base/connect.h"
#include "base/input_file.h"
#include "cdr/syslog_datagrams.h"
#include "cdr/syslog_message.h"
#include "cdr/syslog_stream.h"

namespace sipsonde {
namespace {

using Clock = std::chrono::steady_clock;
using Transport = CdrSyslogSettings::Transport;

constexpr std::chrono::seconds kPatience{5};
constexpr std::size_t kCertificatesLongest = 4 << 20;

constexpr std::string_view label_of(Transport transport) {
  constexpr std::string_view kLabels[] = {"UDP", "TCP", "TLS"};
  return kLabels[static_cast<std::size_t>(transport)];
}

}  // namespace

Result<std::unique_ptr<SyslogReceiver>> SyslogReceiver::open(const CdrSyslogSettings& settings,
                                                             std::string node) {
  if (!settings.ca_file.empty())
    if (auto file = read_input_file(settings.ca_file, kCertificatesLongest); !file)
      return Error{"cdr.syslog.ca_file: read \"" + settings.ca_file + "\": " + file.error().message +
                       "; name a readable file in PEM",
                   2};
  if (settings.transport == Transport::udp)
    return std::unique_ptr<SyslogReceiver>(std::make_unique<SyslogDatagrams>(settings, std::move(node)));
  return std::unique_ptr<SyslogReceiver>(std::make_unique<SyslogStream>(settings, std::move(node)));
}

std::string SyslogReceiver::message_of(const StoredRow& row) const {
  return syslog_message(row, settings_.facility, node_);
}

Clock::time_point SyslogReceiver::deadline() const {
  return std::min(Clock::now() + kPatience, stop_at_.load());
}

Error SyslogReceiver::not_sent(const Error& why) const {
  return in_context("send syslog to " + endpoint_text(settings_.host, settings_.port) + " by " +
                        std::string(label_of(settings_.transport)),
                    why);
}

}  // namespace sipsonde
