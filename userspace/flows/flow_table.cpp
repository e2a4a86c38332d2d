// SPDX-License-Identifier: Apache-2.0
#include "flows/flow_table.h"

namespace sipsonde {

struct FlowTable::State {};

FlowTable::FlowTable(std::uint64_t, OnMessage, OnJudgement) : state_(std::make_unique<State>()) {}

FlowTable::~FlowTable() = default;

void FlowTable::observe(const sipsonde_event&, const sipsonde_segment_note&, std::string_view) {}

void FlowTable::advance(std::uint64_t) {}

void FlowTable::close() {}

std::uint64_t FlowTable::count(SegmentResult) const {
  return 0;
}

std::uint64_t FlowTable::count(StreamBreak) const {
  return 0;
}

std::uint64_t FlowTable::connections() const {
  return 0;
}

std::uint64_t FlowTable::memory_bytes() const {
  return 0;
}

}  // namespace sipsonde
