// SPDX-License-Identifier: Apache-2.0
#include "config/kubernetes_keys.h"

#include <gtest/gtest.h>

#include "config/load.h"

namespace sipsonde {
namespace {

Result<LoadedSettings> load(std::vector<std::string> environment, bool replay = false) {
  SettingsSources sources;
  sources.environment = std::move(environment);
  sources.replay = replay;
  return load_settings(sources);
}

TEST(KubernetesKeys, AreOffUntilTheyAreSwitchedOnAlsoInAPod) {
  const auto loaded = load({"KUBERNETES_SERVICE_HOST=10.96.0.1", "KUBERNETES_SERVICE_PORT=443"});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_FALSE(loaded->settings.kubernetes.pods);
}

TEST(KubernetesKeys, APodIsToldByItsEnvironmentWhereTheApiServerIsAndWhichNodeItIsOn) {
  const auto loaded = load({"SIPSONDE_KUBERNETES_PODS=true", "KUBERNETES_SERVICE_HOST=fd00::1",
                            "KUBERNETES_SERVICE_PORT=6443", "NODE_NAME=worker-3", "SIPSONDE_NODE=sbc-1"});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->settings.kubernetes.api, "https://[fd00::1]:6443");
  EXPECT_EQ(loaded->settings.kubernetes.node, "worker-3");
  EXPECT_EQ(loaded->settings.node, "sbc-1");
}

TEST(KubernetesKeys, WithoutItsNameInTheEnvironmentANodeIsCalledAsItIsInFacts) {
  const auto loaded =
      load({"SIPSONDE_KUBERNETES_PODS=true", "SIPSONDE_NODE=sbc-1",
            "SIPSONDE_KUBERNETES_API=https://k8s.example", "KUBERNETES_SERVICE_HOST=10.96.0.1"});
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->settings.kubernetes.node, "sbc-1");
  EXPECT_EQ(loaded->settings.kubernetes.api, "https://k8s.example");
}

TEST(KubernetesKeys, SelectorsInTheEnvironmentAreYamlSinceTheyHoldCommas) {
  const auto loaded =
      load({"SIPSONDE_KUBERNETES_PODS=true", "SIPSONDE_KUBERNETES_API=https://k8s.example",
            "SIPSONDE_KUBERNETES_INTERFACES_OF=[voip, 'edge/app=sbc,app.kubernetes.io/part-of=x']"});
  ASSERT_TRUE(loaded) << loaded.error().message;
  const auto& selectors = loaded->settings.kubernetes.interfaces_of;
  ASSERT_EQ(selectors.size(), 2u);
  EXPECT_EQ(selectors[1].labels.size(), 2u);
  EXPECT_EQ(to_text(selectors[1]), "edge/app=sbc,app.kubernetes.io/part-of=x");
  EXPECT_EQ(to_text(selectors[0]), "voip");
}

TEST(KubernetesKeys, ALabelMayHaveAnEmptyValue) {
  const auto selector = parse_pod_selector("voip/canary=");
  ASSERT_TRUE(selector);
  EXPECT_EQ(selector->labels.at(0).second, "");
}

TEST(KubernetesKeys, WhatSelectsNoPodsIsRefused) {
  for (const char* text :
       {"", "/", "/app=x", "voip/", "voip/app", "voip/=x", "voip/app=x,", "voip/app=x,,a=b", "Voip", "-voip",
        "voip-", "vo.ip", "voip/app=a b", "voip/app=-a", "voip/a b=c", "voip/app=x\n", "voip/x/y/z=1",
        "voip/app!=x", "voip/app in (a)"})
    EXPECT_FALSE(parse_pod_selector(text)) << text;
  EXPECT_FALSE(parse_pod_selector(std::string(64, 'a')));
  std::string many = "voip/a=b";
  for (int i = 0; i < 16; ++i) many += ",a=b";
  EXPECT_FALSE(parse_pod_selector(many));
}

struct Refused {
  std::vector<std::string> environment;
  const char* message;
};

TEST(KubernetesKeys, WhatCannotWorkIsSaidAtTheStart) {
  const Refused cases[] = {
      {{"SIPSONDE_KUBERNETES_PODS=true"},
       "environment SIPSONDE_KUBERNETES_PODS: kubernetes.pods: this is no pod (KUBERNETES_SERVICE_HOST is "
       "not set); "
       "name the API server with kubernetes.api"},
      {{"SIPSONDE_KUBERNETES_INTERFACES_OF=[voip]"},
       "environment SIPSONDE_KUBERNETES_INTERFACES_OF: kubernetes.interfaces_of: needs the list of pods; set "
       "kubernetes.pods to true"},
      {{"SIPSONDE_KUBERNETES_PODS=true", "SIPSONDE_KUBERNETES_API=https://a.example",
        "SIPSONDE_KUBERNETES_TOKEN_FILE=off"},
       "environment SIPSONDE_KUBERNETES_TOKEN_FILE: kubernetes.token_file: the API server asks who we are; "
       "name the "
       "token's file"},
      {{"SIPSONDE_KUBERNETES_REFRESH=1500ms"},
       "environment SIPSONDE_KUBERNETES_REFRESH: kubernetes.refresh: takes whole seconds; write 15s"},
      {{"SIPSONDE_KUBERNETES_INTERFACES_OF=[VOIP]"},
       "environment SIPSONDE_KUBERNETES_INTERFACES_OF: kubernetes.interfaces_of: \"VOIP\" selects no pods; "
       "write "
       "NAMESPACE or NAMESPACE/label=value,label2=value2"},
  };
  for (const Refused& refused : cases) {
    const auto loaded = load(refused.environment);
    ASSERT_FALSE(loaded) << refused.message;
    EXPECT_EQ(loaded.error().message, refused.message);
    EXPECT_EQ(loaded.error().exit_code, 2);
  }
}

TEST(KubernetesKeys, AReplayAsksNobodyAndTakesTheSameFile) {
  EXPECT_TRUE(load({"SIPSONDE_KUBERNETES_PODS=true"}, true));
}

}  // namespace
}  // namespace sipsonde
