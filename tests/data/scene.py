# SPDX-License-Identifier: Apache-2.0
"""A stretch of time in which packets are sent: it keeps the frames for the capture and states the truth about them.
Times are seconds after 2026-01-01T00:00:00Z."""

from sipwire import files, packets
from sipwire.packets import Endpoint
from truth import Truth

EPOCH_MS = 1_767_225_600_000


def to_ns(seconds):
    """Whole microseconds, so that every capture format can say it."""
    return EPOCH_MS * 1_000_000 + round(seconds * 1_000_000) * 1000


def to_ms(seconds):
    return None if seconds is None else EPOCH_MS + round(seconds * 1000)


class Scene:
    def __init__(self, local=()):
        self.local = set(local)  # addresses that local_networks names
        self.frames = []
        self.truth = Truth()
        self.wrap = packets.ethernet  # a network packet as a frame of the link
        self.options = {}  # of every IP packet
        self.snap_length = None
        self.carrier = None  # stream_scene.Streams or its like; None: each SIP message is a UDP datagram

    # ---- what goes over the wire ----

    def flow(self, source):
        return "egress" if source.address in self.local else "ingress"

    def direction(self, source):
        """Of a transaction whose request comes from `source`."""
        return "outbound" if source.address in self.local else "inbound"

    @property
    def transport(self):
        """Of the SIP messages that are sent now."""
        return "udp" if self.carrier is None else self.carrier.transport

    def frame(self, at, data):
        original = len(data)
        if self.snap_length is not None:
            data = data[: self.snap_length]
        self.frames.append(files.Frame(to_ns(at), data, original))

    def packet(self, at, source, destination, payload, verdict):
        """One UDP datagram in one frame."""
        self.frame(at, self.wrap(packets.datagram(source, destination, payload, **self.options)))
        self.truth.packet(self.flow(source), verdict)

    def other(self, at, data):
        """A frame that is nothing to us."""
        self.frame(at, data)
        self.truth.packet("ingress", "other")

    def sip(self, at, source, destination, payload, fragment_size=None):
        """A SIP message, whole or in fragments. What it counts as is stated by the caller."""
        if self.carrier is not None:
            self.carrier.carry(at, source, destination, payload)
            return
        if fragment_size is None:
            self.packet(at, source, destination, payload, "sip")
            self.truth.message()
            return
        self.fragments(at, source, packets.fragments(source, destination, payload, fragment_size))
        self.truth.message("reassembled")

    def fragments(self, at, source, parts, reassembled=None):
        """IP packets, a millisecond apart. `reassembled`: how many of them a whole datagram was made of."""
        for number, part in enumerate(parts):
            self.frame(at - (len(parts) - 1 - number) / 1000, self.wrap(part))
        self.truth.packet(self.flow(source), "fragment", len(parts))
        self.truth.add("sipsonde_fragments_total", len(parts), result="held")
        self.truth.add(
            "sipsonde_fragments_total",
            len(parts) if reassembled is None else reassembled,
            result="reassembled",
        )

    def clock(self, at):
        """Time goes on: a packet that means nothing."""
        self.packet(at, Endpoint("203.0.113.1", 40000), Endpoint("203.0.113.2", 40000), b"tick", "other")

    # ---- the capture ----

    def now_ms(self):
        """When the capture ends."""
        return max((frame.time_ns for frame in self.frames), default=0) // 1_000_000

    def in_order(self):
        return sorted(self.frames, key=lambda frame: frame.time_ns)
