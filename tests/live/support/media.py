# SPDX-License-Identifier: Apache-2.0
"""What of media really passed an interface, by tshark: streams, RTCP, DTLS, digits."""

import collections
import re

from lab.topology import CALLEE, CALLER, PROXY_TO_CALLEE, PROXY_TO_CALLER, TO_CALLEE, TO_CALLER

from .capture import Capture

_ENDS = {TO_CALLER: (PROXY_TO_CALLER, CALLER), TO_CALLEE: (PROXY_TO_CALLEE, CALLEE)}  # near, far
_CODECS = {"g711U": "PCMU", "g711A": "PCMA", "g722": "G722", "opus": "opus"}  # tshark's names → IANA's
_RTCP_TYPES = {
    "200": "sr",
    "201": "rr",
    "202": "sdes",
    "203": "bye",
    "204": "app",
    "205": "rtpfb",
    "206": "psfb",
    "207": "xr",
}
_CHANGE_CIPHER_SPEC = "20"  # RFC 5246, section 6.2.1
_UDP_HEADER_BYTES = 8
_NTP_FRACTION_BITS = 16  # of LSR and DLSR: RFC 3550, section 6.4.1
_FIELDS = (
    "frame.time_epoch",
    "ip.src",
    "udp.srcport",
    "ip.dst",
    "udp.dstport",
    "udp.length",
    "rtp.ssrc",
    "rtp.timestamp",
    "rtpevent.event_id",
    "rtcp.pt",
    "rtcp.senderssrc",
    "rtcp.timestamp.ntp.msw",
    "rtcp.timestamp.ntp.lsw",
    "rtcp.ssrc.identifier",
    "rtcp.ssrc.lsr",
    "rtcp.ssrc.dlsr",
    "dtls.record.content_type",
)
_STREAM = re.compile(
    r"^\s*[\d.]+\s+[\d.]+\s+(?P<source>[\d.]+)\s+(?P<source_port>\d+)\s+(?P<destination>[\d.]+)\s+"
    r"(?P<destination_port>\d+)\s+0x(?P<ssrc>[0-9A-F]{8})\s+(?P<payload>\S.*?)\s+(?P<packets>\d+)\s+"
    r"(?P<lost>-?\d+) \(-?[\d.]+%\)(?P<times>(?:\s+-?[\d.]+){6})"
)
_MEAN_JITTER = 4  # of the times

# Ends are (address, port); bytes are of RTP headers and payload; jitter in milliseconds, its mean over the packets.
Stream = collections.namedtuple("Stream", "source destination ssrc codecs packets lost bytes jitter_ms")
_Packet = collections.namedtuple(
    "_Packet", "time source destination bytes ssrc timestamp event rtcp sender seconds fraction about lsr dlsr dtls"
)


def _first(values):
    return int(values.split(",")[0], 0)


class MediaCapture(Capture):
    def __init__(self, namespace, folder, interface):
        near, self._far_address = _ENDS[interface]
        super().__init__(namespace, folder, interface, near)
        self._packets = []
        self.streams = []

    def finish(self):
        """Ends it and has tshark read it; before that it tells nothing."""
        super().finish()
        named = [argument for field in _FIELDS for argument in ("-e", field)]
        text = self._tshark(
            "-Y",
            "(rtp.ssrc || rtcp.pt || dtls) && !icmp",  # which quotes packets
            *("-T", "fields", "-E", "separator=/t", "-E", "occurrence=a", *named),
            *("-z", "rtp,streams", "--enable-heuristic", "rtp_udp"),  # STUN on its ports hides RTP otherwise
        )
        lines = text.splitlines()
        self._packets = [self._packet(line.split("\t")) for line in lines if line.count("\t") == len(_FIELDS) - 1]
        sizes = collections.Counter()
        for packet in self._packets:
            if packet.ssrc:
                sizes[packet.source, packet.destination, int(packet.ssrc, 16)] += packet.bytes
        self.streams = [self._stream(match, sizes) for match in map(_STREAM.match, lines) if match]
        return self

    @staticmethod
    def _packet(values):
        time, source, source_port, destination, destination_port, length, *rest = values
        ends = (source, int(source_port)), (destination, int(destination_port))
        return _Packet(float(time), *ends, int(length) - _UDP_HEADER_BYTES, *rest)

    @staticmethod
    def _stream(match, sizes):
        source = (match["source"], int(match["source_port"]))
        destination = (match["destination"], int(match["destination_port"]))
        ssrc = int(match["ssrc"], 16)
        return Stream(
            source,
            destination,
            ssrc,
            [_CODECS.get(payload, payload) for payload in match["payload"].split(", ")],
            int(match["packets"]),
            max(int(match["lost"]), 0),  # below 0 where one came before the first in number
            sizes[source, destination, ssrc],
            float(match["times"].split()[_MEAN_JITTER]),
        )

    def direction(self, of):
        """Of a stream or packet as in metrics: what comes in is inbound."""
        return "inbound" if of.source[0] == self._far_address else "outbound"

    def rtcp_packets(self, encrypted):
        """Each packet of a compound, (direction, type) → number: at least so many, at most so many. They differ
        where one end is among the encrypted ones: as a rule the first of a compound can be read, noise follows."""
        least, most = collections.Counter(), collections.Counter()
        for packet in self._packets:
            for place, number in enumerate(filter(None, packet.rtcp.split(","))):
                key = self.direction(packet), _RTCP_TYPES.get(number, "none")
                most[key] += 1
                if place == 0 or not encrypted & {packet.source, packet.destination}:
                    least[key] += 1
        return least, most

    def round_trips_ms(self):
        """By who reports: from when the sender report that he names passed here, less the time that he kept it."""
        passed = {}
        found = collections.defaultdict(list)
        for packet in self._packets:
            if packet.seconds:
                middle = _first(packet.seconds) << _NTP_FRACTION_BITS & 0xFFFFFFFF
                middle |= _first(packet.fraction) >> _NTP_FRACTION_BITS
                passed.setdefault((_first(packet.sender), middle), packet.time)
            if packet.lsr and (_first(packet.about), _first(packet.lsr)) in passed:
                took = packet.time - passed[_first(packet.about), _first(packet.lsr)]
                kept = _first(packet.dlsr) / (1 << _NTP_FRACTION_BITS)
                found[packet.source].append((took - kept) * 1000)
        return found

    def dtls_handshakes(self):
        """Those in which both sides changed to the new keys."""
        sides = collections.defaultdict(set)
        for packet in self._packets:
            if _CHANGE_CIPHER_SPEC in packet.dtls.split(","):
                sides[frozenset({packet.source, packet.destination})].add(packet.source)
        return sum(len(one) == 2 for one in sides.values())

    def digits(self):
        """Of telephone-events in the order in which they began."""
        began = {}
        for packet in self._packets:
            if packet.event:
                began.setdefault((packet.ssrc, packet.timestamp), "0123456789*#ABCD"[int(packet.event)])
        return "".join(began.values())
