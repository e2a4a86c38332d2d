// SPDX-License-Identifier: Apache-2.0
// Which file of the trust folder a certificate's URL means.
#pragma once

#include <string_view>

namespace sipsonde {

// The last part of the URL's path, without query and fragment, as written: "ab12.pem" of
// https://certificates.example/shaken/ab12.pem?v=2. Empty when there is none, when it is longer than a file
// name can be, or has a byte that is odd in one. It is only ever compared with names already read: whatever
// a caller writes there opens no file.
std::string_view certificate_file_of(std::string_view url);

}  // namespace sipsonde
