// SPDX-License-Identifier: Apache-2.0
#include "live_look.h"

#include <chrono>
#include <memory>
#include <thread>

#include "base/log.h"
#include "probe/watch.h"

namespace sipsonde {
namespace {

constexpr std::chrono::seconds kLength{2};

}  // namespace

std::optional<std::string> look_for_sip(const std::string& interface) {
  spdlog::set_level(spdlog::level::warn);  // the findings are the output
  auto probe = Probe::load(Settings{}, 1, Purpose::live, ProgramSet{.xdp = false, .hand_back = false});
  if (!probe) return std::nullopt;
  auto watch = Watch::attach(*probe, Attach::tc, {interface});
  if (!watch) return std::nullopt;
  std::this_thread::sleep_for(kLength);
  const auto counters = std::make_unique<sipsonde_counters>();
  probe->read_counters(*counters);
  const std::uint64_t messages = counters->messages[SIPSONDE_PATH_packet];
  if (messages == 0) return std::nullopt;
  return std::to_string(messages) + " SIP messages in " + std::to_string(kLength.count()) + " s";
}

}  // namespace sipsonde
