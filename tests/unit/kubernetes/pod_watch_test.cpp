// SPDX-License-Identifier: Apache-2.0
#include "kubernetes/pod_watch.h"

#include <gtest/gtest.h>

#include <thread>

#include "unit/base/scripted_http.h"
#include "unit/kubernetes/pod_json.h"

namespace sipsonde {
namespace {

// What comes behind the script is an empty answer, which is no list: it fails.
struct Watched {
  using Answers = std::vector<ScriptedHttp::Answer>;
  explicit Watched(Answers answers, std::chrono::seconds refresh = std::chrono::seconds(1)) {
    server.script(std::move(answers));
    settings.pods = true;
    settings.api = server.url();
    settings.ca_file.clear();
    settings.node = "a";
    settings.refresh = refresh;
    settings.interfaces_of = {{"voip", {{"app", "sbc"}}}};
    watch = std::move(*PodWatch::start(settings, directory));
  }

  bool comes(const std::function<bool()>& what) const {
    for (int i = 0; i < 500; ++i) {
      if (what()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  bool knows(std::string_view address) const {
    return directory.table()->find(*address_of(address), unix_now()) != nullptr;
  }
  static std::uint64_t unix_now() {
    return static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch() /
                                      std::chrono::nanoseconds(1));
  }

  ScriptedHttp server;
  KubernetesSettings settings;
  PodDirectory directory;
  std::unique_ptr<PodWatch> watch;
};

TEST(PodWatch, KeepsWhatItKnowsWhileTheApiServerFails) {
  const Watched watched(Watched::Answers{{.body = list_of({{}})}, {.status = 503}});
  EXPECT_TRUE(watched.comes([&] { return watched.watch->failed() >= 1; }));
  EXPECT_EQ(watched.watch->listed(), 1u);
  EXPECT_TRUE(watched.knows("10.244.1.7"));
}

TEST(PodWatch, TellsOnceAfterEachListWhichPodsAreSelected) {
  const Watched watched(
      Watched::Answers{{.body = list_of({{}, {.name = "web", .labels = "{}"}})}, {.body = list_of({})}});
  std::optional<std::vector<SelectedPod>> selected;
  ASSERT_TRUE(watched.comes([&] { return (selected = watched.watch->take_selected()).has_value(); }));
  ASSERT_EQ(selected->size(), 1u);
  EXPECT_EQ(selected->front().text, "voip/sbc-0");
  ASSERT_TRUE(watched.comes([&] { return (selected = watched.watch->take_selected()).has_value(); }));
  EXPECT_TRUE(selected->empty());
}

TEST(PodWatch, EndsAtOnceHoweverLongItWouldWait) {
  Watched watched(Watched::Answers{{.body = list_of({})}}, std::chrono::hours(1));
  EXPECT_TRUE(watched.comes([&] { return watched.watch->listed() >= 1; }));
  const auto begin = std::chrono::steady_clock::now();
  watched.watch.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

}  // namespace
}  // namespace sipsonde
