// SPDX-License-Identifier: Apache-2.0
#include "cli/check_clock.h"

#include <gtest/gtest.h>
#include <sys/timex.h>

#include "support/fake_host.h"

namespace sipsonde {
namespace {

using Level = Finding::Level;

TEST(ClockSource, ThatIsADeviceIsSlow) {
  const FakeHost host;
  const std::string path = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
  EXPECT_EQ(check_clock_source(host.paths).level, Level::ok) << "nothing to see in a container";
  for (const char* fast : {"tsc\n", "kvm-clock\n", "arch_sys_counter\n"}) {
    host.write(path, fast);
    EXPECT_EQ(check_clock_source(host.paths).level, Level::ok) << fast;
  }
  for (const char* slow : {"hpet\n", "acpi_pm\n"}) {
    host.write(path, slow);
    EXPECT_EQ(check_clock_source(host.paths).level, Level::warn) << slow;
  }
}

TEST(ClockSync, IsWhatTheKernelSays) {
  EXPECT_EQ(judge_clock_sync(TIME_OK, STA_PLL, 120).finding, "synchronised, error about 120 us");
  EXPECT_EQ(judge_clock_sync(TIME_OK, STA_UNSYNC, 0).level, Level::warn);
  EXPECT_EQ(judge_clock_sync(TIME_ERROR, 0, 0).level, Level::warn);
  EXPECT_EQ(judge_clock_sync(-1, 0, 0).level, Level::warn);
}

}  // namespace
}  // namespace sipsonde
