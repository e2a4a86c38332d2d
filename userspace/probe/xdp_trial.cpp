// SPDX-License-Identifier: Apache-2.0
#include "probe/xdp_trial.h"

#include <bpf/bpf.h>
#include <linux/if_link.h>
#include <sys/utsname.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "config/values.h"
#include "probe/bpf_trials.h"

namespace sipsonde {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kGlance{20};

// What the trial was of; the record of another driver or kernel proves nothing.
std::string subject_of(const Link& link) {
  utsname name{};
  uname(&name);
  return "interface=" + link.name + "\ndriver=" + link.driver + "\nkernel=" + name.release + "\n";
}

Result<FileDescriptor> attach(const Link& link, const PassProgram& pass) {
  LIBBPF_OPTS(bpf_link_create_opts, options, .flags = XDP_FLAGS_DRV_MODE);
  const int fd = bpf_link_create(pass.program.get(), link.index, BPF_XDP, &options);
  if (fd >= 0) return FileDescriptor(fd);
  std::string remedy = "leave attach at auto or tc";
  if (errno == ERANGE || errno == EINVAL)
    remedy = "the MTU of " + std::to_string(link.mtu) + " may be too large for this driver's XDP; " + remedy;
  if (errno == EBUSY) remedy = "another program holds the slot; " + remedy;
  return Error{"attach native XDP to " + link.name + ": " + std::strerror(errno) + "; " + remedy, 1};
}

// Looks at the link again and again for the whole of `time`.
void watch_carrier(const std::string& interface, milliseconds time, XdpTrial& trial) {
  for (milliseconds spent{0}; spent <= time; spent += kGlance) {
    const auto now = read_link(interface);
    if (!now || !now->carrier) trial.carrier_lost = true;
    std::this_thread::sleep_for(kGlance);
  }
}

}  // namespace

Result<XdpTrial> try_xdp(const Link& link, milliseconds watch) {
  const std::string what = "try XDP on " + link.name + ": ";
  if (!link.up || !link.carrier)
    return Error{what + "it is down or has no carrier; try when it is in use", 1};
  if (!link.xdp.empty())
    return Error{what + "a program is attached already; the trial would need its slot", 1};
  PassProgram pass = load_xdp_pass();
  if (!pass.program) return Error{what + "the program does not load: " + std::strerror(pass.error), 1};

  XdpTrial trial;
  trial.frags = pass.frags;
  {
    const auto attached = attach(link, pass);
    if (!attached) return attached.error();
    watch_carrier(link.name, watch, trial);
  }
  watch_carrier(link.name, watch, trial);
  // A drop shorter than a glance still counts up.
  const auto after = read_link(link.name);
  if (!after) return after.error();
  trial.carrier_changes = after->carrier_changes - link.carrier_changes;
  trial.carrier_lost = trial.carrier_lost || trial.carrier_changes != 0;
  return trial;
}

Result<Done> record_xdp_trial(const Link& link, const XdpTrial& trial, const std::string& directory) {
  namespace fs = std::filesystem;
  const std::string path = directory + "/" + link.name;
  const std::string temporary = directory + "/." + link.name + ".new";
  std::error_code problem;
  fs::create_directories(directory, problem);
  std::ofstream file(temporary);
  file << subject_of(link) << "link=" << (trial.carrier_lost ? "dropped" : "kept") << "\n";
  file.close();
  if (file) fs::rename(temporary, path, problem);
  if (!file || problem)
    return Error{"record the trial in " + in_quotes(path) + ": " +
                     std::strerror(problem ? problem.value() : errno) +
                     "; make the directory writable and try again",
                 1};
  return Done{};
}

bool xdp_proven(const std::string& interface, const std::string& directory) {
  const auto link = read_link(interface);
  if (!link) return false;
  std::ifstream file(directory + "/" + interface);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str() == subject_of(*link) + "link=kept\n";
}

}  // namespace sipsonde
