// SPDX-License-Identifier: Apache-2.0
// The story of one call as a sequence diagram: a lane for each address, a row for each thing that happened.
// One model, drawn as a picture or as text for a terminal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sipsonde {

// More than that is counted and not drawn: a picture stays one that a person can read.
inline constexpr std::size_t kLadderStepsMax = 400;
inline constexpr std::size_t kLadderLanesMax = 10;
inline constexpr std::size_t kLadderLegsMax = 8;

// How a step is to be taken, and so its colour.
enum class LadderTone : std::uint8_t { request, provisional, success, redirection, failure, remark };

struct LadderLane {
  std::string address;  // "192.0.2.1:5060"; of media alone "192.0.2.1"
  std::string party;    // "caller alice"; empty: unknown
};

// A stream of RTP; what is not known is absent.
struct LadderMedia {
  std::string codec;
  std::optional<std::uint64_t> packets;
  std::optional<double> loss_fraction;
  std::optional<double> jitter_ms;
  std::optional<double> mos;
  std::optional<std::uint64_t> until_ns;  // since the first; absent: it goes on
  bool early = false;                     // began before the answer
};

struct LadderStep {
  enum class Kind : std::uint8_t { message, note, media };
  Kind kind = Kind::message;
  std::uint64_t time_ns = 0;  // since the first
  std::optional<std::uint32_t> leg;
  std::optional<std::size_t> from;  // lanes; a note may have none, or only one
  std::optional<std::size_t> to;
  LadderTone tone = LadderTone::request;
  std::string label;   // "INVITE", "180 Ringing", "hold"
  std::string detail;  // what else is worth a glance; may be empty
  unsigned repeats = 0;
  std::uint64_t last_repeat_ns = 0;  // since the first
  LadderMedia media;                 // of Kind::media
};

// What the row of a leg says.
struct LadderLeg {
  std::uint32_t number = 0;
  std::string from;
  std::string to;
  std::string outcome;  // "answered 200, 18.000 s, PCMU, MOS 4.41"
  std::string linked;   // "refer-to other@example.com"; empty: no other call
  bool failed = false;
};

// Every text is visible_text() of bounded length: nothing in it moves a cursor or hides what stands beside
// it.
struct Ladder {
  std::string call_id;
  std::string first;  // RFC 3339, when it began
  std::vector<LadderLane> lanes;
  std::vector<LadderStep> steps;
  std::vector<LadderLeg> legs;
  std::size_t steps_left_out = 0;
  std::size_t legs_left_out = 0;
};

// `event_lines` are JSON as in events.jsonl (docs/events.md), in any order, those of other layers among them;
// `row_documents` as in cdr.jsonl (docs/cdr.md). What cannot be read is passed over.
Ladder ladder_of(std::span<const std::string> event_lines, std::span<const std::string> row_documents);

// A whole SVG 1.1 document: light or dark as the reader prefers, without scripts and without anything from
// elsewhere.
std::string ladder_svg(const Ladder& ladder);

struct LadderStyle {
  bool colour = false;     // SGR sequences (ECMA-48 section 8.3.117)
  std::size_t width = 80;  // columns
  bool utf8 = true;        // else ASCII alone
};

// Lines for a terminal, each of them with its line feed and at most `width` columns. Where lanes find no room
// beside each other it is a list.
std::string ladder_text(const Ladder& ladder, const LadderStyle& style);

}  // namespace sipsonde
