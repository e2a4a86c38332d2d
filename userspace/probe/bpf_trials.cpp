// SPDX-License-Identifier: Apache-2.0
#include "probe/bpf_trials.h"

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "config/values.h"
#include "probe/kernel_constants.h"

namespace sipsonde {
namespace {

// r0 = value; exit. A program that returns `value`.
std::array<bpf_insn, 2> returning(std::int32_t value) {
  bpf_insn set{};
  set.code = BPF_ALU64 | BPF_MOV | BPF_K;
  set.imm = value;
  bpf_insn exit{};
  exit.code = BPF_JMP | BPF_EXIT;
  return {set, exit};
}

FileDescriptor load(bpf_prog_type type, std::int32_t value, std::uint32_t flags = 0) {
  const auto instructions = returning(value);
  LIBBPF_OPTS(bpf_prog_load_opts, options, .prog_flags = flags);
  const int fd = bpf_prog_load(type, "sipsonde_trial", "Dual BSD/GPL", instructions.data(),
                               instructions.size(), &options);
  return FileDescriptor(fd < 0 ? -1 : fd);
}

int failure(const FileDescriptor& made) {
  return made ? 0 : errno;
}

FileDescriptor make_map(bpf_map_type type, std::uint32_t key_bytes, std::uint32_t value_bytes,
                        std::uint32_t entries) {
  const int fd = bpf_map_create(type, "sipsonde_trial", key_bytes, value_bytes, entries, nullptr);
  return FileDescriptor(fd < 0 ? -1 : fd);
}

bool holds_program(const std::filesystem::path& fdinfo, const std::string& line_wanted) {
  std::ifstream file(fdinfo);
  for (std::string line; std::getline(file, line);)
    if (line == line_wanted) return true;
  return false;
}

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

// Processes with a descriptor of the program or of a link to it: both show `prog_id` in fdinfo.
std::vector<std::string> find_holders(std::uint32_t id, const std::string& proc) {
  namespace fs = std::filesystem;
  const std::string wanted = "prog_id:\t" + std::to_string(id);
  std::vector<std::string> holders;
  std::error_code ignored;  // processes come and go, and some are not ours to look into
  for (fs::directory_iterator process(proc, ignored), end; !ignored && process != end;
       process.increment(ignored)) {
    const std::string pid = process->path().filename();
    if (!is_number(pid)) continue;
    std::error_code gone;
    for (fs::directory_iterator file(process->path() / "fdinfo", gone); !gone && file != end;
         file.increment(gone)) {
      if (!holds_program(file->path(), wanted)) continue;
      holders.push_back(first_line(process->path() / "comm") + "[" + pid + "]");
      break;
    }
  }
  return holders;
}

}  // namespace

int try_map() {
  return failure(make_map(BPF_MAP_TYPE_ARRAY, 4, 4, 1));
}

int try_tc_program() {
  return failure(load(BPF_PROG_TYPE_SCHED_CLS, -1));
}  // TC_ACT_UNSPEC

int try_ring_buffer() {
  return failure(make_map(BPF_MAP_TYPE_RINGBUF, 0, 0, static_cast<std::uint32_t>(sysconf(_SC_PAGESIZE))));
}

int try_tcx() {
  const unsigned loopback = if_nametoindex("lo");
  if (loopback == 0) return ENODEV;
  LIBBPF_OPTS(bpf_prog_query_opts, query);
  const auto ingress = static_cast<bpf_attach_type>(kTcxIngress);
  return bpf_prog_query_opts(static_cast<int>(loopback), ingress, &query) == 0 ? 0 : errno;
}

int try_syscall_program() {
  return failure(load(BPF_PROG_TYPE_SYSCALL, 0, BPF_F_SLEEPABLE));
}

PassProgram load_xdp_pass() {
  PassProgram pass;
  pass.program = load(BPF_PROG_TYPE_XDP, XDP_PASS, BPF_F_XDP_HAS_FRAGS);
  pass.frags = static_cast<bool>(pass.program);
  if (!pass.frags) pass.program = load(BPF_PROG_TYPE_XDP, XDP_PASS);
  pass.error = failure(pass.program);
  return pass;
}

ProgramOwner owner_of_program(std::uint32_t id, const HostPaths& paths) {
  ProgramOwner owner;
  if (const FileDescriptor program(bpf_prog_get_fd_by_id(id)); program) {
    bpf_prog_info facts{};
    std::uint32_t length = sizeof facts;
    if (bpf_obj_get_info_by_fd(program.get(), &facts, &length) == 0)
      owner.name.assign(facts.name, strnlen(facts.name, sizeof facts.name));
  }
  owner.holders = find_holders(id, paths.proc);
  return owner;
}

std::string describe_program(std::uint32_t id, const ProgramOwner& owner) {
  std::string text = owner.name.empty() ? "a program" : in_quotes(owner.name);
  text += " (id " + std::to_string(id) + ")";
  for (std::size_t i = 0; i < owner.holders.size(); ++i) text += (i == 0 ? " of " : ", ") + owner.holders[i];
  return text;
}

}  // namespace sipsonde
