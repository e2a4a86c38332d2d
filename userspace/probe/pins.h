// SPDX-License-Identifier: Apache-2.0
// Where counters and hooks outlive the agent (setting `pin`): a folder of the bpf filesystem, in it one
// folder for each form that the kernel's maps ever had here, in that the maps and the links of hooks. Who
// starts next takes them over as they are.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_descriptor.h"
#include "base/result.h"
#include "sipsonde/protocol.h"

struct bpf_map;

namespace sipsonde {

// A map under the name by which it is kept.
struct KeptMap {
  std::string name;
  bpf_map* map;
};

class Pins {
 public:
  // Makes the folder and holds it as long as this lives: two agents cannot share what one of them drains.
  // Waits a few seconds for one that is ending. Pins of another schema are removed, and that is said.
  static Result<std::unique_ptr<Pins>> open(const std::string& root);

  // Takes away all that an earlier run has kept below `root`, unless an agent that runs holds it: then
  // nothing happens. `hooks` and `others` are added up.
  struct Removed {
    unsigned hooks = 0;
    unsigned others = 0;
    bool held = false;  // an agent runs with them
  };
  static Removed remove_all(const std::string& root, bool even_if_held);

  // ---- maps ----

  // What is kept under `name`; none when there is nothing.
  FileDescriptor kept(const std::string& name) const;
  // Whether every one of them is kept with the same form: then they are given to `maps`, to be used in place
  // of new ones.
  bool give(std::span<const KeptMap> maps) const;
  // In place of what is kept under that name. It is never absent meanwhile.
  Result<Done> keep(const std::string& name, int descriptor) const;
  // Nothing that was kept is of use any more: it goes, hooks first.
  void start_afresh();

  // ---- hooks ----

  // The link kept for this hook ("xdp", "xdp-generic", "tcx"), with `program` in place of the one it had; no
  // packet passes between. None when there is no such link, or its interface is gone.
  FileDescriptor take_over(int interface, sipsonde_flow flow, std::string_view hook, int program) const;
  // In place of what was kept for this flow.
  Result<Done> keep_link(int interface, sipsonde_flow flow, std::string_view hook, int link) const;
  // The link of another kind that is in the way of this hook goes.
  void make_way(int interface, sipsonde_flow flow, std::string_view hook) const;
  // Links of interfaces other than these go: they are not watched any more.
  void forget_interfaces_but(const std::vector<int>& interfaces) const;

 private:
  Pins(std::string folder, FileDescriptor lock) : folder_(std::move(folder)), lock_(std::move(lock)) {}
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  std::vector<std::string> links_of(int interface, sipsonde_flow flow) const;

  const std::string folder_;
  const FileDescriptor lock_;
};

}  // namespace sipsonde
