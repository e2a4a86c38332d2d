// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>
#include <memory>

#include "cli/asking_commands.h"
#include "config/nearest.h"
#include "config/schema.h"
#include "config/values.h"

namespace sipsonde {
namespace {

constexpr std::string_view kCommands[] = {"run",   "replay", "doctor", "detach", "config",
                                          "trace", "calls",  "top",    "status"};

constexpr const char* kProgramExamples =
    "Examples:\n"
    "  sipsonde doctor                      what this host offers and lacks\n"
    "  sipsonde run -i eth0                 watch eth0; metrics on :9091, files in /var/log/sipsonde\n"
    "  sipsonde run -i eth0 -o out --for 1m watch for a minute, write to ./out\n"
    "  sipsonde replay calls.pcap --json    what is in a capture\n"
    "  sipsonde config -c sipsonde.yaml     check a file, print what holds\n"
    "  sipsonde status                      whether a running agent does its work\n"
    "  sipsonde calls --from 15m            its latest calls; `sipsonde trace CALL-ID` draws one\n"
    "\n"
    "`sipsonde COMMAND --help` explains a command. Exit codes: 0 done, 1 failed at work, 2 wrong usage or\n"
    "configuration.";

constexpr const char* kRunExamples =
    "Attaches to the interfaces, exports what it sees, and detaches on SIGINT or SIGTERM. Traffic is never\n"
    "changed. Needs root, or CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON.\n"
    "\n"
    "Examples:\n"
    "  sipsonde run                         the interface with the default route\n"
    "  sipsonde run -i eth0 -i eth1         two interfaces\n"
    "  sipsonde run -c sipsonde.yaml        settings from a file; see `sipsonde config --help`\n"
    "  sipsonde run -o out --for 90s        events.jsonl, cdr.jsonl and metrics.prom in ./out";

constexpr const char* kReplayExamples =
    "Takes a capture (pcap or pcapng, gzipped or not) through the same programs as live traffic, by the\n"
    "capture's clock, and prints a summary. The same file gives the same output every time.\n"
    "\n"
    "Examples:\n"
    "  sipsonde replay calls.pcap           a summary\n"
    "  sipsonde replay calls.pcap.gz --json the summary as one JSON value\n"
    "  sipsonde replay calls.pcap -o out    events.jsonl, cdr.jsonl and metrics.prom in ./out";

constexpr const char* kDoctorExamples =
    "One line for each finding: ok, warn or FAIL, and the remedy. Exit code 1 if `sipsonde run` cannot "
    "work.\n"
    "\n"
    "Examples:\n"
    "  sipsonde doctor -i eth0              this host and eth0\n"
    "  sipsonde doctor -i eth0 --try-xdp    attach XDP for a moment and see whether the link drops;\n"
    "                                       some drivers reset the link: not in the busy hour";

constexpr const char* kDetachExamples =
    "Removes what an earlier run left on any interface or pinned, and nothing else. An agent that runs with\n"
    "pins goes on, and leaves nothing behind when it ends. Needs what `run` needs.";

// The table of keys, so that no manual is needed to write a file.
std::string config_examples() {
  std::string text =
      "Checks a file and prints every setting that holds, with the place it came from.\n"
      "\n"
      "Examples:\n"
      "  sipsonde config                      the defaults, and what the environment sets\n"
      "  sipsonde config -c sipsonde.yaml     a file\n"
      "  SIPSONDE_SILENCE=30m sipsonde config\n"
      "\n"
      "Keys (environment: SIPSONDE_ and the path in capitals, as SIPSONDE_METRICS_LISTEN):\n";
  for (const Key& key : schema()) {
    constexpr std::size_t kColumn = 29;
    std::string path(key.path);
    path.resize(std::max(path.size(), kColumn), ' ');
    text.append("  ").append(path).append(key.help).append("\n");
  }
  text.pop_back();
  return text;
}

Result<std::chrono::milliseconds> parse_run_time(const std::string& text) {
  auto duration = parse_duration(text);
  if (duration && duration->count() == 0)
    return Error{in_quotes(text) + " is no time at all; use at least 1ms", 2};
  return duration;
}

std::string list_of_commands() {
  std::string list;
  for (std::size_t i = 0; i < std::size(kCommands); ++i) {
    if (i > 0) list += i + 1 == std::size(kCommands) ? " or " : ", ";
    list += kCommands[i];
  }
  return list;
}

Error no_command() {
  return Error{"sipsonde: no command; use " + list_of_commands() + ", or see sipsonde --help", 2};
}

// Everything a command line can fill in. CLI11 writes through references, so it stays where it is.
class Parser {
 public:
  Parser() {
    app_.footer(kProgramExamples);
    app_.set_version_flag("--version", "sipsonde " SIPSONDE_VERSION);
    app_.set_help_flag("-h,--help", "Print this help and exit");
    app_.require_subcommand(1);
    add_run();
    add_replay();
    add_doctor();
    CLI::App& detach = *app_.add_subcommand("detach", "Remove what an earlier run left behind");
    detach.footer(kDetachExamples);
    add_text(detach, "-c,--config", detach_.config, "FILE", "Configuration file, for its pin_path");
    CLI::App& config = *app_.add_subcommand("config", "Check a configuration and print what holds");
    config.footer(config_examples());
    add_text(config, "-c,--config", config_.config, "FILE", "Configuration file");
    asking_.add_to(app_);
  }

  Result<Command> parse(std::vector<std::string> arguments) {
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
    try {
      app_.parse(arguments);
    } catch (const CLI::CallForVersion&) {
      return Command{TextToPrint{"sipsonde " SIPSONDE_VERSION "\n"}};
    } catch (const CLI::CallForHelp&) {
      return Command{TextToPrint{app_.help() + "\n"}};
    } catch (const CLI::ExtrasError&) {
      return unexpected(app_.remaining(true));
    } catch (const CLI::RequiredError& problem) {
      if (page().get_parent() == nullptr) return no_command();
      return usage_error(problem.what());
    } catch (const CLI::ParseError& problem) {
      return usage_error(problem.what());
    }
    return chosen();
  }

 private:
  void add_run() {
    CLI::App& run = *app_.add_subcommand("run", "Watch interfaces until SIGINT or SIGTERM");
    run.footer(kRunExamples);
    run.add_option("-i,--interface", run_.interfaces,
                   "Interface to watch; may be repeated (default: the one "
                   "with the default route)")
        ->type_name("IF")
        ->expected(1)
        ->take_all();
    add_text(run, "-c,--config", run_.config, "FILE", "Configuration file");
    add_text(run, "-o,--output", run_.output_dir, "DIR",
             "Write events, records and metrics there, and nowhere else");
    run.add_option("--for", run_time_, "Stop after this time, such as 90s or 2h")->type_name("DURATION");
  }

  void add_replay() {
    CLI::App& replay = *app_.add_subcommand("replay", "Take a capture through the same path");
    replay.footer(kReplayExamples);
    replay.add_option("FILE", replay_.capture, "Capture: pcap or pcapng, gzipped or not")->required();
    add_text(replay, "-c,--config", replay_.config, "FILE", "Configuration file");
    add_text(replay, "-o,--output", replay_.output_dir, "DIR", "Write events, records and metrics there");
    replay.add_flag("--json", replay_.json, "Print the summary as one JSON value");
    replay.add_option("--hook", hook_, "Program that takes ingress: xdp or tc (default: tc)")
        ->type_name("HOOK");
  }

  void add_doctor() {
    CLI::App& doctor = *app_.add_subcommand("doctor", "What this host offers and lacks");
    doctor.footer(kDoctorExamples);
    add_text(doctor, "-i,--interface", doctor_.interface, "IF",
             "Interface to look at (default: the one with the default route)");
    doctor.add_flag("--try-xdp", doctor_.try_xdp, "Attach XDP for a moment and watch the link");
  }

  static void add_text(CLI::App& app, const char* names, std::optional<std::string>& target, const char* type,
                       const char* help) {
    app.add_option_function<std::string>(
           names, [&target](const std::string& text) { target = text; }, help)
        ->type_name(type);
  }

  // The command that was named, else the program.
  const CLI::App& page() const {
    const auto named = app_.get_subcommands();
    return named.empty() ? app_ : *named.front();
  }

  Error usage_error(const std::string& problem) const {
    const std::string command = page().get_parent() == nullptr ? "sipsonde" : "sipsonde " + page().get_name();
    const char* separator = problem.ends_with('?') ? " see " : "; see ";
    return Error{command + ": " + one_line(problem) + separator + command + " --help", 2};
  }

  // What was left over: a misspelt option, or one word too many.
  Error unexpected(const std::vector<std::string>& words) const {
    const auto option_like = [](const std::string& word) { return word.starts_with('-'); };
    const auto found = std::find_if(words.begin(), words.end(), option_like);
    const std::string& word = found == words.end() ? words.front() : *found;
    if (!word.starts_with('-')) return usage_error(in_quotes(word) + " is one word too many");
    std::vector<std::string> names;
    for (const CLI::Option* option : page().get_options())
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    const std::vector<std::string_view> candidates(names.begin(), names.end());
    const std::string given = word.substr(0, word.find('='));
    const std::string_view near = nearest(given, candidates);
    if (edit_distance(given, near) > kTypingMistakes) return usage_error("unknown option " + in_quotes(word));
    return usage_error("unknown option " + in_quotes(word) + "; did you mean " + std::string(near) + "?");
  }

  Result<Command> chosen() {
    const auto& names = run_.interfaces;
    if (std::any_of(names.begin(), names.end(), [](const std::string& name) { return name.empty(); }))
      return usage_error("an option has an empty value");
    for (const std::optional<std::string>* text :
         {&run_.config, &run_.output_dir, &replay_.config, &replay_.output_dir, &doctor_.interface,
          &config_.config, &detach_.config})
      if (*text && (*text)->empty()) return usage_error("an option has an empty value");
    for (const std::optional<std::string>* text : asking_.texts())
      if (*text && (*text)->empty()) return usage_error("an option has an empty value");
    const std::string& command = page().get_name();
    if (command == "run") return run();
    if (command == "replay") return replay();
    if (command == "doctor") return Command{doctor_};
    if (command == "detach") return Command{detach_};
    if (command == "trace") return Command{asking_.trace};
    if (command == "calls") return Command{asking_.calls};
    if (command == "top") return Command{asking_.top};
    if (command == "status") return Command{asking_.status};
    return Command{config_};
  }

  Result<Command> run() {
    if (run_time_) {
      const auto duration = parse_run_time(*run_time_);
      if (!duration) return in_context("sipsonde run: --for", duration.error());
      run_.duration = *duration;
    }
    return Command{run_};
  }

  Result<Command> replay() {
    if (hook_ && *hook_ != "xdp" && *hook_ != "tc")
      return Error{"sipsonde replay: --hook: " + in_quotes(*hook_) + " is not taken; use xdp or tc", 2};
    if (hook_) replay_.hook = *hook_ == "xdp" ? SIPSONDE_HOOK_xdp : SIPSONDE_HOOK_tc;
    return Command{replay_};
  }

  CLI::App app_{"Watches SIP and RTP from inside the kernel.", "sipsonde"};
  RunOptions run_;
  ReplayOptions replay_;
  DoctorOptions doctor_;
  DetachOptions detach_;
  ConfigOptions config_;
  AskingCommands asking_;
  std::optional<std::string> run_time_;
  std::optional<std::string> hook_;
};

}  // namespace

Result<Command> parse_command_line(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return no_command();
  const std::string& first = arguments.front();
  if (!first.starts_with('-') &&
      std::find(std::begin(kCommands), std::end(kCommands), first) == std::end(kCommands)) {
    const std::string_view near = nearest(first, kCommands);
    const std::string hint = edit_distance(first, near) <= kTypingMistakes
                                 ? "did you mean " + std::string(near) + "?"
                                 : "use " + list_of_commands();
    return Error{"sipsonde: unknown command " + in_quotes(first) + "; " + hint, 2};
  }
  return Parser().parse(arguments);
}

}  // namespace sipsonde
