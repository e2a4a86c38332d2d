// SPDX-License-Identifier: Apache-2.0
// What a step is called: the method or the status line of a message, a few words for everything else.
#pragma once

#include <string>

#include "ladder/ladder.h"
#include "ladder/story_event.h"
#include "ladder/story_row.h"

namespace sipsonde {

// Whether the event is a message that went from one lane to another.
bool is_message(const StoryEvent& event);

std::string label_of(const StoryEvent& event);
std::string detail_of(const StoryEvent& event);
LadderTone tone_of(const StoryEvent& event);

// "answered 200, 18.000 s, PCMU, MOS 4.41".
std::string outcome_of(const StoryRow& row);

// "PCMU, MOS 4.41, lost 0.67 %" and "150 packets, jitter 0.0 ms, until +19.000", as far as it is known.
std::string media_label(const LadderMedia& media);
std::string media_detail(const LadderMedia& media);

// "0.050" of 50 ms.
std::string seconds_text(std::uint64_t nanoseconds);

}  // namespace sipsonde
