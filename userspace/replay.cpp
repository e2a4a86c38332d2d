// SPDX-License-Identifier: Apache-2.0
#include "replay.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>

#include "agent.h"
#include "base/log.h"
#include "capture/capture_reader.h"
#include "capture/link_layer.h"
#include "config/load.h"
#include "replay_direction.h"
#include "replay_programs.h"
#include "replay_summary.h"

namespace sipsonde {
namespace {

// Interfaces of a capture are numbered from 0; to the kernel 0 would be none.
constexpr std::uint32_t kFirstInterface = 1;

class Progress {
 public:
  explicit Progress(const CaptureReader& reader) : reader_(reader) {}
  ~Progress() {
    if (shown_) std::fputc('\n', stderr);
  }
  // On stderr, once the work has taken a second, then each second.
  void tick() {
    if (++frames_ % 1024 != 0 || std::chrono::steady_clock::now() < due_) return;
    due_ = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    shown_ = true;
    const double done = reader_.file_bytes() ? 100.0 * static_cast<double>(reader_.consumed_bytes()) /
                                                   static_cast<double>(reader_.file_bytes())
                                             : 0.0;
    std::fprintf(stderr, "\rreplay: %llu packets, %.0f %%", static_cast<unsigned long long>(frames_), done);
  }

 private:
  const CaptureReader& reader_;
  std::uint64_t frames_ = 0;
  bool shown_ = false;
  std::chrono::steady_clock::time_point due_ = std::chrono::steady_clock::now() + std::chrono::seconds(1);
};

class Replayer {
 public:
  Replayer(Agent& agent, const Settings& settings, sipsonde_hook hook)
      : agent_(agent), direction_(settings), hook_(hook) {}

  Result<Done> play(CaptureReader& reader) {
    Progress progress(reader);
    for (;;) {
      auto frame = reader.next();
      if (!frame) return frame.error();
      if (!*frame) return Done{};
      if (auto played = play_frame(**frame); !played) return played.error();
      progress.tick();
    }
  }

  // Time never steps back, whatever the capture's does.
  std::uint64_t now_ns() const { return now_ns_; }

 private:
  Result<Done> play_frame(const Frame& frame) {
    auto ethernet = link_layer_.to_ethernet(frame);
    if (!ethernet) return ethernet.error();
    const bool egress = direction_.is_egress(ethernet->bytes);
    const sipsonde_hook hook = egress ? SIPSONDE_HOOK_tc : hook_;
    const Program program = hook == SIPSONDE_HOOK_xdp ? Program::xdp
                            : egress                  ? Program::tc_egress
                                                      : Program::tc_ingress;
    const sipsonde_replay how{
        .now_ns = frame.time_ns,
        .ifindex = kFirstInterface + ethernet->interface,
        .flow = static_cast<__u8>(egress ? SIPSONDE_FLOW_egress : SIPSONDE_FLOW_ingress),
        .hook = static_cast<__u8>(hook),
        .reserved = {}};
    // Names of interfaces are the capture's: at this moment there is none but that of the frame.
    if (agent_.trunks().names_interfaces())
      agent_.trunks().resolve_interfaces([&](const std::string& name) {
        return name == frame.interface_name ? kFirstInterface + ethernet->interface : 0;
      });
    if (auto replayed = agent_.probe().replay_frame(program, how, ethernet->bytes); !replayed)
      return replayed.error();
    now_ns_ = std::max(now_ns_, frame.time_ns);
    agent_.workers().front()->step(now_ns_);
    return Done{};
  }

  Agent& agent_;
  ReplayDirection direction_;
  const sipsonde_hook hook_;
  LinkLayer link_layer_;
  std::uint64_t now_ns_ = 0;
};

}  // namespace

Result<Done> replay(const ReplayOptions& options) {
  auto loaded = load_settings({.file = options.config,
                               .environment = environment_of_this_process(),
                               .interfaces = {},
                               .output_dir = options.output_dir,
                               .replay = true});
  if (!loaded) return loaded.error();
  const Settings& settings = loaded->settings;
  if (auto configured = configure_log(settings.log_level, settings.log_format); !configured)
    return configured.error();
  auto reader = CaptureReader::open(options.capture);
  if (!reader) return reader.error();
  const sipsonde_hook hook = options.hook.value_or(SIPSONDE_HOOK_tc);
  auto built = Agent::build(settings, Purpose::replay, programs_for(options.capture, settings, hook));
  if (!built) return built.error();
  Agent& agent = **built;

  Replayer replayer(agent, settings, hook);
  if (auto played = replayer.play(*reader); !played) return played.error();
  agent.workers().front()->close(replayer.now_ns());

  if (reader->truncated_file())
    spdlog::warn("{}: the file ends within a packet; what came before is counted", options.capture);
  if (auto stopped = agent.sinks().stop(); !stopped) return stopped.error();
  if (options.output_dir)
    if (auto written = agent.metrics().write_file(
            (std::filesystem::path(*options.output_dir) / "metrics.prom").string());
        !written)
      return written.error();
  print_summary(summarize(agent, *reader), options.json);
  return Done{};
}

}  // namespace sipsonde
