// SPDX-License-Identifier: Apache-2.0
#include "cli/story_files.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace sipsonde {
namespace {

class StoryFiles : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/sipsonde-story-XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    directory_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(directory_ + "/" + name) << text;
  }

  std::string directory_;
};

TEST_F(StoryFiles, GiveTheLinesOfTheCallAndNoOther) {
  write("events.jsonl",
        "{\"call_id\":\"a\\\"b\",\"event\":\"sip.invite\"}\n{\"call_id\":\"other\",\"reason\":\"a\\\"b\"}\n"
        "{\"call_id\":\"a\\\"b\",\"event\":\"sip.bye\"}\n{\"call_id\":\"a\\\"b\",\"ev");
  write("cdr.jsonl", "{\"call_id\":\"a\\\"b\",\"leg\":0}\n");
  const auto ask = story_files(directory_, "a\"b");
  ASSERT_TRUE(ask);
  const auto events = (*ask)("/calls/a%22b/trace"), legs = (*ask)("/calls/a%22b");
  ASSERT_TRUE(events);
  EXPECT_EQ(events->status, 200u);
  EXPECT_EQ(events->body,
            "{\"events\": [{\"call_id\":\"a\\\"b\",\"event\":\"sip.invite\"}, "
            "{\"call_id\":\"a\\\"b\",\"event\":\"sip.bye\"}]}");
  ASSERT_TRUE(legs);
  EXPECT_EQ(legs->body, "{\"legs\": [{\"call_id\":\"a\\\"b\",\"leg\":0}]}");
}

TEST_F(StoryFiles, ACallThatIsNotThereIsUnknownAndRowsMayBeMissing) {
  write("events.jsonl", "{\"call_id\":\"a\"}\n");
  const auto ask = story_files(directory_, "b");
  ASSERT_TRUE(ask);
  EXPECT_EQ((*ask)("/calls/b/trace")->status, 404u);
  EXPECT_EQ((*ask)("/calls/b")->status, 404u);
}

TEST_F(StoryFiles, WithoutEventsThereIsNoStory) {
  const auto ask = story_files(directory_, "b");
  ASSERT_FALSE(ask);
  EXPECT_EQ(ask.error().message, "read " + directory_ + "/events.jsonl: No such file or directory");
}

}  // namespace
}  // namespace sipsonde
