# SPDX-License-Identifier: Apache-2.0
"""RTP packets (RFC 3550 section 5.1), telephone events (RFC 4733) and the payloads that codecs make."""

import struct
from typing import NamedTuple


class Codec(NamedTuple):
    name: str  # of its rtpmap
    payload_type: int
    clock: int
    payload_bytes: int  # of 20 ms
    parameters: str = ""  # after the clock in the rtpmap


PCMU = Codec("PCMU", 0, 8000, 160)
GSM = Codec("GSM", 3, 8000, 33)
PCMA = Codec("PCMA", 8, 8000, 160)
G722 = Codec("G722", 9, 8000, 160)  # samples at 16 kHz, counts at 8 kHz (RFC 3551 section 4.5.2)
COMFORT_NOISE = Codec("CN", 13, 8000, 1)
G729 = Codec("G729", 18, 8000, 20)
H264 = Codec("H264", 97, 90000, 900)
TELEPHONE_EVENT = Codec("telephone-event", 101, 8000, 4)
OPUS = Codec("opus", 111, 48000, 60, "/2")
OPUS_EVENT = Codec("telephone-event", 102, 48000, 4)

EVENTS = "0123456789*#ABCD"


def packet(
    sequence,
    timestamp,
    ssrc,
    payload_type=0,
    payload=bytes(160),
    marker=False,
    contributors=(),
    extension=None,
    padding=0,
    version=2,
):
    """`extension`: (what the profile defines, whole words of bytes). `padding`: bytes, its own count included."""
    first = version << 6 | (padding > 0) << 5 | (extension is not None) << 4 | len(contributors)
    head = struct.pack(
        "!BBHII",
        first,
        marker << 7 | payload_type,
        sequence & 0xFFFF,
        timestamp & 0xFFFFFFFF,
        ssrc,
    )
    head += b"".join(struct.pack("!I", contributor) for contributor in contributors)
    if extension is not None:
        profile, words = extension
        head += struct.pack("!HH", profile, len(words) // 4) + words
    return head + payload + (bytes(padding - 1) + bytes([padding]) if padding else b"")


def telephone_event(digit, duration, end=False, volume=10):
    """RFC 4733 section 2.3; `duration` in units of the clock."""
    return struct.pack("!BBH", EVENTS.index(digit), end << 7 | volume, duration)
