// SPDX-License-Identifier: Apache-2.0
#include "flows/segment_result.h"

namespace sipsonde {

std::string_view label(SegmentResult result) {
  switch (result) {
    case SegmentResult::in_order:
      return "in-order";
    case SegmentResult::out_of_order:
      return "out-of-order";
    case SegmentResult::overlap:
      return "overlap";
    case SegmentResult::retransmitted:
      return "retransmitted";
    case SegmentResult::empty:
      return "empty";
    case SegmentResult::ignored:
      return "ignored";
  }
  return "unknown";
}

std::string_view label(StreamBreak reason) {
  switch (reason) {
    case StreamBreak::hole:
      return "hole";
    case StreamBreak::cut:
      return "cut";
    case StreamBreak::joined:
      return "joined";
    case StreamBreak::garbage:
      return "garbage";
    case StreamBreak::length:
      return "length";
    case StreamBreak::too_large:
      return "too-large";
    case StreamBreak::websocket:
      return "websocket";
    case StreamBreak::evicted:
      return "evicted";
  }
  return "unknown";
}

}  // namespace sipsonde
