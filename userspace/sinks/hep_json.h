// SPDX-License-Identifier: Apache-2.0
// The payloads that are no SIP, with the names that Homer reads (docs/hep.md).
#pragma once

#include <string>

#include "facts/fact.h"

namespace sipsonde {

// Type 5. Raw units of RTCP: 1/256 lost, RTP clock, 1/65536 s.
void append_rtcp_json(std::string& out, const RtcpReport& report);

// Type 35: what became of one stream of a leg.
void append_mos_json(std::string& out, const CallRecord& record, const MediaRecord& stream);

}  // namespace sipsonde
