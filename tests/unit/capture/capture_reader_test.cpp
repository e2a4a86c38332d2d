// SPDX-License-Identifier: Apache-2.0
#include "capture/capture_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/capture/capture_bytes.h"

namespace sipsonde {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Everything a capture gave, frames with bytes of their own.
struct Seen {
  struct Copy {
    std::uint64_t time_ns;
    std::string bytes;
    std::uint32_t original_length;
    std::uint16_t link_type;
    bool operator==(const Copy&) const = default;
  };
  std::vector<Copy> frames;
  std::string error;
  bool truncated = false;
};

Seen read_all(std::string_view file_bytes) {
  const TemporaryFile file(file_bytes);
  Seen seen;
  Result<CaptureReader> reader = CaptureReader::open(file.path());
  if (!reader) {
    EXPECT_EQ(reader.error().exit_code, 1);
    EXPECT_THAT(reader.error().message, testing::StartsWith("read " + file.path() + ": "));
    seen.error = reader.error().message;
    return seen;
  }
  while (true) {
    const Result<std::optional<Frame>> frame = reader->next();
    if (!frame) {
      seen.error = frame.error().message;
      const Result<std::optional<Frame>> after = reader->next();
      EXPECT_TRUE(after && !*after) << "after an error the reader is at its end";
      break;
    }
    if (!*frame) break;
    const Frame& got = **frame;
    seen.frames.push_back(
        {got.time_ns, std::string(got.bytes.begin(), got.bytes.end()), got.original_length, got.link_type});
  }
  EXPECT_EQ(reader->frames(), seen.frames.size());
  seen.truncated = reader->truncated_file();
  return seen;
}

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr auto kLittle = std::endian::little;
constexpr auto kBig = std::endian::big;

// ---- pcap ----

struct PcapCase {
  const char* name;
  std::uint32_t magic;
  std::endian order;
  std::uint64_t expected_ns;
};

class Pcap : public testing::TestWithParam<PcapCase> {};

constexpr PcapCase kPcapCases[] = {
    {"MicrosecondsLittleEndian", 0xa1b2c3d4, kLittle, 5 * kSecond + 7000},
    {"MicrosecondsBigEndian", 0xa1b2c3d4, kBig, 5 * kSecond + 7000},
    {"NanosecondsLittleEndian", 0xa1b23c4d, kLittle, 5 * kSecond + 7},
    {"NanosecondsBigEndian", 0xa1b23c4d, kBig, 5 * kSecond + 7},
};

TEST_P(Pcap, GivesTimeBytesAndLengthOfEachFrame) {
  const PcapCase& test = GetParam();
  const Seen seen =
      read_all(pcap_header({.magic = test.magic, .order = test.order, .link_type = 113}) +
               pcap_record("first", 5, 7, 0, test.order) + pcap_record("cut", 6, 0, 1500, test.order));
  EXPECT_EQ(seen.error, "");
  EXPECT_FALSE(seen.truncated);
  EXPECT_THAT(seen.frames, ElementsAre(Seen::Copy{test.expected_ns, "first", 5, 113},
                                       Seen::Copy{6 * kSecond, "cut", 1500, 113}));
}

INSTANTIATE_TEST_SUITE_P(Orders, Pcap, testing::ValuesIn(kPcapCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(PcapFile, ChecksumLengthInTheLinkTypeWordIsNoLinkType) {
  const Seen seen = read_all(pcap_header({.link_type = 0x44000001}) + pcap_record("x", 1, 0));
  ASSERT_EQ(seen.frames.size(), 1u);
  EXPECT_EQ(seen.frames[0].link_type, 1);
}

TEST(PcapFile, OriginalLengthIsNeverLessThanTheBytes) {
  const Seen seen = read_all(pcap_header() + pcap_record("four", 1, 0, 2));
  ASSERT_EQ(seen.frames.size(), 1u);
  EXPECT_EQ(seen.frames[0].original_length, 4u);
}

TEST(PcapFile, WithoutFramesIsNoError) {
  const Seen seen = read_all(pcap_header());
  EXPECT_EQ(seen.error, "");
  EXPECT_TRUE(seen.frames.empty());
  EXPECT_FALSE(seen.truncated);
}

TEST(PcapFile, CutRecordEndsTheFileWithAWarning) {
  const std::string whole = pcap_header() + pcap_record("first", 1, 0) + pcap_record("second", 2, 0);
  const std::size_t second = 24 + 16 + 5;
  for (std::size_t length = second + 1; length < whole.size(); ++length) {
    const Seen seen = read_all(std::string_view(whole).substr(0, length));
    EXPECT_EQ(seen.error, "") << length;
    EXPECT_EQ(seen.frames.size(), 1u) << length;
    EXPECT_TRUE(seen.truncated) << length;
  }
}

TEST(PcapFile, FrameAboveTheBoundIsCutAndTheNextOneFound) {
  const std::string large(kMaxFrameBytes + 1, 'x');
  const Seen seen = read_all(pcap_header() + pcap_record(large, 1, 0) + pcap_record("next", 2, 0));
  ASSERT_EQ(seen.frames.size(), 2u);
  EXPECT_EQ(seen.frames[0].bytes.size(), kMaxFrameBytes);
  EXPECT_EQ(seen.frames[0].original_length, kMaxFrameBytes + 1);
  EXPECT_EQ(seen.frames[1].bytes, "next");
}

TEST(PcapFile, AbsurdFrameLengthIsADamagedFile) {
  const Seen seen = read_all(pcap_header() + pcap_record("ok", 1, 0) +
                             Bytes().u32(2).u32(0).u32(0xffffffff).u32(60).text("frame").str());
  EXPECT_EQ(seen.frames.size(), 1u);
  EXPECT_THAT(seen.error, HasSubstr("after frame 1: a frame of 4294967295 bytes; the file is damaged"));
}

// ---- what is no capture ----

struct RefusedCase {
  const char* name;
  std::string bytes;
  const char* expected;
};

class Refused : public testing::TestWithParam<RefusedCase> {};

TEST_P(Refused, WithOneLineThatSaysWhy) {
  const Seen seen = read_all(GetParam().bytes);
  EXPECT_TRUE(seen.frames.empty());
  EXPECT_THAT(seen.error, HasSubstr(GetParam().expected));
  EXPECT_THAT(seen.error, testing::Not(HasSubstr("\n")));
}

INSTANTIATE_TEST_SUITE_P(
    Files, Refused,
    testing::Values(
        RefusedCase{"Empty", "", "is it a capture?"}, RefusedCase{"OneByte", "\xd4", "is it a capture?"},
        RefusedCase{"Text", "INVITE sip:b@b.example SIP/2.0\r\n", "is it a capture?"},
        RefusedCase{"PcapCutInItsHeader", pcap_header().substr(0, 23), "is it a capture?"},
        RefusedCase{"PcapngCutInItsHeader", section().substr(0, 27), "is it a capture?"},
        RefusedCase{"GzippedText", gzipped("a letter"), "is it a capture?"},
        RefusedCase{"ModifiedPcap", pcap_header({.magic = 0xa1b2cd34}), "Kuznetzov"},
        RefusedCase{"ModifiedPcapBigEndian", pcap_header({.magic = 0xa1b2cd34, .order = kBig}), "Kuznetzov"},
        RefusedCase{"OtherModifiedPcap", pcap_header({.magic = 0xa1b234cd}), "Mesquita"},
        RefusedCase{"NavtelPcap", pcap_header({.magic = 0xa12b3c4d}), "Navtel"},
        RefusedCase{"OldPcap", pcap_header({.minor = 3}), "pcap version 2.3 is not supported"},
        RefusedCase{"NewPcap", pcap_header({.major = 3}), "pcap version 3.4 is not supported"},
        RefusedCase{"NewPcapng", section(kLittle, 2), "pcapng version 2 is not supported"},
        RefusedCase{"PcapngWithoutByteOrder", std::string("\x0a\x0d\x0d\x0a") + std::string(24, '\x01'),
                    "byte-order magic"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(CaptureReader, MissingFileIsNamed) {
  const auto reader = CaptureReader::open("/nonexistent/x.pcap");
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().message,
            "read /nonexistent/x.pcap: No such file or directory; is the path right?");
  EXPECT_EQ(reader.error().exit_code, 1);
}

TEST(CaptureReader, DirectoryIsNoCapture) {
  const auto reader = CaptureReader::open("/");
  ASSERT_FALSE(reader);
  EXPECT_THAT(reader.error().message, HasSubstr("directory"));
}

TEST(CaptureReader, ReportsProgressInBytesOfTheFile) {
  const std::string bytes = pcap_header() + pcap_record("frame", 1, 0);
  const TemporaryFile file(bytes);
  auto reader = CaptureReader::open(file.path());
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->file_bytes(), bytes.size());
  while (true) {
    const auto frame = reader->next();
    ASSERT_TRUE(frame);
    if (!*frame) break;
  }
  EXPECT_EQ(reader->consumed_bytes(), bytes.size());
}

// ---- gzip ----

TEST(Gzip, GivesTheSameFrames) {
  const std::string bytes = pcap_header() + pcap_record("frame", 1, 2);
  EXPECT_EQ(read_all(gzipped(bytes)).frames, read_all(bytes).frames);
}

TEST(Gzip, SeveralMembersAreOneFile) {
  const Seen seen = read_all(gzipped(pcap_header()) + gzipped(pcap_record("frame", 1, 2)));
  EXPECT_EQ(seen.frames.size(), 1u);
  EXPECT_FALSE(seen.truncated);
}

TEST(Gzip, CutStreamIsAWarning) {
  const std::string packed = gzipped(pcap_header() + pcap_record("frame", 1, 2));
  const Seen seen = read_all(std::string_view(packed).substr(0, packed.size() - 4));
  EXPECT_EQ(seen.error, "");
  EXPECT_EQ(seen.frames.size(), 1u);
  EXPECT_TRUE(seen.truncated);
}

TEST(Gzip, DamagedStreamIsAnError) {
  std::string packed = gzipped(pcap_header() + pcap_record("frame", 1, 2));
  packed[packed.size() - 8] ^= 1;  // in the checksum
  EXPECT_THAT(read_all(packed).error, HasSubstr("damaged gzip data"));
}

// ---- pcapng ----

class Pcapng : public testing::TestWithParam<std::endian> {};

TEST_P(Pcapng, GivesFramesOfEveryPacketBlock) {
  const std::endian order = GetParam();
  const std::string old_packet =
      block(2, Bytes(order).u16(0).u16(0).u32(0).u32(2'000'003).u32(3).u32(9).text("old").pad_to_four());
  const Seen seen =
      read_all(section(order) + interface(1, 0, order) + enhanced(0, 1'000'001, "enhanced", order, 99) +
               simple(6, "simple", order) + old_packet + block(0x0bad, Bytes(order).text("unknown.")) +
               enhanced(0, 3'000'000, "last", order));
  EXPECT_EQ(seen.error, "");
  EXPECT_FALSE(seen.truncated);
  EXPECT_THAT(seen.frames, ElementsAre(Seen::Copy{1 * kSecond + 1000, "enhanced", 99, 1},
                                       Seen::Copy{1 * kSecond + 1000, "simple", 6, 1},
                                       Seen::Copy{2 * kSecond + 3000, "old", 9, 1},
                                       Seen::Copy{3 * kSecond, "last", 4, 1}));
}

INSTANTIATE_TEST_SUITE_P(Orders, Pcapng, testing::Values(kLittle, kBig), [](const auto& test) {
  return std::string(test.param == kBig ? "BigEndian" : "LittleEndian");
});

std::string option(std::uint16_t code, std::string_view value) {
  return Bytes().u16(code).u16(value.size()).text(value).pad_to_four().str();
}

TEST(PcapngFile, EachInterfaceHasItsOwnLinkTypeAndClock) {
  const std::string nanoseconds = option(9, "\x09") + option(0, "");
  const std::string binary = option(2, "eth0!") + option(9, "\x8a") + option(0, "");
  const std::string shifted = option(14, Bytes().u64(100).str());
  const Seen seen =
      read_all(section() + interface(1, 0, kLittle, nanoseconds) + interface(113, 0, kLittle, binary) +
               interface(101, 0, kLittle, shifted) + enhanced(0, 5, "a") + enhanced(1, 1024 + 512, "b") +
               enhanced(2, 1'000'000, "c"));
  EXPECT_THAT(seen.frames,
              ElementsAre(Seen::Copy{5, "a", 1, 1}, Seen::Copy{kSecond + kSecond / 2, "b", 1, 113},
                          Seen::Copy{101 * kSecond, "c", 1, 101}));
}

TEST(PcapngFile, ASectionStartsWithoutInterfacesAndMayChangeTheByteOrder) {
  const Seen seen = read_all(section(kLittle) + interface(1) + enhanced(0, 1'000'000, "a") + section(kBig) +
                             interface(113, 0, kBig) + enhanced(0, 2'000'000, "b", kBig));
  EXPECT_THAT(seen.frames, ElementsAre(Seen::Copy{kSecond, "a", 1, 1}, Seen::Copy{2 * kSecond, "b", 1, 113}));
  EXPECT_THAT(read_all(section() + interface(1) + section() + enhanced(0, 1, "a")).error,
              HasSubstr("interface 0, which is not described"));
}

TEST(PcapngFile, FramesTellTheirInterface) {
  const TemporaryFile file(section() + interface(1) + interface(1) + enhanced(1, 0, "a") + simple(1, "b"));
  auto reader = CaptureReader::open(file.path());
  ASSERT_TRUE(reader);
  for (const std::uint32_t expected : {1u, 0u}) {
    const auto frame = reader->next();
    ASSERT_TRUE(frame && *frame);
    EXPECT_EQ((*frame)->interface, expected);
  }
}

TEST(PcapngFile, SnapLengthCutsSimplePackets) {
  const Seen seen = read_all(section() + interface(1, 4) + simple(1500, "cut!"));
  EXPECT_THAT(seen.frames, ElementsAre(Seen::Copy{0, "cut!", 1500, 1}));
}

TEST(PcapngFile, FrameAboveTheBoundIsCutAndTheNextOneFound) {
  const std::string large(kMaxFrameBytes + 100, 'x');
  const Seen seen = read_all(section() + interface(1) + enhanced(0, 0, large) + enhanced(0, 0, "next"));
  ASSERT_EQ(seen.frames.size(), 2u);
  EXPECT_EQ(seen.frames[0].bytes.size(), kMaxFrameBytes);
  EXPECT_EQ(seen.frames[0].original_length, kMaxFrameBytes + 100);
  EXPECT_EQ(seen.frames[1].bytes, "next");
}

TEST(PcapngFile, CutBlockEndsTheFileWithAWarning) {
  const std::string head = section() + interface(1);
  const std::string whole = head + enhanced(0, 1, "frame");
  for (std::size_t length = head.size() + 1; length < whole.size(); ++length) {
    const Seen seen = read_all(std::string_view(whole).substr(0, length));
    EXPECT_EQ(seen.error, "") << length;
    EXPECT_TRUE(seen.frames.empty()) << length;
    EXPECT_TRUE(seen.truncated) << length;
  }
}

std::string raw_block(std::uint32_t type, std::uint32_t length, std::string_view body,
                      std::uint32_t trailer) {
  return Bytes().u32(type).u32(length).text(body).u32(trailer).str();
}

struct DamageCase {
  const char* name;
  std::string bytes;
  const char* expected;
};

class Damaged : public testing::TestWithParam<DamageCase> {};

TEST_P(Damaged, IsSaidInOneLine) {
  const Seen seen = read_all(section() + interface(1) + GetParam().bytes);
  EXPECT_THAT(seen.error, HasSubstr(GetParam().expected));
  EXPECT_THAT(seen.error, HasSubstr("the file is damaged"));
}

INSTANTIATE_TEST_SUITE_P(
    Blocks, Damaged,
    testing::Values(
        DamageCase{"BlockShorterThanItsFraming", raw_block(6, 8, "", 8), "a block of 8 bytes"},
        DamageCase{"LengthNoMultipleOfFour", raw_block(6, 33, std::string(21, 'x'), 33),
                   "a block of 33 bytes"},
        DamageCase{"LengthZero", raw_block(7, 0, "", 0), "a block of 0 bytes"},
        DamageCase{"PacketBlockOfAbsurdLength", raw_block(6, 0xfffffffc, "xxxx", 0), "a block of 4294967292"},
        DamageCase{"TwoLengthsDiffer", raw_block(6, 36, std::string(24, '\0'), 40), "two lengths differ"},
        DamageCase{"PacketLongerThanItsBlock",
                   block(6, Bytes().u32(0).u32(0).u32(0).u32(100).u32(100).text("abcd")), "a packet of 100"},
        DamageCase{"PacketBlockWithoutItsFields", block(6, Bytes().u32(0)), "a packet block of 4 bytes"},
        DamageCase{"SimplePacketWithoutLength", block(3, Bytes()), "a packet block of 0 bytes"},
        DamageCase{"UnknownInterface", enhanced(1, 0, "x"), "interface 1"},
        DamageCase{"InterfaceWithoutFields", block(1, Bytes().u32(1)), "an interface block"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(PcapngFile, InterfacesAreBounded) {
  std::string bytes = section();
  for (int i = 0; i < 4097; ++i) bytes += interface(1);
  EXPECT_THAT(read_all(bytes).error, HasSubstr("more than 4096 interfaces"));
}

TEST(PcapngFile, OptionsThatAreCutChangeNothing) {
  const std::string beyond = Bytes().u16(9).u16(200).u8(9).pad_to_four().str();
  const Seen seen = read_all(section() + interface(1, 0, kLittle, beyond) + enhanced(0, 1, "a"));
  EXPECT_THAT(seen.frames, ElementsAre(Seen::Copy{1000, "a", 1, 1}));
}

}  // namespace
}  // namespace sipsonde
