// SPDX-License-Identifier: Apache-2.0
#include "kubernetes/pod_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/kubernetes/pod_json.h"

namespace sipsonde {
namespace {

using testing::HasSubstr;

TEST(PodList, ReadsNameLabelsAddressesAndStartAndNothingThatOnlyLooksLikeThem) {
  const auto page = parse_pod_list(list_of({{}}));
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(page->pods.size(), 1u);
  const Pod& pod = page->pods[0];
  EXPECT_EQ(pod.name, "sbc-0");
  EXPECT_EQ(pod.namespace_name, "voip");
  EXPECT_EQ(pod.labels, (decltype(pod.labels){{"app", "sbc"}, {"tier", "edge"}}));
  EXPECT_EQ(pod.addresses, (std::vector{*address_of("10.244.1.7"), *address_of("fd00:10:244:1::7")}));
  EXPECT_EQ(pod.started_ns, 1'772'366'400'000'000'000u);
  EXPECT_EQ(page->continue_token, "");
}

TEST(PodList, TellsHowToAskForTheNextPage) {
  const auto page = parse_pod_list(list_of({{}}, "eyJ2IjoibWV0YSJ9"));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->continue_token, "eyJ2IjoibWV0YSJ9");
}

TEST(PodList, IsEmptyWhereThereAreNoPods) {
  for (const char* json : {R"({"kind":"PodList","items":[]})", R"({"kind":"PodList","items":null})"}) {
    const auto page = parse_pod_list(json);
    ASSERT_TRUE(page) << json;
    EXPECT_TRUE(page->pods.empty());
  }
}

struct LeftOut {
  const char* why;
  PodJson pod;
};

TEST(PodList, LeavesOutPodsWhoseAddressIsNotTheirs) {
  const LeftOut cases[] = {
      {"shares the node's", {.spec = R"({"hostNetwork":true,"nodeName":"a"})"}},
      {"has ended", {.phase = "Succeeded"}},
      {"has failed", {.phase = "Failed"}},
      {"has none yet", {.addresses = R"("x":"y")", .phase = "Pending"}},
      {"has an empty one", {.addresses = R"("podIP":"")"}},
      {"has a broken one", {.addresses = R"("podIPs":[{"ip":"10.244.1.7/24"},{"ip":7},"10.0.0.1"])"}},
      {"has one that no host has", {.addresses = R"("podIP":"0.0.0.0","podIPs":[{"ip":"224.0.0.1"}])"}},
      {"has no name", {.name = ""}},
      {"has a name that is none", {.name = "a\\nb"}},
      {"has a name with a bracket", {.name = "a{b"}},
      {"has too long a name", {.name = std::string(254, 'a')}},
      {"is in a namespace that is none", {.namespace_name = std::string(64, 'a')}},
  };
  for (const LeftOut& one : cases) {
    const auto page = parse_pod_list(list_of({one.pod, {.name = "other"}}));
    ASSERT_TRUE(page) << one.why;
    ASSERT_EQ(page->pods.size(), 1u) << one.why;
    EXPECT_EQ(page->pods[0].name, "other");
  }
}

TEST(PodList, TakesTheOneAddressOfApiServersThatTellNoMore) {
  const auto page = parse_pod_list(list_of({{.addresses = R"("podIP":"10.1.1.1")"}}));
  ASSERT_TRUE(page);
  ASSERT_EQ(page->pods.size(), 1u);
  EXPECT_EQ(page->pods[0].addresses, (std::vector{*address_of("10.1.1.1")}));
}

TEST(PodList, WithoutAStartThatCanBeReadItIsNotKnown) {
  for (const char* text : {"", "yesterday", "2026-03-01T12:00:00+01:00", "2026-13-01T12:00:00Z"}) {
    const auto page = parse_pod_list(list_of({{.started = text}}));
    ASSERT_TRUE(page);
    EXPECT_EQ(page->pods.at(0).started_ns, 0u) << text;
  }
}

TEST(PodList, DoesNotTakeNestedObjectsForPods) {
  const auto page = parse_pod_list(R"({"kind":"PodList","items":[[)" + to_json({}) + R"(],{"items":[)" +
                                   to_json({}) + R"(]}],"more":[)" + to_json({}) + "]}");
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_TRUE(page->pods.empty());
}

TEST(PodList, RefusesWhatIsNoListOfPods) {
  for (const std::string& json :
       {std::string(), std::string("null"), std::string("[]"), std::string("{}"), std::string("\"PodList\""),
        std::string(R"({"kind":"NodeList","items":[]})"), std::string(R"({"items":[{"kind":"PodList"}]})"),
        std::string(R"({"kind":"Status","code":403,"message":"pods is forbidden"})"),
        list_of({{}}).substr(0, 200), list_of({{}}) + "x"})
    EXPECT_FALSE(parse_pod_list(json)) << json;
}

TEST(PodList, IsBoundedInPodsLabelsAndAddresses) {
  const auto most = parse_pod_list(list_of(std::vector<PodJson>(kPodsMax)));
  ASSERT_TRUE(most);
  EXPECT_EQ(most->pods.size(), kPodsMax);
  const auto more = parse_pod_list(list_of(std::vector<PodJson>(kPodsMax + 1)));
  ASSERT_FALSE(more);
  EXPECT_THAT(more.error().message, HasSubstr("more than 2048 pods"));

  std::string labels = "{", addresses = R"("podIPs":[)";
  for (int i = 0; i < 200; ++i) {
    labels += (i ? ",\"" : "\"") + std::to_string(i) + "\":\"x\"";
    addresses += std::string(i ? "," : "") + R"({"ip":"10.0.1.)" + std::to_string(i) + "\"}";
  }
  const auto page = parse_pod_list(list_of({{.labels = labels + "}", .addresses = addresses + "]"}}));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->pods.at(0).labels.size(), kPodLabelsMax);
  EXPECT_EQ(page->pods.at(0).addresses.size(), kPodAddressesMax);
}

TEST(PodList, SurvivesWhatNestsWithoutAnEnd) {
  EXPECT_FALSE(parse_pod_list(R"({"kind":"PodList","items":)" + std::string(1'000'000, '[')));
  std::string nested;
  for (int i = 0; i < 200'000; ++i) nested += R"({"items":)";
  EXPECT_FALSE(parse_pod_list(nested));
}

TEST(PodList, EachPrefixOfAnAnswerIsRefusedAndHarmsNothing) {
  const std::string json = list_of({{}, {.name = "other"}}, "next");
  for (std::size_t length = 0; length < json.size(); ++length)
    EXPECT_FALSE(parse_pod_list(std::string_view(json).substr(0, length))) << length;
}

}  // namespace
}  // namespace sipsonde
