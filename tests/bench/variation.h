// SPDX-License-Identifier: Apache-2.0
// vary.bpf.c, loaded in front of a program: one test run then shows it many streams or transactions.
#pragma once

#include <bpf/libbpf.h>

#include <cstdint>
#include <memory>

#include "base/result.h"

namespace sipsonde::bench {

// Offsets are in the frame; of a message `sequence_offset` is 0. `distinct` of 0: no variation; at most 1
// << 20.
struct Vary {
  std::uint32_t number_offset = 0;
  std::uint32_t sequence_offset = 0;
  std::uint32_t distinct = 0;
};

class Variation {
 public:
  // `program` is of that type and outlives the variation.
  static Result<std::unique_ptr<Variation>> load(bpf_prog_type type, const Vary& vary, int program);

  int fd() const { return fd_; }

 private:
  struct CloseObject {
    void operator()(bpf_object* object) const noexcept { bpf_object__close(object); }
  };
  std::unique_ptr<bpf_object, CloseObject> object_;
  int fd_ = -1;
};

}  // namespace sipsonde::bench
