// SPDX-License-Identifier: Apache-2.0
// What standard output can show.
#pragma once

#include <cstddef>
#include <functional>

namespace sipsonde {

struct Terminal {
  bool is_terminal = false;
  bool colour = false;  // never when NO_COLOR is set (no-color.org)
  bool utf8 = true;
  std::size_t width = 120;
};

// `value_of` is getenv in production. `columns` are those of a window, 0 when there is none.
Terminal terminal_of(bool is_terminal, std::size_t columns,
                     const std::function<const char*(const char*)>& value_of);

Terminal standard_output();

}  // namespace sipsonde
