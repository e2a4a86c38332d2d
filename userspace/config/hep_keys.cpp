// SPDX-License-Identifier: Apache-2.0
#include "config/hep_keys.h"

#include <algorithm>
#include <array>

#include "config/choices.h"
#include "config/key_row.h"
#include "config/shown.h"
#include "config/values.h"
#include "config/yaml_text.h"

namespace sipsonde {
namespace {

constexpr std::array<std::string_view, 3> kHepTransports = {"udp", "tcp", "tls"};

// `off` or "" leaves it absent.
Result<Done> read_hep_listen(const Given& given, std::optional<HepListen>& target) {
  const auto text = read_text(given);
  if (!text) return text.error();
  target.reset();
  if (text->empty() || *text == "off") return Done{};
  return read_parsed(given, parse_hep_listen, target);
}

Result<Done> read_hep_endpoint(const Given& given, HepOut& hep) {
  RemoteEndpoint endpoint;
  if (auto read = read_parsed(given, parse_remote_endpoint, endpoint); !read) return read;
  hep.host = endpoint.host;
  hep.port = endpoint.port;
  return Done{};
}

// Receivers put it into JSON as it is.
Result<Done> read_plain_text(const Given& given, std::string& target) {
  constexpr std::size_t kLongest = 255;
  const auto text = read_text(given);
  if (!text) return text.error();
  const bool plain = std::all_of(text->begin(), text->end(),
                                 [](char c) { return c >= 0x20 && c <= 0x7e && c != '"' && c != '\\'; });
  if (!plain || text->size() > kLongest)
    return given.error("takes up to " + std::to_string(kLongest) +
                       " characters of ASCII without quotes and backslashes; change it");
  target = *text;
  return Done{};
}

using namespace key_row;

const Key kKeys[] = {
    {"hep_listen", Shape::value, "udp:// or tcp:// address where SIP comes in by HEPv3, or off",
     [](G g, S s) { return read_hep_listen(g, s.hep_listen); },
     [](View s) { return s.hep_listen ? yaml_text(to_text(*s.hep_listen)) : std::string("off"); }},
    {"hep.enabled", Shape::value, "true: every SIP message and RTCP report is told by HEPv3",
     [](G g, S s) { return read_flag(g, s.hep.enabled); }, [](View s) { return show_flag(s.hep.enabled); }},
    {"hep.endpoint", Shape::value, "host and port of the receiver",
     [](G g, S s) { return read_hep_endpoint(g, s.hep); },
     [](View s) {
       return yaml_text(to_text(RemoteEndpoint{s.hep.host, s.hep.port}));
     }},
    {"hep.transport", Shape::value, "udp, tcp or tls",
     [](G g, S s) { return read_enum(g, kHepTransports, s.hep.transport); },
     [](View s) { return std::string(kHepTransports[static_cast<std::size_t>(s.hep.transport)]); }},
    {"hep.capture_id", Shape::value, "number of this agent for the receiver",
     [](G g, S s) { return read_count(g, 0, 0xffff'ffff, s.hep.capture_id); },
     [](View s) { return std::to_string(s.hep.capture_id); }},
    {"hep.agent_id", Shape::value, "name of this agent for the receiver; empty: the node's",
     [](G g, S s) { return read_plain_text(g, s.hep.agent_id); },
     [](View s) { return yaml_text(s.hep.agent_id); }},
    {"hep.password", Shape::value, "word that the receiver may ask for, sent as it is; empty: none",
     [](G g, S s) { return read_plain_text(g, s.hep.password); },
     [](View s) { return yaml_text(s.hep.password.empty() ? "" : "(not shown)"); }},
};

}  // namespace

std::span<const Key> hep_keys() {
  return kKeys;
}

}  // namespace sipsonde
