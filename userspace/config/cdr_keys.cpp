// SPDX-License-Identifier: Apache-2.0
#include "config/cdr_keys.h"

#include <algorithm>
#include <array>

#include "config/http_texts.h"
#include "config/key_row.h"
#include "config/values.h"
#include "config/yaml_text.h"

namespace sipsonde {
namespace {

using namespace std::chrono_literals;

using Syslog = CdrSyslogSettings;

// Indices are the values of Transport, and the numbers of facilities (RFC 5424 section 6.2.1).
constexpr std::array<std::string_view, 3> kTransports = {"udp", "tcp", "tls"};
constexpr std::array<std::string_view, 24> kFacilities = {
    "kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
    "uucp",   "cron",   "authpriv", "ftp",    "ntp",    "audit",  "alert",  "clock",
    "local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7"};

// udp://HOST:PORT, tcp://, tls://, or HOST:PORT, which is UDP.
Result<Done> read_syslog_address(const Given& given, Syslog& syslog) {
  const auto text = read_text(given);
  if (!text) return text.error();
  if (is_off(*text)) {
    syslog.host.clear();
    return Done{};
  }
  std::size_t transport = 0;
  std::string_view rest = *text;
  if (const std::size_t scheme = rest.find("://"); scheme != rest.npos) {
    const auto found = std::ranges::find(kTransports, rest.substr(0, scheme));
    if (found == kTransports.end())
      return given.error(in_quotes(*text) +
                         " names no transport; write udp://, tcp:// or tls:// and HOST:PORT");
    transport = static_cast<std::size_t>(found - kTransports.begin());
    rest.remove_prefix(scheme + 3);
  }
  auto endpoint = parse_remote_endpoint(rest);
  if (!endpoint) return given.error(endpoint.error().message);
  syslog.transport = static_cast<Syslog::Transport>(transport);
  syslog.host = std::move(endpoint->host);
  syslog.port = endpoint->port;
  return Done{};
}

std::string show_syslog_address(const Settings& settings) {
  const Syslog& syslog = settings.cdr_syslog;
  if (!syslog.is_on()) return "off";
  const std::string_view transport = kTransports[static_cast<std::size_t>(syslog.transport)];
  return yaml_text(std::string(transport) + "://" + to_text(RemoteEndpoint{syslog.host, syslog.port}));
}

Result<Done> read_facility(const Given& given, std::uint8_t& facility) {
  const auto index = read_choice(given, kFacilities);
  if (!index) return index.error();
  facility = static_cast<std::uint8_t>(*index);
  return Done{};
}

using namespace key_row;

const Key kKeys[] = {
    {"cdr.http.url", Shape::value, "URL that call detail records are sent to by POST, or off",
     [](G g, S s) { return read_http_url(g, s.cdr_http.url); },
     [](View s) { return text_or_off(s.cdr_http.url); }},
    {"cdr.http.auth_header", Shape::value, "the value of Authorization: Bearer …; empty: none",
     [](G g, S s) { return read_field_value(g, s.cdr_http.auth_header); },
     [](View s) { return yaml_text(s.cdr_http.auth_header.empty() ? "" : "(not shown)"); }},
    {"cdr.http.batch", Shape::value, "records of one request at most",
     [](G g, S s) { return read_count(g, 1, 1000, s.cdr_http.batch); },
     [](View s) { return std::to_string(s.cdr_http.batch); }},
    {"cdr.http.timeout", Shape::value, "the longest that one request may take",
     [](G g, S s) { return read_length(g, 100ms, 5min, s.cdr_http.timeout); },
     [](View s) { return duration_to_text(s.cdr_http.timeout); }},
    {"cdr.http.ca_file", Shape::value, "file of the authorities that may have signed its certificate, or off",
     [](G g, S s) { return read_path(g, s.cdr_http.ca_file); },
     [](View s) { return text_or_off(s.cdr_http.ca_file); }},
    {"cdr.syslog.address", Shape::value,
     "udp://, tcp:// or tls:// and HOST:PORT of a syslog receiver, or off",
     [](G g, S s) { return read_syslog_address(g, s.cdr_syslog); }, show_syslog_address},
    {"cdr.syslog.facility", Shape::value, "facility of the messages",
     [](G g, S s) { return read_facility(g, s.cdr_syslog.facility); },
     [](View s) { return std::string(kFacilities[s.cdr_syslog.facility]); }},
    {"cdr.syslog.ca_file", Shape::value,
     "file of the authorities that may have signed its certificate, or off",
     [](G g, S s) { return read_path(g, s.cdr_syslog.ca_file); },
     [](View s) { return text_or_off(s.cdr_syslog.ca_file); }},
};

// One line for each backend that reads the store.
constexpr DurableBackend kDurableBackends[] = {
    {"cdr.http.url", [](View s) { return s.cdr_http.is_on(); }},
    {"cdr.syslog.address", [](View s) { return s.cdr_syslog.is_on(); }},
    {"cdr.clickhouse.url", [](View s) { return s.cdr_clickhouse.is_on(); }},
    {"cdr.kafka.brokers", [](View s) { return s.cdr_kafka.sends_records(); }},
};

}  // namespace

std::span<const Key> cdr_keys() {
  return kKeys;
}

const DurableBackend* first_durable_backend(const Settings& settings) {
  const auto found =
      std::ranges::find_if(kDurableBackends, [&](const DurableBackend& one) { return one.is_on(settings); });
  return found == std::end(kDurableBackends) ? nullptr : found;
}

// Who writes down how a backend works, and not where it is, believes that it does.
std::optional<CdrComplaint> complaint_about_cdr(const KeyOrigins& origins) {
  for (const DurableBackend& backend : kDurableBackends) {
    const std::string_view block = backend.key.substr(0, backend.key.rfind('.') + 1);
    if (origins.find(backend.key)->second != "default") continue;
    for (const auto& [path, origin] : origins)
      if (path.starts_with(block) && origin != "default")
        return CdrComplaint{path, "does nothing without " + std::string(backend.key) + "; set that too"};
  }
  return std::nullopt;
}

}  // namespace sipsonde
