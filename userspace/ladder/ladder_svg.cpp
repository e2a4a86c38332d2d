// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "ladder/ladder.h"
#include "ladder/svg_canvas.h"
#include "ladder/svg_steps.h"
#include "ladder/svg_style.h"

namespace sipsonde {
namespace {

using Anchor = SvgCanvas::Anchor;

constexpr double kMargin = 20;
constexpr double kTimeWidth = 76;
constexpr double kLaneBoxWidth = 190;
constexpr double kLaneBoxHeight = 42;
constexpr double kRowHeight = 36;
constexpr double kRailWidth = 7;
constexpr double kRailDistance = 12;
constexpr std::size_t kRailsMax = 8;
constexpr double kLeastWidth = 640;
constexpr double kTitleCharacter = 8.4;

class Drawing {
 public:
  explicit Drawing(const Ladder& ladder) : ladder_(ladder) {
    const double lanes = ladder.lanes.empty() ? 1 : static_cast<double>(ladder.lanes.size());
    body_ = kMargin + kTimeWidth;
    rails_x_ = body_ + lanes * kSvgLaneDistance;
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
      draw_ladder_step(canvas_, body_, rails_x_, y_, step, ladder_.legs.size() > 1);
      y_ += kRowHeight;
    }
    if (ladder_.steps_left_out > 0)
      canvas_.text("small", body_, y_ + 22, Anchor::start,
                   "\xE2\x80\xA6 and " + std::to_string(ladder_.steps_left_out) + " more");
    return std::move(*this).document(bottom + kMargin);
  }

 private:
  void head_line(std::string_view classes, const std::string& text, double character) {
    canvas_.text(classes, kMargin, y_, Anchor::start, svg_fitting(text, width_ - 2 * kMargin, character));
    y_ += 19;
  }

  void draw_head() {
    y_ = kMargin + 14;
    head_line("title", ladder_.call_id.empty() ? "call" : ladder_.call_id, kTitleCharacter);
    if (!ladder_.first.empty()) head_line("small", "from " + ladder_.first, kSvgSmallCharacter);
    for (const LadderLeg& leg : ladder_.legs) {
      std::string text = ladder_.legs.size() > 1 ? "leg " + std::to_string(leg.number) + ": " : "";
      if (!leg.from.empty() || !leg.to.empty()) text += leg.from + " \xE2\x86\x92 " + leg.to + ", ";
      text += leg.outcome;
      if (!leg.linked.empty()) text += ", linked by " + leg.linked;
      head_line(leg.failed ? "text failure" : "text", text, kSvgCharacter);
    }
    if (ladder_.legs_left_out > 0)
      head_line("small", "\xE2\x80\xA6 and " + std::to_string(ladder_.legs_left_out) + " more legs",
                kSvgSmallCharacter);
    if (ladder_.steps.empty()) head_line("small", "No event of this call is known.", kSvgSmallCharacter);
    y_ += 4;
  }

  void draw_lanes(double bottom) {
    for (std::size_t i = 0; i < ladder_.lanes.size(); ++i) {
      const LadderLane& lane = ladder_.lanes[i];
      const double x = svg_lane_x(body_, i);
      canvas_.line("lane", x, lanes_top_ + kLaneBoxHeight, x, bottom);
      canvas_.box("head", x - kLaneBoxWidth / 2, lanes_top_, kLaneBoxWidth, kLaneBoxHeight, 5);
      const double middle = lane.party.empty() ? 26 : 18;
      canvas_.text("address", x, lanes_top_ + middle, Anchor::middle,
                   svg_fitting(lane.address, kLaneBoxWidth - 8, kSvgCharacter));
      if (!lane.party.empty())
        canvas_.text("small", x, lanes_top_ + 34, Anchor::middle,
                     svg_fitting(lane.party, kLaneBoxWidth - 8, kSvgSmallCharacter));
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
      canvas_.open_group(svg_title_of(step));
      canvas_.box("rail " + std::string(svg_quality_class(step.media)),
                  rails_x_ + static_cast<double>(rail) * kRailDistance, top, kRailWidth, end - top, 3);
      canvas_.close_group();
      ++rail;
    }
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
