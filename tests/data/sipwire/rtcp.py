# SPDX-License-Identifier: Apache-2.0
"""RTCP packets (RFC 3550 section 6, RFC 4585, RFC 3611). A compound is their concatenation; a single one that is no
report is of reduced size (RFC 5506)."""

import struct
from typing import NamedTuple

SR, RR, SDES, BYE, APP, RTPFB, PSFB, XR = range(200, 208)


class Block(NamedTuple):
    """A report block, RFC 3550 section 6.4.1."""

    source: int
    fraction: int = 0
    lost: int = 0
    highest: int = 0
    jitter: int = 0
    last_report: int = 0
    delay: int = 0  # since then, in 1/65536 s

    def packed(self):
        head = struct.pack("!II", self.source, self.fraction << 24 | self.lost & 0xFFFFFF)
        return head + struct.pack("!IIII", self.highest, self.jitter, self.last_report, self.delay)


def _packet(kind, count, body, padding=0):
    body += bytes(-len(body) % 4)
    if padding:
        body += bytes(padding - 1) + bytes([padding])
    return struct.pack("!BBH", 2 << 6 | (padding > 0) << 5 | count, kind, len(body) // 4) + body


def middle_of(ntp):
    """What a report block says of the sender report that it answers."""
    seconds, fraction = ntp
    return (seconds & 0xFFFF) << 16 | fraction >> 16


def sender_report(ssrc, packets, octets, ntp=(3_976_214_400, 0), timestamp=0, blocks=()):
    body = struct.pack("!IIIIII", ssrc, *ntp, timestamp, packets, octets)
    return _packet(SR, len(blocks), body + b"".join(block.packed() for block in blocks))


def receiver_report(ssrc, *blocks):
    return _packet(RR, len(blocks), struct.pack("!I", ssrc) + b"".join(block.packed() for block in blocks))


def description(ssrc, name=b"a@b.example"):
    return _packet(SDES, 1, struct.pack("!I", ssrc) + bytes([1, len(name)]) + name + b"\0")


def goodbye(*sources, reason=b""):
    body = b"".join(struct.pack("!I", source) for source in sources)
    return _packet(BYE, len(sources), body + (bytes([len(reason)]) + reason if reason else b""))


def application(ssrc, name=b"TEST", content=b""):
    return _packet(APP, 0, struct.pack("!I4s", ssrc, name) + content)


def negative_acknowledgement(ssrc, source, sequence, mask=0):
    """RTPFB, RFC 4585 section 6.2.1."""
    return _packet(RTPFB, 1, struct.pack("!IIHH", ssrc, source, sequence, mask))


def picture_loss(ssrc, source):
    """PSFB, RFC 4585 section 6.3.1."""
    return _packet(PSFB, 1, struct.pack("!II", ssrc, source))


def voip_metrics(ssrc, source, loss=0, discard=0, round_trip_ms=0, end_system_ms=0, r=127, lq=127, cq=127):
    """An XR packet with one VoIP metrics block, RFC 3611 section 4.7. 127: unavailable; `lq`, `cq` are ten times MOS."""
    block = struct.pack("!BBHI", 7, 0, 8, source)
    block += struct.pack("!BBBB", loss, discard, 0, 0)
    block += struct.pack("!HHHH", 0, 0, round_trip_ms, end_system_ms)
    block += struct.pack("!BBBB", 127, 127, 127, 16)
    block += struct.pack("!BBBB", r, 127, lq, cq)
    block += struct.pack("!BBHHH", 3 << 6 | 3 << 4, 0, 60, 120, 240)
    return _packet(XR, 0, struct.pack("!I", ssrc) + block)


def encrypted(compound, index, dice, tag_bytes=10):
    """SRTCP (RFC 3711 section 3.4): eight bytes stay clear; then ciphertext, the E flag with the index, the tag. The
    first byte of what a reader would take for the next packet is no version 2."""
    first_bytes = (int.from_bytes(compound[2:4], "big") + 1) * 4
    secret = bytearray(dice.randbytes(len(compound) - 8))
    if first_bytes < len(compound):
        secret[first_bytes - 8] &= 0x3F
    return compound[:8] + bytes(secret) + struct.pack("!I", 1 << 31 | index) + dice.randbytes(tag_bytes)
