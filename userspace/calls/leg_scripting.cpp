// SPDX-License-Identifier: Apache-2.0
// Asking the operator's script at the turns of a leg.
#include <algorithm>

#include "calls/call_state.h"

namespace sipsonde {
namespace {

// Of the message that ends a leg so much is kept: its headers are asked for when the row is written, and its
// bytes are gone by then.
constexpr std::size_t kLastMessageBytes = 4096;
constexpr std::size_t kLastMessageRoom = 1024;  // enough for nearly all; a larger one takes all at once

// What the script said belongs to the leg, not to this one view of it.
void take_over(Leg& leg, const CallRecord& said) {
  leg.record.tenant = said.tenant;
  leg.record.price_micros = said.price_micros;
  leg.record.currency = said.currency;
  leg.record.recording_url = said.recording_url;
  leg.record.agent_id = said.agent_id;
  leg.record.route = said.route;
  leg.record.custom = said.custom;
}

LastMessage::Rank rank_of(const SipMessage& sip) {
  if (!sip.is_request) return LastMessage::Rank::final_response;
  return sip.method == SIPSONDE_METHOD_bye ? LastMessage::Rank::bye : LastMessage::Rank::cancel;
}

// Whether the message is what this leg ended by, and not something before it.
bool ended_by(const LastMessage& last, const Leg& leg, const CallRecord& record) {
  if (record.answer_ns || leg.evidence.answered()) return last.rank == LastMessage::Rank::bye;
  return last.rank != LastMessage::Rank::none &&
         !(last.rank == LastMessage::Rank::final_response && leg.evidence.timer_b);
}

}  // namespace

void CallTable::State::ask_script_at_start(Leg& leg, const Sighting& sighting) {
  if (leg.attempts != 1) return;
  CallRecord record = row_of(leg);
  script_->on_start({record, leg.text, sighting.sip, sighting.time_ns});
  take_over(leg, record);
}

void CallTable::State::ask_script_at_answer(Leg& leg, const Sighting& sighting) {
  CallRecord record = row_of(leg);
  record.answer_ns = sighting.time_ns;
  script_->on_answer({record, leg.text, sighting.sip, sighting.time_ns});
  take_over(leg, record);
}

void CallTable::State::ask_script_at_end(Leg& leg, CallRecord& record) {
  const LastMessage& last = leg.last_message;
  if (!ended_by(last, leg, record)) return script_->on_end({record, leg.text, nullptr, now_ns_});
  SipMessage message;
  message.is_request = last.code == 0;
  message.method = last.method;
  message.code = last.code;
  message.headers = {last.room.data(), last.size};
  script_->on_end({record, leg.text, &message, now_ns_});
}

// Of BYEs and CANCELs the first, of final responses the last.
void CallTable::State::keep_last_message(Leg& leg, const Sighting& sighting) {
  LastMessage& last = leg.last_message;
  const SipMessage& sip = *sighting.sip;
  const LastMessage::Rank rank = rank_of(sip);
  if (rank < last.rank || (rank == last.rank && rank != LastMessage::Rank::final_response)) return;
  last.rank = rank;
  last.method = sip.method;
  last.code = static_cast<std::uint16_t>(sip.code);
  std::string_view headers = sip.headers.substr(0, kLastMessageBytes);
  if (headers.size() < sip.headers.size())
    headers = headers.substr(0, headers.rfind('\n') + 1);  // no half line
  if (last.room.size() < headers.size())
    last.room =
        leg.text.keep_array<char>(headers.size() > kLastMessageRoom ? kLastMessageBytes : kLastMessageRoom);
  std::copy(headers.begin(), headers.end(), last.room.begin());
  last.size = headers.size();
}

}  // namespace sipsonde
