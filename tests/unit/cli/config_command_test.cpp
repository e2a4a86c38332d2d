// SPDX-License-Identifier: Apache-2.0
#include "cli/config_command.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "config/schema.h"

namespace sipsonde {
namespace {

class ConfigCommand : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/sipsonde-config-XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    directory_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string write(const std::string& name, const std::string& text) {
    const std::string path = directory_ + "/" + name;
    std::ofstream(path) << text;
    return path;
  }

  std::string directory_;
};

TEST_F(ConfigCommand, PrintsEachSettingWithItsOrigin) {
  SettingsSources sources;
  sources.file = write("a.yaml", "sip:\n  detect: ports\nmetrics: {listen: off}\n");
  sources.environment = {"SIPSONDE_SIP_PORTS=5060,5080"};
  const auto loaded = load_settings(sources);
  ASSERT_TRUE(loaded) << loaded.error().message;
  const std::string text = render_settings(*loaded);
  EXPECT_NE(text.find("interfaces: auto  # default\n"), text.npos) << text;
  EXPECT_NE(text.find("sip:\n  ports: [5060, 5080]  # environment SIPSONDE_SIP_PORTS\n  detect: ports  # " +
                      *sources.file + ":2\n"),
            text.npos)
      << text;
  EXPECT_NE(text.find("metrics:\n  listen: off  # " + *sources.file + ":3\n"), text.npos) << text;
  EXPECT_NE(text.find("cdr:\n  file:\n    path: /var/log/sipsonde/cdr.jsonl  # default\n"), text.npos)
      << text;
}

TEST_F(ConfigCommand, WhatItPrintsReadsBackAsTheSame) {
  SettingsSources sources;
  sources.file =
      write("a.yaml",
            "interfaces: [eth0, \"1\"]\n"
            "attach: clsact\n"
            "local_networks: [192.0.2.0/24, \"2001:db8::/32\"]\n"
            "trunks:\n"
            "  - {name: \"5060\", tenant: \"null\", peers: [\"2001:db8::1\"], domains: [\"1.example\"]}\n"
            "metrics: {listen: \"[::]:9091\"}\n"
            "events: {file: {path: \"/a # b/\\\"e\\\"\\\\.jsonl\", rotate: 100000}}\n"
            "cdr: {file: {path: off}}\n"
            "silence: 90s\n"
            "node: \"ünïcode: 'x'\"\n");
  const auto first = load_settings(sources);
  ASSERT_TRUE(first) << first.error().message;
  sources.file = write("b.yaml", render_settings(*first));
  const auto second = load_settings(sources);
  ASSERT_TRUE(second) << second.error().message << "\n" << render_settings(*first);
  for (const Key& key : schema())
    EXPECT_EQ(key.show(second->settings), key.show(first->settings)) << key.path;
  EXPECT_EQ(second->settings.node, "ünïcode: 'x'");
  EXPECT_EQ(second->settings.events_file->path, "/a # b/\"e\"\\.jsonl");
  EXPECT_EQ(second->settings.trunks.at(0).tenant, "null");
}

TEST_F(ConfigCommand, RefusesABadFile) {
  const std::string path = write("a.yaml", "sip:\n  prots: [5060]\n");
  const auto text = config_command({path});
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().message, path + ":2: unknown key \"prots\"; did you mean \"ports\"?");
  EXPECT_EQ(text.error().exit_code, 2);
}

}  // namespace
}  // namespace sipsonde
