// SPDX-License-Identifier: Apache-2.0
// Bytes of unknown origin as text that a person may look at, on a terminal or in a picture.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sipsonde {

// Valid UTF-8 in which nothing moves a cursor, and nothing reorders or hides what stands around it: controls,
// those of bidirectional text (UAX 9) among them, and characters without a shape are written \uXXXX, a byte
// that belongs to no character becomes U+FFFD. Of more than `longest` characters the rest is left out, and an
// ellipsis says so.
std::string visible_text(std::string_view bytes, std::size_t longest = std::string_view::npos);

// Columns that visible text takes on a terminal: East Asian wide characters two, combining marks none.
std::size_t columns_of(std::string_view visible);

// As much of the front as fits, the last column an ellipsis when something was left out.
std::string fitted(std::string_view visible, std::size_t columns);

// Each character beyond ASCII as a question mark, for terminals without UTF-8; dashes, dots and ellipses
// become what is nearest.
std::string plain_ascii(std::string_view visible);

}  // namespace sipsonde
