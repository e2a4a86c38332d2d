// SPDX-License-Identifier: Apache-2.0
// A clsact filter of ours, for kernels without tcx (below 6.6) or where the operator wants one. Unlike a
// link it outlives a killed process: what is attached is written down in /run/sipsonde, and the next start or
// `sipsonde detach` removes exactly that.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "sipsonde/protocol.h"

namespace sipsonde {

// The qdisc of one interface. Goes with its last owner, but only if we made it and it is empty.
class ClsactQdisc {
 public:
  static Result<std::shared_ptr<ClsactQdisc>> open(int interface, const std::string& name);
  ~ClsactQdisc();
  ClsactQdisc(const ClsactQdisc&) = delete;
  ClsactQdisc& operator=(const ClsactQdisc&) = delete;
  int interface() const { return interface_; }

 private:
  ClsactQdisc(int interface, bool made) : interface_(interface), made_(made) {}
  int interface_;
  bool made_;
};

enum class Lasting : std::uint8_t { as_long_as_this, beyond_the_agent };

class ClsactFilter {
 public:
  // At the head of the chain: the first priority that is free. One that lasts takes the place of the one that
  // an earlier run has left, and no packet passes between.
  static Result<std::unique_ptr<ClsactFilter>> attach(std::shared_ptr<ClsactQdisc> qdisc, sipsonde_flow flow,
                                                      int program_fd, const std::string& interface_name,
                                                      Lasting lasting = Lasting::as_long_as_this);
  ~ClsactFilter();
  ClsactFilter(const ClsactFilter&) = delete;
  ClsactFilter& operator=(const ClsactFilter&) = delete;

 private:
  ClsactFilter(std::shared_ptr<ClsactQdisc> qdisc, sipsonde_flow flow, std::uint32_t priority,
               Lasting lasting)
      : qdisc_(std::move(qdisc)), flow_(flow), priority_(priority), lasting_(lasting) {}

  std::shared_ptr<ClsactQdisc> qdisc_;
  sipsonde_flow flow_;
  std::uint32_t priority_;
  Lasting lasting_;
};

// The kernel's tag of a program, 16 hexadecimal digits; empty when it cannot be asked.
std::string program_tag(int program_fd);

// Removes filters with our handle, one of our program names and a tag in `tags` or in the record of earlier
// runs, from `interface` or, when 0, from every interface. Touches nothing else. Returns one line for each.
std::vector<std::string> remove_leftover_filters(int interface, const std::vector<std::string>& tags);

}  // namespace sipsonde
