// SPDX-License-Identifier: Apache-2.0
// docs/configuration.md and the table of keys say the same.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "config/load.h"
#include "config/schema.h"

namespace sipsonde {
namespace {

std::string documentation() {
  std::ifstream file(std::string(SIPSONDE_DOCS) + "/configuration.md");
  return {std::istreambuf_iterator<char>(file), {}};
}

// The words between backticks of a table's row, in order.
std::vector<std::string> code_words(const std::string& line) {
  std::vector<std::string> words;
  std::size_t open = line.find('`');
  while (open != line.npos) {
    const std::size_t close = line.find('`', open + 1);
    if (close == line.npos) break;
    words.push_back(line.substr(open + 1, close - open - 1));
    open = line.find('`', close + 1);
  }
  return words;
}

TEST(Documentation, HasARowWithTheVariableOfEveryKey) {
  const std::string text = documentation();
  ASSERT_FALSE(text.empty());
  for (const Key& key : schema()) {
    const std::string row = "| `" + std::string(key.path) + "` |";
    const std::size_t at = text.find(row);
    ASSERT_NE(at, text.npos) << key.path;
    EXPECT_NE(text.substr(at, text.find('\n', at) - at).find("`" + variable_name(key.path) + "`"), text.npos)
        << key.path;
  }
}

TEST(Documentation, HasNoRowOfAKeyThatIsNot) {
  std::istringstream lines(documentation());
  std::size_t rows = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `") || line.find("`SIPSONDE_") == line.npos) continue;
    ++rows;
    EXPECT_NE(find_key(code_words(line).front()), nullptr) << line;
  }
  EXPECT_EQ(rows, schema().size());
}

TEST(Documentation, StatesTheDefaultThatTheProgramHas) {
  const auto loaded = load_settings({});
  ASSERT_TRUE(loaded);
  std::istringstream lines(documentation());
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `") || line.find("`SIPSONDE_") == line.npos) continue;
    const auto words = code_words(line);
    if (words.front() == "node") continue;  // the host's name
    EXPECT_EQ(words.at(1), find_key(words.front())->show(loaded->settings)) << line;
  }
}

}  // namespace
}  // namespace sipsonde
