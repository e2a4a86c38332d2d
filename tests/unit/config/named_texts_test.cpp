// SPDX-License-Identifier: Apache-2.0
#include "config/named_texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sipsonde {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::vector<std::pair<std::string, std::string>> read(std::string_view baggage) {
  std::vector<std::pair<std::string, std::string>> pairs;
  const auto map = parse_baggage(baggage);
  EXPECT_TRUE(map);
  if (map)
    for (const YamlNode& child : map->children) pairs.emplace_back(child.key, child.scalar);
  return pairs;
}

TEST(Baggage, IsAListOfNamesWithValues) {
  EXPECT_THAT(read("a=1,b=2"), ElementsAre(Pair("a", "1"), Pair("b", "2")));
  EXPECT_THAT(read(" a = 1 , b=2,, "), ElementsAre(Pair("a", "1"), Pair("b", "2")));
  EXPECT_THAT(read(""), ElementsAre());
  EXPECT_THAT(read("a="), ElementsAre(Pair("a", "")));
}

TEST(Baggage, ValuesArePercentEncodedAndMayHoldEqualsSigns) {
  EXPECT_THAT(read("authorization=Bearer%20abc%3D%2c,x=a=b"),
              ElementsAre(Pair("authorization", "Bearer abc=,"), Pair("x", "a=b")));
  EXPECT_THAT(read("a=100%,b=%zz,c=%4"), ElementsAre(Pair("a", "100%"), Pair("b", "%zz"), Pair("c", "%4")));
}

TEST(Baggage, TheLastOfARepeatedNameHolds) {
  EXPECT_THAT(read("a=1,a=2"), ElementsAre(Pair("a", "2")));
}

TEST(Baggage, WhatHasNoNameIsAnError) {
  for (const char* text : {"nonsense", "=1", "a=1,b"}) EXPECT_FALSE(parse_baggage(text)) << text;
}

TEST(NamedTexts, AreAMapOfOneLineTexts) {
  const TextSource source{"a.yaml", true};
  NamedTexts texts;
  const auto take = [&](std::string_view yaml) {
    const auto node = parse_document(source, yaml);
    EXPECT_TRUE(node);
    return node && read_named_texts({source, *node, "otlp.headers"}, texts);
  };
  EXPECT_TRUE(take("{authorization: Bearer x, b: \"2\"}"));
  EXPECT_THAT(texts, ElementsAre(Pair("authorization", "Bearer x"), Pair("b", "2")));
  EXPECT_EQ(names_to_text(texts), "{authorization: \"***\", b: \"***\"}");
  EXPECT_EQ(named_texts_to_text(texts), "{authorization: \"Bearer x\", b: \"2\"}");
  EXPECT_TRUE(take("\"\""));
  EXPECT_TRUE(texts.empty());
  for (const char* bad : {"[a, b]", "{a: [1]}", "{a: 1, a: 2}", "{a: \"x\\r\\nInjected: 1\"}", "word"})
    EXPECT_FALSE(take(bad)) << bad;
}

}  // namespace
}  // namespace sipsonde
