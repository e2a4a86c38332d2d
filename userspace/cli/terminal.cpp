// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cctype>
#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>

namespace sipsonde {
namespace {

constexpr std::size_t kWithoutTerminal = 120;
constexpr std::size_t kLeast = 40;

// As setlocale(3) finds the one of LC_CTYPE.
bool takes_utf8(const std::function<const char*(const char*)>& value_of) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* const value = value_of(name);
    if (value == nullptr || *value == 0) continue;
    std::string locale(value);
    for (char& c : locale) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return locale.find("utf-8") != locale.npos || locale.find("utf8") != locale.npos;
  }
  return false;
}

}  // namespace

Terminal terminal_of(bool is_terminal, std::size_t columns,
                     const std::function<const char*(const char*)>& value_of) {
  const auto text_of = [&value_of](const char* name) {
    const char* const value = value_of(name);
    return std::string_view(value == nullptr ? "" : value);
  };
  Terminal terminal;
  terminal.is_terminal = is_terminal;
  terminal.colour = is_terminal && text_of("NO_COLOR").empty() && text_of("TERM") != "dumb";
  terminal.utf8 = takes_utf8(value_of);
  terminal.width = columns > 0 ? columns : kWithoutTerminal;
  if (columns == 0) {
    const std::string_view wanted = text_of("COLUMNS");
    std::size_t number = 0;
    const auto [end, problem] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), number);
    if (problem == std::errc{} && end == wanted.data() + wanted.size()) terminal.width = number;
  }
  if (terminal.width < kLeast) terminal.width = kLeast;
  return terminal;
}

Terminal standard_output() {
  const bool is_terminal = isatty(STDOUT_FILENO) == 1;
  winsize window{};
  if (!is_terminal || ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0) window.ws_col = 0;
  return terminal_of(is_terminal, window.ws_col,
                     [](const char* name) -> const char* { return std::getenv(name); });
}

}  // namespace sipsonde
