// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/visible_text.h"
#include "ladder/ladder.h"
#include "ladder/svg_canvas.h"
#include "ladder/svg_style.h"
#include "ladder/wording.h"

namespace sipsonde {
namespace {

using Anchor = SvgCanvas::Anchor;

constexpr double kMargin = 20;
constexpr double kTimeWidth = 76;
constexpr double kLaneDistance = 230;
constexpr double kLaneBoxWidth = 190;
constexpr double kLaneBoxHeight = 42;
constexpr double kRowHeight = 36;
constexpr double kRailWidth = 7;
constexpr double kRailDistance = 12;
constexpr std::size_t kRailsMax = 8;
constexpr double kLeastWidth = 640;

// Of the fonts in the style sheet, with room to spare: nobody can measure text before it is drawn.
constexpr double kCharacter = 7.0;
constexpr double kSmallCharacter = 6.2;

std::string fitting(std::string_view text, double width, double character) {
  return fitted(text, static_cast<std::size_t>(std::max(width / character, 1.0)));
}

std::string_view tone_class(LadderTone tone) {
  switch (tone) {
    case LadderTone::request:
      return "request";
    case LadderTone::provisional:
      return "provisional";
    case LadderTone::success:
      return "success";
    case LadderTone::redirection:
      return "redirection";
    case LadderTone::failure:
      return "failure";
    case LadderTone::remark:
      break;
  }
  return "remark";
}

// Users are satisfied, some are not, many are not: ITU-T G.107 annex B, table B.1.
std::string_view quality_class(const LadderMedia& media) {
  if (!media.mos) return "unrated";
  return *media.mos >= 4.0 ? "good" : *media.mos >= 3.6 ? "fair" : "bad";
}

class Drawing {
 public:
  explicit Drawing(const Ladder& ladder) : ladder_(ladder) {
    const double lanes = ladder.lanes.empty() ? 1 : static_cast<double>(ladder.lanes.size());
    body_ = kMargin + kTimeWidth;
    rails_x_ = body_ + lanes * kLaneDistance;
    rails_ = std::min(kRailsMax, static_cast<std::size_t>(std::count_if(
                                     ladder.steps.begin(), ladder.steps.end(), [](const LadderStep& step) {
                                       return step.kind == LadderStep::Kind::media;
                                     })));
    width_ = std::max(kLeastWidth, rails_x_ + static_cast<double>(rails_) * kRailDistance + kMargin);
  }

  std::string draw() && {
    draw_head();
    lanes_top_ = y_;
    y_ += kLaneBoxHeight + 14;
    rows_top_ = y_;
    const double rows = static_cast<double>(ladder_.steps.size() + (ladder_.steps_left_out > 0 ? 1 : 0));
    const double bottom = rows_top_ + rows * kRowHeight + 10;
    draw_lanes(bottom);
    draw_rails();
    for (const LadderStep& step : ladder_.steps) {
      draw_step(step);
      y_ += kRowHeight;
    }
    if (ladder_.steps_left_out > 0)
      canvas_.text("small", body_, y_ + 22, Anchor::start,
                   "\xE2\x80\xA6 and " + std::to_string(ladder_.steps_left_out) + " more");
    return std::move(*this).document(bottom + kMargin);
  }

 private:
  double lane_x(std::size_t lane) const { return body_ + kLaneDistance * (static_cast<double>(lane) + 0.5); }

  void head_line(std::string_view classes, const std::string& text, double character) {
    canvas_.text(classes, kMargin, y_, Anchor::start, fitting(text, width_ - 2 * kMargin, character));
    y_ += 19;
  }

  void draw_head() {
    y_ = kMargin + 14;
    head_line("title", ladder_.call_id.empty() ? "call" : ladder_.call_id, 8.4);
    if (!ladder_.first.empty()) head_line("small", "from " + ladder_.first, kSmallCharacter);
    for (const LadderLeg& leg : ladder_.legs) {
      std::string text = ladder_.legs.size() > 1 ? "leg " + std::to_string(leg.number) + ": " : "";
      if (!leg.from.empty() || !leg.to.empty()) text += leg.from + " \xE2\x86\x92 " + leg.to + ", ";
      text += leg.outcome;
      if (!leg.linked.empty()) text += ", linked by " + leg.linked;
      head_line(leg.failed ? "text failure" : "text", text, kCharacter);
    }
    if (ladder_.legs_left_out > 0)
      head_line("small", "\xE2\x80\xA6 and " + std::to_string(ladder_.legs_left_out) + " more legs",
                kSmallCharacter);
    if (ladder_.steps.empty()) head_line("small", "No event of this call is known.", kSmallCharacter);
    y_ += 4;
  }

  void draw_lanes(double bottom) {
    for (std::size_t i = 0; i < ladder_.lanes.size(); ++i) {
      const LadderLane& lane = ladder_.lanes[i];
      const double x = lane_x(i);
      canvas_.line("lane", x, lanes_top_ + kLaneBoxHeight, x, bottom);
      canvas_.box("head", x - kLaneBoxWidth / 2, lanes_top_, kLaneBoxWidth, kLaneBoxHeight, 5);
      const double middle = lane.party.empty() ? 26 : 18;
      canvas_.text("address", x, lanes_top_ + middle, Anchor::middle,
                   fitting(lane.address, kLaneBoxWidth - 8, kCharacter));
      if (!lane.party.empty())
        canvas_.text("small", x, lanes_top_ + 34, Anchor::middle,
                     fitting(lane.party, kLaneBoxWidth - 8, kSmallCharacter));
    }
  }

  // How long a stream lasted, beside what happened meanwhile.
  void draw_rails() {
    std::size_t rail = 0;
    for (std::size_t i = 0; i < ladder_.steps.size() && rail < rails_; ++i) {
      const LadderStep& step = ladder_.steps[i];
      if (step.kind != LadderStep::Kind::media) continue;
      std::size_t last = ladder_.steps.size();
      if (step.media.until_ns)
        for (last = i + 1; last < ladder_.steps.size() && ladder_.steps[last].time_ns < *step.media.until_ns;)
          ++last;
      const double top = rows_top_ + (static_cast<double>(i) + 0.5) * kRowHeight;
      const double end = rows_top_ + (static_cast<double>(last) + 0.35) * kRowHeight;
      canvas_.open_group(title_of(step));
      canvas_.box("rail " + std::string(quality_class(step.media)),
                  rails_x_ + static_cast<double>(rail) * kRailDistance, top, kRailWidth, end - top, 3);
      canvas_.close_group();
      ++rail;
    }
  }

  static std::string title_of(const LadderStep& step) {
    std::string title = "+" + seconds_text(step.time_ns) + " s: " + step.label;
    if (step.repeats > 0) title += " " + repeats_text(step);
    return step.detail.empty() ? title : title + ", " + step.detail;
  }

  static std::string repeats_text(const LadderStep& step) {
    return "\xC3\x97" + std::to_string(step.repeats + 1) + " until +" + seconds_text(step.last_repeat_ns);
  }

  void draw_step(const LadderStep& step) {
    std::string title = title_of(step);
    if (ladder_.legs.size() > 1 && step.leg) title += ", leg " + std::to_string(*step.leg);
    canvas_.open_group(title);
    canvas_.text("time", kMargin + kTimeWidth - 12, y_ + 24, Anchor::end, "+" + seconds_text(step.time_ns));
    if (step.kind == LadderStep::Kind::note || !step.from || !step.to)
      draw_note(step);
    else if (*step.from == *step.to)
      draw_loop(step);
    else if (step.kind == LadderStep::Kind::media)
      draw_media(step);
    else
      draw_arrow(step);
    canvas_.close_group();
  }

  void draw_arrow(const LadderStep& step) {
    const double from = lane_x(*step.from), to = lane_x(*step.to), y = y_ + 26;
    const bool right = to > from;
    const std::string tone(tone_class(step.tone));
    canvas_.line("arrow " + tone, from, y, right ? to - 6 : to + 6, y);
    canvas_.arrow_head("tip " + tone, to, y, right);
    draw_words(step, (from + to) / 2, std::abs(to - from) - 24, y - 7, "label " + tone);
  }

  // The label in the middle, and behind it what finds room.
  void draw_words(const LadderStep& step, double middle, double room, double y, const std::string& classes) {
    std::string more = step.repeats > 0 ? repeats_text(step) : "";
    if (!step.detail.empty()) more += (more.empty() ? "" : ", ") + step.detail;
    const std::string label = fitting(step.label, room, kCharacter);
    const double left = room - static_cast<double>(columns_of(label)) * kCharacter;
    canvas_.text(classes, middle, y, Anchor::middle, label);
    if (more.empty()) return;
    if (left > static_cast<double>(std::min<std::size_t>(columns_of(more), 1)) * kSmallCharacter)
      canvas_.text("small", middle, y + 19, Anchor::middle, fitting(more, room, kSmallCharacter));
  }

  void draw_loop(const LadderStep& step) {
    const double x = lane_x(*step.from), y = y_ + 14;
    const std::string tone(tone_class(step.tone));
    canvas_.path("arrow " + tone, "M" + coordinate(x) + " " + coordinate(y) + "h26v14h-18");
    canvas_.arrow_head("tip " + tone, x, y + 14, false);
    canvas_.text("label " + tone, x + 34, y + 11, Anchor::start,
                 fitting(step.label, kLaneDistance - 60, kCharacter));
  }

  void draw_media(const LadderStep& step) {
    const double from = lane_x(*step.from), to = lane_x(*step.to), y = y_ + 10;
    const bool right = to > from;
    const std::string quality(quality_class(step.media));
    const double left = std::min(from, to) + (right ? 0 : 10), width = std::abs(to - from) - 10;
    canvas_.box("media " + quality, left, y, width, 19);
    const double base = right ? to - 10 : to + 10;
    canvas_.path("media " + quality, "M" + coordinate(to) + " " + coordinate(y + 9.5) + "L" +
                                         coordinate(base) + " " + coordinate(y - 4) + "V" +
                                         coordinate(y + 23) + "Z");
    canvas_.text("on-media", (from + to) / 2, y + 14, Anchor::middle,
                 fitting(step.label, width - 8, kSmallCharacter));
  }

  void draw_note(const LadderStep& step) {
    std::string text = step.label;
    if (!step.detail.empty()) text += ": " + step.detail;
    const std::optional<std::size_t> lane = step.from ? step.from : step.to;
    double left = body_, right = rails_x_;
    if (lane) {
      const std::size_t other = step.to.value_or(*lane);
      const double low = lane_x(std::min(*lane, other)), high = lane_x(std::max(*lane, other));
      left = low - 60;
      right = std::max(high + 60, low + kLaneDistance - 40);
      right = std::min(right, rails_x_);
    }
    text = fitting(text, right - left - 20, kSmallCharacter);
    const double width = static_cast<double>(columns_of(text)) * kSmallCharacter + 20;
    const std::string tone(tone_class(step.tone));
    const double x = std::max(body_, (left + right - width) / 2);
    canvas_.box("note " + tone, x, y_ + 7, width, 23, 4);
    canvas_.text("note-text", x + width / 2, y_ + 23, Anchor::middle, text);
  }

  std::string document(double height) && {
    const std::string width_text = coordinate(width_), height_text = coordinate(height);
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    out += "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"" + width_text +
           "\" height=\"" + height_text + "\" viewBox=\"0 0 " + width_text + " " + height_text +
           "\" role=\"img\">\n";
    out += "<title>" + xml_text("Call " + ladder_.call_id) + "</title>\n";
    out.append("<style>").append(kSvgStyle).append("</style>\n");
    out += "<rect class=\"paper\" width=\"" + width_text + "\" height=\"" + height_text + "\"/>\n";
    out += std::move(canvas_).take();
    return out += "</svg>\n";
  }

  const Ladder& ladder_;
  SvgCanvas canvas_;
  double body_ = 0;
  double rails_x_ = 0;
  std::size_t rails_ = 0;
  double width_ = 0;
  double lanes_top_ = 0;
  double rows_top_ = 0;
  double y_ = 0;
};

}  // namespace

std::string ladder_svg(const Ladder& ladder) {
  return Drawing(ladder).draw();
}

}  // namespace sipsonde
