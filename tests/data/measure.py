# SPDX-License-Identifier: Apache-2.0
"""What a stream comes to at the place where it passes, by RFC 3550 A.1, A.3 and A.8 and nothing of ours: it is told
16-bit sequence numbers, 32-bit timestamps and times of arrival, as they are on the wire."""

from dataclasses import dataclass, field

from scene import to_ns

MAX_MISORDER = 100  # RFC 3550 A.1
RESYNCHRONISE_SECONDS = 1.0  # a timestamp that steps by more is a new beginning and no jitter


def signed(value, bits):
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


class Sequence:
    """RFC 3550 A.1: sequence numbers without their wraps."""

    def __init__(self, first):
        self.base = self.highest = first
        self.seen = {first}

    def take(self, sequence):
        """(is it a copy, how many places behind the highest it came)"""
        extended = self.highest + signed(sequence - self.highest, 16)
        assert extended >= self.base and extended > self.highest - MAX_MISORDER, "no case goes that far back"
        behind = max(self.highest - extended, 0)
        copy = extended in self.seen
        self.highest = max(self.highest, extended)
        self.seen.add(extended)
        return copy, behind

    @property
    def expected(self):
        return self.highest - self.base + 1

    def losses(self):
        """Lengths of the runs of numbers that never came."""
        runs, length = [], 0
        for number in range(self.base, self.highest + 1):
            if number not in self.seen:
                length += 1
            elif length:
                runs.append(length)
                length = 0
        return runs


class Jitter:
    """RFC 3550 A.8 in floating point, over the packets that may be measured: audio without a marker, against the
    audio before. What is not audio keeps its own time and is passed over."""

    def __init__(self):
        self.transit = None
        self.now = 0.0  # seconds
        self.values = []

    def take(self, arrival, timestamp, clock, marker):
        before, self.transit = self.transit, (arrival, timestamp)
        if before is None or marker:
            return
        step = (arrival - before[0]) / 1e9 - signed(timestamp - before[1], 32) / clock
        if abs(step) > RESYNCHRONISE_SECONDS:
            return
        self.now += (abs(step) - self.now) / 16
        self.values.append(self.now)


@dataclass
class Measured:
    ssrc: int = 0
    codec: str = ""  # of the first packet of audio
    packets: int = 0  # without copies
    bytes: int = 0  # RTP headers and payloads of them
    padding: int = 0  # of their bytes
    copies: int = 0
    copied_bytes: int = 0
    reordered: int = 0
    depth: int = 0  # of the deepest
    late: int = 0  # behind the earliest by more than the jitter buffer holds
    expected: int = 0
    runs: list = field(default_factory=list)  # lengths of losses
    jitters: list = field(default_factory=list)  # seconds, after each packet that was measured
    by_codec: dict = field(default_factory=dict)  # name -> [packets, bytes, copies, their bytes, padding]
    first: float = 0.0  # when it passed
    last: float = 0.0

    @property
    def lost(self):
        return sum(self.runs)

    @property
    def jitter_ms(self):
        return 1000 * sum(self.jitters) / len(self.jitters) if self.jitters else None

    @property
    def jitter_max_ms(self):
        return 1000 * max(self.jitters, default=0.0)


AUDIO_APART = ("CN", "telephone-event")


def measure(source, buffer_seconds=0.06):
    arrivals = source.arrivals()
    result = Measured(source.ssrc, first=arrivals[0][0], last=arrivals[-1][0])
    result.codec = next((p.codec.name for _, p in arrivals if p.codec.name not in AUDIO_APART), "")
    sequence, jitter, earliest = None, Jitter(), None
    for time, packet in arrivals:
        number, size = packet.sequence & 0xFFFF, len(packet.wire(source.ssrc))
        counts = result.by_codec.setdefault(packet.codec.name, [0] * 5)
        copy, behind = False, 0
        if sequence is None:
            sequence = Sequence(number)
        else:
            copy, behind = sequence.take(number)
        if copy:
            result.copies += 1
            result.copied_bytes += size
            counts[2] += 1
            counts[3] += size
            continue
        result.packets += 1
        result.bytes += size
        result.padding += packet.form.get("padding", 0)
        counts[0] += 1
        counts[1] += size
        counts[4] += packet.form.get("padding", 0)
        result.reordered += behind > 0
        result.depth = max(result.depth, behind)
        if packet.codec.name in AUDIO_APART:
            continue
        jitter.take(to_ns(time), packet.timestamp & 0xFFFFFFFF, packet.codec.clock, packet.marker)
        earliest = packet.delay if earliest is None else min(earliest, packet.delay)
        result.late += packet.delay - earliest > buffer_seconds
    result.expected, result.runs, result.jitters = sequence.expected, sequence.losses(), jitter.values
    return result
