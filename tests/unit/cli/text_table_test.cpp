// SPDX-License-Identifier: Apache-2.0
#include "cli/text_table.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

TEST(TextTable, ColumnsAreAsWideAsTheirTexts) {
  TextTable table({{"NAME"}, {"N", 10, true}, {"LAST"}});
  table.add({"a", "10", "x"});
  table.add({"\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad", "9", ""});
  EXPECT_EQ(table.render(true),
            "NAME     N  LAST\n"
            "a       10  x\n"
            "\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad   9  -\n");
  EXPECT_EQ(table.render(false),
            "NAME   N  LAST\n"
            "a     10  x\n"
            "???    9  -\n");
}

TEST(TextTable, TheLastColumnIsWhole) {
  TextTable table({{"A", 4}, {"B", 4}});
  table.add({"abcdef", "abcdef"});
  EXPECT_EQ(table.render(true), "A     B\nabc\xE2\x80\xA6  abcdef\n");
}

}  // namespace
}  // namespace sipsonde
