// SPDX-License-Identifier: Apache-2.0
#include "store/call_filter.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

struct TextCase {
  const char* name;
  const char* document;
  const char* text;
  bool passes;
};

TEST(CallFilter, LooksForTextInTheTwoUrisOfARecordAndNowhereElseInIt) {
  const TextCase cases[] = {
      {"from", R"({"from_uri":"sip:a@x.example","to_uri":null})", "x.ex", true},
      {"to", R"({"from_uri":null,"to_uri":"sip:b@y.example"})", "Y.EXAMPLE", true},
      {"another member", R"({"from_uri":"sip:a","to_uri":"sip:b","route":"z"})", "z", false},
      {"behind an escaped quote", R"({"from_uri":"sip:\"q\"@x"})", "@x", true},
      {"name in another text", R"({"call_id":"\"from_uri\":\"evil","from_uri":"sip:a"})", "evil", false},
      {"a text without an end", R"({"from_uri":"sip:a\)", "none", false},
      {"a name at the end", R"({"from_uri")", "none", false},
      {"empty", "", "x", false},
  };
  for (const TextCase& test : cases)
    EXPECT_EQ(passes(CallFilter{.text = test.text}, FilteredRow{.document = test.document}), test.passes)
        << test.name;
}

TEST(CallFilter, ComparesWordsWhole) {
  const FilteredRow row{.tenant = "acme", .trunk = "carrier", .disposition = "no-answer"};
  EXPECT_TRUE(passes({}, row));
  EXPECT_TRUE(passes(CallFilter{.disposition = "no-answer", .tenant = "acme", .trunk = "carrier"}, row));
  EXPECT_FALSE(passes(CallFilter{.disposition = "answer"}, row));
  EXPECT_FALSE(passes(CallFilter{.tenant = "ACME"}, row));
  EXPECT_FALSE(passes(CallFilter{.trunk = "carrier-a"}, row));
}

}  // namespace
}  // namespace sipsonde
