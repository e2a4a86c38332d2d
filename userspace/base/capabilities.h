// SPDX-License-Identifier: Apache-2.0
// Capabilities of the calling thread (capabilities(7)). They belong to threads: one that only writes files or
// speaks HTTP gives up what only the one at the hooks needs.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sipsonde {

// A bit for each capability, as in /proc/self/status.
using CapabilitySet = std::uint64_t;

// What threads of each kind keep, of those that the process has.
CapabilitySet capabilities_of_main();     // interfaces that return are attached again
CapabilitySet capabilities_of_workers();  // maps are written, put-together messages handed back
CapabilitySet capabilities_of_sinks();    // files where the user who started it may write
CapabilitySet
capabilities_of_http();  // none, where the kernel lets anybody ask about its own programs (5.19)

// The calling thread has no others from now on, and threads that it makes neither. Never gains any.
void keep_capabilities(CapabilitySet kept);

CapabilitySet held_capabilities();
// By what they hold, how many threads of this process there are.
std::map<CapabilitySet, unsigned> threads_by_capabilities();
// "bpf", "net_admin"; those without a name here by number.
std::vector<std::string> names_of(CapabilitySet set);

}  // namespace sipsonde
