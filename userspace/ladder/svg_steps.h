// SPDX-License-Identifier: Apache-2.0
// One row of the picture: an arrow, a note, or a stream.
#pragma once

#include <string>
#include <string_view>

#include "ladder/ladder.h"
#include "ladder/svg_canvas.h"

namespace sipsonde {

inline constexpr double kSvgLaneDistance = 230;

// Widths of a character in the fonts of the style sheet, with room to spare: nobody can measure text before
// it is drawn.
inline constexpr double kSvgCharacter = 7.0;
inline constexpr double kSvgSmallCharacter = 6.2;
std::string svg_fitting(std::string_view text, double width, double character);

// `body` is where the first lane's column begins, `end` where the last one's does end.
double svg_lane_x(double body, std::size_t lane);
void draw_ladder_step(SvgCanvas& canvas, double body, double end, double top, const LadderStep& step,
                      bool several_legs);

// What is shown when a row is pointed at.
std::string svg_title_of(const LadderStep& step);
// The class of the style sheet that colours a stream by its MOS.
std::string_view svg_quality_class(const LadderMedia& media);

}  // namespace sipsonde
