// SPDX-License-Identifier: Apache-2.0
#include "calls/hold.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

TEST(MediaFlowOf, ReadsTheFirstMedia) {
  const struct {
    std::string_view body;
    MediaFlow flow;
  } cases[] = {
      {"", MediaFlow::unknown},
      {"Signal=5\r\nDuration=160\r\n", MediaFlow::unknown},
      {"v=0\r\nm=audio 1 RTP/AVP 0\r\n", MediaFlow::sendrecv},
      {"v=0\r\nm=audio 1 RTP/AVP 0\r\na=sendonly\r\n", MediaFlow::sendonly},
      {"v=0\nm=audio 1 RTP/AVP 0\na=inactive", MediaFlow::inactive},
      {"v=0\r\na=recvonly\r\nm=audio 1 RTP/AVP 0\r\n", MediaFlow::recvonly},
      {"v=0\r\na=sendonly\r\nm=audio 1 RTP/AVP 0\r\na=sendrecv\r\n", MediaFlow::sendrecv},
      {"v=0\r\nm=audio 1 RTP/AVP 0\r\nm=video 2 RTP/AVP 96\r\na=inactive\r\n", MediaFlow::sendrecv},
      {"v=0\r\nm=audio 1 RTP/AVP 0\r\na=sendonlyish\r\n", MediaFlow::sendrecv},
  };
  for (const auto& test : cases) EXPECT_EQ(media_flow_of(test.body), test.flow) << test.body;
}

}  // namespace
}  // namespace sipsonde
