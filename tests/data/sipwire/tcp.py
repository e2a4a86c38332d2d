# SPDX-License-Identifier: Apache-2.0
"""TCP connections (RFC 9293) as a list of segments. What a network makes of them, another order, a copy, a loss, is
done to the list."""

import random
import struct
import zlib
from typing import NamedTuple

from sipwire import packets
from sipwire.packets import Endpoint

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16

TIMESTAMPS = b"\1\1" + struct.pack("!BBII", 8, 10, 1, 1)  # RFC 7323 section 3.2
OFFER = struct.pack("!BBH", 2, 4, 1460) + b"\4\2" + struct.pack("!BBII", 8, 10, 1, 0) + b"\1\3\3\7"

SEGMENT_MAX = 65535 - 20 - 20 - len(TIMESTAMPS)  # of data; what a GRO buffer of IPv4 can hold


class Segment(NamedTuple):
    source: Endpoint
    destination: Endpoint
    sequence: int
    acknowledgement: int
    flags: int
    data: bytes = b""
    options: bytes = TIMESTAMPS

    def packet(self, **options):
        header = (self.sequence & 0xFFFFFFFF, self.acknowledgement & 0xFFFFFFFF, self.flags, self.options)
        segment = packets.tcp(self.source, self.destination, self.data, *header)
        return packets.ip(
            self.source.address, self.destination.address, segment, protocol=packets.TCP, **options
        )


class End:
    """What one of the two has sent: byte n of `data` has the sequence number `initial + 1 + n`."""

    def __init__(self, initial):
        self.initial, self.data, self.finished = initial, bytearray(), False

    def number(self, place):
        return self.initial + 1 + place

    @property
    def next(self):
        return self.number(len(self.data)) + self.finished


class Connection:
    """`initial`: the sequence numbers of the SYNs, of the client and of the server."""

    def __init__(self, client, server, initial=(1000, 900_000_000)):
        self.client, self.server = client, server
        self.ends = {client: End(initial[0]), server: End(initial[1])}

    def other(self, source):
        return self.server if source == self.client else self.client

    def segment(self, source, sequence, flags, data=b"", **options):
        other = self.other(source)
        acknowledged = self.ends[other].next if flags & ACK else 0
        return Segment(source, other, sequence, acknowledged, flags, data, **options)

    def open(self):
        client, server = self.ends[self.client], self.ends[self.server]
        answer = self.segment(self.server, server.initial, SYN | ACK, options=OFFER)
        return [
            self.segment(self.client, client.initial, SYN, options=OFFER),
            answer._replace(acknowledgement=client.initial + 1),
            self.segment(self.client, client.initial + 1, ACK),
        ]

    def send(self, source, data, cuts=()):
        """The segments of so much more data, cut at these places in it."""
        end = self.ends[source]
        start = len(end.data)
        end.data += data
        places = [start, *(start + cut for cut in sorted(cuts)), len(end.data)]
        return [self.piece(source, *ends) for ends in zip(places, places[1:]) if ends[0] < ends[1]]

    def piece(self, source, start, stop):
        """Bytes of what was sent already, from place to place: to be sent again, or cut otherwise."""
        end = self.ends[source]
        return self.segment(source, end.number(start), PSH | ACK, bytes(end.data[start:stop]))

    def acknowledge(self, source):
        """A segment without data."""
        return self.segment(source, self.ends[source].next, ACK)

    def finish(self, source):
        segment = self.segment(source, self.ends[source].next, FIN | ACK)
        self.ends[source].finished = True
        return segment

    def reset(self, source):
        return self.segment(source, self.ends[source].next, RST | ACK)


# ---- where to cut ----


def every(size):
    return lambda data: range(size, len(data), size)


def at_random(most):
    """At up to `most` places that hang on the data alone."""

    def cut(data):
        dice = random.Random(zlib.crc32(data))
        return sorted(dice.sample(range(1, len(data)), min(dice.randrange(most + 1), len(data) - 1)))

    return cut
