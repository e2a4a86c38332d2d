// SPDX-License-Identifier: Apache-2.0
#include "hep/hep_transport.h"

#include <gtest/gtest.h>

#include <string>

namespace sipsonde {
namespace {

std::string options_by(const std::string& via) {
  return "OPTIONS sip:bob@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/" + via +
         " 192.0.2.1;branch=z9hG4bK1\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK2\r\nFrom: "
         "<sip:a@b>;tag=1\r\nTo: <sip:bob@192.0.2.2>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: "
         "0\r\n\r\n";
}

TEST(HepTransport, IsThatOfTheProtocolAndOfTheTopVia) {
  struct Case {
    std::uint8_t protocol;
    const char* via;
    std::optional<sipsonde_transport> transport;
  };
  const Case cases[] = {
      {17, "UDP", SIPSONDE_TRANSPORT_udp},
      {17, "TLS", SIPSONDE_TRANSPORT_udp},
      {6, "TCP", SIPSONDE_TRANSPORT_tcp},
      {6, "UDP", SIPSONDE_TRANSPORT_tcp},
      {6, "TLS", SIPSONDE_TRANSPORT_tls},
      {6, "tls", SIPSONDE_TRANSPORT_tls},
      {6, "WS", SIPSONDE_TRANSPORT_ws},
      {6, "WSS", SIPSONDE_TRANSPORT_wss},
      {22, "TLS", SIPSONDE_TRANSPORT_tls},
      {22, "WS", SIPSONDE_TRANSPORT_ws},
      {22, "WSS", SIPSONDE_TRANSPORT_wss},
      {22, "TCP", SIPSONDE_TRANSPORT_tls},
      {50, "WS", SIPSONDE_TRANSPORT_ws},
      {50, "WSS", SIPSONDE_TRANSPORT_wss},
      {50, "TCP", SIPSONDE_TRANSPORT_ws},
      {132, "SCTP", std::nullopt},
      {0, "UDP", std::nullopt},
      {1, "UDP", std::nullopt},
  };
  for (const Case& one : cases)
    EXPECT_EQ(transport_of(one.protocol, options_by(one.via)), one.transport) << int{one.protocol} << one.via;
}

TEST(HepTransport, WhatCannotBeReadSaysNothing) {
  for (const std::string& bytes : {std::string(), std::string("\r\n\r\n"), std::string(5000, 'V'),
                                   std::string("OPTIONS sip:b SIP/2.0\r\nVia: \r\n\r\n")})
    EXPECT_EQ(transport_of(6, bytes), SIPSONDE_TRANSPORT_tcp);
}

}  // namespace
}  // namespace sipsonde
