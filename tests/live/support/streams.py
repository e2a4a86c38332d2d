# SPDX-License-Identifier: Apache-2.0
"""SIP over TCP and over WebSocket as it really passed an interface: put together by tshark."""

import collections

from lab.kamailio import WEBSOCKET_PORT

from .capture import Capture

_FIELDS = ("frame.time_epoch", "ip.src", "sip.Method", "sip.Status-Code", "sip.CSeq.method", "sip.Call-ID")
_HOW_TO_READ = (
    *("-o", "tcp.reassemble_out_of_order:TRUE"),
    *("-d", "tcp.port==5080,sip"),
    *("-d", f"tcp.port=={WEBSOCKET_PORT}-{WEBSOCKET_PORT + 2},http"),
)
StreamMessage = collections.namedtuple("StreamMessage", "time source method code cseq_method call_id")


class StreamCapture(Capture):
    def messages(self, only="tcp"):
        """Those over TCP, WebSocket included; a segment that completes several gives several."""
        fields = [argument for field in _FIELDS for argument in ("-e", field)]
        text = self.read(
            "-Y", f"sip && {only} && !icmp", "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a", *fields
        )
        return [message for line in text.splitlines() for message in self._taken_apart(line)]

    @staticmethod
    def _taken_apart(line):
        """Requests have a method, responses a code, both a CSeq: each in the order of the messages."""
        time, source, *values = line.split("\t")
        methods, codes, of_cseq, call_ids = (value.split(",") if value else [] for value in values)
        if len(methods) + len(codes) != len(of_cseq) or len(of_cseq) != len(call_ids):
            raise RuntimeError(f"tshark's fields do not fit each other: {line}")
        for cseq_method, call_id in zip(of_cseq, call_ids):
            if cseq_method in methods:
                methods.remove(cseq_method)
                yield StreamMessage(time, source, cseq_method, "", cseq_method, call_id)
            else:
                yield StreamMessage(time, source, "", codes.pop(0), cseq_method, call_id)

    def connections(self):
        """How many began here."""
        return len(self.read("-Y", "tcp.flags.syn == 1 && tcp.flags.ack == 0").splitlines())

    def read(self, *arguments):
        return self._tshark(*_HOW_TO_READ, *arguments)


class StreamTruth:
    """As capture.Truth. Nothing is repeated: TCP does that, below the messages."""

    def __init__(self, captures, only="tcp"):
        self.requests = collections.Counter()  # (direction, method)
        self.responses = collections.Counter()  # (direction, method, code)
        self.retransmissions = collections.Counter()
        self.call_ids = set()
        self.answered_at = {}
        self.frames_received = self.frames_sent = 0
        for capture in captures:
            received, sent = capture.frames()
            self.frames_received += received
            self.frames_sent += sent
            for message in capture.messages(only):
                self._count(message, message.source == capture.own_address)

    def _count(self, message, sent):
        if message.method:
            self.requests["outbound" if sent else "inbound", message.method] += 1
        else:
            self.responses["inbound" if sent else "outbound", message.cseq_method, message.code] += 1
        if message.cseq_method == "INVITE":
            self.call_ids.add(message.call_id)
            if message.code == "200":
                self.answered_at.setdefault(message.call_id, float(message.time))
