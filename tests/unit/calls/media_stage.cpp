// SPDX-License-Identifier: Apache-2.0
#include "media_stage.h"

#include <cstring>

#include "parse/rtp.h"

namespace sipsonde::test {
namespace {

constexpr milliseconds kPacketTime(20);
constexpr std::uint32_t kBuffer_ns = 60'000'000;

Endpoint endpoint_of(const sipsonde_endpoint_key& key) {
  Endpoint endpoint;
  std::memcpy(endpoint.address.data(), key.address, sizeof key.address);
  endpoint.port = key.port;
  return endpoint;
}

void add(std::string& bytes, std::uint64_t value, int size) {
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xff);
}

}  // namespace

bool FakeKernelMedia::announce(const sipsonde_endpoint_key& key, const sipsonde_endpoint& value) {
  if (is_full) return false;
  endpoints[endpoint_of(key)] = value;
  return true;
}

void FakeKernelMedia::withdraw(const sipsonde_endpoint_key& key, std::uint32_t call_hash) {
  const auto found = endpoints.find(endpoint_of(key));
  if (found != endpoints.end() && found->second.call_hash == call_hash) endpoints.erase(found);
}

void FakeKernelMedia::read(std::uint32_t slot, sipsonde_stream& stream) const {
  const auto found = streams.find(slot);
  stream = found == streams.end() ? sipsonde_stream{} : found->second;
}

void FakeKernelMedia::ask_again(std::uint32_t slot, std::uint64_t key) {
  if (streams[slot].key == key) asked_again.push_back(slot);
}

void FakeKernelMedia::set_clock(std::uint32_t slot, std::uint64_t key, sipsonde_clock clock) {
  if (streams[slot].key == key) clocks[slot] = clock;
}

void MediaStage::packet(Speaker& who, milliseconds when) {
  sipsonde_stream& stream = kernel.streams[who.slot];
  rtp_header rtp{};
  rtp.ssrc = who.ssrc;
  rtp.timestamp = who.timestamp;
  rtp.sequence = who.sequence++;
  who.timestamp += 160;
  stage.wait_until(when);
  if (stream.key != who.key()) {
    stream = {};
    stream.key = who.key();
    begin_stream(&stream, &rtp, at(when));
    stream.codec = who.codec;
    stream.bytes = kPacketBytes;
    return tell(who, when, note_of(who, SIPSONDE_STREAM_NEWS_believed));
  }
  __u32 lost = 0;
  if (!take_next_sequence(&stream, rtp.sequence) &&
      take_odd_sequence(&stream, rtp.sequence, &lost) == RTP_DUPLICATE)
    return;
  stream.bytes += kPacketBytes;
  take_time(&stream, &rtp, at(when), kBuffer_ns);
}

void MediaStage::speak(Speaker& who, milliseconds from, milliseconds until) {
  for (milliseconds when = from; when < until; when += kPacketTime) packet(who, when);
}

void MediaStage::converse(Speaker& one, Speaker& other, milliseconds from, milliseconds until) {
  for (milliseconds when = from; when < until; when += kPacketTime) {
    packet(one, when);
    packet(other, when);
  }
}

sipsonde_stream_note MediaStage::note_of(const Speaker& who, sipsonde_stream_news news) {
  const sipsonde_stream& stream = kernel.streams[who.slot];
  sipsonde_stream_note note{};
  note.key = who.key();
  note.first_ns = stream.first_ns;
  note.slot = who.slot;
  note.ssrc = who.ssrc;
  note.timestamp = stream.last_timestamp;
  note.sequence = static_cast<__u16>(stream.highest);
  note.news = news;
  note.payload_type = stream.payload_type;
  note.codec = who.codec;
  return note;
}

void MediaStage::tell(const Speaker& who, milliseconds when, const sipsonde_stream_note& note) {
  stage.table().observe_stream({at(when), who.source, who.destination, who.flow, 1}, note);
}

void MediaStage::tell_again(const Speaker& who, milliseconds when) {
  tell(who, when, note_of(who, SIPSONDE_STREAM_NEWS_associated));
}

void MediaStage::rtcp(const Endpoint& from, const Endpoint& to, milliseconds when, const std::string& packet,
                      std::uint32_t round_trip_us) {
  sipsonde_rtcp_note note{};
  note.round_trip_us[0] = round_trip_us;
  stage.table().observe_rtcp({at(when), from, to, SIPSONDE_FLOW_ingress, 1}, note, packet, false);
}

std::vector<CallEvent> MediaStage::events() {
  std::vector<CallEvent> events = stage.events();
  std::erase_if(events, [](const CallEvent& event) { return label(event.event).starts_with("sip."); });
  return events;
}

std::vector<std::string> MediaStage::event_names() {
  std::vector<std::string> names;
  for (const CallEvent& event : events()) names.emplace_back(label(event.event));
  return names;
}

std::vector<CallEvent> MediaStage::events_of(EventName name) {
  std::vector<CallEvent> events = stage.events();
  std::erase_if(events, [name](const CallEvent& event) { return event.event != name; });
  return events;
}

std::string sdp(const Endpoint& where, const std::string& lines, const std::string& profile) {
  return "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 " + to_text(where.address) +
         "\r\nt=0 0\r\nm=audio " + std::to_string(where.port) + " " + profile +
         " 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n" + lines;
}

Message with_sdp(Message message, const std::string& body) {
  message.content_type = "application/sdp";
  message.body = body;
  return message;
}

std::vector<Message> call_with_media(Dialog& dialog, const std::string& offer, const std::string& answer) {
  std::vector<Message> messages = answered_call(dialog);
  messages[0] = with_sdp(messages[0], offer);
  messages[3] = with_sdp(messages[3], answer);
  return messages;
}

void hang_up(MediaStage& on, Dialog& dialog, milliseconds when) {
  on.stage.see(hung_up(dialog.by_caller("BYE", 9, when)));
  on.stage.settle();
}

std::string receiver_report(std::uint32_t reporter, std::uint32_t about, std::uint32_t lost,
                            std::uint32_t jitter) {
  std::string bytes;
  add(bytes, 0x81c90007, 4);
  add(bytes, reporter, 4);
  add(bytes, about, 4);
  add(bytes, lost & 0xffffff, 4);
  add(bytes, 200, 4);
  add(bytes, jitter, 4);
  add(bytes, 1, 4);
  add(bytes, 0, 4);
  return bytes;
}

std::string voip_metrics(std::uint32_t reporter, std::uint32_t about, std::uint16_t round_trip_ms,
                         std::uint8_t mos_tenths) {
  std::string bytes;
  add(bytes, 0x80cf000a, 4);
  add(bytes, reporter, 4);
  add(bytes, 0x07000008, 4);
  add(bytes, about, 4);
  add(bytes, 0, 4);  // loss, discard, densities
  add(bytes, 0, 4);  // burst and gap
  add(bytes, round_trip_ms, 2);
  add(bytes, 0, 2);
  add(bytes, 0x7f7f7f10, 4);  // levels, Gmin
  add(bytes, 0x5d7f0000u | static_cast<unsigned>(mos_tenths) << 8 | mos_tenths, 4);
  add(bytes, 0, 4);
  add(bytes, 0, 4);
  return bytes;
}

}  // namespace sipsonde::test
