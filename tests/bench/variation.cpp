// SPDX-License-Identifier: Apache-2.0
#include "variation.h"

#include <bpf/bpf.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace sipsonde::bench {
namespace {

// The three constants of vary.bpf.c, in the order in which they stand there.
struct Constants {
  std::uint32_t number_offset, sequence_offset, distinct;
};

Error error(const char* what) {
  return Error{std::string(what) + ": " + std::strerror(errno) + " (" + SIPSONDE_VARY_OBJECT + ")"};
}

}  // namespace

Result<std::unique_ptr<Variation>> Variation::load(bpf_prog_type type, const Vary& vary, int program) {
  const bool xdp = type == BPF_PROG_TYPE_XDP;
  auto variation = std::make_unique<Variation>();
  variation->object_.reset(bpf_object__open_file(SIPSONDE_VARY_OBJECT, nullptr));
  bpf_object* object = variation->object_.get();
  if (!object) return error("open the varying program");
  bpf_map* constants = bpf_object__find_map_by_name(object, ".rodata");
  const Constants values{vary.number_offset, vary.sequence_offset, vary.distinct};
  if (!constants || bpf_map__set_initial_value(constants, &values, sizeof values))
    return error("set up the varying program");
  bpf_program* own = bpf_object__find_program_by_name(object, xdp ? "vary_xdp" : "vary_tc");
  bpf_program* other = bpf_object__find_program_by_name(object, xdp ? "vary_tc" : "vary_xdp");
  bpf_program__set_autoload(other, false);
  if (bpf_object__load(object)) return error("load the varying program");
  const std::uint32_t first = 0;
  if (bpf_map_update_elem(bpf_object__find_map_fd_by_name(object, "measured"), &first, &program, BPF_ANY))
    return error("chain the measured program");
  variation->fd_ = bpf_program__fd(own);
  return variation;
}

}  // namespace sipsonde::bench
