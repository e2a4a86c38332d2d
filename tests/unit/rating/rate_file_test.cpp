// SPDX-License-Identifier: Apache-2.0
#include "rating/rate_file.h"

#include <gtest/gtest.h>

#include "unit/sinks/temporary_directory.h"

namespace sipsonde {
namespace {

struct Good {
  const char* name;
  std::string text;
  std::string_view called;
  std::int64_t billionths;
  std::uint32_t first = 60, next = 60;
  std::string_view currency = "EUR";
};

class RatesOf : public testing::TestWithParam<Good> {};

TEST_P(RatesOf, PriceANumber) {
  const auto deck = parse_rates("rates.csv", GetParam().text);
  ASSERT_TRUE(deck) << deck.error().message;
  const Rate* rate = deck->find(GetParam().called);
  ASSERT_NE(rate, nullptr);
  EXPECT_EQ(rate->billionths_per_minute, GetParam().billionths);
  EXPECT_EQ(rate->first_seconds, GetParam().first);
  EXPECT_EQ(rate->next_seconds, GetParam().next);
  EXPECT_EQ(rate->currency_text(), GetParam().currency);
}

const Good kGood[] = {
    {"OneLine", "49,0.0125,EUR,60,60\n", "4930", 12'500'000},
    {"WithoutLineEnd", "49,0.0125,EUR,60,60", "4930", 12'500'000},
    {"Increments", "49,0.0125,EUR,30,6\n", "4930", 12'500'000, 30, 6},
    {"NoFirstIncrement", "49,1,EUR,0,6\n", "4930", 1'000'000'000, 0, 6},
    {"Header", "prefix,price per minute,currency,first,next\n49,1,EUR,60,60\n", "49", 1'000'000'000},
    {"QuotedHeader", "\"Prefix\",\"Price\"\n49,1,EUR,60,60\n", "49", 1'000'000'000},
    {"HeaderBehindComments", "# ours\n\nprefix,price,x\n49,1,EUR,60,60\n", "49", 1'000'000'000},
    {"Comments", "# one\n  # two\n49,1,EUR,60,60\n#49,2,EUR,60,60\n", "49", 1'000'000'000},
    {"BlankLines", "\n \n49,1,EUR,60,60\n\t\n\n", "49", 1'000'000'000},
    {"CarriageReturns", "prefix,price\r\n49,1,EUR,60,60\r\n\r\n", "49", 1'000'000'000},
    {"ByteOrderMark",
     "\xef\xbb\xbf"
     "49,1,EUR,60,60\n",
     "49", 1'000'000'000},
    {"ByteOrderMarkAndHeader", "\xef\xbb\xbfprefix,price\n49,1,EUR,60,60\n", "49", 1'000'000'000},
    {"Quoted", "\"49\",\"1.5\",\"USD\",\"60\",\"60\"\n", "49", 1'500'000'000, 60, 60, "USD"},
    {"Blanks", " 49 , 1.5 ,\tEUR , 60 , 60 \n", "49", 1'500'000'000},
    {"Plus", "+49,1,EUR,60,60\n", "49", 1'000'000'000},
    {"InternationalPrefix", "0049,1,EUR,60,60\n", "49", 1'000'000'000},
    {"NineDecimals", "49,0.000000001,EUR,60,60\n", "49", 1},
    {"WholeUnits", "49,1000000,EUR,60,60\n", "49", 1'000'000'000'000'000},
    {"Free", "49,0,EUR,60,60\n", "49", 0},
    {"LeadingZeroes", "49,0000000000000000000000001.5,EUR,060,0060\n", "49", 1'500'000'000},
    {"LongestPrefix", "123456789012345,1,EUR,60,60\n", "1234567890123459", 1'000'000'000},
    {"TheSameTwice", "49,1,EUR,60,60\n49,1.0,EUR,60,60\n+49,1,EUR,60,60\n", "49", 1'000'000'000},
};
INSTANTIATE_TEST_SUITE_P(Files, RatesOf, testing::ValuesIn(kGood),
                         [](const auto& test) { return std::string(test.param.name); });

struct Bad {
  const char* name;
  std::string text;
  std::string message;
};

class RateFault : public testing::TestWithParam<Bad> {};

TEST_P(RateFault, NamesTheLineAndTheRemedy) {
  const auto deck = parse_rates("rates.csv", GetParam().text);
  ASSERT_FALSE(deck);
  EXPECT_EQ(deck.error().message, GetParam().message);
  EXPECT_EQ(deck.error().exit_code, 2);
}

const std::string kWritePrefix = " is no prefix; write digits such as 4930 or +4930";
const std::string kWritePrice = " is no price; write digits and a decimal point such as 0.0125";
const std::string kWriteCurrency = " is no code of ISO 4217; write three capitals such as EUR";
const std::string kWriteFields = "; write prefix,price per minute,currency,first increment,next increment";
const std::string kWriteText = "has a control character; write the file as plain text in UTF-8";
const std::string kWriteShort = "is longer than 4096 bytes; write a line for each prefix";

const Bad kBad[] = {
    {"Empty", "", "rates.csv: has no prices; write a line such as 49,0.0125,EUR,60,1 or remove rates"},
    {"HeaderAlone", "prefix,price\n",
     "rates.csv: has no prices; write a line such as 49,0.0125,EUR,60,1 or remove rates"},
    {"SecondHeader", "prefix,price\nprefix,price\n", "rates.csv:2: has 2 fields" + kWriteFields},
    {"HeaderBehindPrices", "49,1,EUR,60,60\nprefix,price,currency,first,next\n",
     "rates.csv:2: prefix \"prefix\"" + kWritePrefix},
    {"Semicolons", "49;1;EUR;60;60\n", "rates.csv:1: has 1 field" + kWriteFields},
    {"FourFields", "\n49,1,EUR,60\n", "rates.csv:2: has 4 fields" + kWriteFields},
    {"SixFields", "49,1,EUR,60,60,\n", "rates.csv:1: has 6 fields" + kWriteFields},
    {"NoPrefix", ",1,EUR,60,60\n", "rates.csv:1: prefix \"\"" + kWritePrefix},
    {"PlusAlone", "+,1,EUR,60,60\n", "rates.csv:1: prefix \"+\"" + kWritePrefix},
    {"LettersAsPrefix", "49x,1,EUR,60,60\n", "rates.csv:1: prefix \"49x\"" + kWritePrefix},
    {"SeparatorsInThePrefix", "49-30,1,EUR,60,60\n", "rates.csv:1: prefix \"49-30\"" + kWritePrefix},
    {"PrefixOfSixteenDigits", "1234567890123456,1,EUR,60,60\n",
     "rates.csv:1: prefix \"1234567890123456\" is longer than a number; use at most 15 digits"},
    {"NoPrice", "49,,EUR,60,60\n", "rates.csv:1: price \"\"" + kWritePrice},
    {"DecimalComma", "49,\"0,05\",EUR,60,60\n", "rates.csv:1: price \"0,05\"" + kWritePrice},
    {"NegativePrice", "49,-1,EUR,60,60\n", "rates.csv:1: price \"-1\"" + kWritePrice},
    {"Exponent", "49,1e3,EUR,60,60\n", "rates.csv:1: price \"1e3\"" + kWritePrice},
    {"PointAlone", "49,.,EUR,60,60\n", "rates.csv:1: price \".\"" + kWritePrice},
    {"TwoPoints", "49,1.2.3,EUR,60,60\n", "rates.csv:1: price \"1.2.3\"" + kWritePrice},
    {"TenDecimals", "49,0.0000000001,EUR,60,60\n",
     "rates.csv:1: price \"0.0000000001\" is too exact; use at most 9 decimals"},
    {"PriceBeyondAMillion", "49,1000001,EUR,60,60\n",
     "rates.csv:1: price \"1000001\" is out of range; use 0 to 1000000 a minute"},
    {"PriceBeyondSixtyFourBits", "49,99999999999999999999999,EUR,60,60\n",
     "rates.csv:1: price \"99999999999999999999999\" is out of range; use 0 to 1000000 a minute"},
    {"SmallCurrency", "49,1,eur,60,60\n", "rates.csv:1: currency \"eur\"" + kWriteCurrency},
    {"CurrencySign", "49,1,€,60,60\n", R"(rates.csv:1: currency "\xe2\x82\xac")" + kWriteCurrency},
    {"NoCurrency", "49,1,,60,60\n", "rates.csv:1: currency \"\"" + kWriteCurrency},
    {"NoFirstIncrement", "49,1,EUR,,60\n",
     "rates.csv:1: first increment \"\" is no increment; use whole seconds, 0 to 86400"},
    {"NextIncrementOfZero", "49,1,EUR,60,0\n",
     "rates.csv:1: next increment \"0\" is no increment; use whole seconds, 1 to 86400"},
    {"IncrementBeyondADay", "49,1,EUR,86401,1\n",
     "rates.csv:1: first increment \"86401\" is no increment; use whole seconds, 0 to 86400"},
    {"HugeIncrement", "49,1,EUR,60,99999999999999999999\n",
     "rates.csv:1: next increment \"99999999999999999999\" is no increment; use whole seconds, 1 to 86400"},
    {"OpenQuote", "49,1,EUR,60,60\n\"49,1,EUR,60,60\n50,1,EUR,60,60\"\n",
     "rates.csv:2: a quote is not closed in this line; close it"},
    {"TwoPrices", "# ours\n49,1,EUR,60,60\n50,1,EUR,60,60\n+49,2,EUR,60,60\n",
     "rates.csv:4: prefix \"49\" has another price in line 2; keep one"},
    {"TwoCurrencies", "49,1,EUR,60,60\n49,1,USD,60,60\n",
     "rates.csv:2: prefix \"49\" has another price in line 1; keep one"},
    {"TwoIncrements", "49,1,EUR,60,60\n49,1,EUR,60,1\n",
     "rates.csv:2: prefix \"49\" has another price in line 1; keep one"},
    {"Nul", std::string("49,1,EUR,60,60\n4\0", 17) + ",1,EUR,60,60\n", "rates.csv:2: " + kWriteText},
    {"CarriageReturnInALine", "49,1,EUR\r,60,60\n", "rates.csv:1: " + kWriteText},
    {"SixteenBitText",
     std::string("\xff\xfe"
                 "4\0"
                 "9\0,\0",
                 8),
     "rates.csv:1: " + kWriteText},
    {"AMegabyteInALine", "49,1,EUR,60,60\n" + std::string(1 << 20, '1'), "rates.csv:2: " + kWriteShort},
    {"AMegabyteOfQuotes", std::string(1 << 20, '"'), "rates.csv:1: " + kWriteShort},
    {"AMegabyteOfComment", "#" + std::string(1 << 20, 'x'), "rates.csv:1: " + kWriteShort},
};
INSTANTIATE_TEST_SUITE_P(Files, RateFault, testing::ValuesIn(kBad),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(RateFile, HasABoundOnItsPrefixes) {
  const std::string text = "prefix,price\n1,1,EUR,1,1\n# two\n2,1,EUR,1,1\n3,1,EUR,1,1\n";
  EXPECT_TRUE(parse_rates("rates.csv", text, 3));
  const auto refused = parse_rates("rates.csv", text, 2);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "rates.csv:5: is one prefix more than 2; leave out the least used");
  EXPECT_EQ(kPrefixesMax, 1'048'576u);
}

TEST(RateFile, IsReadFromItsPath) {
  const TemporaryDirectory directory;
  const std::string path = directory.file("rates.csv");
  std::ofstream(path) << "49,1,EUR,60,60\nx\n";
  const auto broken = read_rates(path);
  ASSERT_FALSE(broken);
  EXPECT_TRUE(broken.error().message.starts_with(path + ":2: has 1 field; ")) << broken.error().message;
  std::ofstream(path) << "49,1,EUR,60,60\n";
  ASSERT_TRUE(read_rates(path));
}

TEST(RateFile, ThatIsNotThereIsAnErrorWithItsRemedy) {
  const auto deck = read_rates("/nonexistent/rates.csv");
  ASSERT_FALSE(deck);
  EXPECT_EQ(deck.error().message,
            "read rates \"/nonexistent/rates.csv\": No such file or directory; name a readable CSV file");
  EXPECT_EQ(deck.error().exit_code, 2);
}

}  // namespace
}  // namespace sipsonde
