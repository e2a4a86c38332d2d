// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/visible_text.h"
#include "ladder/ladder.h"
#include "ladder/terminal_line.h"
#include "ladder/wording.h"

namespace sipsonde {
namespace {

constexpr std::size_t kTimeColumns = 11;
constexpr std::size_t kLaneLeast = 24;  // below that a diagram says nothing any more
constexpr std::size_t kLaneMost = 44;
constexpr std::size_t kWidthMost = 400;

// What lines are drawn with.
struct Glyphs {
  std::string_view lane, shaft, dotted, media, right, left, media_right, media_left, note, loop, arrow, times,
      more;
};
constexpr Glyphs kUtf8Glyphs = {"│", "─", "╌", "═", "▶", "◀", "▶", "◀", "●", "↺", "→", "×", "…"};
constexpr Glyphs kAsciiGlyphs = {"|", "-", ".", "=", ">", "<", ">", "<", "*", "@", "->", "x", "..."};

Ink ink_of(const LadderStep& step) {
  if (step.kind == LadderStep::Kind::media) {
    if (!step.media.mos) return Ink::plain;
    return *step.media.mos >= 4.0 ? Ink::green : *step.media.mos >= 3.6 ? Ink::yellow : Ink::red;
  }
  switch (step.tone) {
    case LadderTone::request:
      return Ink::cyan;
    case LadderTone::provisional:
      return Ink::faint;
    case LadderTone::success:
      return Ink::green;
    case LadderTone::redirection:
      return Ink::yellow;
    case LadderTone::failure:
      return Ink::red;
    case LadderTone::remark:
      break;
  }
  return Ink::yellow;
}

class Sheet {
 public:
  Sheet(const Ladder& ladder, const LadderStyle& style)
      : ladder_(ladder),
        style_(style),
        glyphs_(style.utf8 ? kUtf8Glyphs : kAsciiGlyphs),
        width_(std::clamp<std::size_t>(style.width, 20, kWidthMost)) {
    const std::size_t lanes = std::max<std::size_t>(ladder.lanes.size(), 1);
    lane_columns_ = std::min((width_ - std::min(width_, kTimeColumns)) / lanes, kLaneMost);
  }

  std::string write() && {
    write_head();
    const bool beside_each_other = lane_columns_ >= kLaneLeast && !ladder_.lanes.empty();
    beside_each_other ? write_lanes() : write_legend();
    for (const LadderStep& step : ladder_.steps) beside_each_other ? write_row(step) : write_list_entry(step);
    if (ladder_.steps_left_out > 0) {
      TerminalLine line(width_);
      put(line, 0, std::string(glyphs_.more) + " and " + std::to_string(ladder_.steps_left_out) + " more",
          Ink::faint);
      line.append_to(out_, style_.colour);
    }
    return std::move(out_);
  }

 private:
  std::string shown(std::string_view visible) const {
    return style_.utf8 ? std::string(visible) : plain_ascii(visible);
  }
  void put(TerminalLine& line, std::size_t column, std::string_view text, Ink ink) const {
    line.put(column, fitted_here(shown(text), line.width() - std::min(line.width(), column)), ink);
  }
  std::string fitted_here(std::string_view text, std::size_t columns) const {
    return shown(fitted(text, columns));
  }
  std::size_t lane_column(std::size_t lane) const {
    return kTimeColumns + lane * lane_columns_ + lane_columns_ / 2;
  }
  void put_middle(TerminalLine& line, std::size_t middle, std::size_t room, std::string_view text,
                  Ink ink) const {
    const std::string fits = fitted_here(shown(text), room);
    const std::size_t half = columns_of(fits) / 2;
    line.put(middle > half ? middle - half : 0, fits, ink);
  }

  void write_head_line(const std::string& text, Ink ink) {
    TerminalLine line(width_);
    put(line, 0, text, ink);
    line.append_to(out_, style_.colour);
  }

  void write_head() {
    write_head_line(ladder_.call_id.empty() ? "call" : ladder_.call_id, Ink::bold);
    if (!ladder_.first.empty()) write_head_line("from " + ladder_.first, Ink::faint);
    for (const LadderLeg& leg : ladder_.legs) {
      std::string text = ladder_.legs.size() > 1 ? "leg " + std::to_string(leg.number) + ": " : "";
      if (!leg.from.empty() || !leg.to.empty())
        text.append(leg.from).append(" ").append(glyphs_.arrow).append(" ").append(leg.to).append(", ");
      write_head_line(text + leg.outcome, leg.failed ? Ink::red : Ink::plain);
      if (!leg.linked.empty()) write_head_line("  linked by " + leg.linked, Ink::faint);
    }
    if (ladder_.legs_left_out > 0)
      write_head_line("and " + std::to_string(ladder_.legs_left_out) + " more legs", Ink::faint);
    if (ladder_.steps.empty()) write_head_line("No event of this call is known.", Ink::faint);
    out_ += '\n';
  }

  void write_lanes() {
    TerminalLine addresses(width_), parties(width_);
    bool anybody = false;
    for (std::size_t i = 0; i < ladder_.lanes.size(); ++i) {
      put_middle(addresses, lane_column(i), lane_columns_ - 2, ladder_.lanes[i].address, Ink::bold);
      put_middle(parties, lane_column(i), lane_columns_ - 2, ladder_.lanes[i].party, Ink::faint);
      anybody = anybody || !ladder_.lanes[i].party.empty();
    }
    addresses.append_to(out_, style_.colour);
    if (anybody) parties.append_to(out_, style_.colour);
  }

  TerminalLine row_of_lanes(const LadderStep& step) const {
    TerminalLine line(width_);
    const std::string time = "+" + seconds_text(step.time_ns);
    const std::size_t columns = std::min(columns_of(time), kTimeColumns - 1);
    line.put(kTimeColumns - 1 - columns, time, Ink::faint);
    for (std::size_t i = 0; i < ladder_.lanes.size(); ++i) line.put(lane_column(i), glyphs_.lane, Ink::faint);
    return line;
  }

  std::string words_of(const LadderStep& step) const {
    std::string words = step.label;
    if (step.repeats > 0) words.append(" ").append(glyphs_.times).append(std::to_string(step.repeats + 1));
    if (!step.detail.empty())
      words.append(step.kind == LadderStep::Kind::note ? ": " : "  ").append(step.detail);
    return words;
  }

  void write_row(const LadderStep& step) {
    TerminalLine line = row_of_lanes(step);
    if (step.kind == LadderStep::Kind::note || !step.from || !step.to)
      put_note(line, step);
    else if (*step.from == *step.to)
      put(line, lane_column(*step.from) + 1, std::string(glyphs_.loop) + " " + words_of(step), ink_of(step));
    else
      put_arrow(line, step);
    line.append_to(out_, style_.colour);
  }

  void put_arrow(TerminalLine& line, const LadderStep& step) const {
    const std::size_t from = lane_column(*step.from), to = lane_column(*step.to);
    const std::size_t first = std::min(from, to) + 1, end = std::max(from, to);
    const bool right = to > from, media = step.kind == LadderStep::Kind::media;
    const Ink ink = ink_of(step);
    const std::string_view shaft = media                                  ? glyphs_.media
                                   : step.tone == LadderTone::provisional ? glyphs_.dotted
                                                                          : glyphs_.shaft;
    line.fill(first, end, shaft, ink);
    line.put(right ? end - 1 : first, right ? glyphs_.right : glyphs_.left, ink);
    const std::size_t room = end - first - 4;
    std::string words = words_of(step);
    if (media && columns_of(words) + 2 > room) words = step.label;  // a part of the rest says little
    put_middle(line, (first + end) / 2, room, " " + words + " ", ink);
  }

  void put_note(TerminalLine& line, const LadderStep& step) const {
    const std::size_t lane = step.from.value_or(step.to.value_or(ladder_.lanes.size()));
    const std::size_t lowest = std::min(lane, step.to.value_or(lane));
    const std::size_t column = lowest < ladder_.lanes.size() ? lane_column(lowest) : kTimeColumns;
    put(line, column, std::string(glyphs_.note) + " " + words_of(step), ink_of(step));
  }

  // Where there is no room for lanes they have letters.
  static std::string letter_of(std::size_t lane) { return std::string(1, static_cast<char>('A' + lane)); }

  void write_legend() {
    for (std::size_t i = 0; i < ladder_.lanes.size(); ++i)
      write_head_line(letter_of(i) + "  " + ladder_.lanes[i].address + "  " + ladder_.lanes[i].party,
                      Ink::faint);
    if (!ladder_.lanes.empty()) out_ += '\n';
  }

  void write_list_entry(const LadderStep& step) {
    TerminalLine line(width_);
    const std::string time = "+" + seconds_text(step.time_ns);
    put(line, kTimeColumns - 1 - std::min(columns_of(time), kTimeColumns - 1), time, Ink::faint);
    std::string ends;
    if (step.from) ends = letter_of(*step.from);
    if (step.from && step.to && step.kind != LadderStep::Kind::note)
      ends.append(" ").append(glyphs_.arrow).append(" ").append(letter_of(*step.to));
    put(line, kTimeColumns + 1, ends, Ink::plain);
    put(line, kTimeColumns + 8, words_of(step), ink_of(step));
    line.append_to(out_, style_.colour);
  }

  const Ladder& ladder_;
  const LadderStyle& style_;
  const Glyphs& glyphs_;
  const std::size_t width_;
  std::size_t lane_columns_ = 0;
  std::string out_;
};

}  // namespace

std::string ladder_text(const Ladder& ladder, const LadderStyle& style) {
  return Sheet(ladder, style).write();
}

}  // namespace sipsonde
