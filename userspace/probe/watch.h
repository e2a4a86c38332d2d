// SPDX-License-Identifier: Apache-2.0
// The interfaces that are watched: attached in the order given, followed as they go away and return, and left
// as they were found.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "config/settings.h"
#include "probe/attachment.h"
#include "probe/probe.h"

namespace sipsonde {

// A label set of sipsonde_attach_info.
struct AttachedHook {
  std::string interface;
  sipsonde_flow flow;
  std::string hook;
};

// An error with exit code 2 when one of them does not exist: worth asking before anything is loaded.
Result<Done> require_interfaces(const std::vector<std::string>& interfaces);

class Watch {
 public:
  // Attaches to every interface or to none. A missing interface is an error with exit code 2.
  static Result<std::unique_ptr<Watch>> attach(const Probe& probe, Attach how,
                                               const std::vector<std::string>& interfaces);

  // Looks once whether interfaces went away or came back; about once a second, from one thread.
  void follow();

  // From any thread.
  std::vector<AttachedHook> hooks() const;

  // All hooks come off, but such as outlive the agent.
  void detach();

 private:
  struct Watched {
    std::string name;
    int index = 0;  // 0: gone
    std::vector<AttachedProgram> attachments;
    bool complained = false;
  };

  Watch(const Probe& probe, Attach how) : probe_(probe), how_(how) {}
  Result<std::vector<AttachedProgram>> attach_device(const Device& device) const;
  void forget_the_rest() const;
  void leave(Watched& watched);
  void enter(Watched& watched, int index);

  const Probe& probe_;
  const Attach how_;
  mutable std::mutex mutex_;  // guards watched_ between follow() and hooks()
  std::vector<Watched> watched_;
};

}  // namespace sipsonde
