// SPDX-License-Identifier: Apache-2.0
#include "scanners/tools.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace sipsonde {
namespace {

struct UserAgentCase {
  const char* name;
  std::string_view user_agent;
  bool is_tool;
};

constexpr UserAgentCase kUserAgents[] = {
    {"FriendlyScanner", "friendly-scanner", true},
    {"WithVersion", "sipcli/v1.8", true},
    {"InCapitals", "SIPVICIOUS", true},
    {"VaxAsItIsWritten", "VaxSIPUserAgent/3.1", true},
    {"Pplsip", "pplsip", true},
    {"Sundayddr", "sundayddr", true},
    {"IWar", "iWar", true},
    {"Sipsak", "sipsak 0.9.6", true},
    {"SipScanWithHyphen", "sip-scan", true},
    {"SipScanTogether", "SIPScan", true},
    {"Smap", "smap 0.6.0", true},
    {"BehindAnotherWord", "Acme (friendly-scanner)", true},
    {"InsideOfAWord", "Cosmap/2", false},
    {"Phone", "Yealink SIP-T46G 28.83.0.50", false},
    {"Proxy", "kamailio (5.7.4 (x86_64/linux))", false},
    {"Pbx", "Asterisk PBX 20.5.0", false},
    {"Empty", "", false},
};

class UserAgents : public testing::TestWithParam<UserAgentCase> {};

TEST_P(UserAgents, AreTold) {
  EXPECT_EQ(Tools({"built-in"}).names_one(GetParam().user_agent), GetParam().is_tool);
}
INSTANTIATE_TEST_SUITE_P(Headers, UserAgents, testing::ValuesIn(kUserAgents),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Tools, AreThoseOfTheSettingAlone) {
  const Tools tools({"MyTool"});
  EXPECT_TRUE(tools.names_one("mytool/1.0"));
  EXPECT_FALSE(tools.names_one("friendly-scanner"));
}

TEST(Tools, AreThoseOfTheSettingBesidesTheBuiltInOnes) {
  const Tools tools({"built-in", "mytool"});
  EXPECT_TRUE(tools.names_one("mytool/1.0"));
  EXPECT_TRUE(tools.names_one("friendly-scanner"));
}

TEST(Tools, AreNoneWhenTheSettingIsEmpty) {
  EXPECT_FALSE(Tools({}).names_one("friendly-scanner"));
  EXPECT_FALSE(Tools({""}).names_one("friendly-scanner"));
}

TEST(Tools, AreInSmallLettersAndNamedOnce) {
  std::vector<std::string_view> seen;
  for (const std::string_view tool : built_in_tools()) {
    EXPECT_EQ(tool.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), tool.npos) << tool;
    EXPECT_EQ(std::ranges::count(seen, tool), 0) << tool;
    seen.push_back(tool);
  }
}

// A sender must not choose how long we look.
TEST(Tools, AreLookedForInTheBeginningOfALongHeaderOnly) {
  EXPECT_FALSE(Tools({"built-in"}).names_one(std::string(60'000, '-') + "friendly-scanner"));
}

}  // namespace
}  // namespace sipsonde
