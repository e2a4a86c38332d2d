// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace sipsonde {
namespace {

Terminal with(bool is_terminal, std::size_t columns, const std::map<std::string, std::string>& environment) {
  return terminal_of(is_terminal, columns, [&environment](const char* name) -> const char* {
    const auto found = environment.find(name);
    return found == environment.end() ? nullptr : found->second.c_str();
  });
}

TEST(Terminal, HasColoursWhereSomebodyLooks) {
  EXPECT_TRUE(with(true, 80, {}).colour);
  EXPECT_FALSE(with(false, 0, {}).colour);
  EXPECT_FALSE(with(true, 80, {{"NO_COLOR", "1"}}).colour);
  EXPECT_TRUE(with(true, 80, {{"NO_COLOR", ""}}).colour);
  EXPECT_FALSE(with(true, 80, {{"TERM", "dumb"}}).colour);
}

TEST(Terminal, KnowsItsLocale) {
  EXPECT_FALSE(with(true, 80, {}).utf8);
  EXPECT_TRUE(with(true, 80, {{"LANG", "de_DE.UTF-8"}}).utf8);
  EXPECT_TRUE(with(true, 80, {{"LANG", "C"}, {"LC_CTYPE", "C.utf8"}}).utf8);
  EXPECT_FALSE(with(true, 80, {{"LANG", "C.UTF-8"}, {"LC_ALL", "POSIX"}}).utf8);
}

TEST(Terminal, IsAsWideAsItsWindow) {
  EXPECT_EQ(with(true, 93, {{"COLUMNS", "50"}}).width, 93u);
  EXPECT_EQ(with(false, 0, {{"COLUMNS", "50"}}).width, 50u);
  EXPECT_EQ(with(false, 0, {{"COLUMNS", "wide"}}).width, 120u);
  EXPECT_EQ(with(false, 0, {}).width, 120u);
  EXPECT_EQ(with(true, 3, {}).width, 40u);
}

}  // namespace
}  // namespace sipsonde
