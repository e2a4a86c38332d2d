// SPDX-License-Identifier: Apache-2.0
// A codec and its RTP clock in the one byte that kernel and agent share (sipsonde_stream.codec): enum
// sipsonde_codec in the lower SIPSONDE_STREAM_CODEC_BITS, enum sipsonde_clock above.
#pragma once

#include <cstdint>
#include <string_view>

#include "decode/session_description.h"
#include "sipsonde/protocol.h"
#include "sipsonde/state.h"

namespace sipsonde {

constexpr std::uint8_t packed_codec(sipsonde_codec codec, sipsonde_clock clock) {
  return static_cast<std::uint8_t>(static_cast<unsigned>(clock) << SIPSONDE_STREAM_CODEC_BITS |
                                   static_cast<unsigned>(codec));
}
constexpr sipsonde_codec codec_of(std::uint8_t packed) {
  return static_cast<sipsonde_codec>(packed & ((1u << SIPSONDE_STREAM_CODEC_BITS) - 1));
}
constexpr sipsonde_clock clock_of(std::uint8_t packed) {
  return static_cast<sipsonde_clock>(packed >> SIPSONDE_STREAM_CODEC_BITS);
}

// "PCMU", in IANA's spelling.
std::string_view codec_label(std::uint8_t packed);

// Ticks of the RTP timestamp in a second; 0: unknown.
std::uint32_t clock_hertz(std::uint8_t packed);

// Of a=rtpmap. Names are compared without regard to case (RFC 8866 section 6.6); one that is not listed is
// `other`, a rate that is not listed leaves the clock unknown. G722 ticks at 8000 Hz whatever is written
// (RFC 3551 section 4.5.2).
std::uint8_t packed_codec_of(std::string_view encoding, std::uint32_t hertz);

// Of a payload type that no rtpmap explains: the static table (RFC 3551 section 6). What is reserved, not
// assigned or dynamic is `unknown`.
std::uint8_t packed_codec_of(std::uint8_t payload_type);

// Of a format of an m-line, by either of the two.
std::uint8_t packed_codec_of(const PayloadType& type);

// Comfort noise (RFC 3389) and telephone-event (RFC 4733) come within the stream of another codec: they are
// not what a call sounded by, and their timing says nothing of jitter.
constexpr bool is_beside_speech(sipsonde_codec codec) {
  return codec == SIPSONDE_CODEC_cn || codec == SIPSONDE_CODEC_telephone_event;
}

constexpr bool is_video(sipsonde_codec codec) {
  return codec >= SIPSONDE_CODEC_h261 && codec <= SIPSONDE_CODEC_mpv;
}

}  // namespace sipsonde
