// SPDX-License-Identifier: Apache-2.0
#include "config/values.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

TEST(Duration, IsANumberWithAUnit) {
  const std::pair<const char*, milliseconds> cases[] = {
      {"500ms", 500ms}, {"90s", 90s},     {"2h", 2h}, {"14d", 336h},
      {"5m", 5min},     {"1h30m", 90min}, {"0s", 0s}, {"1s500ms", 1500ms},
  };
  for (const auto& [text, expected] : cases) {
    const auto duration = parse_duration(text);
    ASSERT_TRUE(duration) << text;
    EXPECT_EQ(*duration, expected) << text;
  }
}

TEST(Duration, IsPrintedInItsLargestUnit) {
  EXPECT_EQ(duration_to_text(2h), "2h");
  EXPECT_EQ(duration_to_text(90min), "90m");
  EXPECT_EQ(duration_to_text(336h), "14d");
  EXPECT_EQ(duration_to_text(1500ms), "1500ms");
  EXPECT_EQ(duration_to_text(0ms), "0s");
}

TEST(Duration, WithoutAUnitOrTooLongIsRefused) {
  for (const char* text :
       {"", "90", "h", "2 h", "-1s", "1.5h", "2hours", "1h30", "s5", "99999999999999999999s"})
    EXPECT_FALSE(parse_duration(text)) << text;
  const auto huge = parse_duration("18446744073709551615d");
  ASSERT_FALSE(huge);
  EXPECT_EQ(huge.error().message, "\"18446744073709551615d\" is out of range; use at most 3650d");
  EXPECT_FALSE(parse_duration("3650d1ms"));
}

TEST(Size, IsBytesOrANumberWithABinaryUnit) {
  const std::pair<const char*, std::uint64_t> cases[] = {
      {"4096", 4096}, {"64KiB", 65536}, {"64MiB", 64ull << 20}, {"2GiB", 2ull << 30}, {"0", 0}};
  for (const auto& [text, expected] : cases) {
    const auto size = parse_size(text);
    ASSERT_TRUE(size) << text;
    EXPECT_EQ(*size, expected) << text;
  }
}

TEST(Size, IsPrintedInItsLargestUnit) {
  EXPECT_EQ(size_to_text(64ull << 20), "64MiB");
  EXPECT_EQ(size_to_text(1ull << 30), "1GiB");
  EXPECT_EQ(size_to_text(1000), "1000");
  EXPECT_EQ(size_to_text(0), "0");
}

TEST(Size, WithAnotherUnitOrTooLargeIsRefused) {
  for (const char* text : {"", "MiB", "64MB", "64 MiB", "-1", "1.5GiB", "64mib", "17179869184GiB"})
    EXPECT_FALSE(parse_size(text)) << text;
}

TEST(Count, IsWithinItsRange) {
  EXPECT_EQ(*parse_count("8", 1, 8), 8u);
  EXPECT_EQ(parse_count("9", 1, 8).error().message, "\"9\" is out of range; use 1 to 8");
  EXPECT_EQ(parse_count("four", 1, 8).error().message, "\"four\" is no whole number; use 1 to 8");
  for (const char* text : {"", "+1", "-1", "1.0", "0x1", " 1", "1 ", "99999999999999999999"})
    EXPECT_FALSE(parse_count(text, 0, 100)) << text;
}

TEST(ListenAddress, IsAnAddressAndAPort) {
  const std::pair<const char*, ListenAddress> cases[] = {{"0.0.0.0:9091", {"0.0.0.0", 9091}},
                                                         {"[::1]:9092", {"::1", 9092}},
                                                         {"localhost:80", {"127.0.0.1", 80}},
                                                         {"127.0.0.1:0", {"127.0.0.1", 0}}};
  for (const auto& [text, expected] : cases) {
    const auto address = parse_listen_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(*address, expected) << text;
  }
  EXPECT_EQ(to_text(ListenAddress{"::1", 9092}), "[::1]:9092");
  EXPECT_EQ(to_text(ListenAddress{"0.0.0.0", 9091}), "0.0.0.0:9091");
}

TEST(ListenAddress, OfAnyOtherFormIsRefused) {
  for (const char* text : {"", "9091", ":9091", "0.0.0.0", "0.0.0.0:", "0.0.0.0:65536", "::1:9092", "[::1]",
                           "[127.0.0.1]:80", "example.com:80", "127.0.0.1:http"})
    EXPECT_FALSE(parse_listen_address(text)) << text;
}

TEST(HepListenAddress, SaysTransportAndAddress) {
  using Transport = HepListen::Transport;
  const std::pair<const char*, HepListen> cases[] = {
      {"udp://127.0.0.1:9060", {Transport::udp, {"127.0.0.1", 9060}}},
      {"tcp://0.0.0.0:9060", {Transport::tcp, {"0.0.0.0", 9060}}},
      {"tcp://[2001:db8::1]:9061", {Transport::tcp, {"2001:db8::1", 9061}}},
      {"udp://localhost:0", {Transport::udp, {"127.0.0.1", 0}}}};
  for (const auto& [text, expected] : cases) {
    const auto listen = parse_hep_listen(text);
    ASSERT_TRUE(listen) << text;
    EXPECT_EQ(*listen, expected) << text;
  }
  EXPECT_EQ(to_text(HepListen{Transport::tcp, {"::1", 9060}}), "tcp://[::1]:9060");
}

TEST(HepListenAddress, OfAnyOtherFormIsRefused) {
  for (const char* text :
       {"", "udp", "udp:", "udp://", "127.0.0.1:9060", "UDP://127.0.0.1:9060", "tls://127.0.0.1:9060",
        "udp://127.0.0.1", "udp://host:9060", "udp://::1:9060", "udp://127.0.0.1:9060/"})
    EXPECT_FALSE(parse_hep_listen(text)) << text;
}

TEST(RemoteEndpoint, IsANameOrAnAddressAndAPort) {
  const std::tuple<const char*, const char*, int> cases[] = {{"homer.example:9060", "homer.example", 9060},
                                                             {"192.0.2.1:1", "192.0.2.1", 1},
                                                             {"[2001:db8::1]:65535", "2001:db8::1", 65535}};
  for (const auto& [text, host, port] : cases) {
    const auto endpoint = parse_remote_endpoint(text);
    ASSERT_TRUE(endpoint) << text;
    EXPECT_EQ(endpoint->host, host);
    EXPECT_EQ(endpoint->port, port);
    EXPECT_EQ(to_text(*endpoint), text);
  }
}

TEST(RemoteEndpoint, OfAnyOtherFormIsRefused) {
  for (const char* text : {"", ":", "homer", "homer:", ":9060", "homer:0", "homer:65536", "2001:db8::1:9060",
                           "[homer]:9060", "udp://homer:9060", "ho mer:9060", "homer\n:9060"})
    EXPECT_FALSE(parse_remote_endpoint(text)) << text;
}

TEST(Quoted, WhatAPersonWroteCannotBreakTheLine) {
  EXPECT_EQ(in_quotes("a\nb\x1b[31m"), "\"a\\x0ab\\x1b[31m\"");
  EXPECT_EQ(in_quotes(std::string(1000, 'x')).size(), 205u);
}

}  // namespace
}  // namespace sipsonde
