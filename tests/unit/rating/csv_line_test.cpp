// SPDX-License-Identifier: Apache-2.0
#include "rating/csv_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sipsonde {
namespace {

struct Case {
  const char* name;
  std::string_view line;
  std::vector<std::string_view> fields;
};

class CsvLineOf : public testing::TestWithParam<Case> {};

TEST_P(CsvLineOf, IsTakenApart) {
  const auto split = split_csv_line(GetParam().line);
  ASSERT_TRUE(split) << split.error().message;
  ASSERT_EQ(split->count, GetParam().fields.size());
  for (std::size_t i = 0; i < split->count; ++i) EXPECT_EQ(split->fields[i], GetParam().fields[i]) << i;
}

const Case kCases[] = {
    {"Plain", "49,0.01,EUR", {"49", "0.01", "EUR"}},
    {"Quoted", R"("49","0.01","EUR")", {"49", "0.01", "EUR"}},
    {"CommaInQuotes", R"("a,b",c)", {"a,b", "c"}},
    {"QuoteInQuotes", R"("a ""b""",c)", {R"(a ""b"")", "c"}},
    {"QuotesAlone", R"("""",c)", {R"("")", "c"}},
    {"Blanks", " 49 ,\t0.01 , \" EUR \" ", {"49", "0.01", "EUR"}},
    {"EmptyFields", ",,", {"", "", ""}},
    {"EmptyQuotedField", R"("",a)", {"", "a"}},
    {"EmptyLine", "", {""}},
    {"OneField", "49", {"49"}},
};
INSTANTIATE_TEST_SUITE_P(Lines, CsvLineOf, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

struct Fault {
  const char* name;
  std::string_view line;
  const char* message;
};

class CsvFault : public testing::TestWithParam<Fault> {};

TEST_P(CsvFault, IsSaidWithItsRemedy) {
  const auto split = split_csv_line(GetParam().line);
  ASSERT_FALSE(split);
  EXPECT_EQ(split.error().message, GetParam().message);
}

constexpr char kOpen[] = "a quote is not closed in this line; close it";
constexpr char kBehind[] = "text follows a closing quote; put a comma between them";
constexpr char kInside[] = "a quote stands inside a field; put the whole field in quotes";

const Fault kFaults[] = {
    {"OpenQuote", "\"49,0.01", kOpen},           {"OnlyAQuote", "\"", kOpen},
    {"OpenAfterADoubledQuote", "\"\"\"", kOpen}, {"OpenInTheLastField", "a,\"b", kOpen},
    {"TextBehindTheQuote", "\"a\"b,c", kBehind}, {"QuoteBehindBlanks", "\"a\" \"b\"", kBehind},
    {"QuoteInside", "a\"b\",c", kInside},
};
INSTANTIATE_TEST_SUITE_P(Lines, CsvFault, testing::ValuesIn(kFaults),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(CsvLine, CountsMoreFieldsThanItKeeps) {
  const auto split = split_csv_line(std::string(1000, ','));
  ASSERT_TRUE(split);
  EXPECT_EQ(split->count, 1001u);
}

}  // namespace
}  // namespace sipsonde
