// SPDX-License-Identifier: Apache-2.0
#include "base/gzip.h"

namespace sipsonde {
namespace {

std::string unpacked(const std::string& bytes) {
  constexpr int kGzip = 15 + 16;
  std::string plain(1 << 20, 0);
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, kGzip), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  plain.resize(stream.total_out);
  inflateEnd(&stream);
  return plain;
}

TEST(Gzip, IsUsedAgainAndAgain) {
  Gzip gzip;
  std::string packed;
  for (const std::string& text : {std::string(500'000, 'x'), std::string("short"), std::string()}) {
    ASSERT_TRUE(gzip.compress(text, packed));
    EXPECT_EQ(unpacked(packed), text);
  }
}

}  // namespace
}  // namespace sipsonde
