// SPDX-License-Identifier: Apache-2.0
// Columns as wide as what stands in them. The last one is never cut: it is what a person copies.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sipsonde {

class TextTable {
 public:
  struct Column {
    std::string_view title;
    std::size_t most = 40;  // columns of the terminal
    bool right = false;
  };
  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // Visible texts, one for each column; an empty one is shown as a dash.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  std::string render(bool utf8) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace sipsonde
