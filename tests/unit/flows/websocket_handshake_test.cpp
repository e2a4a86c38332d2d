// SPDX-License-Identifier: Apache-2.0
#include "flows/websocket_handshake.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

using enum HttpHead;

// RFC 7118 section 4.1, with the extension of RFC 7692 section 7.1.3.
const std::string kRequest =
    "GET / HTTP/1.1\r\nHost: sip-ws.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://www.example.com\r\n"
    "Sec-WebSocket-Protocol: sip\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n";
const std::string kResponse =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: sip\r\n\r\n";

std::string request_with(std::string_view fields) {
  return "GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         std::string(fields) + "\r\n";
}

std::string response_with(std::string_view fields) {
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" +
         std::string(fields) + "\r\n";
}

struct Read {
  HttpHead verdict;
  WebSocketUpgrade upgrade;
  std::size_t length = 0;
};

Read request(std::string_view bytes) {
  Read read{};
  read.verdict = read_upgrade_request(bytes, read.upgrade, read.length);
  return read;
}

Read response(std::string_view bytes) {
  Read read{};
  read.verdict = read_upgrade_response(bytes, read.upgrade, read.length);
  return read;
}

TEST(WebSocketHandshake, BothHeadsOfTheRfcAreReadAndFramesFollowThem) {
  const Read offered = request(kRequest + "\x81\x80");
  EXPECT_EQ(offered.verdict, websocket);
  EXPECT_TRUE(offered.upgrade.sip);
  EXPECT_TRUE(offered.upgrade.deflate);
  EXPECT_EQ(offered.length, kRequest.size());
  const Read accepted = response(kResponse + "\x81\x80");
  EXPECT_EQ(accepted.verdict, websocket);
  EXPECT_TRUE(accepted.upgrade.sip);
  EXPECT_FALSE(accepted.upgrade.deflate);
  EXPECT_EQ(accepted.length, kResponse.size());
}

TEST(WebSocketHandshake, AHeadIsIncompleteUntilItsLastByte) {
  for (std::size_t length = 0; length < kRequest.size(); ++length)
    EXPECT_EQ(request(kRequest.substr(0, length)).verdict, incomplete) << length;
  for (std::size_t length = 0; length < kResponse.size(); ++length)
    EXPECT_EQ(response(kResponse.substr(0, length)).verdict, incomplete) << length;
}

TEST(WebSocketHandshake, WhatIsNoHeadIsToldByItsFirstBytes) {
  for (const std::string& bytes :
       {std::string("REGISTER sip:example.com SIP/2.0\r\n"), std::string("P"), std::string("G\0", 2),
        std::string("GET\t/ HTTP/1.1\r\n\r\n"), kResponse, std::string("\x81\x05Hello"),
        std::string("GET / SIP/2.0\r\n\r\n"), std::string("GET / HTTP/1.0\r\n\r\n")})
    EXPECT_EQ(request(bytes).verdict, not_http) << bytes;
  for (const std::string& bytes : {std::string("SIP/2.0 200 OK\r\n"), std::string("HTTP/1.0 101 X\r\n\r\n"),
                                   kRequest, std::string("HTTP/2 101\r\n")})
    EXPECT_EQ(response(bytes).verdict, not_http) << bytes;
}

TEST(WebSocketHandshake, OtherHttpIsNoWebSocketAndItsHeadCanBeSkipped) {
  for (const std::string& bytes :
       {std::string("GET /index.html HTTP/1.1\r\nHost: h\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nUpgrade: h2c\r\nSec-WebSocket-Key: x\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Key:  \r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nX-Note: a\r\n Upgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n")}) {
    const Read read = request(bytes + "GET");
    EXPECT_EQ(read.verdict, not_websocket) << bytes;
    EXPECT_EQ(read.length, bytes.size());
  }
  for (const std::string& bytes :
       {std::string("HTTP/1.1 200 OK\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n"),
        std::string("HTTP/1.1 1010 X\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n"),
        std::string("HTTP/1.1 101 X\r\nUpgrade: h2c\r\nSec-WebSocket-Accept: x\r\n\r\n"),
        std::string("HTTP/1.1 101 X\r\nUpgrade: websocket\r\n\r\n"), std::string("HTTP/1.1 401\r\n\r\n"),
        std::string("HTTP/1.1 \r\n\r\n")}) {
    const Read read = response(bytes + "HTTP");
    EXPECT_EQ(read.verdict, not_websocket) << bytes;
    EXPECT_EQ(read.length, bytes.size());
  }
}

TEST(WebSocketHandshake, SubprotocolSipIsFoundInAListInAnyCase) {
  const struct {
    const char* fields;
    bool sip;
  } cases[] = {
      {"Sec-WebSocket-Protocol: sip\r\n", true},
      {"sec-websocket-protocol:SIP\r\n", true},
      {"SEC-WEBSOCKET-PROTOCOL: msrp, Sip ,xmpp\r\n", true},
      {"Sec-WebSocket-Protocol: msrp\r\nSec-WebSocket-Protocol: sip\r\n", true},
      {"Sec-WebSocket-Protocol: sip\r\nSec-WebSocket-Protocol: msrp\r\n", true},
      {"Sec-WebSocket-Protocol: ,,sip\r\n", true},
      {"Sec-WebSocket-Protocol: sips\r\n", false},
      {"Sec-WebSocket-Protocol: a sip\r\n", false},
      {"Sec-WebSocket-Protocol:\r\n", false},
      {"X-Sec-WebSocket-Protocol: sip\r\n", false},
      {"Sec-WebSocket-Protocol : sip\r\n", false},  // RFC 9112 section 5.1
      {"Sec-WebSocket-Protocol\r\n", false},
      {"", false},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(request(request_with(one.fields)).verdict, websocket) << one.fields;
    EXPECT_EQ(request(request_with(one.fields)).upgrade.sip, one.sip) << one.fields;
    EXPECT_EQ(response(response_with(one.fields)).upgrade.sip, one.sip) << one.fields;
  }
}

TEST(WebSocketHandshake, TheNamesOfTheUpgradeAreTakenInAnyCaseAndFromALongerList) {
  EXPECT_EQ(request("GET / HTTP/1.1\r\nUPGRADE: h2c, WebSocket\r\nsec-websocket-key: x\r\n\r\n").verdict,
            websocket);
  EXPECT_EQ(response("HTTP/1.1 101\r\nupgrade: WEBSOCKET\r\nsec-websocket-accept: x\r\n\r\n").verdict,
            websocket);
}

TEST(WebSocketHandshake, ParametersOfPermessageDeflateAreRead) {
  const struct {
    const char* extensions;
    bool deflate, client_forgets, server_forgets;
    int client_bits, server_bits;
  } cases[] = {
      {"permessage-deflate", true, false, false, 15, 15},
      {"PerMessage-Deflate ; Server_No_Context_Takeover", true, false, true, 15, 15},
      {"permessage-deflate; client_no_context_takeover; client_max_window_bits=10", true, true, false, 10,
       15},
      {"permessage-deflate;server_max_window_bits=\"8\"", true, false, false, 15, 8},
      {"x-other; note=\"a, permessage-deflate; server_max_window_bits=9\"", false, false, false, 15, 15},
      {"x-other, permessage-deflate; server_max_window_bits = 11", true, false, false, 15, 11},
      {"permessage-deflate; client_max_window_bits, permessage-deflate; server_no_context_takeover", true,
       false, false, 15, 15},
      {"permessage-deflate; client_max_window_bits=7; server_max_window_bits=16", true, false, false, 15, 15},
      {"permessage-deflate; client_max_window_bits=; server_max_window_bits=-9", true, false, false, 15, 15},
      {"permessage-deflate; client_max_window_bits=99999999999999999999", true, false, false, 15, 15},
      {"permessage-bzip2", false, false, false, 15, 15},
      {";;=,\"", false, false, false, 15, 15},
  };
  for (const auto& one : cases) {
    const Read read =
        response(response_with("Sec-WebSocket-Extensions: " + std::string(one.extensions) + "\r\n"));
    EXPECT_EQ(read.verdict, websocket) << one.extensions;
    EXPECT_EQ(read.upgrade.deflate, one.deflate) << one.extensions;
    EXPECT_EQ(read.upgrade.client_no_context_takeover, one.client_forgets) << one.extensions;
    EXPECT_EQ(read.upgrade.server_no_context_takeover, one.server_forgets) << one.extensions;
    EXPECT_EQ(read.upgrade.client_max_window_bits, one.client_bits) << one.extensions;
    EXPECT_EQ(read.upgrade.server_max_window_bits, one.server_bits) << one.extensions;
  }
}

TEST(WebSocketHandshake, AHeadHasABound) {
  const std::string filling = "Cookie: " + std::string(kLongestHttpHead, 'x');
  EXPECT_EQ(request("GET / HTTP/1.1\r\n" + filling).verdict, not_http);
  EXPECT_EQ(request("GET / HTTP/1.1\r\n" + filling.substr(0, 5000)).verdict, incomplete);
  EXPECT_EQ(request("GET / HTTP/1.1\r\n" + filling + "\r\n\r\n").verdict, not_http);
  const std::string longest = request_with(
      "Cookie: " + std::string(kLongestHttpHead - request_with("Cookie: \r\n").size(), 'x') + "\r\n");
  EXPECT_EQ(longest.size(), kLongestHttpHead);
  EXPECT_EQ(request(longest).verdict, websocket);
}

}  // namespace
}  // namespace sipsonde
