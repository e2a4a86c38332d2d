// SPDX-License-Identifier: Apache-2.0
#include "ladder/svg_steps.h"

#include <algorithm>
#include <cmath>

#include "base/visible_text.h"
#include "ladder/wording.h"

namespace sipsonde {
namespace {

using Anchor = SvgCanvas::Anchor;

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

std::string repeats_text(const LadderStep& step) {
  return "\xC3\x97" + std::to_string(step.repeats + 1) + " until +" + seconds_text(step.last_repeat_ns);
}

class Row {
 public:
  Row(SvgCanvas& canvas, double body, double end, double top)
      : canvas_(canvas), body_(body), end_(end), y_(top) {}

  void draw(const LadderStep& step, bool several_legs) {
    std::string title = svg_title_of(step);
    if (several_legs && step.leg) title += ", leg " + std::to_string(*step.leg);
    canvas_.open_group(title);
    canvas_.text("time", body_ - 12, y_ + 24, Anchor::end, "+" + seconds_text(step.time_ns));
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

 private:
  double lane_x(std::size_t lane) const { return svg_lane_x(body_, lane); }

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
    canvas_.text(classes, middle, y, Anchor::middle, svg_fitting(step.label, room, kSvgCharacter));
    if (more.empty()) return;
    canvas_.text("small", middle, y + 19, Anchor::middle, svg_fitting(more, room, kSvgSmallCharacter));
  }

  void draw_loop(const LadderStep& step) {
    const double x = lane_x(*step.from), y = y_ + 14;
    const std::string tone(tone_class(step.tone));
    canvas_.path("arrow " + tone, "M" + coordinate(x) + " " + coordinate(y) + "h26v14h-18");
    canvas_.arrow_head("tip " + tone, x, y + 14, false);
    canvas_.text("label " + tone, x + 34, y + 11, Anchor::start,
                 svg_fitting(step.label, kSvgLaneDistance - 60, kSvgCharacter));
  }

  void draw_media(const LadderStep& step) {
    const double from = lane_x(*step.from), to = lane_x(*step.to), y = y_ + 10;
    const bool right = to > from;
    const std::string quality(svg_quality_class(step.media));
    const double left = std::min(from, to) + (right ? 0 : 10), width = std::abs(to - from) - 10;
    canvas_.box("media " + quality, left, y, width, 19);
    const double base = right ? to - 10 : to + 10;
    canvas_.path("media " + quality, "M" + coordinate(to) + " " + coordinate(y + 9.5) + "L" +
                                         coordinate(base) + " " + coordinate(y - 4) + "V" +
                                         coordinate(y + 23) + "Z");
    canvas_.text("on-media", (from + to) / 2, y + 14, Anchor::middle,
                 svg_fitting(step.label, width - 8, kSvgSmallCharacter));
  }

  void draw_note(const LadderStep& step) {
    std::string text = step.label;
    if (!step.detail.empty()) text += ": " + step.detail;
    const std::optional<std::size_t> lane = step.from ? step.from : step.to;
    double left = body_, right = end_;
    if (lane) {
      const std::size_t other = step.to.value_or(*lane);
      const double low = lane_x(std::min(*lane, other)), high = lane_x(std::max(*lane, other));
      left = low - 60;
      right = std::max(high + 60, low + kSvgLaneDistance - 40);
      right = std::min(right, end_);
    }
    text = svg_fitting(text, right - left - 20, kSvgSmallCharacter);
    const double width = static_cast<double>(columns_of(text)) * kSvgSmallCharacter + 20;
    const std::string tone(tone_class(step.tone));
    const double x = std::max(body_, (left + right - width) / 2);
    canvas_.box("note " + tone, x, y_ + 7, width, 23, 4);
    canvas_.text("note-text", x + width / 2, y_ + 23, Anchor::middle, text);
  }

  SvgCanvas& canvas_;
  const double body_;
  const double end_;
  const double y_;
};

}  // namespace

std::string svg_fitting(std::string_view text, double width, double character) {
  return fitted(text, static_cast<std::size_t>(std::max(width / character, 1.0)));
}

double svg_lane_x(double body, std::size_t lane) {
  return body + kSvgLaneDistance * (static_cast<double>(lane) + 0.5);
}

// Users are satisfied, some are not, many are not: ITU-T G.107 annex B, table B.1.
std::string_view svg_quality_class(const LadderMedia& media) {
  if (!media.mos) return "unrated";
  return *media.mos >= 4.0 ? "good" : *media.mos >= 3.6 ? "fair" : "bad";
}

std::string svg_title_of(const LadderStep& step) {
  std::string title = "+" + seconds_text(step.time_ns) + " s: " + step.label;
  if (step.repeats > 0) title += " " + repeats_text(step);
  return step.detail.empty() ? title : title + ", " + step.detail;
}

void draw_ladder_step(SvgCanvas& canvas, double body, double end, double top, const LadderStep& step,
                      bool several_legs) {
  Row(canvas, body, end, top).draw(step, several_legs);
}

}  // namespace sipsonde
