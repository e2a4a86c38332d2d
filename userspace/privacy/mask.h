// SPDX-License-Identifier: Apache-2.0
// Telephone numbers of which only the beginning is shown: country and area (ITU-T E.164), no subscriber.
#pragma once

#include <string>
#include <string_view>

namespace sipsonde {

// Fewer digits than this are no subscriber's number: extensions, short codes, emergency numbers.
inline constexpr std::size_t kPrivateDigitsMin = 5;

// Country code and three digits are kept, every other digit becomes '*': four at least, so that of a short
// number less is kept. `international`: written with + or 00, and then + is written.
void append_masked(std::string& out, std::string_view digits, bool international);

// Short codes, and the longer numbers of emergency and public services: they are nobody's.
bool is_public_number(std::string_view digits, bool international);

}  // namespace sipsonde
