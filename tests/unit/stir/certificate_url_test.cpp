// SPDX-License-Identifier: Apache-2.0
#include "stir/certificate_url.h"

#include <gtest/gtest.h>

#include <string>

namespace sipsonde {
namespace {

struct Case {
  const char* name;
  std::string url;
  std::string_view file;
};

class CertificateFileOf : public testing::TestWithParam<Case> {};

TEST_P(CertificateFileOf, IsTheLastPartOfThePath) {
  EXPECT_EQ(certificate_file_of(GetParam().url), GetParam().file);
}

const Case kCases[] = {
    {"File", "https://certificates.example/ab12.pem", "ab12.pem"},
    {"Deep", "https://certificates.example:8443/a/b/c/x.crt", "x.crt"},
    {"WithoutSuffix", "https://certificates.example/certs/9fd2", "9fd2"},
    {"Query", "https://certificates.example/x.pem?v=2/y.pem", "x.pem"},
    {"Fragment", "https://certificates.example/x.pem#/y.pem", "x.pem"},
    {"NoPath", "https://certificates.example", ""},
    {"Folder", "https://certificates.example/folder/", ""},
    {"NoScheme", "certificates.example/x.pem", ""},
    {"Dots", "https://certificates.example/..", ""},
    {"Upwards", "https://certificates.example/../../etc/passwd", "passwd"},
    {"Hidden", "https://certificates.example/.hidden.pem", ""},
    {"Backslash", "https://certificates.example/a\\b.pem", ""},
    {"EscapedSlashStaysEscaped", "https://certificates.example/..%2F..%2Fx.pem", ""},
    {"EscapedBlankStaysEscaped", "https://certificates.example/a%20b.pem", "a%20b.pem"},
    {"Nul", std::string("https://c.example/a\0b", 21), ""},
};
INSTANTIATE_TEST_SUITE_P(Urls, CertificateFileOf, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(CertificateFileName, IsBoundedAsOnADisk) {
  const std::string longest(255, 'a');
  EXPECT_EQ(certificate_file_of("https://c.example/" + longest).size(), 255u);
  EXPECT_EQ(certificate_file_of("https://c.example/" + longest + "a"), "");
  EXPECT_EQ(certificate_file_of(""), "");
}

}  // namespace
}  // namespace sipsonde
