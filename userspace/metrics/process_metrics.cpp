// SPDX-License-Identifier: Apache-2.0
#include "metrics/process_metrics.h"

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

#include "metrics/series.h"

namespace sipsonde {
namespace {

// Fields of /proc/self/stat, proc(5), by their numbers there.
struct ProcessStat {
  double user_ticks = 0;      // 14
  double system_ticks = 0;    // 15
  double start_ticks = 0;     // 22, since boot
  double virtual_bytes = 0;   // 23
  double resident_pages = 0;  // 24
};

std::optional<ProcessStat> read_stat() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  const std::size_t name_end = line.rfind(')');  // the name, field 2, may hold spaces and parentheses
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream fields(line.substr(name_end + 1));
  ProcessStat stat;
  std::string field;
  for (int number = 3; number <= 24 && fields >> field; ++number) {
    if (number == 14) stat.user_ticks = std::stod(field);
    if (number == 15) stat.system_ticks = std::stod(field);
    if (number == 22) stat.start_ticks = std::stod(field);
    if (number == 23) stat.virtual_bytes = std::stod(field);
    if (number == 24) stat.resident_pages = std::stod(field);
  }
  return fields ? std::optional(stat) : std::nullopt;
}

std::optional<double> boot_time_seconds() {
  std::ifstream file("/proc/stat");
  std::string key;
  double value = 0;
  for (std::string line; std::getline(file, line);)
    if (std::istringstream(line) >> key >> value && key == "btime") return value;
  return std::nullopt;
}

std::optional<double> open_descriptors() {
  std::error_code failed;
  double count = -1;  // the one that reads the directory
  for (std::filesystem::directory_iterator entry("/proc/self/fd", failed), end; !failed && entry != end;
       entry.increment(failed))
    ++count;
  return failed ? std::nullopt : std::optional(count);
}

prometheus::MetricFamily single(FamilyName name, double value) {
  Series series(name);
  series.add({}, value);
  return series.take();
}

}  // namespace

std::vector<prometheus::MetricFamily> ProcessMetrics::Collect() const {
  const auto ticks_per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  std::vector<prometheus::MetricFamily> families;
  if (const auto stat = read_stat()) {
    families.push_back(
        single("process_cpu_seconds_total", (stat->user_ticks + stat->system_ticks) / ticks_per_second));
    families.push_back(single("process_virtual_memory_bytes", stat->virtual_bytes));
    families.push_back(single("process_resident_memory_bytes",
                              stat->resident_pages * static_cast<double>(sysconf(_SC_PAGESIZE))));
    if (const auto boot = boot_time_seconds())
      families.push_back(single("process_start_time_seconds", *boot + stat->start_ticks / ticks_per_second));
  }
  if (const auto count = open_descriptors()) families.push_back(single("process_open_fds", *count));
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
    families.push_back(single("process_max_fds", static_cast<double>(limit.rlim_cur)));
  const struct mallinfo2 heap = mallinfo2();
  families.push_back(
      single("sipsonde_memory_allocated_bytes", static_cast<double>(heap.uordblks + heap.hblkhd)));
  return families;
}

}  // namespace sipsonde
