// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"

#include <gtest/gtest.h>

namespace sipsonde {
namespace {

using namespace std::chrono_literals;
using Arguments = std::vector<std::string>;

template <typename Options>
Options parsed(const Arguments& arguments) {
  const auto command = parse_command_line(arguments);
  if (!command) {
    ADD_FAILURE() << command.error().message;
    return {};
  }
  const Options* options = std::get_if<Options>(&*command);
  if (options == nullptr) {
    ADD_FAILURE() << "another command";
    return {};
  }
  return *options;
}

TEST(CommandLine, RunTakesInterfacesFileDirectoryAndDuration) {
  const auto options = parsed<RunOptions>(
      {"run", "-i", "eth0", "-c", "a.yaml", "--interface", "eth1", "-o", "out", "--for", "1m30s", "-ieth2"});
  EXPECT_EQ(options.interfaces, (Arguments{"eth0", "eth1", "eth2"}));
  EXPECT_EQ(options.config, "a.yaml");
  EXPECT_EQ(options.output_dir, "out");
  EXPECT_EQ(options.duration, 90s);
}

TEST(CommandLine, RunNeedsNothing) {
  const auto options = parsed<RunOptions>({"run"});
  EXPECT_TRUE(options.interfaces.empty());
  EXPECT_FALSE(options.config);
  EXPECT_FALSE(options.output_dir);
  EXPECT_FALSE(options.duration);
}

TEST(CommandLine, ReplayTakesACaptureAndOptionsInAnyOrder) {
  const auto options =
      parsed<ReplayOptions>({"replay", "--json", "a.pcap", "-c", "a.yaml", "-o", "out", "--hook", "xdp"});
  EXPECT_EQ(options.capture, "a.pcap");
  EXPECT_EQ(options.config, "a.yaml");
  EXPECT_EQ(options.output_dir, "out");
  EXPECT_TRUE(options.json);
  EXPECT_EQ(options.hook, SIPSONDE_HOOK_xdp);
  EXPECT_EQ(parsed<ReplayOptions>({"replay", "a.pcap", "--hook=tc"}).hook, SIPSONDE_HOOK_tc);
  EXPECT_FALSE(parsed<ReplayOptions>({"replay", "a.pcap"}).hook);
  EXPECT_EQ(parsed<ReplayOptions>({"replay", "--", "-a.pcap"}).capture, "-a.pcap");
}

TEST(CommandLine, DoctorTakesAnInterfaceAndTheTrial) {
  const auto options = parsed<DoctorOptions>({"doctor", "-i", "eth0", "--try-xdp"});
  EXPECT_EQ(options.interface, "eth0");
  EXPECT_TRUE(options.try_xdp);
  EXPECT_FALSE(parsed<DoctorOptions>({"doctor"}).interface);
}

TEST(CommandLine, DetachAndConfigAreCommands) {
  parsed<DetachOptions>({"detach"});
  EXPECT_EQ(parsed<ConfigOptions>({"config", "-c", "a.yaml"}).config, "a.yaml");
  EXPECT_FALSE(parsed<ConfigOptions>({"config"}).config);
}

TEST(CommandLine, AskingCommandsTakeWhereToAskAndForWhat) {
  const auto trace = parsed<TraceOptions>({"trace", "a/b@c", "--svg", "-", "--json", "--api", "http://h:1"});
  EXPECT_EQ(trace.call_id, "a/b@c");
  EXPECT_EQ(trace.svg, "-");
  EXPECT_TRUE(trace.json);
  EXPECT_EQ(trace.api.url, "http://h:1");
  EXPECT_EQ(parsed<TraceOptions>({"trace", "a", "--files", "out"}).files, "out");
  EXPECT_EQ(parsed<TraceOptions>({"trace", "--", "-odd-call-id"}).call_id, "-odd-call-id");

  const auto calls = parsed<CallsOptions>(
      {"calls",    "--active", "--from",       "15m", "--until",       "now",  "-q",      "030",
       "--tenant", "a",        "--trunk",      "b",   "--disposition", "busy", "--limit", "7",
       "--cursor", "x",        "--token-file", "t"});
  EXPECT_TRUE(calls.active);
  EXPECT_EQ(calls.from, "15m");
  EXPECT_EQ(calls.until, "now");
  EXPECT_EQ(calls.text, "030");
  EXPECT_EQ(calls.tenant, "a");
  EXPECT_EQ(calls.trunk, "b");
  EXPECT_EQ(calls.disposition, "busy");
  EXPECT_EQ(calls.limit, 7u);
  EXPECT_EQ(calls.cursor, "x");
  EXPECT_EQ(calls.api.token_file, "t");
  EXPECT_EQ(parsed<CallsOptions>({"calls"}).limit, kCallsListed);

  EXPECT_TRUE(parsed<TopOptions>({"top", "--once"}).once);
  EXPECT_TRUE(parsed<TopOptions>({"top", "--json"}).json);
  EXPECT_FALSE(parsed<StatusOptions>({"status"}).json);
}

TEST(CommandLine, AskingCommandsSayWhatTheyDoNotTake) {
  for (const Arguments& arguments :
       {Arguments{"trace"}, Arguments{"trace", "a", "b"}, Arguments{"calls", "--limit", "0"},
        Arguments{"calls", "--limit", "x"}, Arguments{"calls", "--limit", "100001"},
        Arguments{"top", "--twice"}, Arguments{"status", "--api", ""}}) {
    const auto command = parse_command_line(arguments);
    ASSERT_FALSE(command) << arguments.front();
    EXPECT_EQ(command.error().exit_code, 2);
    EXPECT_TRUE(command.error().message.starts_with("sipsonde " + arguments.front() + ": "))
        << command.error().message;
    EXPECT_EQ(command.error().message.find('\n'), std::string::npos);
  }
}

TEST(CommandLine, VersionIsOneLine) {
  const std::string text = parsed<TextToPrint>({"--version"}).text;
  EXPECT_TRUE(text.starts_with("sipsonde "));
  EXPECT_EQ(text.find('\n'), text.size() - 1);
}

TEST(CommandLine, HelpListsTheCommands) {
  const std::string text = parsed<TextToPrint>({"--help"}).text;
  for (const char* word : {"run", "replay", "doctor", "detach", "config", "trace", "calls", "top", "status",
                           "--version", "Examples:", "Exit codes"})
    EXPECT_NE(text.find(word), text.npos) << word;
}

TEST(CommandLine, HelpOfACommandListsItsOptionsWithExamples) {
  struct Page {
    std::string command;
    std::vector<std::string> words;
  };
  const Page pages[] = {
      {"run", {"--interface", "--config", "--output", "--for", "Examples:"}},
      {"replay", {"FILE", "--config", "--output", "--json", "--hook", "Examples:"}},
      {"doctor", {"--interface", "--try-xdp", "Examples:"}},
      {"detach", {"earlier run"}},
      {"config", {"--config", "Examples:", "limits.calls", "SIPSONDE_"}},
      {"trace", {"CALL-ID", "--svg", "--json", "--api", "--token-file", "Examples:"}},
      {"calls", {"--active", "--from", "--until", "--query", "--limit", "--json", "Examples:"}},
      {"top", {"--once", "--json", "--api", "Examples:"}},
      {"status", {"--json", "--api", "Exit code", "Examples:"}}};
  for (const Page& page : pages) {
    const std::string text = parsed<TextToPrint>({page.command, "--help"}).text;
    for (const std::string& word : page.words)
      EXPECT_NE(text.find(word), text.npos) << page.command << " " << word;
    EXPECT_EQ(parsed<TextToPrint>({page.command, "-h"}).text, text);
  }
}

struct UsageCase {
  std::string name;
  Arguments arguments;
  std::string message;

  friend void PrintTo(const UsageCase& its, std::ostream* out) { *out << its.name; }
};

class UsageError : public testing::TestWithParam<UsageCase> {};

TEST_P(UsageError, IsOneLineWithExitCodeTwo) {
  const auto command = parse_command_line(GetParam().arguments);
  ASSERT_FALSE(command);
  EXPECT_EQ(command.error().message, GetParam().message);
  EXPECT_EQ(command.error().message.find('\n'), std::string::npos);
  EXPECT_EQ(command.error().exit_code, 2);
}

const UsageCase kUsageErrors[] = {
    {"NoCommand",
     {},
     "sipsonde: no command; use run, replay, doctor, detach, config, trace, calls, top or status, or see "
     "sipsonde --help"},
    {"UnknownCommand",
     {"register", "abc"},
     "sipsonde: unknown command \"register\"; use run, replay, doctor, detach, config, trace, calls, top or "
     "status"},
    {"MisspeltCommand", {"rnu"}, "sipsonde: unknown command \"rnu\"; did you mean run?"},
    {"HostileCommand",
     {"a\nb\x1b"},
     "sipsonde: unknown command \"a\\x0ab\\x1b\"; use run, replay, doctor, detach, config, trace, calls, top "
     "or status"},
    {"UnknownOption",
     {"run", "--fro", "1s"},
     "sipsonde run: unknown option \"--fro\"; did you mean --for? see sipsonde run --help"},
    {"OptionWithoutCommand",
     {"-i", "eth0"},
     "sipsonde: no command; use run, replay, doctor, detach, config, trace, calls, top or status, or see "
     "sipsonde --help"},
    {"TooMuch",
     {"detach", "eth0"},
     "sipsonde detach: \"eth0\" is one word too many; see sipsonde detach --help"},
    {"UnknownShortOption", {"run", "-x"}, "sipsonde run: unknown option \"-x\"; see sipsonde run --help"},
    {"NoValue", {"run", "-c"}, "sipsonde run: --config: 1 required FILE missing; see sipsonde run --help"},
    {"NoCapture", {"replay"}, "sipsonde replay: FILE is required; see sipsonde replay --help"},
    {"TwoCaptures",
     {"replay", "a.pcap", "b.pcap"},
     "sipsonde replay: \"b.pcap\" is one word too many; see sipsonde replay --help"},
    {"TwoCommands",
     {"run", "replay"},
     "sipsonde run: \"replay\" is one word too many; see sipsonde run --help"},
    {"TwoFiles",
     {"run", "-c", "a", "-c", "b"},
     "sipsonde run: --config: At Most 1 required but received 2; see sipsonde run --help"},
    {"TwoInterfacesForDoctor",
     {"doctor", "-i", "a", "-i", "b"},
     "sipsonde doctor: --interface: At Most 1 required but received 2; see sipsonde doctor --help"},
    {"EmptyValue", {"run", "-o", ""}, "sipsonde run: an option has an empty value; see sipsonde run --help"},
    {"EmptyInterface",
     {"run", "-i", ""},
     "sipsonde run: an option has an empty value; see sipsonde run --help"},
    {"Hook",
     {"replay", "a.pcap", "--hook", "tcx"},
     "sipsonde replay: --hook: \"tcx\" is not taken; use xdp or tc"},
    {"Duration",
     {"run", "--for", "90"},
     "sipsonde run: --for: \"90\" is no duration; write a number and a unit (ms, s, m, h, d) such as 90s"},
    {"NoTime", {"run", "--for", "0s"}, "sipsonde run: --for: \"0s\" is no time at all; use at least 1ms"},
};
INSTANTIATE_TEST_SUITE_P(Lines, UsageError, testing::ValuesIn(kUsageErrors),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace sipsonde
