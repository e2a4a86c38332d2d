// SPDX-License-Identifier: Apache-2.0
#include "cli/finding.h"

#include <algorithm>

#include "config/values.h"

namespace sipsonde {
namespace {

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  out.resize(std::max(width, out.size() + 1), ' ');
  return out;
}

std::string_view word_of(Finding::Level level) {
  switch (level) {
    case Finding::Level::ok:
      return "ok";
    case Finding::Level::warn:
      return "warn";
    case Finding::Level::fail:
      break;
  }
  return "FAIL";
}

}  // namespace

std::string render_finding(const Finding& finding) {
  std::string line = padded(word_of(finding.level), 6) + padded(finding.what, 20) + finding.finding;
  if (!finding.remedy.empty()) line += "; " + finding.remedy;
  return one_line(line);
}

bool run_can_work(const Findings& findings) {
  return std::none_of(findings.begin(), findings.end(),
                      [](const Finding& finding) { return finding.level == Finding::Level::fail; });
}

}  // namespace sipsonde
