// SPDX-License-Identifier: Apache-2.0
// What the two capture formats have in common.
#pragma once

#include <optional>

#include "base/result.h"
#include "capture/byte_stream.h"
#include "capture/frame.h"

namespace sipsonde {

class FrameSource {
 public:
  virtual ~FrameSource() = default;

  // The next frame, its bytes valid until the next call; nullopt at the end. A last record that is cut sets
  // `cut` and is not given.
  virtual Result<std::optional<Frame>> next(ByteStream& stream, bool& cut) = 0;
};

}  // namespace sipsonde
