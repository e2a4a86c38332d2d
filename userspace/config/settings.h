// SPDX-License-Identifier: Apache-2.0
// The validated settings of a run: file, environment and flags are read into this and nothing else of them
// is kept. Defaults stand here and nowhere else; docs/configuration.md lists them.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/endpoint.h"
#include "config/cdr_settings.h"
#include "config/clickhouse_settings.h"
#include "config/kafka_settings.h"
#include "config/kubernetes_settings.h"
#include "config/otlp_settings.h"
#include "sipsonde/protocol.h"

namespace sipsonde {

enum class Attach : std::uint8_t { automatic, tc, clsact, xdp, xdp_generic };
enum class Detect : std::uint8_t { ports, any };
enum class NumberForm : std::uint8_t { clear, mask, hmac };

struct Network {
  Address address{};             // v4-mapped for IPv4
  std::uint8_t prefix_bits = 0;  // of the 128; an IPv4 /24 is 120

  // A network of IPv6 contains no IPv4 address, ::/0 included.
  bool contains(const Address& candidate) const;

  friend bool operator==(const Network&, const Network&) = default;
};

// A header of a message that has one of these values, compared whole.
struct HeaderCondition {
  std::string name;
  std::vector<std::string> values;
};

// Each kind of condition that a rule names must hold; of peers, domains, interfaces and VLANs one of those
// named is enough, of headers each.
struct TrunkRule {
  std::string name;
  std::string tenant = "default";
  std::string account_id = {};  // empty: the tenant
  std::vector<Network> peers = {};
  std::vector<std::string> domains = {};  // in lower case
  std::vector<HeaderCondition> headers = {};
  std::vector<std::string> interfaces = {};
  std::vector<std::uint16_t> vlans = {};
};

// Each is a label value of several metric families.
inline constexpr std::size_t kTrunksMax = 1000;

// Different ones in all rules together: a message is asked for each.
inline constexpr std::size_t kTrunkHeadersMax = 16;
inline constexpr std::size_t kTrunkInterfacesMax = 64;

// Rules in order; the last, added by the loader, is {"default", "default"} and matches everything.
using TrunkTable = std::vector<TrunkRule>;

// How legs of different Call-IDs are found to belong together (docs/linking.md).
struct Linking {
  std::vector<std::string> headers;  // whose value names the other call, or stands in both
  bool match = true;                 // by numbers, media and time, where nothing in the messages links them
};

struct ListenAddress {
  std::string host;        // an IPv4 or IPv6 address, without brackets
  std::uint16_t port = 0;  // 0: any free one

  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

// Who may ask the API (docs/api.md). Both empty: everybody on this host, and nobody else.
struct ApiSettings {
  std::string token;
  std::string token_file;  // whose content is the token; not together with the other
};

// Where others may bring SIP that they have seen, in HEPv3 (docs/hep.md).
struct HepListen {
  enum class Transport : std::uint8_t { udp, tcp };
  Transport transport = Transport::udp;
  ListenAddress address;

  friend bool operator==(const HepListen&, const HepListen&) = default;
};

// Who is told every message, in HEPv3 (docs/hep.md).
struct HepOut {
  enum class Transport : std::uint8_t { udp, tcp, tls };
  bool enabled = false;
  std::string host = "127.0.0.1";  // a name or an address, without brackets
  std::uint16_t port = 9060;
  Transport transport = Transport::udp;
  std::uint32_t capture_id = 2001;
  std::string agent_id = {};  // empty: the node
  std::string password = {};  // empty: none
};

struct Limits {
  std::uint32_t calls = 200'000;
  std::uint32_t transactions = 262'144;
  std::uint32_t streams = 131'072;
  std::uint64_t reassembly_bytes = 64ull << 20;
  std::uint32_t queue = 65'536;
};

// Who is taken for a scanner (docs/scanners.md).
struct ScannerSettings {
  bool enabled = true;
  std::chrono::seconds window{60};
  std::uint32_t targets = 20;                           // of REGISTER, and of OPTIONS, in a window
  std::uint32_t numbers = 20;                           // of INVITE
  std::vector<std::string> user_agents = {"built-in"};  // which stands for the table in scanners/tools.cpp
};

struct FileSink {
  std::string path;
  std::uint64_t rotate_bytes = 256ull << 20;
};

// The local store (docs/store.md).
struct StoreSettings {
  std::string path = "/var/lib/sipsonde";    // a directory
  std::chrono::seconds retain{14 * 86'400};  // a file goes when its day is so long over
  std::uint64_t max_bytes = 20ull << 30;     // of all files together
  bool messages = false;                     // SIP messages are kept as they passed
};

// How a leg that was refused is called instead of what docs/calls.md says.
struct DispositionRule {
  std::uint16_t number = 0;  // a status code from 300 on, or a Q.850 cause up to 127
  std::string disposition;   // one of kDispositionWords

  friend bool operator==(const DispositionRule&, const DispositionRule&) = default;
};
inline constexpr std::array<std::string_view, 6> kDispositionWords = {"busy",     "no-answer", "cancelled",
                                                                      "rejected", "failed",    "timeout"};

struct Privacy {
  NumberForm numbers = NumberForm::clear;  // of telephone numbers in events and records
  std::string key_file;                    // of NumberForm::hmac; empty: none
};

struct MediaSettings {
  std::chrono::milliseconds jitter_buffer{60};  // what comes later than that is lost to the listener
  bool dtmf_digits = false;                     // events name the digits that were pressed
};

// A bit for each enum sipsonde_tunnel.
inline constexpr std::uint32_t kAllTunnels = (1u << SIPSONDE_TUNNEL_COUNT) - 1 - (1u << SIPSONDE_TUNNEL_none);

struct Settings {
  std::vector<std::string> interfaces;  // empty: the one with the default route
  Attach attach = Attach::automatic;
  std::vector<std::uint16_t> sip_ports = {5060};
  Detect detect = Detect::any;
  std::vector<Network> local_networks;
  std::uint32_t tunnels = kAllTunnels;  // that are looked into
  bool deduplicate = false;             // what an interface sees bare and in a tunnel counts once
  bool pin = false;                     // counters and hooks outlive the agent
  std::string pin_path = "/sys/fs/bpf/sipsonde";
  TrunkTable trunks = {TrunkRule{.name = "default"}};
  Linking linking;
  std::optional<ListenAddress> metrics_listen = ListenAddress{"0.0.0.0", 9091};
  std::optional<ListenAddress> api_listen = ListenAddress{"127.0.0.1", 9092};
  ApiSettings api;
  std::optional<FileSink> events_file;
  std::optional<FileSink> cdr_file;
  std::optional<StoreSettings> store;
  OtlpSettings otlp;
  std::string output_dir;  // -o DIR: metrics.prom goes there at the end; empty: nowhere
  unsigned workers = 0;    // 0: one a core, at most 8
  Limits limits;
  std::uint32_t capacity = 0;  // legs that are up at once when the node is full; 0: not known
  std::chrono::seconds silence{7200};
  MediaSettings media;
  std::vector<DispositionRule> dispositions;
  std::string stir_trust_dir;  // empty: none
  std::string rates;           // path of the rate deck; empty: no prices
  Privacy privacy;
  ScannerSettings scanners;
  std::string script;  // a Lua file; empty: none
  std::string log_level = "info";
  std::string log_format = "text";
  std::string node;  // name of this host unless set; `replay` in a replay
  std::optional<HepListen> hep_listen;
  HepOut hep;
  RowFormat cdr_format = RowFormat::jsonl;  // of cdr_file
  CdrHttpSettings cdr_http;
  CdrSyslogSettings cdr_syslog;
  ClickHouseSettings cdr_clickhouse;
  KafkaSettings cdr_kafka;
  KubernetesSettings kubernetes;

  // The file of records is one more reader of the store where there is one. With -o it is what a test or a
  // person looks at, of this run alone.
  bool cdr_file_reads_store() const { return cdr_file && store && output_dir.empty(); }
};

}  // namespace sipsonde
