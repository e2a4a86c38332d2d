// SPDX-License-Identifier: Apache-2.0
#include "cli/asking_commands.h"

#include <CLI/CLI.hpp>

namespace sipsonde {
namespace {

constexpr const char* kTraceExamples =
    "Draws what happened in a call: who sent what to whom and when, repeats, holds and transfers, what "
    "other\n"
    "layers told of it, and the quality of its media. The agent needs its store.\n"
    "\n"
    "Examples:\n"
    "  sipsonde trace a84b4c76e66710@pc33.example.com           in the terminal; `sipsonde calls` lists "
    "Call-IDs\n"
    "  sipsonde trace a84b4c76e66710@pc33.example.com --svg call.svg\n"
    "  sipsonde trace a84b4c76e66710@pc33.example.com --json | jq -r '.events[].event'\n"
    "  sipsonde replay calls.pcap -o out && sipsonde trace a84b4c76e66710@pc33.example.com --files out";

constexpr const char* kCallsExamples =
    "The legs of calls in the agent's store, latest first; with --active those that are open now. A time is\n"
    "2026-03-01T12:00:00Z, 2026-03-01, or how long ago: 15m, 2h, 1d.\n"
    "\n"
    "Examples:\n"
    "  sipsonde calls                                 the latest 50\n"
    "  sipsonde calls --active                        those that are open\n"
    "  sipsonde calls --from 15m --disposition failed what failed in the last quarter of an hour\n"
    "  sipsonde calls -q 4930123456 --limit 10        by part of a number, a URI or a Call-ID\n"
    "  sipsonde calls --from 1d --limit 100000 --json | jq '.calls | length'";

constexpr const char* kTopExamples =
    "What the agent sees and does, anew each second, until Ctrl-C.\n"
    "\n"
    "Examples:\n"
    "  sipsonde top                 a screen\n"
    "  sipsonde top --once          one look, a second long\n"
    "  sipsonde top --json          a line of JSON each second";

constexpr const char* kStatusExamples =
    "One line for each thing that was looked at: ok, warn or FAIL. Exit code 1 when the agent does not do "
    "its\n"
    "work, and when none answers.\n"
    "\n"
    "Examples:\n"
    "  sipsonde status                                  the agent of this host\n"
    "  sipsonde status --api http://192.0.2.1:9092 --token-file token\n"
    "  sipsonde status --json | jq .healthy";

void add_text(CLI::App& app, const char* names, std::optional<std::string>& target, const char* type,
              const char* help) {
  app.add_option_function<std::string>(
         names, [&target](const std::string& text) { target = text; }, help)
      ->type_name(type);
}

void add_access(CLI::App& app, AgentAddress& api, bool& json, const char* json_help) {
  app.add_flag("--json", json, json_help);
  add_text(app, "--api", api.url, "URL", "Agent to ask (default: http://127.0.0.1:9092)");
  add_text(app, "--token-file", api.token_file, "FILE", "File with the token (default: SIPSONDE_API_TOKEN)");
}

}  // namespace

void AskingCommands::add_to(CLI::App& app) {
  CLI::App& tracing = *app.add_subcommand("trace", "A call's story, as a diagram");
  tracing.footer(kTraceExamples);
  tracing.add_option("CALL-ID", trace.call_id, "SIP Call-ID of the call")->required();
  add_text(tracing, "--svg", trace.svg, "FILE", "Write the diagram as SVG; - is standard output");
  add_text(tracing, "--files", trace.files, "DIR",
           "Read what `run -o DIR` or `replay -o DIR` wrote, ask nobody");
  add_access(tracing, trace.api, trace.json, "Print legs and events as one JSON value");

  CLI::App& listing = *app.add_subcommand("calls", "The list of calls");
  listing.footer(kCallsExamples);
  listing.add_flag("--active", calls.active, "Calls that are open now");
  add_text(listing, "--from", calls.from, "TIME", "That began at this time or later");
  add_text(listing, "--until", calls.until, "TIME", "That began before this time");
  add_text(listing, "-q,--query", calls.text, "TEXT", "With this in a number, a URI or the Call-ID");
  add_text(listing, "--tenant", calls.tenant, "NAME", "Of this tenant");
  add_text(listing, "--trunk", calls.trunk, "NAME", "Of this trunk");
  add_text(listing, "--disposition", calls.disposition, "WORD",
           "With this result: answered, busy, no-answer, cancelled, rejected, failed or timeout");
  listing.add_option("--limit", calls.limit, "At most so many (default: 50)")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, kCallsListedMost));
  add_text(listing, "--cursor", calls.cursor, "TEXT", "Go on where an earlier list ended");
  add_access(listing, calls.api, calls.json, "Print the rows as one JSON value");

  CLI::App& rates = *app.add_subcommand("top", "Live rates");
  rates.footer(kTopExamples);
  rates.add_flag("--once", top.once, "One look only");
  add_access(rates, top.api, top.json, "Print a line of JSON for each look");

  CLI::App& health = *app.add_subcommand("status", "Whether the agent does its work");
  health.footer(kStatusExamples);
  add_access(health, status.api, status.json, "Print the findings as one JSON value");
}

std::vector<const std::optional<std::string>*> AskingCommands::texts() const {
  std::vector<const std::optional<std::string>*> texts{&trace.svg,   &trace.files,  &calls.from,
                                                       &calls.until, &calls.text,   &calls.tenant,
                                                       &calls.trunk, &calls.cursor, &calls.disposition};
  for (const AgentAddress* api : {&trace.api, &calls.api, &top.api, &status.api})
    texts.insert(texts.end(), {&api->url, &api->token_file});
  return texts;
}

}  // namespace sipsonde
