# SPDX-License-Identifier: Apache-2.0
"""A short call as datagrams between two addresses: SIP and RTP both ways, to be sent in whatever way a test wants."""

import collections

from sipwire import packets, rtp

SIP_PORT, CALLER_MEDIA_PORT, CALLEE_MEDIA_PORT = 5060, 20000, 30000
_CODEC = rtp.PCMU

# `source` and `destination` are packets.Endpoint.
Datagram = collections.namedtuple("Datagram", "from_caller source destination payload")


class Talk:
    def __init__(self, call_id, caller, callee, media_packets=50):
        """`caller` and `callee` are addresses."""
        self.call_id, self._caller, self._callee = call_id, caller, callee
        self._media_packets = media_packets
        self.requests, self.responses = ("INVITE", "ACK", "BYE"), 3
        self.media_packets = 2 * media_packets  # of both ways

    def datagrams(self):
        return [
            self._request("INVITE", 1, self._offer(self._caller, CALLER_MEDIA_PORT)),
            self._response("180 Ringing", "INVITE", 1),
            self._response("200 OK", "INVITE", 1, self._offer(self._callee, CALLEE_MEDIA_PORT)),
            self._request("ACK", 1),
            *self._media(),
            self._request("BYE", 2),
            self._response("200 OK", "BYE", 2),
        ]

    @staticmethod
    def _offer(address, port):
        version = "IP6" if packets.is_ipv6(address) else "IP4"
        return (
            f"v=0\r\no=- 1 1 IN {version} {address}\r\ns=-\r\nc=IN {version} {address}\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP {_CODEC.payload_type}\r\na=rtpmap:{_CODEC.payload_type} PCMU/8000\r\n"
        )

    def _request(self, method, number, body=""):
        tag = "" if method == "INVITE" else ";tag=callee"
        start = f"{method} sip:callee@{packets.Endpoint(self._callee)} SIP/2.0\r\n"
        return self._message(True, start + self._headers(method, number, tag), body)

    def _response(self, status, method, number, body=""):
        return self._message(False, f"SIP/2.0 {status}\r\n" + self._headers(method, number, ";tag=callee"), body)

    def _headers(self, method, number, tag):
        caller = packets.Endpoint(self._caller)
        return (
            f"Via: SIP/2.0/UDP {caller};branch=z9hG4bK-{self.call_id}-{method}\r\n"
            f"From: <sip:caller@{caller}>;tag=caller\r\nTo: <sip:callee@example.com>{tag}\r\n"
            f"Call-ID: {self.call_id}\r\nCSeq: {number} {method}\r\n"
            f"Contact: <sip:someone@{caller}>\r\nMax-Forwards: 70\r\n"
        )

    def _message(self, from_caller, head, body):
        kind = "Content-Type: application/sdp\r\n" if body else ""
        text = f"{head}{kind}Content-Length: {len(body)}\r\n\r\n{body}"
        return self._datagram(from_caller, SIP_PORT, SIP_PORT, text.encode())

    def _datagram(self, from_caller, caller_port, callee_port, payload):
        ends = packets.Endpoint(self._caller, caller_port), packets.Endpoint(self._callee, callee_port)
        return Datagram(from_caller, *(ends if from_caller else ends[::-1]), payload)

    def _media(self):
        for place in range(self._media_packets):
            for from_caller, ssrc in ((True, 0x11111111), (False, 0x22222222)):
                packet = rtp.packet(place, place * _CODEC.payload_bytes, ssrc, _CODEC.payload_type)
                yield self._datagram(from_caller, CALLER_MEDIA_PORT, CALLEE_MEDIA_PORT, packet)
