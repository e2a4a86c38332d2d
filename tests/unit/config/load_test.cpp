// SPDX-License-Identifier: Apache-2.0
#include "config/load.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "config/network.h"
#include "config/schema.h"

namespace sipsonde {
namespace {

// A directory of its own for each test, gone with it.
class Load : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/sipsonde-load-XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    directory_ = name;
    file_ = directory_ + "/a.yaml";
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  Result<LoadedSettings> load(const std::string& text, SettingsSources sources = {}) {
    std::ofstream(file_) << text;
    sources.file = file_;
    return load_settings(sources);
  }

  // The error with the directory cut off: "a.yaml:2: …".
  std::string error_of(const std::string& text, const SettingsSources& sources = {}) {
    const auto loaded = load(text, sources);
    if (loaded) return "no error";
    EXPECT_EQ(loaded.error().exit_code, 2);
    EXPECT_EQ(loaded.error().message.find('\n'), std::string::npos);
    const std::string& message = loaded.error().message;
    return message.starts_with(directory_) ? message.substr(directory_.size() + 1) : message;
  }

  std::string directory_;
  std::string file_;
};

TEST_F(Load, WithoutAnythingTheDefaultsHold) {
  const auto loaded = load_settings({});
  ASSERT_TRUE(loaded) << loaded.error().message;
  const Settings& settings = loaded->settings;
  EXPECT_TRUE(settings.interfaces.empty());
  EXPECT_EQ(settings.attach, Attach::automatic);
  EXPECT_EQ(settings.sip_ports, std::vector<std::uint16_t>{5060});
  EXPECT_EQ(settings.detect, Detect::any);
  EXPECT_EQ(settings.metrics_listen, (ListenAddress{"0.0.0.0", 9091}));
  EXPECT_EQ(settings.api_listen, (ListenAddress{"127.0.0.1", 9092}));
  ASSERT_TRUE(settings.events_file);
  EXPECT_EQ(settings.events_file->path, "/var/log/sipsonde/events.jsonl");
  EXPECT_EQ(settings.events_file->rotate_bytes, 256ull << 20);
  ASSERT_TRUE(settings.cdr_file);
  EXPECT_EQ(settings.cdr_file->path, "/var/log/sipsonde/cdr.jsonl");
  EXPECT_EQ(settings.output_dir, "");
  EXPECT_EQ(settings.workers, 0u);
  EXPECT_EQ(settings.limits.reassembly_bytes, 64ull << 20);
  EXPECT_EQ(settings.silence, std::chrono::hours(2));
  EXPECT_EQ(settings.media.jitter_buffer, std::chrono::milliseconds(60));
  EXPECT_FALSE(settings.media.dtmf_digits);
  EXPECT_EQ(settings.privacy.numbers, NumberForm::clear);
  EXPECT_EQ(settings.privacy.key_file, "");
  EXPECT_EQ(settings.rates, "");
  ASSERT_EQ(settings.trunks.size(), 1u);
  EXPECT_EQ(settings.trunks[0].name, "default");
  EXPECT_EQ(settings.trunks[0].tenant, "default");
  EXPECT_FALSE(settings.node.empty());
  for (const Key& key : schema()) EXPECT_EQ(loaded->origins.at(std::string(key.path)), "default") << key.path;
}

TEST_F(Load, EveryKeyOfTheFileArrivesWithItsLine) {
  const auto loaded = load(
      "interfaces: [eth0, eth1.100]\n"
      "attach: xdp-generic\n"
      "sip:\n"
      "  ports: [5060, 5080]\n"
      "  detect: ports\n"
      "local_networks: [192.0.2.0/24, \"2001:db8::/32\"]\n"
      "trunks:\n"
      "  - {name: carrier-a, tenant: acme, peers: [198.51.100.0/24]}\n"
      "  - {name: pbx, domains: [PBX.example.com]}\n"
      "  - {name: b, account_id: \"account 7\", headers: {X-Trunk: carrier-b, X-Region: [eu, us]}, "
      "interfaces: [eth0],"
      " vlans: [100, 4094]}\n"
      "linking: {headers: [X-Original-Call-ID], match: false}\n"
      "metrics: {listen: \"[::1]:9191\"}\n"
      "api: {listen: \"127.0.0.2:9192\", token: secret, token_file: off}\n"
      "hep_listen: \"udp://127.0.0.1:9060\"\n"
      "hep: {enabled: false, endpoint: \"homer.example:9061\", transport: tls, capture_id: 7, agent_id: "
      "edge, "
      "password: word}\n"
      "cdr:\n"
      "  file: {path: /x/c.jsonl, format: csv}\n"
      "  http: {url: \"https://a.example/cdr\", auth_header: Bearer tok123, batch: 7, timeout: 3s, ca_file: "
      "/x/ca.pem}\n"
      "  syslog: {address: \"tls://loghost:6514\", facility: local7, ca_file: /x/ca.pem}\n"
      "  clickhouse: {url: \"http://a.example:8123\", database: calls, user: me, password_file: /x/p, "
      "create: false, "
      "ca_file: /x/ca.pem}\n"
      "  kafka: {brokers: \"k.example:9092\", topic: records, events_topic: events, password_file: /x/p, "
      "options: "
      "{security.protocol: ssl}}\n"
      "events: {file: {path: /x/e.jsonl, rotate: 1GiB}}\n"
      "workers: 3\n"
      "limits: {calls: 100, transactions: 2048, streams: 4096, reassembly_bytes: 1MiB, queue: 128}\n"
      "silence: 14d\n"
      "dispositions: {480: busy}\n"
      "privacy: {numbers: hmac, key_file: /k/privacy.key}\n"
      "rates: rates.csv\n"
      "script: /x/calls.lua\n"
      "scanners: {enabled: false, window: 90s, targets: 30, numbers: 50, user_agents: [built-in, mytool]}\n"
      "log: {level: debug, format: json}\n"
      "node: sbc-1\n"
      "stir: {trust_dir: /x/stir/}\n"
      "media: {jitter_buffer: 120ms, dtmf_digits: true}\n"
      "tunnels: [vxlan, 6in4]\n"
      "deduplicate: true\n"
      "store: {path: /x/store, retain: 7d, max_size: 2GiB, messages: false}\n"
      "pin: true\n"
      "capacity: 2000\n"
      "kubernetes: {pods: true, api: \"https://k8s.example:6443\", token_file: /x/token, ca_file: off, "
      "refresh: "
      "30s, interfaces_of: [voip, \"voip/app=sbc,tier=edge\"]}\n"
      "pin_path: /x/pins\n"
      "otlp: {enabled: true, logs: true, metrics: true, metrics_interval: 30s,"
      " logs_endpoint: \"http://otel:4318/l\", metrics_endpoint: \"http://otel:4318/m\", endpoint: "
      "\"http://otel:4318\", traces_endpoint: \"http://otel:4318/x\","
      " protocol: http/protobuf, headers: {team: voice}, timeout: 3s, compression: gzip, insecure: true,"
      " certificate: off, client_certificate: off, client_key: off, service_name: sbc, resource: {zone: a},"
      " sampler: traceidratio, sampler_arg: 0.5, keep_failed: false, keep_slow: 5s, error_status_except: "
      "[404],"
      " register_spans: true, options_spans: true, replay: true,"
      " batch: {delay: 1s, timeout: 2s, queue: 10, size: 5}, span_limits: {attributes: 1, events: 2, links: "
      "3}}\n");
  ASSERT_TRUE(loaded) << loaded.error().message;
  const Settings& settings = loaded->settings;
  EXPECT_EQ(settings.interfaces, (std::vector<std::string>{"eth0", "eth1.100"}));
  EXPECT_EQ(settings.attach, Attach::xdp_generic);
  EXPECT_EQ(settings.sip_ports, (std::vector<std::uint16_t>{5060, 5080}));
  EXPECT_EQ(settings.detect, Detect::ports);
  ASSERT_EQ(settings.local_networks.size(), 2u);
  EXPECT_EQ(to_text(settings.local_networks[1]), "2001:db8::/32");
  ASSERT_EQ(settings.trunks.size(), 4u);
  EXPECT_EQ(settings.trunks[0].tenant, "acme");
  EXPECT_EQ(to_text(settings.trunks[0].peers.at(0)), "198.51.100.0/24");
  EXPECT_EQ(settings.trunks[1].tenant, "default");
  EXPECT_EQ(settings.trunks[1].domains.at(0), "pbx.example.com");
  EXPECT_EQ(settings.trunks[2].account_id, "account 7");
  EXPECT_EQ(settings.trunks[2].headers.at(1).values, (std::vector<std::string>{"eu", "us"}));
  EXPECT_EQ(settings.trunks[2].interfaces.at(0), "eth0");
  EXPECT_EQ(settings.trunks[2].vlans, (std::vector<std::uint16_t>{100, 4094}));
  EXPECT_EQ(settings.trunks[3].name, "default");
  EXPECT_EQ(settings.linking.headers.at(0), "X-Original-Call-ID");
  EXPECT_FALSE(settings.linking.match);
  EXPECT_EQ(settings.metrics_listen, (ListenAddress{"::1", 9191}));
  EXPECT_EQ(settings.api_listen, (ListenAddress{"127.0.0.2", 9192}));
  EXPECT_FALSE(settings.hep.enabled);
  EXPECT_EQ(settings.hep.host, "homer.example");
  EXPECT_EQ(settings.hep.port, 9061);
  EXPECT_EQ(settings.hep.transport, HepOut::Transport::tls);
  EXPECT_EQ(settings.hep.capture_id, 7u);
  EXPECT_EQ(settings.hep.agent_id, "edge");
  EXPECT_EQ(settings.hep.password, "word");
  EXPECT_EQ(settings.hep_listen, (HepListen{HepListen::Transport::udp, {"127.0.0.1", 9060}}));
  EXPECT_EQ(settings.cdr_file->path, "/x/c.jsonl");
  EXPECT_EQ(settings.cdr_format, RowFormat::csv);
  EXPECT_EQ(settings.cdr_http.url, "https://a.example/cdr");
  EXPECT_EQ(settings.cdr_http.batch, 7u);
  EXPECT_EQ(settings.cdr_http.timeout, std::chrono::seconds{3});
  EXPECT_EQ(settings.cdr_http.ca_file, "/x/ca.pem");
  EXPECT_EQ(settings.cdr_syslog.transport, CdrSyslogSettings::Transport::tls);
  EXPECT_EQ(settings.cdr_syslog.port, 6514);
  EXPECT_EQ(settings.cdr_syslog.facility, 23);
  EXPECT_EQ(settings.events_file->path, "/x/e.jsonl");
  EXPECT_EQ(settings.events_file->rotate_bytes, 1ull << 30);
  EXPECT_EQ(settings.workers, 3u);
  EXPECT_EQ(settings.limits.calls, 100u);
  EXPECT_EQ(settings.limits.transactions, 2048u);
  EXPECT_EQ(settings.limits.streams, 4096u);
  EXPECT_EQ(settings.limits.reassembly_bytes, 1ull << 20);
  EXPECT_EQ(settings.limits.queue, 128u);
  EXPECT_EQ(settings.silence, std::chrono::days(14));
  EXPECT_EQ(settings.capacity, 2000u);
  EXPECT_TRUE(settings.kubernetes.pods);
  EXPECT_EQ(settings.kubernetes.api, "https://k8s.example:6443");
  EXPECT_EQ(settings.kubernetes.token_file, "/x/token");
  EXPECT_EQ(settings.kubernetes.ca_file, "");
  EXPECT_EQ(settings.kubernetes.refresh, std::chrono::seconds(30));
  EXPECT_EQ(settings.kubernetes.interfaces_of,
            (std::vector<PodSelector>{{"voip", {}}, {"voip", {{"app", "sbc"}, {"tier", "edge"}}}}));
  EXPECT_EQ(settings.dispositions, (std::vector<DispositionRule>{{480, "busy"}}));
  EXPECT_EQ(settings.privacy.numbers, NumberForm::hmac);
  EXPECT_EQ(settings.privacy.key_file, "/k/privacy.key");
  EXPECT_EQ(settings.rates, "rates.csv");
  EXPECT_EQ(settings.script, "/x/calls.lua");
  EXPECT_FALSE(settings.scanners.enabled);
  EXPECT_EQ(settings.scanners.window, std::chrono::seconds(90));
  EXPECT_EQ(settings.scanners.targets, 30u);
  EXPECT_EQ(settings.scanners.numbers, 50u);
  EXPECT_EQ(settings.scanners.user_agents, (std::vector<std::string>{"built-in", "mytool"}));
  EXPECT_EQ(settings.log_level, "debug");
  EXPECT_EQ(settings.log_format, "json");
  EXPECT_EQ(settings.node, "sbc-1");
  EXPECT_EQ(settings.stir_trust_dir, "/x/stir");
  EXPECT_EQ(settings.media.jitter_buffer, std::chrono::milliseconds(120));
  EXPECT_TRUE(settings.media.dtmf_digits);
  EXPECT_EQ(settings.tunnels, 1u << SIPSONDE_TUNNEL_vxlan | 1u << SIPSONDE_TUNNEL_six_in_four);
  EXPECT_TRUE(settings.deduplicate);
  EXPECT_EQ(loaded->origins.at("sip.detect"), file_ + ":5");
  EXPECT_EQ(loaded->origins.at("node"), file_ + ":32");
  for (const Key& key : schema()) EXPECT_NE(loaded->origins.at(std::string(key.path)), "default") << key.path;
}

TEST_F(Load, FlagsOverrideTheEnvironmentWhichOverridesTheFile) {
  const std::string file = "interfaces: [eth0]\nworkers: 1\nsilence: 1h\n";
  SettingsSources sources;
  sources.environment = {"SIPSONDE_INTERFACES=eth1,eth2", "SIPSONDE_WORKERS=2", "PATH=/bin"};
  sources.interfaces = {"eth3"};
  const auto loaded = load(file, sources);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->settings.interfaces, std::vector<std::string>{"eth3"});
  EXPECT_EQ(loaded->origins.at("interfaces"), "flag --interface");
  EXPECT_EQ(loaded->settings.workers, 2u);
  EXPECT_EQ(loaded->origins.at("workers"), "environment SIPSONDE_WORKERS");
  EXPECT_EQ(loaded->settings.silence, std::chrono::hours(1));
  EXPECT_EQ(loaded->origins.at("silence"), file_ + ":3");
  EXPECT_EQ(loaded->origins.at("attach"), "default");
}

TEST_F(Load, TheEnvironmentSetsListsAndTrunks) {
  SettingsSources sources;
  sources.environment = {"SIPSONDE_SIP_PORTS= 5060 , 5080",
                         "SIPSONDE_LOCAL_NETWORKS=", "SIPSONDE_TRUNKS=[{name: pbx, peers: [192.0.2.1]}]",
                         "SIPSONDE_METRICS_LISTEN="};
  const auto loaded = load("local_networks: [192.0.2.0/24]\n", sources);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->settings.sip_ports, (std::vector<std::uint16_t>{5060, 5080}));
  EXPECT_TRUE(loaded->settings.local_networks.empty());
  EXPECT_EQ(loaded->settings.trunks.at(0).name, "pbx");
  EXPECT_FALSE(loaded->settings.metrics_listen);
}

TEST_F(Load, WithAnOutputDirectoryNothingIsWrittenElsewhere) {
  SettingsSources sources;
  sources.environment = {"SIPSONDE_EVENTS_FILE_PATH=/env/e.jsonl"};
  sources.output_dir = "out";
  const auto loaded = load("cdr: {file: {path: off}}\n", sources);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->settings.events_file->path, "out/events.jsonl");
  EXPECT_EQ(loaded->settings.cdr_file->path, "out/cdr.jsonl");
  EXPECT_EQ(loaded->settings.output_dir, "out");
  EXPECT_EQ(loaded->origins.at("cdr.file.path"), "flag --output");
}

TEST_F(Load, OffSwitchesAListenerOrAFileOff) {
  for (const std::string off : {"off", "\"\"", "\"off\""}) {
    const auto loaded = load("hep_listen: " + off + "\nmetrics: {listen: " + off + "}\napi: {listen: " + off +
                             "}\ncdr: {file: {path: " + off + "}}\nevents: {file: {path: " + off +
                             ", rotate: 1MiB}}\nstir: {trust_dir: " + off + "}\n");
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_FALSE(loaded->settings.metrics_listen);
    EXPECT_FALSE(loaded->settings.api_listen);
    EXPECT_FALSE(loaded->settings.hep_listen);
    EXPECT_FALSE(loaded->settings.cdr_file);
    EXPECT_FALSE(loaded->settings.events_file);
    EXPECT_EQ(loaded->settings.stir_trust_dir, "");
  }
}

TEST_F(Load, WithATokenTheApiMayListenAnywhere) {
  for (const std::string token : {"token: secret", "token_file: /etc/sipsonde/token"}) {
    const auto loaded = load("api: {listen: \"0.0.0.0:9092\", " + token + "}\n");
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->settings.api_listen, (ListenAddress{"0.0.0.0", 9092}));
    EXPECT_NE(loaded->settings.api.token, loaded->settings.api.token_file);
  }
}

TEST_F(Load, AReplayWritesNoFileOfTheLiveAgent) {
  SettingsSources sources;
  sources.replay = true;
  const auto loaded = load_settings(sources);
  ASSERT_TRUE(loaded);
  EXPECT_FALSE(loaded->settings.events_file);
  EXPECT_FALSE(loaded->settings.cdr_file);
  EXPECT_EQ(loaded->settings.node, "replay");
  sources.output_dir = "/out/";
  const auto with_output = load_settings(sources);
  ASSERT_TRUE(with_output);
  EXPECT_EQ(with_output->settings.events_file->path, "/out/events.jsonl");
}

TEST_F(Load, ABlockWhoseKeysAreCommentedOutIsEmpty) {
  EXPECT_TRUE(load("metrics:\n#  listen: off\n"));
  EXPECT_TRUE(load(""));
}

TEST_F(Load, TunnelsAreAllNoneOrThoseNamed) {
  struct {
    const char* text;
    std::uint32_t tunnels;
  } constexpr kCases[] = {
      {"", kAllTunnels},
      {"tunnels: all\n", kAllTunnels},
      {"tunnels: [all]\n", kAllTunnels},
      {"tunnels: none\n", 0},
      {"tunnels: []\n", 0},
      {"tunnels: [gtp-u, pppoe]\n", 1u << SIPSONDE_TUNNEL_gtp_u | 1u << SIPSONDE_TUNNEL_pppoe}};
  for (const auto& one : kCases) {
    SCOPED_TRACE(one.text);
    const auto loaded = load(one.text);
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_EQ(loaded->settings.tunnels, one.tunnels);
  }
}

TEST_F(Load, AutoIsTheDefaultRoute) {
  EXPECT_TRUE(load("interfaces: auto\n")->settings.interfaces.empty());
  EXPECT_TRUE(load("interfaces: [auto]\n")->settings.interfaces.empty());
}

TEST_F(Load, AMissingFileIsNamed) {
  SettingsSources sources;
  sources.file = "/nonexistent/a.yaml";
  const auto loaded = load_settings(sources);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(
      loaded.error().message,
      "read configuration \"/nonexistent/a.yaml\": No such file or directory; give a readable file with -c");
  EXPECT_EQ(loaded.error().exit_code, 2);
  sources.file = "/tmp";
  EXPECT_FALSE(load_settings(sources));
}

TEST_F(Load, AnEndlessFileIsRefused) {
  SettingsSources sources;
  sources.file = "/dev/zero";
  EXPECT_EQ(load_settings(sources).error().message, "/dev/zero: larger than 1MiB; shorten it");
}

struct ErrorCase {
  std::string name;
  std::string text;
  std::string message;

  friend void PrintTo(const ErrorCase& its, std::ostream* out) { *out << its.name; }
};

class BadFile : public Load, public testing::WithParamInterface<ErrorCase> {};

TEST_P(BadFile, IsRefusedWithPlaceAndRemedy) {
  EXPECT_EQ(error_of(GetParam().text), GetParam().message);
}

const ErrorCase kErrors[] = {
    {"UnknownKey", "sip:\n  prots: [5060]\n", "a.yaml:2: unknown key \"prots\"; did you mean \"ports\"?"},
    {"UnknownBlock", "metrix: {listen: off}\n",
     "a.yaml:1: unknown key \"metrix\"; did you mean \"metrics\"?"},
    {"KeyOfAnotherBlock", "ports: [5060]\n", "a.yaml:1: unknown key \"ports\"; did you mean \"sip.ports\"?"},
    {"MisspeltKeyOfAnotherBlock", "prots: [5060]\n",
     "a.yaml:1: unknown key \"prots\"; did you mean \"sip.ports\"?"},
    {"DottedKey", "sip.ports: [5060]\n", "a.yaml:1: unknown key \"sip.ports\"; did you mean \"sip\"?"},
    {"DuplicateKey", "workers: 1\nnode: a\nworkers: 2\n",
     "a.yaml:3: duplicate key \"workers\", already set in line 1; keep one"},
    {"DuplicateInBlock", "sip:\n  ports: [1]\n  ports: [2]\n",
     "a.yaml:3: duplicate key \"ports\", already set in line 2; keep one"},
    {"CapacityBelowZero", "capacity: -1\n",
     "a.yaml:1: capacity: \"-1\" is no whole number; use 0 to 1000000000"},
    {"UnknownFormat", "cdr: {file: {format: xml}}\n",
     "a.yaml:1: cdr.file.format: \"xml\" is not taken; use jsonl or csv"},
    {"HttpUrl", "cdr: {http: {url: ftp://a.example/x}}\n",
     "a.yaml:1: cdr.http.url: \"ftp://a.example/x\" is no URL; write http://HOST[:PORT][/PATH] or https://…"},
    {"HttpUrlWithSecret", "cdr: {http: {url: \"https://me:pass@a.example/\"}}\n",
     "a.yaml:1: cdr.http.url: holds a user or a password; write what proves who we are into the key for it"},
    {"HttpHeader", "cdr: {http: {url: \"http://a.example\", auth_header: \"Bearer x\\r\\nX-Evil: y\"}}\n",
     "a.yaml:1: cdr.http.auth_header: takes up to 8192 printable characters of ASCII, such as Bearer TOKEN; "
     "change "
     "it"},
    {"HttpWithoutUrl", "cdr:\n  http:\n    batch: 10\n",
     "a.yaml:3: cdr.http.batch: does nothing without cdr.http.url; set that too"},
    {"SyslogTransport", "cdr: {syslog: {address: \"unix://x:1\"}}\n",
     "a.yaml:1: cdr.syslog.address: \"unix://x:1\" names no transport; write udp://, tcp:// or tls:// and "
     "HOST:PORT"},
    {"SyslogPort", "cdr: {syslog: {address: loghost}}\n",
     "a.yaml:1: cdr.syslog.address: \"loghost\" is no address of a receiver; write HOST:PORT such as "
     "192.0.2.1:9060"},
    {"TokenThatNoClientCanSend", "api:\n  listen: \"127.0.0.1:1\"\n  token: two words\n",
     "a.yaml:3: api.token: takes up to 1024 visible characters of ASCII; change it"},
    {"TwoTokens", "api:\n  token: secret\n  token_file: /etc/token\n",
     "a.yaml:3: api.token_file: api.token is set too; keep one of them"},
    {"UnknownTunnel", "node: a\ntunnels:\n  - vxlan\n  - vlxan\n",
     "a.yaml:4: tunnels: \"vlxan\" is no tunnel; use gre, erspan, ipip, 6in4, vxlan, geneve, gtp-u, tzsp, "
     "mpls, "
     "pppoe, or all or none alone"},
    {"TunnelForList", "tunnels: vxlan\n",
     "a.yaml:1: tunnels: takes all, none or a list; write [vxlan, gre] or all"},
    {"AllTunnelsAndOne", "tunnels: [all, vxlan]\n",
     "a.yaml:1: tunnels: all stands alone; remove it or the names beside it"},
    {"TunnelTwice", "tunnels: [gre, gre]\n", "a.yaml:1: tunnels: \"gre\" is named twice; keep one"},
    {"DeduplicateByNumber", "deduplicate: 1\n",
     "a.yaml:1: deduplicate: \"1\" is not taken; use false or true"},
    {"ListForValue", "workers: [1]\n", "a.yaml:1: workers: takes one value, not a list; give one value"},
    {"BlockForValue", "node: {a: b}\n",
     "a.yaml:1: node: takes one value, not a block of keys; give one value"},
    {"ValueForList", "sip: {ports: 5060}\n", "a.yaml:1: sip.ports: takes a list; write [one, two]"},
    {"ValueForBlock", "log: debug\n",
     "a.yaml:1: log: takes a block of keys; write log: {level: …, format: …}"},
    {"NoValue", "node: a\nworkers:\n", "a.yaml:2: workers: has no value; give one or remove the key"},
    {"ListAtTheTop", "- workers\n",
     "a.yaml:1: not a block of keys; write settings such as interfaces: [eth0]"},
    {"PortOutOfRange", "sip:\n  ports:\n    - 5060\n    - 70000\n",
     "a.yaml:4: sip.ports: \"70000\" is out of range; use 1 to 65535"},
    {"NoPort", "sip: {ports: []}\n", "a.yaml:1: sip.ports: is empty; name at least one port such as [5060]"},
    {"Word", "workers: four\n", "a.yaml:1: workers: \"four\" is no whole number; use 1 to 8, or auto"},
    {"WorkersOutOfRange", "workers: 9\n", "a.yaml:1: workers: \"9\" is out of range; use 1 to 8, or auto"},
    {"Choice", "attach: xpd\n",
     "a.yaml:1: attach: \"xpd\" is not taken; use auto, tc, clsact, xdp or xdp-generic"},
    {"Network", "local_networks: [10.0.0.0/8, 10.0.0.0/40]\n",
     "a.yaml:1: local_networks: \"10.0.0.0/40\": prefix \"40\" is out of range; use 0 to 32"},
    {"NumberForm", "privacy: {numbers: hash}\n",
     "a.yaml:1: privacy.numbers: \"hash\" is not taken; use clear, mask or hmac"},
    {"PseudonymsWithoutAKey", "privacy:\n  numbers: hmac\n",
     "a.yaml:2: privacy.numbers: hmac needs a secret; name a file of 32 random bytes with privacy.key_file"},
    {"KeyFileThatIsADirectory", "privacy: {key_file: /k/}\n",
     "a.yaml:1: privacy.key_file: \"/k/\" is a directory; name a file in it"},
    {"Rates", "rates: [a.csv]\n", "a.yaml:1: rates: takes one value, not a list; give one value"},
    {"Duration", "silence: 2 hours\n",
     "a.yaml:1: silence: \"2 hours\" is no duration; write a number and a unit (ms, s, m, h, d) such as 90s"},
    {"DurationOutOfRange", "silence: 500ms\n",
     "a.yaml:1: silence: \"500ms\" is out of range; use whole seconds, 1s to 30d"},
    {"ScannersOff", "scanners: off\n",
     "a.yaml:1: scanners: takes a block of keys; write scanners: {enabled: …, window: …, targets: …, "
     "numbers: …, user_agents: …}"},
    {"Switch", "scanners: {enabled: maybe}\n",
     "a.yaml:1: scanners.enabled: \"maybe\" is not taken; use false or true"},
    {"WindowTooShort", "scanners: {window: 10s}\n",
     "a.yaml:1: scanners.window: \"10s\" is out of range; use whole seconds, 32s to 1h"},
    {"TooManyTargets", "scanners: {targets: 1000}\n",
     "a.yaml:1: scanners.targets: \"1000\" is out of range; use 2 to 250"},
    {"EmptyUserAgent", "scanners: {user_agents: [\"\"]}\n",
     "a.yaml:1: scanners.user_agents: \"\" is no word of a User-Agent; use 1 to 64 characters"},
    {"Size", "limits: {reassembly_bytes: 64MB}\n",
     "a.yaml:1: limits.reassembly_bytes: \"64MB\" is no size; write bytes or a number with KiB, MiB or GiB "
     "such as "
     "64MiB"},
    {"SizeOutOfRange", "events: {file: {rotate: 1KiB}}\n",
     "a.yaml:1: events.file.rotate: \"1KiB\" is out of range; use 64KiB to 1024GiB"},
    {"InterfaceName", "interfaces: [../eth0]\n",
     "a.yaml:1: interfaces: \"../eth0\" is no interface name; see `ip link` for the names of this host"},
    {"InterfaceNameTooLong", "interfaces: [abcdefghijklmnop]\n",
     "a.yaml:1: interfaces: \"abcdefghijklmnop\" is no interface name; see `ip link` for the names of this "
     "host"},
    {"InterfaceTwice", "interfaces: [eth0, eth0]\n",
     "a.yaml:1: interfaces: \"eth0\" is named twice; keep one"},
    {"InterfaceAlone", "interfaces: eth0\n",
     "a.yaml:1: interfaces: takes a list of interface names or auto; write [eth0] or auto"},
    {"HepBesideHiddenNumbers", "privacy: {numbers: mask}\nhep: {enabled: true}\n",
     "a.yaml:2: hep.enabled: hands on whole messages with the numbers that privacy.numbers hides; set one of "
     "them "
     "to its default"},
    {"StoredMessagesBesideHiddenNumbers", "privacy: {numbers: hmac, key_file: /k}\nstore: {messages: true}\n",
     "a.yaml:2: store.messages: keeps whole messages with the numbers that privacy.numbers hides; set one of "
     "them to its default"},
    {"HepAgentThatBreaksJson", "hep: {agent_id: 'a\"b'}\n",
     "a.yaml:1: hep.agent_id: takes up to 255 characters of ASCII without quotes and backslashes; change it"},
    {"HepEndpointWithoutPort", "hep: {endpoint: homer}\n",
     "a.yaml:1: hep.endpoint: \"homer\" is no address of a receiver; write HOST:PORT such as 192.0.2.1:9060"},
    {"HepWithoutTransport", "node: a\nhep_listen: \"127.0.0.1:9060\"\n",
     "a.yaml:2: hep_listen: \"127.0.0.1:9060\" names no transport; write udp://ADDRESS:PORT or "
     "tcp://ADDRESS:PORT"},
    {"ApiOpenToTheWorld", "node: a\napi: {listen: \"0.0.0.0:9092\"}\n",
     "a.yaml:2: api.listen: \"0.0.0.0:9092\" is no loopback address and the API has no token; use "
     "127.0.0.1:9092 or set api.token"},
    {"TrunkWithoutName", "trunks:\n  - {peers: [192.0.2.1]}\n",
     "a.yaml:2: trunks: a trunk has no name; add name: carrier-a"},
    {"TrunkWithoutMatch", "trunks:\n  - {name: a}\n",
     "a.yaml:2: trunks: trunk \"a\" matches nothing; add peers, domains, headers, interfaces or vlans"},
    {"TrunkTwice", "trunks:\n  - {name: a, peers: [192.0.2.1]}\n  - {name: a, peers: [192.0.2.2]}\n",
     "a.yaml:3: trunks: trunk \"a\" is defined twice; join the two"},
    {"TrunkCalledDefault", "trunks: [{name: default, peers: [192.0.2.1]}]\n",
     "a.yaml:1: trunks: \"default\" is the trunk of what no rule matched; choose another name"},
    {"TrunkKey", "trunks:\n  - name: a\n    peer: [192.0.2.1]\n",
     "a.yaml:3: unknown key \"peer\"; did you mean \"peers\"?"},
    {"TrunkPeer", "trunks:\n  - name: a\n    peers:\n      - 192.0.2.1/24\n",
     "a.yaml:4: trunks.peers: \"192.0.2.1/24\" has bits set behind its prefix; write 192.0.2.0/24"},
    {"TrunkName", "trunks: [{name: \"a b\", peers: [192.0.2.1]}]\n",
     "a.yaml:1: trunks.name: \"a b\" is no name; use 1 to 64 letters, digits or - _ . : @"},
    {"TrunkAccount", "trunks: [{name: a, account_id: \"\", peers: [192.0.2.1]}]\n",
     "a.yaml:1: trunks.account_id: takes 1 to 128 characters; shorten it or remove the key"},
    {"TrunkHeaderWildcard", "trunks:\n  - name: a\n    headers: {X-Trunk: carrier-*}\n",
     "a.yaml:3: trunks.headers: \"carrier-*\" never matches: values are compared whole, without blanks "
     "around them "
     "and without wildcards; write each value in full"},
    {"TrunkHeaderName", "trunks: [{name: a, headers: {\"X Trunk\": b}}]\n",
     "a.yaml:1: trunks.headers: \"X Trunk\" is no header name; write one such as X-Trunk"},
    {"TrunkHeaderTwice", "trunks:\n  - name: a\n    headers:\n      X-A: b\n      x-a: c\n",
     "a.yaml:5: trunks.headers: \"x-a\" is named twice; give one name a list of values"},
    {"TrunkHeaderWithoutValue", "trunks: [{name: a, headers: {X-Trunk: []}}]\n",
     "a.yaml:1: trunks.headers: \"X-Trunk\" has no value; give one"},
    {"TrunkHeadersAreAList", "trunks: [{name: a, headers: [X-Trunk]}]\n",
     "a.yaml:1: trunks.headers: takes header names with their values; write {X-Trunk: carrier-a}"},
    {"TrunkInterface", "trunks: [{name: a, interfaces: [\"eth 0\"]}]\n",
     "a.yaml:1: trunks.interfaces: \"eth 0\" is no interface name; see `ip link` for the names of this host"},
    {"TrunkVlan", "trunks: [{name: a, vlans: [4095]}]\n",
     "a.yaml:1: trunks.vlans: \"4095\" is out of range; use 1 to 4094"},
    {"LinkingHeader", "linking:\n  headers: [\"X Call\"]\n",
     "a.yaml:2: linking.headers: \"X Call\" is no header name; write one such as X-Original-Call-ID"},
    {"LinkingHeaderTwice", "linking: {headers: [X-A, x-a]}\n",
     "a.yaml:1: linking.headers: \"x-a\" is named twice; keep one"},
    {"JitterBuffer", "media: {jitter_buffer: 60}\n",
     "a.yaml:1: media.jitter_buffer: \"60\" is no duration; write a number and a unit (ms, s, m, h, d) such "
     "as 90s"},
    {"JitterBufferNegative", "media: {jitter_buffer: -1ms}\n",
     "a.yaml:1: media.jitter_buffer: \"-1ms\" is no duration; write a number and a unit (ms, s, m, h, d) "
     "such as 90s"},
    {"JitterBufferTooLong", "media:\n  jitter_buffer: 2001ms\n",
     "a.yaml:2: media.jitter_buffer: \"2001ms\" is out of range; use 0ms to 2s"},
    {"DtmfDigits", "media: {dtmf_digits: 1}\n",
     "a.yaml:1: media.dtmf_digits: \"1\" is not taken; use false or true"},
    {"MediaTypo", "media: {jitter_bufer: 60ms}\n",
     "a.yaml:1: unknown key \"jitter_bufer\"; did you mean \"jitter_buffer\"?"},
    {"LinkingMatch", "linking: {match: perhaps}\n",
     "a.yaml:1: linking.match: \"perhaps\" is not taken; use false or true"},
    {"TrunkIsNoBlock", "trunks: [carrier]\n",
     "a.yaml:1: trunks: each trunk is a block of keys; write {name: carrier-a, peers: [192.0.2.0/24]}"},
    {"TrunkDomain", "trunks: [{name: a, domains: [\"*.example.com\"]}]\n",
     "a.yaml:1: trunks.domains: \"*.example.com\" is no domain; write one such as pbx.example.com"},
    {"OneFileForBoth", "cdr: {file: {path: /x}}\nevents: {file: {path: /x}}\n",
     "a.yaml:1: cdr.file.path: \"/x\" is the file of events too; give each its own"},
    {"DirectoryForFile", "cdr: {file: {path: /x/}}\n",
     "a.yaml:1: cdr.file.path: \"/x/\" is a directory; name a file in it"},
    {"StoreIsNoBlock", "store: on\n",
     "a.yaml:1: store: takes a block of keys; write store: {path: …, retain: …, max_size: …, messages: …}"},
    {"StoreRetain", "store: {retain: 1h}\n",
     "a.yaml:1: store.retain: \"1h\" is out of range; use whole seconds, 1d to 3650d"},
    {"StoreSize", "store: {max_size: 1MiB}\n",
     "a.yaml:1: store.max_size: \"1MiB\" is out of range; use 16MiB to 1048576GiB"},
    {"EmptyNode", "node: \"\"\n", "a.yaml:1: node: takes 1 to 255 characters; shorten it or remove the key"},
};
INSTANTIATE_TEST_SUITE_P(Texts, BadFile, testing::ValuesIn(kErrors),
                         [](const auto& test) { return test.param.name; });

// ---- backends of records, which read the store ----

TEST_F(Load, BackendsSwitchTheStoreOnWhereItHasNoBlock) {
  const auto loaded = load("cdr: {syslog: {address: \"tcp://[2001:db8::1]:601\", facility: local3}}\n");
  ASSERT_TRUE(loaded);
  const CdrSyslogSettings& syslog = loaded->settings.cdr_syslog;
  EXPECT_EQ(syslog.transport, CdrSyslogSettings::Transport::tcp);
  EXPECT_EQ(syslog.host, "2001:db8::1");
  EXPECT_EQ(syslog.port, 601);
  EXPECT_EQ(syslog.facility, 19);
  ASSERT_TRUE(loaded->settings.store);
  EXPECT_EQ(loaded->settings.store->path, "/var/lib/sipsonde");
  EXPECT_TRUE(loaded->settings.cdr_file_reads_store());
}

TEST_F(Load, ABackendWithoutTheStoreIsRefusedAndBothPlacesAreNamed) {
  const std::string said = error_of("store: off\ncdr: {http: {url: \"http://a.example/\"}}\n");
  EXPECT_EQ(said, "a.yaml:2: cdr.http.url: reads the store, which is off (" + file_ +
                      ":1); remove `store: off` or set cdr.http.url to off");
}

TEST_F(Load, ASyslogAddressWithoutATransportIsUdp) {
  const auto loaded = load("cdr: {syslog: {address: \"loghost:514\"}}\n");
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->settings.cdr_syslog.transport, CdrSyslogSettings::Transport::udp);
  EXPECT_EQ(find_key("cdr.syslog.address")->show(loaded->settings), "\"udp://loghost:514\"");
}

TEST_F(Load, BackendsNeedNoStoreInAReplayWhichTellsNobody) {
  SettingsSources sources;
  sources.replay = true;
  const auto loaded = load("store: off\ncdr: {http: {url: \"http://a.example/\"}}\n", sources);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_FALSE(loaded->settings.store);
}

TEST_F(Load, WithAnOutputDirectoryTheStoreLiesThereAndTheFileIsOfThisRunAlone) {
  SettingsSources sources;
  sources.output_dir = "out";
  const auto loaded = load("cdr: {file: {format: csv}, http: {url: \"http://a.example/\"}}\n", sources);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->settings.store->path, "out/store");
  EXPECT_EQ(loaded->settings.cdr_file->path, "out/cdr.csv");
  EXPECT_FALSE(loaded->settings.cdr_file_reads_store());
}

TEST_F(Load, AFileOfCsvIsCalledSoUnlessAPathIsGiven) {
  EXPECT_EQ(load("cdr: {file: {format: csv}}\n")->settings.cdr_file->path, "/var/log/sipsonde/cdr.csv");
  EXPECT_EQ(load("cdr: {file: {format: csv, path: /x/a}}\n")->settings.cdr_file->path, "/x/a");
  EXPECT_FALSE(load("cdr: {file: {format: csv, path: off}}\n")->settings.cdr_file);
}

TEST_F(Load, ASecretIsNotShown) {
  const auto loaded = load("cdr: {http: {url: \"http://a.example/\", auth_header: Bearer tok123}}\n");
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->settings.cdr_http.auth_header, "Bearer tok123");
  EXPECT_EQ(find_key("cdr.http.auth_header")->show(loaded->settings), "\"(not shown)\"");
}

// ---- the store: off until its block appears ----

struct StoreCase {
  const char* name;
  const char* text;
  const char* path;  // "": off
};

TEST_F(Load, TheStoreIsOnWhenItsBlockAppearsAndOffWhenThatSaysSo) {
  const StoreCase cases[] = {
      {"nothing", "node: a\n", ""},
      {"empty block", "store: {}\n", "/var/lib/sipsonde"},
      {"block of comments", "store:\n  # path: /x\n", "/var/lib/sipsonde"},
      {"another key", "store: {retain: 2d}\n", "/var/lib/sipsonde"},
      {"path", "store: {path: /data/calls/}\n", "/data/calls"},
      {"off", "store: off\n", ""},
      {"path off", "store: {path: off, retain: 2d}\n", ""},
  };
  for (const StoreCase& test : cases) {
    const auto loaded = load(test.text);
    ASSERT_TRUE(loaded) << test.name << ": " << loaded.error().message;
    const auto& store = loaded->settings.store;
    EXPECT_EQ(store ? store->path : "", test.path) << test.name;
  }
}

TEST_F(Load, TheStoreTakesItsBoundsFromFileAndEnvironment) {
  SettingsSources sources;
  sources.environment = {"SIPSONDE_STORE_MAX_SIZE=1GiB"};
  const auto loaded = load("store: {retain: 36h}\n", sources);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->settings.store->retain, std::chrono::hours{36});
  EXPECT_EQ(loaded->settings.store->max_bytes, 1ull << 30);
  sources.environment = {"SIPSONDE_STORE_PATH=off"};
  EXPECT_FALSE(load("store: {}\n", sources)->settings.store);
}

TEST_F(Load, WithAnOutputDirectoryTheStoreLiesThereToo) {
  SettingsSources sources;
  sources.output_dir = "out";
  EXPECT_FALSE(load("", sources)->settings.store);
  EXPECT_EQ(load("store: {path: /data/calls}\n", sources)->settings.store->path, "out/store");
  EXPECT_FALSE(load("store: off\n", sources)->settings.store);
}

TEST_F(Load, AReplayHasNoStore) {
  SettingsSources sources;
  sources.replay = true;
  sources.output_dir = "out";
  EXPECT_FALSE(load("store: {path: /data/calls}\n", sources)->settings.store);
}

struct EnvironmentCase {
  std::string name;
  std::string entry;
  std::string message;

  friend void PrintTo(const EnvironmentCase& its, std::ostream* out) { *out << its.name; }
};

class BadEnvironment : public testing::TestWithParam<EnvironmentCase> {};

TEST_P(BadEnvironment, IsRefusedWithTheVariablesName) {
  const auto loaded =
      load_settings({.file = {}, .environment = {GetParam().entry}, .interfaces = {}, .output_dir = {}});
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().message, GetParam().message);
  EXPECT_EQ(loaded.error().exit_code, 2);
}

const EnvironmentCase kBadEnvironments[] = {
    {"OutOfRange", "SIPSONDE_WORKERS=99",
     "environment SIPSONDE_WORKERS: workers: \"99\" is out of range; use 1 to 8, or auto"},
    {"Token", "SIPSONDE_API_TOKEN=two words",
     "environment SIPSONDE_API_TOKEN: api.token: takes up to 1024 visible characters of ASCII; change it"},
    {"Misspelt", "SIPSONDE_METRIC_LISTEN=off",
     "environment SIPSONDE_METRIC_LISTEN: unknown setting; did you mean SIPSONDE_METRICS_LISTEN?"},
    {"ControlCharacter", "SIPSONDE_NODE=a\nb\x01",
     "environment SIPSONDE_NODE: control character \"\\x01\"; remove it"},
    {"BadTrunks", "SIPSONDE_TRUNKS=[{name: a",
     "environment SIPSONDE_TRUNKS: a list or block stands where a key belongs; close its bracket or use a "
     "plain word"},
    {"Api", "SIPSONDE_API_LISTEN=[::]:9092",
     "environment SIPSONDE_API_LISTEN: api.listen: \"[::]:9092\" is no loopback address and the API has no "
     "token; "
     "use 127.0.0.1:9092 or set api.token"},
};
INSTANTIATE_TEST_SUITE_P(Entries, BadEnvironment, testing::ValuesIn(kBadEnvironments),
                         [](const auto& test) { return test.param.name; });

TEST(Environment, WhatAnOrchestratorSetsForItsServicesIsNoSetting) {
  const auto loaded =
      load_settings({.file = {},
                     .environment = {"SIPSONDE_SERVICE_HOST=10.0.0.1", "SIPSONDE_PORT=tcp://10.0.0.1:9091",
                                     "SIPSONDE_PORT_9091_TCP_ADDR=10.0.0.1",
                                     "SIPSONDE_METRICS_SERVICE_PORT=9091", "SIPSONDE_X"},
                     .interfaces = {},
                     .output_dir = {}});
  EXPECT_TRUE(loaded) << loaded.error().message;
}

}  // namespace
}  // namespace sipsonde
