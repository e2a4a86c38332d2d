# SPDX-License-Identifier: Apache-2.0
"""One source of RTP: what it sends and when, then what the network makes of it. Times are seconds of the scene."""

import random
from dataclasses import dataclass, field

from sipwire import rtp


@dataclass
class Packet:
    sent: float
    sequence: int  # not wrapped
    timestamp: int  # not wrapped
    codec: rtp.Codec
    payload: bytes
    marker: bool = False
    form: dict = field(default_factory=dict)  # of the packet's header: extension, contributors, padding
    delay: float = 0.0
    lost: bool = False
    copies: tuple = ()  # how much later each of them comes

    def wire(self, ssrc):
        return rtp.packet(
            self.sequence,
            self.timestamp,
            ssrc,
            self.codec.payload_type,
            self.payload,
            self.marker,
            **self.form,
        )


class Source:
    """`sequence` and `timestamp` are those of the first packet; both wrap on the wire. `tag_bytes`: of SRTP, whose
    payload is noise."""

    def __init__(self, ssrc, at, codec=rtp.PCMU, sequence=1000, timestamp=40000, ptime=0.02, tag_bytes=None):
        self.ssrc, self.codec, self.ptime = ssrc, codec, ptime
        self.at, self.sequence, self.timestamp = at, sequence, timestamp
        self.packets = []
        self.noise = None if tag_bytes is None else random.Random(ssrc)
        self.tag_bytes = tag_bytes or 0
        self.form = {}

    # ---- what is sent ----

    def talk(self, count, marker=True):
        """`count` packets of audio, the first of them with the marker of a talkspurt (RFC 3551 section 4.1)."""
        size = round(self.codec.payload_bytes * self.ptime / 0.02)
        for number in range(count):
            self._send(self.codec, bytes(size), marker and number == 0)
            self.pause(self.ptime)
        return self

    def pause(self, seconds):
        """Nothing is sent, and its clock goes on."""
        self.at += seconds
        self.timestamp += round(seconds * self.codec.clock)
        return self

    def picture(self, count, seconds=0.04):
        """`count` packets of one timestamp, a millisecond apart; the last has the marker (RFC 6184 section 5.1)."""
        for number in range(count):
            self._send(self.codec, bytes(self.codec.payload_bytes), number == count - 1, after=number * 0.001)
        return self.pause(seconds)

    def comfort_noise(self):
        """RFC 3389: one packet says how loud the silence is."""
        self._send(rtp.COMFORT_NOISE, b"\x40", False)
        return self

    def press(self, digit, seconds=0.1, codec=rtp.TELEPHONE_EVENT):
        """A key held for so long: a packet each `ptime` with the event's timestamp, the last three times (RFC 4733
        section 2.5.1)."""
        began, count = self.timestamp, round(seconds / self.ptime)
        step = round(self.ptime * codec.clock)
        for number in range(count):
            self._event(codec, began, rtp.telephone_event(digit, (number + 1) * step), number == 0)
            self.at += self.ptime
        for number in range(3):
            # The end stands in packets of its own, which follow each other closely.
            ended = rtp.telephone_event(digit, count * step, end=True)
            self._event(codec, began, ended, False, after=number * 0.002)
        self.timestamp = began + count * round(self.ptime * self.codec.clock)
        return self.pause(self.ptime)

    def _event(self, codec, timestamp, payload, marker, after=0.0):
        kept, self.timestamp = self.timestamp, timestamp
        self._send(codec, payload, marker, after)
        self.timestamp = kept

    def use(self, codec):
        self.codec = codec
        return self

    def jump(self, ticks):
        """The timestamp alone."""
        self.timestamp += ticks
        return self

    def skip(self, count):
        """The sequence alone."""
        self.sequence += count
        return self

    def _send(self, codec, payload, marker, after=0.0):
        if self.noise is not None:
            payload = self.noise.randbytes(len(payload) + self.tag_bytes)
        self.packets.append(
            Packet(self.at + after, self.sequence, self.timestamp, codec, payload, marker, dict(self.form))
        )
        self.sequence += 1

    # ---- what the network does ----

    def lose(self, *numbers):
        for number in numbers:
            self.packets[number].lost = True
        return self

    def lose_bursts(self, *bursts):
        """(first, length) each."""
        for first, length in bursts:
            self.lose(*range(first, first + length))
        return self

    def lose_at_random(self, share, seed):
        """Never the first two, nor the last: at the ends nobody can tell."""
        dice = random.Random(seed)
        self.lose(*(n for n in range(2, len(self.packets) - 1) if dice.random() < share))
        return self

    def delay(self, seconds, *numbers):
        for number in numbers:
            self.packets[number].delay += seconds
        return self

    def delay_at_random(self, most, seed):
        """Each packet by its own, but for the first, which nothing may overtake. Whole microseconds, so that any
        capture can say it."""
        dice = random.Random(seed)
        for packet in self.packets[1:]:
            packet.delay += dice.randrange(round(most * 1_000_000)) / 1_000_000
        return self

    def duplicate(self, *numbers, after=0.001):
        for number in numbers:
            self.packets[number].copies += (after,)
        return self

    def arrivals(self):
        """(time, packet) in the order in which they pass."""
        times = []
        for packet in self.packets:
            if not packet.lost:
                first = packet.sent + packet.delay
                times += [(first + after, packet) for after in (0.0, *packet.copies)]
        return sorted(times, key=lambda arrival: arrival[0])
