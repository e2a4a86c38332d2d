// SPDX-License-Identifier: Apache-2.0
// Arguments to a command, its result to an exit code. An error that ends the program is one line on stderr.
#include <cstdio>
#include <iostream>
#include <string>
#include <variant>
#include <vector>

#include "cli/ask.h"
#include "cli/command_line.h"
#include "cli/config_command.h"
#include "cli/doctor.h"
#include "detach.h"
#include "live_look.h"
#include "replay.h"
#include "run.h"

namespace sipsonde {
namespace {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;  // which clang 14 does not deduce by itself

Result<Done> print(const std::string& text) {
  std::fputs(text.c_str(), stdout);
  return Done{};
}

Result<Done> execute(const Command& command) {
  return std::visit(Overloaded{
                        [](const RunOptions& options) { return run(options); },
                        [](const ReplayOptions& options) { return replay(options); },
                        [](const DoctorOptions& options) -> Result<Done> {
                          if (const int code = doctor_command(options, look_for_sip, std::cout))
                            return Error{"", code};  // the findings have said it
                          return Done{};
                        },
                        [](const DetachOptions& options) { return detach(options); },
                        [](const ConfigOptions& options) -> Result<Done> {
                          auto text = config_command(options);
                          if (!text) return text.error();
                          return print(*text);
                        },
                        [](const TraceOptions& options) { return ask_for(options); },
                        [](const CallsOptions& options) { return ask_for(options); },
                        [](const TopOptions& options) { return ask_for(options); },
                        [](const StatusOptions& options) { return ask_for(options); },
                        [](const TextToPrint& text) { return print(text.text); },
                    },
                    command);
}

int finish(const Error& error) {
  if (!error.message.empty()) std::fprintf(stderr, "%s\n", error.message.c_str());
  return error.exit_code;
}

}  // namespace
}  // namespace sipsonde

int main(int argc, char** argv) {
  const auto command = sipsonde::parse_command_line(std::vector<std::string>(argv + 1, argv + argc));
  if (!command) return sipsonde::finish(command.error());
  const auto done = sipsonde::execute(*command);
  return done ? 0 : sipsonde::finish(done.error());
}
