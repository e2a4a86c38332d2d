// SPDX-License-Identifier: Apache-2.0
#include "config/dispositions.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

const TextSource kFile{"sipsonde.yaml", true};

Result<Done> read(const std::string& yaml, std::vector<DispositionRule>& rules) {
  const auto document = parse_document(kFile, yaml);
  if (!document) return document.error();
  return read_dispositions({kFile, *document, "dispositions"}, rules);
}

TEST(Dispositions, AreCodesAndCauses) {
  std::vector<DispositionRule> rules;
  ASSERT_TRUE(read("480: busy\n31: failed\n102: no-answer\n", rules));
  EXPECT_EQ(rules, (std::vector<DispositionRule>{{480, "busy"}, {31, "failed"}, {102, "no-answer"}}));
  EXPECT_EQ(dispositions_to_text(rules), "{480: busy, 31: failed, 102: no-answer}");
}

TEST(Dispositions, NoneLeaveTheTableAsItIs) {
  std::vector<DispositionRule> rules = {{480, "busy"}};
  ASSERT_TRUE(read("{}", rules));
  EXPECT_TRUE(rules.empty());
  EXPECT_EQ(dispositions_to_text(rules), "{}");
}

struct Wrong {
  const char* name;
  const char* yaml;
  const char* error;
};

class WrongDispositions : public testing::TestWithParam<Wrong> {};

TEST_P(WrongDispositions, AreAnErrorThatSaysWhatToDo) {
  std::vector<DispositionRule> rules;
  const auto done = read(GetParam().yaml, rules);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message.substr(0, std::string(GetParam().error).size()), GetParam().error);
  EXPECT_EQ(done.error().exit_code, 2);
}

constexpr Wrong kWrong[] = {
    {"ASuccess", "\n200: busy", "sipsonde.yaml:2: dispositions: \"200\" is neither a status code"},
    {"AProvisional", "180: busy", "sipsonde.yaml:1: dispositions: \"180\" is neither a status code"},
    {"NoNumber", "busy: 486", "sipsonde.yaml:1: dispositions: \"busy\" is neither a status code"},
    {"NoWordOfOurs", "486: bussy", "sipsonde.yaml:1: dispositions: \"bussy\""},
    {"Answered", "486: answered", "sipsonde.yaml:1: dispositions: \"answered\""},
    {"AList", "[486]", "sipsonde.yaml:1: dispositions: takes a block of codes or causes"},
    {"Twice", "486: busy\n486: failed", "sipsonde.yaml:2: duplicate key \"486\""},
};
INSTANTIATE_TEST_SUITE_P(Texts, WrongDispositions, testing::ValuesIn(kWrong),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace sipsonde
