// SPDX-License-Identifier: Apache-2.0
#include "metrics/metrics_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <regex>
#include <set>
#include <sstream>

#include "metrics/families.h"
#include "unit/metrics/whole_page.h"
#include "unit/sinks/temporary_directory.h"

namespace sipsonde {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

std::set<std::string> families_on(const std::string& page) {
  std::set<std::string> names;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("# TYPE ")) names.insert(line.substr(7, line.find(' ', 7) - 7));
  return names;
}

TEST(MetricsPage, HasEveryFamilyOfTheTableAndNoOther) {
  const WholePage whole(false);
  std::set<std::string> expected;
  for (const Family& family : kFamilies) expected.emplace(family.name);
  EXPECT_EQ(families_on(whole.page.render(Format::text)), expected);
}

TEST(MetricsPage, GivesEachSeriesTheLabelsOfTheTable) {
  const WholePage whole(false);
  const std::string page = whole.page.render(Format::text);
  for (const Family& family : kFamilies) {
    std::string pattern = "\n" + std::string(family.name);
    if (family.kind == MetricKind::histogram) pattern += "_sum";
    const std::size_t place = page.find(pattern + (family.labels.empty() ? " " : "{"));
    ASSERT_NE(place, std::string::npos) << family.name;
    std::string labels;
    std::string series = page.substr(place + 1, page.find('\n', place + 1) - place - 1);
    for (std::size_t equals = series.find("=\""); equals != std::string::npos;
         equals = series.find("=\"", equals + 1)) {
      const std::size_t begin = series.find_last_of("{,", equals) + 1;
      labels += (labels.empty() ? "" : ",") + series.substr(begin, equals - begin);
    }
    EXPECT_EQ(labels, family.labels) << family.name;
  }
}

TEST(MetricsPage, LeavesTheMachineOutOfAReplayAndIsThenTheSameEachTime) {
  const WholePage one(true);
  const WholePage two(true);
  const std::string page = one.page.render(Format::text);
  EXPECT_EQ(page, two.page.render(Format::text));
  for (const char* absent : {"process_", "sipsonde_memory_", "sipsonde_worker_lag_us", "sipsonde_build_info"})
    EXPECT_THAT(page, Not(HasSubstr(absent)));
  EXPECT_THAT(page, HasSubstr("sipsonde_packets_total"));
}

TEST(MetricsPage, TellsOfTheSourcesWhatTheySay) {
  const WholePage whole(false);
  const std::string page = whole.page.render(Format::text);
  for (const char* line : {
           "sipsonde_map_entries{map=\"transactions\"} 5\n",
           "sipsonde_map_capacity{map=\"transactions\"} 262144\n",
           "sipsonde_fragments_total{result=\"held\"} 3\n",
           "sipsonde_fragments_total{result=\"evicted\"} 1\n",
           "sipsonde_segments_total{result=\"in-order\"} 9\n",
           "sipsonde_segments_total{result=\"retransmitted\"} 1\n",
           "sipsonde_stream_breaks_total{reason=\"hole\"} 4\n",
           "sipsonde_workers 2\n",
           "sipsonde_call_capacity 2000\n",
           "sipsonde_kubernetes_lookups_total{result=\"ok\"} 3\n",
           "sipsonde_kubernetes_lookups_total{result=\"failed\"} 1\n",
           "sipsonde_workers_max 2\n",
           "sipsonde_attach_info{interface=\"eth0\",direction=\"egress\",hook=\"tcx\"} 1\n",
           "sipsonde_worker_lag_us_bucket{worker=\"0\",le=\"10\"} 0\n",
           "sipsonde_worker_lag_us_bucket{worker=\"0\",le=\"20\"} 1\n",
           "sipsonde_worker_lag_us_sum{worker=\"0\"} 15\n",
           "sipsonde_build_info{version=\"1.2.3\",kernel=\"",
       })
    EXPECT_THAT(page, HasSubstr(line));
}

double value_of(const std::string& page, const std::string& name) {
  const std::size_t place = page.find("\n" + name + " ");
  return place == std::string::npos ? -1 : std::stod(page.substr(place + name.size() + 2));
}

TEST(ProcessMetrics, AreOfThisProcess) {
  const ProcessMetrics process;
  const std::string before = render(merge(process.Collect()), Format::text);
  EXPECT_GE(value_of(before, "process_cpu_seconds_total"), 0);
  EXPECT_GT(value_of(before, "process_resident_memory_bytes"), 1e6);
  EXPECT_GE(value_of(before, "process_virtual_memory_bytes"),
            value_of(before, "process_resident_memory_bytes"));
  EXPECT_GT(value_of(before, "process_start_time_seconds"), 1.6e9);
  EXPECT_LE(value_of(before, "process_start_time_seconds"), static_cast<double>(std::time(nullptr)) + 1);
  const int one_more = dup(0);
  const std::vector<char> block(64 << 20, 'x');
  const std::string after = render(merge(process.Collect()), Format::text);
  close(one_more);
  EXPECT_EQ(value_of(after, "process_open_fds"), value_of(before, "process_open_fds") + 1);
  EXPECT_LE(value_of(after, "process_open_fds"), value_of(after, "process_max_fds"));
  // The allocator of a sanitizer is not the one that mallinfo2() asks.
  if (value_of(after, "sipsonde_memory_allocated_bytes") > 0) {
    EXPECT_GE(value_of(after, "sipsonde_memory_allocated_bytes"),
              value_of(before, "sipsonde_memory_allocated_bytes") + (60 << 20));
  }
}

TEST(MetricsPage, IsWrittenToAFileInOneStep) {
  TemporaryDirectory directory;
  const WholePage whole(true);
  const std::string path = directory.file("metrics.prom");
  std::ofstream(path) << "old";
  ASSERT_TRUE(whole.page.write_file(path));
  EXPECT_EQ(content_of(path), whole.page.render(Format::text));
  EXPECT_FALSE(std::filesystem::exists(path + ".new"));
}

TEST(MetricsPage, SaysWhereItCouldNotBeWritten) {
  const WholePage whole(true);
  const auto written = whole.page.write_file("/nonexistent/metrics.prom");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().message,
            "write /nonexistent/metrics.prom: No such file or directory; give a directory that can be "
            "written with -o");
  EXPECT_EQ(written.error().exit_code, 1);
}

// The field's own judge of a metrics page. Only units that the names fix are allowed to displease it.
TEST(MetricsPage, SatisfiesPromtool) {
  if (std::system("command -v promtool >/dev/null 2>&1") != 0)
    GTEST_SKIP() << "promtool is not installed; apt-get install prometheus";
  TemporaryDirectory directory;
  const WholePage whole(false);
  const std::string path = directory.file("page");
  const std::string report = directory.file("report");
  ASSERT_TRUE(whole.page.write_file(path));
  const int status = std::system(("promtool check metrics < " + path + " > " + report + " 2>&1").c_str());
  int findings = 0;
  std::istringstream lines(content_of(report));
  for (std::string line; std::getline(lines, line); ++findings)
    EXPECT_TRUE(std::regex_match(line, std::regex("\\w+_(us|ms) .*abbreviated units"))) << line;
  EXPECT_LE(findings, 4);
  EXPECT_TRUE(findings > 0 || status == 0) << "promtool ended with " << status;
}

TEST(CapacityMetrics, ACapacityThatIsNotKnownIsNotTold) {
  EXPECT_TRUE(CapacityMetrics(0).Collect().empty());
  EXPECT_EQ(CapacityMetrics(1).Collect().size(), 1u);
}

}  // namespace
}  // namespace sipsonde
