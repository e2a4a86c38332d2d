// SPDX-License-Identifier: Apache-2.0
#include "config/document.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

const TextSource kFile{"a.yaml", true};

std::string error_of(std::string_view text) {
  const auto root = parse_document(kFile, text);
  return root ? "no error" : root.error().message;
}

TEST(Document, RemembersLinesOfKeysAndValues) {
  const auto root = parse_document(kFile, "# comment\nsip:\n  ports: [5060,\n    5080]\n");
  ASSERT_TRUE(root);
  ASSERT_EQ(root->kind, YamlNode::Kind::map);
  const YamlNode& sip = root->children.at(0);
  EXPECT_EQ(sip.key, "sip");
  EXPECT_EQ(sip.key_line, 2u);
  const YamlNode& ports = sip.children.at(0);
  EXPECT_EQ(ports.key, "ports");
  EXPECT_EQ(ports.line, 3u);
  EXPECT_EQ(ports.children.at(1).scalar, "5080");
  EXPECT_EQ(ports.children.at(1).line, 4u);
}

TEST(Document, RepeatedKeysAreKept) {
  const auto root = parse_document(kFile, "a: 1\na: 2\n");
  ASSERT_TRUE(root);
  ASSERT_EQ(root->children.size(), 2u);
  EXPECT_EQ(root->children[1].scalar, "2");
}

TEST(Document, EmptyOrOnlyCommentsIsNull) {
  EXPECT_EQ(parse_document(kFile, "")->kind, YamlNode::Kind::null);
  EXPECT_EQ(parse_document(kFile, "# nothing\n\n")->kind, YamlNode::Kind::null);
}

TEST(Document, Utf8IsTaken) {
  EXPECT_EQ(parse_document(kFile, "node: Zürich-€-😀\n")->children.at(0).scalar, "Zürich-€-😀");
}

struct HostileCase {
  std::string name;
  std::string text;
  std::string message;

  friend void PrintTo(const HostileCase& its, std::ostream* out) { *out << its.name; }
};

class HostileDocument : public testing::TestWithParam<HostileCase> {};

TEST_P(HostileDocument, IsRefusedInOneLine) {
  const std::string message = error_of(GetParam().text);
  EXPECT_EQ(message, GetParam().message);
  EXPECT_EQ(message.find('\n'), message.npos);
  EXPECT_EQ(parse_document(kFile, GetParam().text).error().exit_code, 2);
}

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

const HostileCase kHostile[] = {
    {"BracketOpen", "sip:\n  ports: [5060\nnode: x\n",
     "a.yaml:3: bad YAML: end of sequence flow not found; check indentation, quotes and brackets here"},
    {"Indentation", "sip:\n  ports: [1]\n bad: 1\n",
     "a.yaml:3: bad YAML: end of map not found; check indentation, quotes and brackets here"},
    {"TabIndentation", "sip:\n\tports: [1]\n",
     "a.yaml:2: bad YAML: illegal map value; check indentation, quotes and brackets here"},
    {"Alias", "a: &x [1]\nb: *x\n", "a.yaml:2: aliases (*name) are not taken; write the value out"},
    {"AliasBomb", "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n",
     "a.yaml:2: aliases (*name) are not taken; write the value out"},
    {"AliasOfNothing", "a: *x\n",
     "a.yaml:1: bad YAML: the referenced anchor is not defined; check indentation, quotes and brackets here"},
    {"Tag", "a: !!python/object x\n",
     "a.yaml:1: tags (\"tag:yaml.org,2002:python/object\") are not taken; write the value alone"},
    {"DeepFlow", repeated("[", 40) + repeated("]", 40), "a.yaml:1: nested deeper than 16 levels; flatten it"},
    {"DeepMap", repeated("{a: ", 40) + "x" + repeated("}", 40),
     "a.yaml:1: nested deeper than 16 levels; flatten it"},
    {"NeverClosed", repeated("[", 500'000),
     "a.yaml:1: a list or block stands where a key belongs; close its bracket or use a plain word"},
    {"DeepBlock", repeated("- ", 1000) + "x\n", "a.yaml:1: nested deeper than 16 levels; flatten it"},
    {"ManyValues", "a: [" + repeated("1,", 60'000) + "1]\n",
     "a.yaml:1: more than 50000 values; shorten the file"},
    {"TooLarge", std::string((1 << 20) + 1, 'a'), "a.yaml: larger than 1MiB; shorten it"},
    {"Latin1", "a: b\nnode: Z\xfcrich\n", "a.yaml:2: byte \"\\xfc\" is not UTF-8; save the file as UTF-8"},
    {"Utf16",
     std::string("\xff\xfe"
                 "a\0:\0",
                 6),
     "a.yaml:1: byte \"\\xff\" is not UTF-8; save the file as UTF-8"},
    {"Overlong", "a: \xc0\xaf\n", "a.yaml:1: byte \"\\xc0\" is not UTF-8; save the file as UTF-8"},
    {"Surrogate", "a: \xed\xa0\x80\n", "a.yaml:1: byte \"\\xed\" is not UTF-8; save the file as UTF-8"},
    {"Nul", std::string("a: b\n\0", 6), "a.yaml:2: control character \"\\x00\"; remove it"},
    {"EndOfTransmission", "a: b\n\x04hidden: 1\n", "a.yaml:2: control character \"\\x04\"; remove it"},
    {"SecondDocument", "a: b\n---\nc: d\n",
     "a.yaml:3: a second document begins here; keep one document in the file"},
    {"KeyIsAList", "? [a]\n: b\n",
     "a.yaml:1: a list or block stands where a key belongs; close its bracket or use a plain word"},
    {"KeyIsNull", "~: b\n", "a.yaml:1: a key is missing; name the setting"},
};
INSTANTIATE_TEST_SUITE_P(Texts, HostileDocument, testing::ValuesIn(kHostile),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace sipsonde
