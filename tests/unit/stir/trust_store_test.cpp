// SPDX-License-Identifier: Apache-2.0
#include "stir/trust_store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "unit/sinks/temporary_directory.h"
#include "unit/stir/signing.h"

namespace sipsonde {
namespace {

class Folder : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) { std::ofstream(folder_.file(name)) << text; }
  Result<TrustStore> open() const { return TrustStore::open(folder_.file(".")); }

  // The error is a wrong setting and names `name`.
  void expect_error(const std::string& name, const std::string& why) const {
    const auto store = open();
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().exit_code, 2);
    EXPECT_NE(store.error().message.find(name), std::string::npos) << store.error().message;
    EXPECT_NE(store.error().message.find(why), std::string::npos) << store.error().message;
  }

  TemporaryDirectory folder_;
  TestKey key_ = make_key();
};

TEST_F(Folder, WithoutFilesHasNoSigners) {
  const auto store = open();
  ASSERT_TRUE(store);
  EXPECT_EQ(store->size(), 0u);
  EXPECT_EQ(store->find(""), nullptr);
}

TEST_F(Folder, ThatIsMissingIsAnError) {
  const auto store = TrustStore::open("/nowhere/at/all");
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().exit_code, 2);
  EXPECT_EQ(store.error().message,
            "read stir.trust_dir /nowhere/at/all: No such file or directory; name a folder of certificates");
}

TEST_F(Folder, ThatIsAFileIsAnError) {
  write("file", "x");
  const auto store = TrustStore::open(folder_.file("file"));
  ASSERT_FALSE(store);
  EXPECT_NE(store.error().message.find("Not a directory"), std::string::npos);
}

TEST_F(Folder, GivesSignersByTheirFileNames) {
  write("b.pem", to_pem(make_certificate(key_)));
  write("a.crt", to_pem(make_certificate(make_key(), {.valid_from = 5, .valid_until = 10})));
  write(".hidden", "no certificate");
  std::filesystem::create_directory(folder_.file("folder"));
  const auto store = open();
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ(store->size(), 2u);
  ASSERT_NE(store->find("b.pem"), nullptr);
  EXPECT_EQ(EVP_PKEY_eq(store->find("b.pem")->key.get(), key_.get()), 1);
  EXPECT_EQ(store->find("c.pem"), nullptr);
  EXPECT_EQ(store->find("B.PEM"), nullptr);
  EXPECT_EQ(store->find("../b.pem"), nullptr);
  const Signer* const signer = store->find("a.crt");
  ASSERT_NE(signer, nullptr);
  EXPECT_FALSE(signer->is_valid_at(4));
  EXPECT_TRUE(signer->is_valid_at(5));
  EXPECT_TRUE(signer->is_valid_at(10));
  EXPECT_FALSE(signer->is_valid_at(11));
}

TEST_F(Folder, MayHoldAKeyBesideItsCertificate) {
  write("a.pem", key_to_pem(key_) + to_pem(make_certificate(key_)));
  const auto store = open();
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_NE(store->find("a.pem"), nullptr);
}

TEST_F(Folder, WithAFileThatIsNoCertificateIsAnError) {
  write("README", "certificates\n");
  expect_error("/README", "no certificate in PEM");
}

TEST_F(Folder, WithACertificateCutInHalfIsAnError) {
  const std::string pem = to_pem(make_certificate(key_));
  write("half.pem", pem.substr(0, pem.size() / 2));
  expect_error("/half.pem", "cannot be read");
}

TEST_F(Folder, WithASecondCertificateThatIsBrokenIsAnError) {
  write("a.pem",
        to_pem(make_certificate(key_)) + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  expect_error("/a.pem", "cannot be read");
}

TEST_F(Folder, WithAnEmptyFileIsAnError) {
  write("empty.pem", "");
  expect_error("/empty.pem", "no certificate in PEM");
}

TEST_F(Folder, WithALinkToNothingIsAnError) {
  std::filesystem::create_symlink("gone", folder_.file("link.pem"));
  expect_error("/link.pem", "No such file");
}

TEST_F(Folder, WithAPipeIsAnError) {
  ASSERT_EQ(mkfifo(folder_.file("pipe.pem").c_str(), 0600), 0);
  expect_error("/pipe.pem", "not a file");
}

TEST_F(Folder, WithAFileTooLargeIsAnError) {
  write("large.pem", std::string((256 << 10) + 1, 'x'));
  expect_error("/large.pem", "larger than 256 KiB");
}

TEST_F(Folder, WithAKeyOnAnotherCurveIsAnError) {
  const TestKey root_key = make_key();
  const auto root = make_certificate(root_key, {.name = "Root", .is_authority = true});
  write("a.pem", to_pem(make_certificate(make_key("P-384"), {}, root, root_key)));
  expect_error("/a.pem", "not on P-256");
}

// ---- chains ----

class Chain : public Folder {
 protected:
  TestKey root_key_ = make_key("P-384");
  TestKey middle_key_ = make_key();
  TestCertificate root_ = make_certificate(root_key_, {.name = "Root", .is_authority = true});
  TestCertificate middle_ = make_certificate(
      middle_key_, {.name = "Middle", .valid_until = 1'900'000'000, .is_authority = true}, root_, root_key_);
  TestCertificate leaf_ = make_certificate(key_, {.valid_from = 1'700'000'000, .valid_until = 1'950'000'000},
                                           middle_, middle_key_);
};

TEST_F(Chain, LeadsToARootOfTheFolder) {
  write("leaf.pem", to_pem(leaf_) + to_pem(middle_));
  write("root.pem", to_pem(root_));
  const auto store = open();
  ASSERT_TRUE(store) << store.error().message;
  ASSERT_NE(store->find("leaf.pem"), nullptr);
  EXPECT_EQ(store->find("root.pem"), nullptr) << "its key cannot sign by ES256";
}

TEST_F(Chain, IsValidAsLongAsAllOfItAre) {
  write("leaf.pem", to_pem(leaf_) + to_pem(middle_));
  write("root.pem", to_pem(root_));
  const auto store = open();
  ASSERT_TRUE(store);
  const Signer* const signer = store->find("leaf.pem");
  ASSERT_NE(signer, nullptr);
  EXPECT_EQ(signer->valid_from, 1'700'000'000) << "the leaf's";
  EXPECT_EQ(signer->valid_until, 1'900'000'000) << "the middle's";
}

TEST_F(Chain, MayLeadToOneOfManyRootsInOneFile) {
  const auto other = make_certificate(make_key(), {.name = "Other root", .is_authority = true});
  write("leaf.pem", to_pem(leaf_) + to_pem(middle_));
  write("roots.pem", to_pem(other) + to_pem(root_));
  const auto store = open();
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ(store->size(), 1u);
}

TEST_F(Chain, WithItsOwnRootIsNotTrustedForThat) {
  write("leaf.pem", to_pem(leaf_) + to_pem(middle_) + to_pem(root_));
  expect_error("/leaf.pem", "does not lead to a root in the folder");
}

TEST_F(Chain, WithAGapIsAnError) {
  write("leaf.pem", to_pem(leaf_) + to_pem(make_certificate(make_key(), {.name = "Stranger"})));
  write("root.pem", to_pem(root_));
  expect_error("/leaf.pem", "does not lead to a root in the folder");
}

TEST_F(Chain, ThroughOneThatIsNoAuthorityIsAnError) {
  const auto plain = make_certificate(middle_key_, {.name = "Middle"}, root_, root_key_);
  write("leaf.pem", to_pem(leaf_) + to_pem(plain));
  write("root.pem", to_pem(root_));
  expect_error("/leaf.pem", "does not lead to a root in the folder");
}

TEST_F(Chain, OfOneIsTrustedBecauseItIsThere) {
  write("leaf.pem", to_pem(leaf_));
  const auto store = open();
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_NE(store->find("leaf.pem"), nullptr);
}

}  // namespace
}  // namespace sipsonde
