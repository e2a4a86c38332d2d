// SPDX-License-Identifier: Apache-2.0
#include "cli/top_command.h"

#include <algorithm>
#include <cstdio>

#include "base/visible_text.h"
#include "cli/text_table.h"
#include "cli/top_rates.h"

namespace sipsonde {
namespace {

// A screen of its own, from its top left, without a cursor; and back (xterm's ctlseqs, "Alternate Screen
// Buffer").
constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l";
constexpr std::string_view kLeave = "\x1b[?25h\x1b[?1049l";
constexpr std::string_view kHome = "\x1b[H";
constexpr std::string_view kToEndOfLine = "\x1b[K";
constexpr std::string_view kToEndOfScreen = "\x1b[J";

class Screen {
 public:
  Screen(std::ostream& out, bool own) : out_(out), own_(own) {
    if (own_) out_ << kEnter;
  }
  ~Screen() {
    if (own_) out_ << kLeave << std::flush;
  }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  void show(const std::string& page, std::size_t width) {
    if (!own_) {
      out_ << page << "\n" << std::flush;
      return;
    }
    out_ << kHome;
    for (std::string_view rest = page; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      out_ << fitted(rest.substr(0, end), width) << kToEndOfLine << "\r\n";
      rest.remove_prefix(std::min(rest.size(), end + 1));
    }
    out_ << kToEndOfScreen << std::flush;
  }

 private:
  std::ostream& out_;
  const bool own_;
};

Result<AgentStats> stats_of(const AskApi& ask) {
  const auto body = body_of(ask("/admin/stats"));
  if (!body) return body.error();
  return parse_agent_stats(*body);
}

}  // namespace

Result<Done> top_command(const TopOptions& options, const AskApi& ask, const Terminal& terminal,
                         const NextSecond& next_second, std::ostream& out) {
  auto before = stats_of(ask);
  if (!before) return before.error();
  const bool own_screen = terminal.is_terminal && !options.json && !options.once;
  Screen screen(out, own_screen);
  while (next_second()) {
    auto now = stats_of(ask);
    if (!now) return now.error();
    if (options.json)
      out << top_json(*before, *now) << "\n" << std::flush;
    else
      screen.show(top_page(*before, *now), terminal.width);
    if (options.once) break;
    before = std::move(now);
  }
  return Done{};
}

}  // namespace sipsonde
