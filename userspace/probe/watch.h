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

// An error with exit code 2 when one that is named, not a pattern, does not exist: worth asking before
// anything is loaded.
Result<Done> require_interfaces(const std::vector<std::string>& interfaces);

class Watch {
 public:
  // `awaits_others`: watch_too() will be called, and until then hooks that an earlier agent left for others
  // stay. Attaches to every interface or to none. A missing interface is an error with exit code 2, but not
  // of a pattern (interface_names.h): what fits it may come later.
  static Result<std::unique_ptr<Watch>> attach(const Probe& probe, Attach how,
                                               const std::vector<std::string>& interfaces,
                                               bool awaits_others = false);

  // Interfaces that are watched beside those of the settings, by their names, until they are not among them
  // any more. follow() does it. From its thread.
  void watch_too(std::vector<std::string> names);

  // Looks once whether interfaces went away, came back or are new ones that fit; when the kernel says that
  // some changed, and about once a second. From one thread.
  void follow();

  // From any thread.
  std::vector<AttachedHook> hooks() const;
  std::vector<std::string> interfaces() const;  // that are there

  // All hooks come off, but such as outlive the agent.
  void detach();

 private:
  struct Watched {
    std::string name;
    int index = 0;  // 0: gone
    std::vector<AttachedProgram> attachments;
    bool complained = false;
    bool is_wanted_back =
        true;  // named; one that only fits a pattern, or is asked for, is forgotten when it goes
  };

  Watch(const Probe& probe, Attach how, std::vector<std::string> wanted, bool awaits_others)
      : probe_(probe), how_(how), wanted_(std::move(wanted)), awaits_others_(awaits_others) {}
  std::vector<std::string> others_that_are_there() const;
  void add_those_that_fit();
  void forget_the_unwanted();
  Result<std::vector<AttachedProgram>> attach_device(const Device& device) const;
  void forget_the_rest() const;
  void leave(Watched& watched);
  void enter(Watched& watched, int index);

  const Probe& probe_;
  const Attach how_;
  const std::vector<std::string> wanted_;  // names and patterns
  std::vector<std::string> others_;        // names, beside them
  bool awaits_others_;
  mutable std::mutex mutex_;  // guards watched_ between follow() and hooks()
  std::vector<Watched> watched_;
};

}  // namespace sipsonde
