# SPDX-License-Identifier: Apache-2.0
"""What of media really passed an interface, by tshark: streams, RTCP, DTLS, digits."""

import collections
import re

from lab.topology import CALLEE, CALLER, PROXY_TO_CALLEE, PROXY_TO_CALLER, TO_CALLEE, TO_CALLER

from .capture import Capture

_ENDS = {TO_CALLER: (PROXY_TO_CALLER, CALLER), TO_CALLEE: (PROXY_TO_CALLEE, CALLEE)}  # near, far
# tshark's names of codecs → IANA's.
_CODECS = {"g711U": "PCMU", "g711A": "PCMA", "g722": "G722", "opus": "opus"}
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
_STREAM = re.compile(
    r"^\s*[\d.]+\s+[\d.]+\s+(?P<source>[\d.]+)\s+(?P<source_port>\d+)\s+(?P<destination>[\d.]+)\s+"
    r"(?P<destination_port>\d+)\s+0x(?P<ssrc>[0-9A-F]{8})\s+(?P<payload>\S.*?)\s+(?P<packets>\d+)\s+"
    r"(?P<lost>-?\d+) \(-?[\d.]+%\)(?P<times>(?:\s+-?[\d.]+){6})"
)

# `source` and `destination` are (address, port); jitter is in milliseconds, its mean over the packets.
Stream = collections.namedtuple("Stream", "source destination ssrc codecs packets lost bytes jitter_ms")


class MediaCapture(Capture):
    """A capture whose media are asked for; each question is a run of tshark, to be put once it is finished."""

    def __init__(self, namespace, folder, interface):
        near, self.far_address = _ENDS[interface]
        super().__init__(namespace, folder, interface, near)

    def streams(self):
        sizes = self._sizes()
        found = []
        for line in self._tshark("-q", "-z", "rtp,streams").splitlines():
            if not (match := _STREAM.match(line)):
                continue
            source = (match["source"], int(match["source_port"]))
            destination = (match["destination"], int(match["destination_port"]))
            ssrc = int(match["ssrc"], 16)
            payloads = match["payload"].split(", ")
            found.append(
                Stream(
                    source,
                    destination,
                    ssrc,
                    [_CODECS.get(payload, payload) for payload in payloads],
                    int(match["packets"]),
                    int(match["lost"]),
                    sizes[source, destination, ssrc],
                    float(match["times"].split()[4]),
                )
            )
        return found

    def _fields(self, what, *fields, occurrence="f"):
        """Of each packet that answers to the filter; what ICMP quotes of a packet is none."""
        named = [argument for field in fields for argument in ("-e", field)]
        layout = ("-T", "fields", "-E", "separator=/t", "-E", f"occurrence={occurrence}")
        text = self._tshark("-Y", f"({what}) && !icmp", *layout, *named)
        return [line.split("\t") for line in text.splitlines()]

    def _sizes(self):
        """Bytes of RTP headers and payload: (source, destination, SSRC) → number."""
        sizes = collections.Counter()
        for source, source_port, destination, destination_port, ssrc, length in self._fields(
            "rtp.ssrc", "ip.src", "udp.srcport", "ip.dst", "udp.dstport", "rtp.ssrc", "udp.length"
        ):
            key = ((source, int(source_port)), (destination, int(destination_port)), int(ssrc, 16))
            sizes[key] += int(length) - 8  # the UDP header
        return sizes

    def rtcp_packets(self):
        """Each packet of a compound: (direction, type) → number. Of an encrypted one the first."""
        count = collections.Counter()
        for source, types in self._fields("(rtcp || srtcp) && rtcp.pt", "ip.src", "rtcp.pt", occurrence="a"):
            for number in types.split(","):
                count[self.direction(source), _RTCP_TYPES[number]] += 1
        return count

    def direction(self, source):
        """As in metrics: what comes in is inbound."""
        return "inbound" if source == self.far_address else "outbound"

    def dtls_handshakes(self):
        """Those in which both sides changed to the new keys."""
        sides = collections.defaultdict(set)
        for source, source_port, destination, destination_port, types in self._fields(
            "dtls", "ip.src", "udp.srcport", "ip.dst", "udp.dstport", "dtls.record.content_type", occurrence="a"
        ):
            if _CHANGE_CIPHER_SPEC in types.split(","):
                ends = frozenset({(source, source_port), (destination, destination_port)})
                sides[ends].add((source, source_port))
        return sum(len(one) == 2 for one in sides.values())

    def dtls_packets(self):
        return len(self._fields("dtls", "frame.number"))

    def digits(self):
        """Of telephone-events in the order in which they began."""
        seen = {}
        for ssrc, timestamp, event in self._fields("rtpevent", "rtp.ssrc", "rtp.timestamp", "rtpevent.event_id"):
            seen.setdefault((ssrc, timestamp), "0123456789*#ABCD"[int(event)])
        return "".join(seen.values())
