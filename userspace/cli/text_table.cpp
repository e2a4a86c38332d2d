// SPDX-License-Identifier: Apache-2.0
#include "cli/text_table.h"

#include <algorithm>

#include "base/visible_text.h"

namespace sipsonde {

std::string TextTable::render(bool utf8) const {
  std::vector<std::vector<std::string>> lines;
  std::vector<std::string>& titles = lines.emplace_back();
  for (const Column& column : columns_) titles.emplace_back(column.title);
  for (const auto& row : rows_) {
    std::vector<std::string>& line = lines.emplace_back();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const bool last = i + 1 == columns_.size();
      const std::string text = row[i].empty() ? "-" : last ? row[i] : fitted(row[i], columns_[i].most);
      line.push_back(utf8 ? text : plain_ascii(text));
    }
  }
  std::vector<std::size_t> widths(columns_.size());
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], columns_of(line[i]));
  std::string out;
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string blanks(widths[i] - columns_of(line[i]), ' ');
      const bool last = i + 1 == line.size();
      out += columns_[i].right ? blanks + line[i] : last ? line[i] : line[i] + blanks;
      out += last ? "\n" : "  ";
    }
  }
  return out;
}

}  // namespace sipsonde
