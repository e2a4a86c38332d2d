// SPDX-License-Identifier: Apache-2.0
#include "cli/check_clock.h"

#include <sys/timex.h>

namespace sipsonde {

using Level = Finding::Level;

Finding check_clock_source(const HostPaths& paths) {
  const std::string source =
      first_line(paths.sys + "/devices/system/clocksource/clocksource0/current_clocksource");
  if (source.empty()) return {Level::ok, "clock source", "not visible from here", {}};
  // Reading these is an access to a device, about a microsecond, once for each packet that matters.
  if (source == "hpet" || source == "acpi_pm" || source == "jiffies")
    return {Level::warn, "clock source", source + ": slow to read",
            "find out why the kernel gave up the processor's own (dmesg | grep clocksource)"};
  return {Level::ok, "clock source", source, {}};
}

Finding judge_clock_sync(int state, int status, long estimated_error_us) {
  if (state < 0)
    return {Level::warn, "clock", "its state cannot be read", "allow adjtimex() in the seccomp profile"};
  if (state == TIME_ERROR || (status & STA_UNSYNC) != 0)
    return {Level::warn, "clock", "not synchronised: times of events may be off",
            "run chrony or another NTP client"};
  return {Level::ok, "clock", "synchronised, error about " + std::to_string(estimated_error_us) + " us", {}};
}

Findings check_clocks(const HostPaths& paths) {
  timex clock{};
  const int state = adjtimex(&clock);
  return {check_clock_source(paths), judge_clock_sync(state, clock.status, clock.esterror)};
}

}  // namespace sipsonde
