// SPDX-License-Identifier: Apache-2.0
#include "config/schema.h"

#include <algorithm>
#include <array>

#include "config/cdr_keys.h"
#include "config/choices.h"
#include "config/clickhouse_keys.h"
#include "config/dispositions.h"
#include "config/header_names.h"
#include "config/hep_keys.h"
#include "config/kafka_keys.h"
#include "config/key_row.h"
#include "config/kubernetes_keys.h"
#include "config/network.h"
#include "config/otlp_keys.h"
#include "config/scanner_keys.h"
#include "config/shown.h"
#include "config/storage_keys.h"
#include "config/trunks.h"
#include "config/tunnels.h"
#include "config/values.h"
#include "config/yaml_text.h"
#include "sipsonde/state.h"

namespace sipsonde {
namespace {

// Indices are the values of the enumerations.
constexpr std::array<std::string_view, 5> kAttach = {"auto", "tc", "clsact", "xdp", "xdp-generic"};
constexpr std::array<std::string_view, 2> kDetect = {"ports", "any"};
constexpr std::array<std::string_view, 3> kNumberForms = {"clear", "mask", "hmac"};
constexpr std::array<std::string_view, 6> kLogLevels = {"trace", "debug", "info", "warn", "error", "off"};
constexpr std::array<std::string_view, 2> kLogFormats = {"text", "json"};
constexpr std::size_t kLinkingHeadersMax = 8;  // each is looked for in every initial INVITE

Result<Done> read_jitter_buffer(const Given& given, std::chrono::milliseconds& target) {
  static constexpr std::chrono::milliseconds kLongest{2000};
  const auto parse = [](std::string_view text) -> Result<std::chrono::milliseconds> {
    const auto length = parse_duration(text);
    if (!length) return length.error();
    if (*length > kLongest)
      return Error{in_quotes(text) + " is out of range; use 0ms to " + duration_to_text(kLongest), 2};
    return *length;
  };
  return read_parsed(given, parse, target);
}

// Not shown in errors.
Result<Done> read_token(const Given& given, std::string& token) {
  const auto text = read_text(given);
  if (!text) return text.error();
  if (!text->empty() && !is_api_token(*text))
    return given.error("takes up to 1024 visible characters of ASCII; change it");
  token = *text;
  return Done{};
}

// `auto` is 0: one for each core, as far as there are rings.
Result<Done> read_workers(const Given& given, unsigned& target) {
  if (given.node.kind == YamlNode::Kind::scalar && given.node.scalar == "auto") {
    target = 0;
    return Done{};
  }
  const auto parse = [](std::string_view text) -> Result<std::uint64_t> {
    auto count = parse_count(text, 1, SIPSONDE_WORKERS_MAX);
    if (!count) return Error{count.error().message + ", or auto", 2};
    return count;
  };
  return read_parsed(given, parse, target);
}

// Becomes a label, a column and part of file names.
Result<Done> read_node(const Given& given, std::string& target) {
  const auto text = read_text(given);
  if (!text) return text.error();
  constexpr std::size_t kLongest = 255;  // of a host's name, RFC 1123 section 2.1
  if (text->empty() || text->size() > kLongest)
    return given.error("takes 1 to " + std::to_string(kLongest) +
                       " characters; shorten it or remove the key");
  target = *text;
  return Done{};
}

std::string show_interfaces(const Settings& settings) {
  if (settings.interfaces.empty()) return "auto";
  std::vector<std::string> names;
  for (const std::string& name : settings.interfaces) names.push_back(yaml_text(name));
  return yaml_list(names);
}

std::string show_ports(const Settings& settings) {
  std::vector<std::string> ports;
  for (const std::uint16_t port : settings.sip_ports) ports.push_back(std::to_string(port));
  return yaml_list(ports);
}

std::string show_networks(const Settings& settings) {
  std::vector<std::string> networks;
  for (const Network& network : settings.local_networks) networks.push_back(yaml_text(to_text(network)));
  return yaml_list(networks);
}

std::string show_linking_headers(const Settings& settings) {
  std::vector<std::string> names;
  for (const std::string& name : settings.linking.headers) names.push_back(yaml_text(name));
  return yaml_list(names);
}

using namespace key_row;

const Key kKeys[] = {
    {"interfaces", Shape::list, "interfaces to watch, or auto: the one with the default route",
     [](G g, S s) { return read_interfaces(g, s.interfaces); }, show_interfaces},
    {"attach", Shape::value, "hook for ingress: auto, tc, clsact, xdp or xdp-generic; egress is always tc",
     [](G g, S s) { return read_enum(g, kAttach, s.attach); },
     [](View s) { return std::string(kAttach[static_cast<std::size_t>(s.attach)]); }},
    {"sip.ports", Shape::list, "UDP and TCP ports taken for SIP",
     [](G g, S s) { return read_ports(g, s.sip_ports); }, show_ports},
    {"sip.detect", Shape::value, "ports: SIP on these ports alone; any: on other UDP ports by content too",
     [](G g, S s) { return read_enum(g, kDetect, s.detect); },
     [](View s) { return std::string(kDetect[static_cast<std::size_t>(s.detect)]); }},
    {"local_networks", Shape::list, "the node's own addresses, for mirror ports and captures",
     [](G g, S s) { return read_networks(g, s.local_networks); }, show_networks},
    {"trunks", Shape::structure, "which tenant and trunk a peer or domain belongs to; the first match wins",
     [](G g, S s) { return read_trunks(g, s.trunks); }, [](View s) { return trunks_to_text(s.trunks); }},
    {"linking.headers", Shape::list,
     "headers whose value names the Call-ID of the other leg, or stands in both legs",
     [](G g, S s) { return read_header_names(g, kLinkingHeadersMax, s.linking.headers); },
     show_linking_headers},
    {"linking.match", Shape::value,
     "true: legs that nothing in their messages links are linked by numbers, media and time",
     [](G g, S s) { return read_flag(g, s.linking.match); },
     [](View s) { return show_flag(s.linking.match); }},
    {"metrics.listen", Shape::value, "address and port of /metrics, or off",
     [](G g, S s) { return read_listen_address(g, s.metrics_listen); },
     [](View s) { return show_listen(s.metrics_listen); }},
    {"api.listen", Shape::value,
     "address and port of the HTTP API, a loopback address without a token; or off",
     [](G g, S s) { return read_listen_address(g, s.api_listen); },
     [](View s) { return show_listen(s.api_listen); }},
    {"api.token", Shape::value, "word that every request must know; empty: none",
     [](G g, S s) { return read_token(g, s.api.token); },
     [](View s) { return yaml_text(s.api.token.empty() ? "" : "(not shown)"); }},
    {"api.token_file", Shape::value, "file that holds the token instead, or off",
     [](G g, S s) { return read_path(g, s.api.token_file); },
     [](View s) { return show_path(s.api.token_file); }},
    {"workers", Shape::value, "threads that follow calls: 1 to 8, or auto: one a core",
     [](G g, S s) { return read_workers(g, s.workers); },
     [](View s) { return s.workers == 0 ? std::string("auto") : std::to_string(s.workers); }},
    {"limits.calls", Shape::value, "call legs held in memory",
     [](G g, S s) { return read_count(g, 16, 10'000'000, s.limits.calls); },
     [](View s) { return std::to_string(s.limits.calls); }},
    {"limits.transactions", Shape::value, "transactions held by the kernel and by the agent",
     [](G g, S s) { return read_count(g, 1024, 1u << 24, s.limits.transactions); },
     [](View s) { return std::to_string(s.limits.transactions); }},
    {"limits.streams", Shape::value, "media streams held by the kernel",
     [](G g, S s) { return read_count(g, 1024, 1u << 24, s.limits.streams); },
     [](View s) { return std::to_string(s.limits.streams); }},
    {"limits.reassembly_bytes", Shape::value, "memory for fragments and streams not yet put together",
     [](G g, S s) { return read_size(g, 1ull << 20, 64ull << 30, s.limits.reassembly_bytes); },
     [](View s) { return size_to_text(s.limits.reassembly_bytes); }},
    {"limits.queue", Shape::value, "facts that wait for one sink before they are dropped and counted",
     [](G g, S s) { return read_count(g, 64, 16'777'216, s.limits.queue); },
     [](View s) { return std::to_string(s.limits.queue); }},
    {"capacity", Shape::value, "call legs this node is built for at once; 0: not known",
     [](G g, S s) { return read_count(g, 0, 1'000'000'000, s.capacity); },
     [](View s) { return std::to_string(s.capacity); }},
    {"silence", Shape::value, "a leg without signalling and media for so long has ended",
     [](G g, S s) { return read_seconds(g, std::chrono::seconds{1}, std::chrono::days{30}, s.silence); },
     [](View s) { return duration_to_text(s.silence); }},
    {"media.jitter_buffer", Shape::value, "a packet that is later than that is lost to the listener",
     [](G g, S s) { return read_jitter_buffer(g, s.media.jitter_buffer); },
     [](View s) { return duration_to_text(s.media.jitter_buffer); }},
    {"media.dtmf_digits", Shape::value, "true: events name the digits that were pressed",
     [](G g, S s) { return read_flag(g, s.media.dtmf_digits); },
     [](View s) { return show_flag(s.media.dtmf_digits); }},
    {"dispositions", Shape::structure,
     "codes and Q.850 causes that are called otherwise: {480: busy, 31: failed}",
     [](G g, S s) { return read_dispositions(g, s.dispositions); },
     [](View s) { return dispositions_to_text(s.dispositions); }},
    {"stir.trust_dir", Shape::value, "folder of certificates against which PASSporTs are verified, or off",
     [](G g, S s) { return read_folder(g, s.stir_trust_dir); },
     [](View s) { return s.stir_trust_dir.empty() ? std::string("off") : yaml_text(s.stir_trust_dir); }},
    {"privacy.numbers", Shape::value, "telephone numbers in events and records: clear, mask or hmac",
     [](G g, S s) { return read_enum(g, kNumberForms, s.privacy.numbers); },
     [](View s) { return std::string(kNumberForms[static_cast<std::size_t>(s.privacy.numbers)]); }},
    {"privacy.key_file", Shape::value, "file of the secret of hmac, 32 random bytes or more, or off",
     [](G g, S s) { return read_path(g, s.privacy.key_file); },
     [](View s) { return show_path(s.privacy.key_file); }},
    {"rates", Shape::value, "CSV file of prices a minute by prefix of the called number, or off",
     [](G g, S s) { return read_path(g, s.rates); }, [](View s) { return show_path(s.rates); }},
    {"tunnels", Shape::list, "tunnels that are looked into: all, none or a list of their names",
     [](G g, S s) { return read_tunnels(g, s.tunnels); }, [](View s) { return tunnels_to_text(s.tunnels); }},
    {"deduplicate", Shape::value, "true: what an interface sees bare and in a tunnel counts once",
     [](G g, S s) { return read_flag(g, s.deduplicate); }, [](View s) { return show_flag(s.deduplicate); }},
    {"pin", Shape::value,
     "true: counters and hooks outlive the agent until the next start or `sipsonde detach`",
     [](G g, S s) { return read_flag(g, s.pin); }, [](View s) { return show_flag(s.pin); }},
    {"pin_path", Shape::value, "folder of a bpf filesystem for what is pinned",
     [](G g, S s) { return read_path(g, s.pin_path); }, [](View s) { return show_path(s.pin_path); }},
    {"script", Shape::value, "Lua file that adds metrics and fields of records, or off",
     [](G g, S s) { return read_path(g, s.script); },
     [](View s) { return s.script.empty() ? std::string("off") : yaml_text(s.script); }},
    {"log.level", Shape::value, "trace, debug, info, warn, error or off",
     [](G g, S s) { return read_word(g, kLogLevels, s.log_level); }, [](View s) { return s.log_level; }},
    {"log.format", Shape::value, "text or json",
     [](G g, S s) { return read_word(g, kLogFormats, s.log_format); }, [](View s) { return s.log_format; }},
    {"node", Shape::value, "name of this node in events, records and metrics; the host's name unless set",
     [](G g, S s) { return read_node(g, s.node); }, [](View s) { return yaml_text(s.node); }},
};

}  // namespace

std::span<const Key> schema() {
  static const std::vector<Key> all = [] {
    std::vector<Key> keys(std::begin(kKeys), std::end(kKeys));
    // As they stand in a file: what is of one block together.
    const auto insert = [&keys](std::string_view before, std::initializer_list<std::span<const Key>> blocks) {
      auto place = std::ranges::find(keys, before, &Key::path);
      for (const auto& block : blocks)
        place = keys.insert(place, block.begin(), block.end()) + std::ssize(block);
    };
    insert("workers", {hep_keys(), cdr_file_keys(), cdr_keys(), clickhouse_keys(), kafka_keys(),
                       events_file_keys(), store_keys()});
    insert("script", {scanner_keys()});
    insert("", {kubernetes_keys(), otlp_keys()});  // at the end
    return keys;
  }();
  return all;
}

const Key* find_key(std::string_view path) {
  for (const Key& key : schema())
    if (key.path == path) return &key;
  return nullptr;
}

bool is_block(std::string_view path) {
  return std::ranges::any_of(schema(), [path](const Key& key) {
    return key.path.size() > path.size() && key.path.starts_with(path) && key.path[path.size()] == '.';
  });
}

std::string variable_name(std::string_view path) {
  std::string name = "SIPSONDE_";
  for (const char c : path)
    name.push_back(c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c);
  return name;
}

}  // namespace sipsonde
