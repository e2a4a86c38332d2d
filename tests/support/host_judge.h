// SPDX-License-Identifier: Apache-2.0
// What the kernel's parsing headers say of a frame when they are compiled for the host: the same steps as
// bpf/watch.bpf.h takes, without maps.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>

#include "parse/classify.h"
#include "parse/packet.h"
#include "parse/sip.h"
#include "parse/tunnel.h"

namespace sipsonde::testing {

struct HostJudgement {
  packet where{};
  content taken_for = CONTENT_OTHER;
  bool is_sip = false;
  sip_scan scan{};
};

class HostJudge {
 public:
  // `tunnels`: as in struct sipsonde_knobs.
  explicit HostJudge(std::uint64_t seed, std::uint32_t tunnels = ~0u)
      : seed_(seed), tunnels_(tunnels), text_(std::make_unique<text>()) {}

  HostJudgement judge(std::string_view frame) {
    HostJudgement judgement;
    judgement.where = parse(frame);
    if (!judgement.where.is_udp || judgement.where.fragment) return judgement;
    const std::string_view datagram =
        frame.substr(std::min<std::size_t>(judgement.where.payload_offset, frame.size()))
            .substr(0, judgement.where.payload_length);
    judgement.taken_for = classify(datagram, judgement.where.payload_length);
    if (judgement.taken_for == CONTENT_TEXT && !datagram.empty())
      judge_text(datagram, datagram.size() < judgement.where.payload_length, judgement);
    return judgement;
  }

  void judge_text(std::string_view datagram, bool truncated, HostJudgement& judgement) {
    std::memcpy(text_->bytes, datagram.data(), datagram.size());
    std::memset(text_->bytes + datagram.size(), 0, TEXT_SLACK);
    judgement.scan = {};
    judgement.scan.length = static_cast<__u32>(datagram.size());
    judgement.scan.seed = seed_;
    judgement.scan.truncated = truncated;
    judgement.is_sip = judge_sip(text_.get(), &judgement.scan);
  }

 private:
  packet parse(std::string_view frame) {
    packet found{};
    const auto* bytes = reinterpret_cast<const __u8*>(frame.data());
    cursor at{
        .base = bytes, .end = bytes + frame.size(), .offset = 0, .again = 0, .deep = 0, .tunnels = tunnels_};
    parse_packet(&at, &found);
    return at.again ? parse_copy(frame.substr(0, HEADERS_MAX)) : found;
  }

  // As step_copy_headers and unwrap() do.
  packet parse_copy(std::string_view first_bytes) {
    packet found{}, inner{};
    tunnel_walk walk;
    std::memcpy(text_->bytes, first_bytes.data(), first_bytes.size());
    begin_walk(&walk, static_cast<__u32>(first_bytes.size()));
    int more = take_inner(text_.get(), &walk, &found, &inner);
    for (int i = 0; i < SIPSONDE_TUNNELS_DEEP && more && tunnels_; ++i)
      more =
          take_tunnel(text_.get(), &walk, &found, tunnels_) && take_inner(text_.get(), &walk, &found, &inner);
    return found;
  }

  static content classify(std::string_view datagram, __u32 wire_length) {
    opening first{};
    const std::size_t length = datagram.size() >= 12  ? 12
                               : datagram.size() >= 8 ? 8
                               : datagram.size() >= 4 ? 4
                                                      : 0;
    char bytes[12] = {};
    std::memcpy(bytes, datagram.data(), length);
    std::memcpy(&first.first, bytes, 8);
    std::memcpy(&first.next, bytes + 8, 4);
    return classify_payload(&first, wire_length);
  }

  std::uint64_t seed_;
  std::uint32_t tunnels_;
  std::unique_ptr<text> text_;
};

}  // namespace sipsonde::testing
