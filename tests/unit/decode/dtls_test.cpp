// SPDX-License-Identifier: Apache-2.0
#include "decode/dtls.h"

#include <gtest/gtest.h>

#include "support/dtls_bytes.h"

namespace sipsonde {
namespace {

const std::string kVersions13 = dtls_extension(43, dtls_vector(dtls_number(0xfefcfefd, 4), 1));

TEST(Dtls, RecordsOfADatagramAreWalkedInOrder) {
  const std::string datagram = dtls_record(22, 0, "hello") + dtls_record(20, 0, "\x01") +
                               dtls_record(22, 1, "finished", 0xfeff) + dtls13_record(3, "cipher");
  DtlsRecords records(datagram);
  DtlsRecord record;
  ASSERT_TRUE(records.next(record));
  EXPECT_EQ(record.content, DtlsContent::handshake);
  EXPECT_EQ(record.version, kDtls12);
  EXPECT_EQ(record.epoch, 0);
  EXPECT_EQ(record.fragment, "hello");
  ASSERT_TRUE(records.next(record));
  EXPECT_EQ(record.content, DtlsContent::change_cipher_spec);
  ASSERT_TRUE(records.next(record));
  EXPECT_EQ(record.version, kDtls10);
  EXPECT_EQ(record.epoch, 1);
  ASSERT_TRUE(records.next(record));
  EXPECT_EQ(record.content, DtlsContent::encrypted);
  EXPECT_EQ(record.epoch, 3);
  EXPECT_EQ(record.fragment, "cipher");
  EXPECT_FALSE(records.next(record));
  EXPECT_TRUE(records.at_end());
}

TEST(Dtls, AUnifiedHeaderHasManyShapes) {
  const struct {
    const char* name;
    std::string datagram;
    std::string fragment;
    int epoch;
  } cases[] = {
      {"short sequence, no length",
       "\x22"
       "sABC",
       "ABC", 2},
      {"long sequence, no length",
       "\x2a"
       "ssABC",
       "ABC", 2},
      {"short sequence, length",
       std::string("\x27s\0\x02"
                   "ABC",
                   7),
       "AB", 3},
      {"connection ID hides the length",
       "\x3f"
       "ccccssllABC",
       "cssllABC", 3},
  };
  for (const auto& c : cases) {
    DtlsRecords records(c.datagram);
    DtlsRecord record;
    ASSERT_TRUE(records.next(record)) << c.name;
    EXPECT_EQ(record.content, DtlsContent::encrypted) << c.name;
    EXPECT_EQ(record.epoch, c.epoch) << c.name;
    if (std::string_view(c.name).find("hides") == std::string_view::npos)
      EXPECT_EQ(record.fragment, c.fragment) << c.name;
    else
      EXPECT_FALSE(records.next(record)) << c.name;
  }
}

TEST(Dtls, ARecordWithAConnectionIdTakesTheRestOfTheDatagram) {
  const std::string datagram =
      dtls_number(25, 1) + dtls_number(0xfefd, 2) + dtls_number(1, 2) + dtls_number(5, 6) + "cid.. and more";
  DtlsRecords records(datagram);
  DtlsRecord record;
  ASSERT_TRUE(records.next(record));
  EXPECT_EQ(record.content, DtlsContent::tls12_cid);
  EXPECT_EQ(record.epoch, 1);
  EXPECT_FALSE(records.next(record));
  EXPECT_TRUE(records.at_end());
}

TEST(Dtls, WhatIsNoRecordEndsTheWalk) {
  const std::string datagrams[] = {"\x80\x08rtp packet..",
                                   "\x16\x03\x03"
                                   "tls over tcp..",
                                   dtls_record(24, 0, "heartbeat"), dtls_record(22, 0, "cut").substr(0, 15),
                                   "\x16\xfe\xfd"};
  for (const std::string& datagram : datagrams) {
    DtlsRecords records(datagram);
    DtlsRecord record;
    EXPECT_FALSE(records.next(record));
    EXPECT_FALSE(records.at_end());
  }
}

TEST(Dtls, MessagesOfARecordAreTakenOneByOne) {
  const std::string bytes = dtls_message(2, 1, "server hello") + dtls_part(11, 2, "certificate", 4, 3);
  std::string_view rest = bytes;
  const auto first = take_dtls_fragment(rest);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->type, DtlsMessageType::server_hello);
  EXPECT_EQ(first->sequence, 1);
  EXPECT_TRUE(first->is_whole());
  const auto second = take_dtls_fragment(rest);
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->is_whole());
  EXPECT_EQ(second->length, 11u);
  EXPECT_EQ(second->offset, 4u);
  EXPECT_EQ(second->bytes, "ifi");
  EXPECT_FALSE(take_dtls_fragment(rest));
}

TEST(Dtls, APartPastItsMessageIsRefused) {
  std::string bytes = dtls_part(11, 2, "certificate", 4, 3);
  bytes[8] = 9;  // offset 9, three bytes, of eleven
  std::string_view rest = bytes;
  EXPECT_FALSE(take_dtls_fragment(rest));
}

TEST(Dtls, AClientHelloOffersProfilesAndVersions) {
  const std::string body = dtls_client_hello('c', dtls_use_srtp({1, 7, 8}) + kVersions13);
  const auto hello = decode_client_hello(body);
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->version, kDtls13);
  EXPECT_EQ(hello->random, std::string(32, 'c'));
  ASSERT_EQ(hello->srtp_profile_count, 3u);
  EXPECT_EQ(hello->srtp_profiles[1], 7);
  EXPECT_EQ(decode_client_hello(dtls_client_hello('c', dtls_use_srtp({2})))->version, kDtls12);
}

TEST(Dtls, AHelloWithoutExtensionsIsOne) {
  const std::string with = dtls_client_hello('c', "");
  const auto hello = decode_client_hello(std::string_view(with).substr(0, with.size() - 2));
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->srtp_profile_count, 0u);
}

TEST(Dtls, MoreProfilesThanEightAreCutOff) {
  const std::string body = dtls_client_hello('c', dtls_use_srtp({1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  EXPECT_EQ(decode_client_hello(body)->srtp_profile_count, 8u);
}

TEST(Dtls, AServerHelloChooses) {
  const std::string old = dtls_server_hello(std::string(32, 's'), dtls_use_srtp({1}));
  const auto chosen = decode_server_hello(old);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->version, kDtls12);
  EXPECT_EQ(chosen->srtp_profiles[0], 1);
  const std::string body =
      dtls_server_hello(std::string(32, 's'), dtls_extension(43, dtls_number(0xfefc, 2)));
  EXPECT_EQ(decode_server_hello(body)->version, kDtls13);
  EXPECT_FALSE(decode_server_hello(body)->resumes);
  const std::string resumed =
      dtls_server_hello(std::string(32, 's'),
                        dtls_extension(43, dtls_number(0xfefc, 2)) + dtls_extension(41, dtls_number(0, 2)));
  EXPECT_TRUE(decode_server_hello(resumed)->resumes);
}

TEST(Dtls, AHelloCutAtAnyByteIsNone) {
  const std::string body = dtls_client_hello('c', dtls_use_srtp({1, 7, 8}) + kVersions13);
  const std::size_t without_extensions = dtls_client_hello('c', "").size() - 2;
  for (std::size_t size = 0; size < body.size(); ++size) {
    const std::string cut(body.data(), size);
    EXPECT_EQ(decode_client_hello(cut).has_value(), size == without_extensions) << size;
    (void)decode_server_hello(cut);
  }
}

TEST(Dtls, TheFirstCertificateIsTheEndEntitys) {
  const std::string list = dtls_vector("end entity", 3) + dtls_vector("issuer", 3);
  EXPECT_EQ(decode_certificate(dtls_vector(list, 3)), "end entity");
  EXPECT_EQ(decode_certificate(dtls_vector("", 3)), "");
  EXPECT_FALSE(decode_certificate(dtls_vector(list, 3).substr(0, 20)));
  EXPECT_FALSE(decode_certificate(dtls_vector(dtls_number(400, 3) + "short", 3)));
  EXPECT_FALSE(decode_certificate(""));
}

TEST(Dtls, AlertsHaveTwoLevels) {
  EXPECT_TRUE(decode_alert("\x02\x28")->fatal);
  EXPECT_EQ(decode_alert("\x02\x28")->description, 40);
  EXPECT_FALSE(decode_alert(std::string("\x01\x00", 2))->fatal);
  EXPECT_FALSE(decode_alert("\x03\x28"));
  EXPECT_FALSE(decode_alert("\x02"));
}

}  // namespace
}  // namespace sipsonde
