// SPDX-License-Identifier: Apache-2.0
#include "kubernetes/pod_selection.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

const Pod kPod{"voip", "sbc-0", {{"app", "sbc"}, {"tier", "edge"}}, {*address_of("10.0.0.1")}, 0};

TEST(PodSelection, WantsTheNamespaceAndEachLabel) {
  struct {
    PodSelector selector;
    bool fits;
  } const kCases[] = {
      {{"voip", {}}, true},
      {{"voip", {{"app", "sbc"}}}, true},
      {{"voip", {{"tier", "edge"}, {"app", "sbc"}}}, true},
      {{"voip", {{"app", "sbc"}, {"tier", "core"}}}, false},
      {{"voip", {{"app", ""}}}, false},
      {{"voip", {{"track", ""}}}, false},
      {{"default", {{"app", "sbc"}}}, false},
  };
  for (const auto& [selector, fits] : kCases)
    EXPECT_EQ(is_selected(kPod, selector), fits) << selector.namespace_name << selector.labels.size();
}

TEST(PodSelection, TakesAPodOnceHoweverManySelectorsFitIt) {
  const Pod other{"default", "web", {}, {*address_of("10.0.0.2")}, 0};
  const auto selected = select_pods({other, kPod}, {{"voip", {}}, {"voip", {{"app", "sbc"}}}});
  ASSERT_EQ(selected.size(), 1u);
  EXPECT_EQ(selected[0], (SelectedPod{"voip/sbc-0", kPod.addresses}));
}

}  // namespace
}  // namespace sipsonde
