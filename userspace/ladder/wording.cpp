// SPDX-License-Identifier: Apache-2.0
#include "ladder/wording.h"

#include <algorithm>
#include <cstdio>
#include <iterator>

#include "base/visible_text.h"

namespace sipsonde {
namespace {

constexpr std::size_t kLabelLongest = 60;
constexpr std::size_t kDetailLongest = 160;

// What the model says of a call is no message that passed, though it may name one.
constexpr std::string_view kRemarks[] = {"sip.timeout", "sip.hold", "sip.resume", "sip.transferred",
                                         "sip.scanner"};

constexpr std::string_view kBad[] = {"sip.timeout",   "sip.scanner", "media.silent",
                                     "media.one_way", "media.late",  "media.timeout"};

// Attributes that are worth a glance, with the words around them.
struct Shown {
  std::string_view attribute;
  std::string_view before = {};
  std::string_view behind = {};
};
constexpr Shown kShown[] = {
    {"attempt", "attempt "},
    {"timer", "timer "},
    {"copies", "", " copies"},
    {"by", "by "},
    {"action"},
    {"refer_to", "to "},
    {"refer_status", "says "},
    {"replaces", "replaces "},
    {"answered_elsewhere", "answered elsewhere "},
    {"q850_cause", "Q.850 "},
    {"sip_cause", "SIP cause "},
    {"reason_text"},
    {"stir_result", "STIR "},
    {"way"},
    {"codec"},
    {"codec_before", "was "},
    {"digit", "digit "},
    {"lost", "lost "},
    {"round_trip_ms", "round trip ", " ms"},
    {"result"},
    {"version", "version "},
    {"handshake_ms", "", " ms"},
    {"uncertain", "uncertain: "},
    {"tunnel", "in "},
    {"kind"},
    {"count", "", " times"},
};

template <std::size_t count>
bool is_one_of(const std::string_view (&names)[count], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool is_of_ours(const StoryEvent& event) {
  return event.is_of("sip.") || event.is_of("media.") || event.is_of("dtls.");
}

// "media.one_way" as "media one way".
std::string words_of(std::string_view name) {
  std::string words(name);
  std::replace_if(
      words.begin(), words.end(), [](char c) { return c == '.' || c == '_'; }, ' ');
  return words;
}

std::string status_line(const StoryEvent& event) {
  std::string line = std::to_string(*event.code);
  if (!event.reason.empty()) line.append(" ").append(event.reason);
  return line;
}

void append_part(std::string& list, std::string_view part) {
  if (part.empty()) return;
  if (!list.empty()) list += ", ";
  list += part;
}

std::string decimals(double value, int places) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", places, std::clamp(value, -1e12, 1e12));
  return text;
}

std::string percent(double fraction) {
  return fraction > 0 ? decimals(fraction * 100, 2) + " %" : "0 %";
}

LadderTone tone_of_code(unsigned code) {
  return code < 200   ? LadderTone::provisional
         : code < 300 ? LadderTone::success
         : code < 400 ? LadderTone::redirection
                      : LadderTone::failure;
}

}  // namespace

bool is_message(const StoryEvent& event) {
  if (!event.is_of("sip.") || event.source.empty() || event.destination.empty()) return false;
  if (event.event == "sip.terminated") return event.code && event.reason != "dialog lost";
  return !event.method.empty() && !is_one_of(kRemarks, event.event);
}

std::string label_of(const StoryEvent& event) {
  // Outside of a dialog a transaction is one event, told from the side that asked.
  const bool asks = !event.code || !event.leg;
  if (!is_message(event)) {
    if (!is_of_ours(event)) return visible_text(event.event, kLabelLongest);
    std::string words = words_of(event.is_of("sip.") ? event.event.substr(4) : event.event);
    if (event.event == "sip.timeout") words = "no answer to " + event.method;
    return visible_text(words, kLabelLongest);
  }
  if (event.event == "sip.reinvite") return "re-INVITE";
  if (asks) return visible_text(event.method, kLabelLongest);
  std::string line = status_line(event);
  if (event.method != "INVITE") line.append(" (").append(event.method).append(")");
  return visible_text(line, kLabelLongest);
}

std::string detail_of(const StoryEvent& event) {
  std::string detail;
  if (is_message(event)) {
    if (event.code && !event.leg) append_part(detail, status_line(event));
  } else if (event.is_of("sip.")) {
    append_part(detail, event.reason);
  }
  if (!is_of_ours(event)) {
    for (const auto& [name, value] : event.attributes) append_part(detail, name + "=" + value);
    return visible_text(detail, kDetailLongest);
  }
  for (const Shown& shown : kShown) {
    if (shown.attribute == "by" && is_message(event)) continue;  // the arrow shows it
    const std::string_view value = event.attribute(shown.attribute);
    if (!value.empty()) append_part(detail, std::string(shown.before).append(value).append(shown.behind));
  }
  return visible_text(detail, kDetailLongest);
}

LadderTone tone_of(const StoryEvent& event) {
  if (!is_message(event)) {
    const bool lost = event.event == "sip.terminated";
    return lost || is_one_of(kBad, event.event) ? LadderTone::failure : LadderTone::remark;
  }
  return event.code ? tone_of_code(*event.code) : LadderTone::request;
}

std::string outcome_of(const StoryRow& row) {
  std::string outcome = row.disposition.empty() ? "undecided" : row.disposition;
  if (row.sip_status) outcome.append(" ").append(std::to_string(*row.sip_status));
  if (row.disposition != "answered") append_part(outcome, row.hangup_cause);
  if (row.billable_seconds)
    append_part(outcome, decimals(*row.billable_seconds, 3) + " s");
  else if (row.duration_seconds)
    append_part(outcome, decimals(*row.duration_seconds, 3) + " s");
  if (!row.disconnect_initiator.empty() && row.disconnect_initiator != "unknown")
    append_part(outcome, "ended by " + row.disconnect_initiator);
  append_part(outcome, row.codec);
  if (row.mos) append_part(outcome, "MOS " + decimals(*row.mos, 2));
  if (row.loss_fraction && *row.loss_fraction > 0)
    append_part(outcome, "lost " + percent(*row.loss_fraction));
  if (!row.coverage.empty() && row.coverage != "full") append_part(outcome, "coverage " + row.coverage);
  return visible_text(outcome, kDetailLongest);
}

std::string media_label(const LadderMedia& media) {
  std::string text = media.codec.empty() ? "RTP" : media.codec;
  if (media.mos) append_part(text, "MOS " + decimals(*media.mos, 2));
  if (media.loss_fraction) append_part(text, "lost " + percent(*media.loss_fraction));
  return text;
}

std::string media_detail(const LadderMedia& media) {
  std::string text;
  if (media.early) append_part(text, "early");
  if (media.packets) append_part(text, std::to_string(*media.packets) + " packets");
  if (media.jitter_ms) append_part(text, "jitter " + decimals(*media.jitter_ms, 1) + " ms");
  if (media.until_ns) append_part(text, "until +" + seconds_text(*media.until_ns));
  return text;
}

std::string seconds_text(std::uint64_t nanoseconds) {
  char text[40];
  const std::uint64_t milliseconds = (nanoseconds + 500'000) / 1'000'000;
  std::snprintf(text, sizeof text, "%llu.%03u", static_cast<unsigned long long>(milliseconds / 1000),
                static_cast<unsigned>(milliseconds % 1000));
  return text;
}

}  // namespace sipsonde
