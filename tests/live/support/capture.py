# SPDX-License-Identifier: Apache-2.0
"""What really passed an interface: tcpdump records it, tshark reads it, the truth is counted from that."""

import collections
import os
import re
import signal

from lab.process import Process, run, wait_until

_FIELDS = (
    "frame.time_epoch",
    "ip.src",
    "sip.Method",
    "sip.Status-Code",
    "sip.CSeq.method",
    "sip.Via.branch",
    "sip.Via.sent-by.address",
    "sip.Via.sent-by.port",
    "sip.to.tag",
    "sip.RSeq",
    "sip.Call-ID",
)
Message = collections.namedtuple(
    "Message", "time source method code cseq_method branch host port to_tag rseq call_id"
)


class Capture(Process):
    """Every frame of one interface of the proxy, both ways. Records when this returns."""

    def __init__(self, namespace, folder, interface, own_address):
        self.path = os.path.join(folder, f"{interface}.pcap")
        self.own_address = own_address
        super().__init__(
            namespace.command(
                "tcpdump",
                "-n",
                "-i",
                interface,
                "--immediate-mode",
                "-B",
                "32768",
                "-s",
                "0",
                "-U",
                "-w",
                self.path,
            ),
            log=os.path.join(folder, f"{interface}.tcpdump"),
        )
        wait_until(
            lambda: "listening on" in self.output() or not self.running(), 10, "tcpdump does not record"
        )

    def finish(self):
        """Ends it; a capture that lost a packet is no truth."""
        self.stop(signal.SIGINT)
        dropped = re.search(r"(\d+) packets? dropped by kernel", self.output())
        if not dropped or int(dropped[1]) != 0:
            raise RuntimeError(f"tcpdump lost packets: {self.output()}")
        return self

    def frames(self):
        """(received, sent) by the proxy."""
        count = collections.Counter()
        for line in self._tshark("-T", "fields", "-E", "occurrence=f", "-e", "ip.src").splitlines():
            count[line == self.own_address] += 1
        return count[False], count[True]

    def messages(self):
        fields = [argument for field in _FIELDS for argument in ("-e", field)]
        text = self._tshark("-Y", "sip", "-T", "fields", "-E", "separator=/t", "-E", "occurrence=f", *fields)
        return [Message(*line.split("\t")) for line in text.splitlines()]

    def _tshark(self, *arguments):
        return run("tshark", "-n", "-r", self.path, *arguments).stdout


class Truth:
    """The counters as they should be, from captures of all watched interfaces: plain readings of RFC 3261,
    section 17, kept in tables without bounds."""

    def __init__(self, captures):
        self.requests = collections.Counter()  # (direction, method)
        self.responses = collections.Counter()  # (direction, method, code)
        self.retransmissions = collections.Counter()  # (direction, method, kind)
        self.call_ids = set()  # of INVITEs
        self.answered_at = {}  # Call-ID → first 200 to an INVITE, seconds
        self.frames_received = self.frames_sent = 0
        for capture in captures:
            received, sent = capture.frames()
            self.frames_received += received
            self.frames_sent += sent
            self._count(capture)

    def _count(self, capture):
        seen = set()
        for message in capture.messages():
            sent = message.source == capture.own_address
            transaction = (message.branch, message.host, message.port)
            if message.method:
                key = ("outbound" if sent else "inbound", message.method)
                self.requests[key] += 1
                repeat, kind = (*transaction, message.method), "request"
            else:
                key = ("inbound" if sent else "outbound", message.cseq_method)
                self.responses[(*key, message.code)] += 1
                repeat = (*transaction, message.cseq_method, message.code, message.to_tag, message.rseq)
                kind = "response"
            if repeat in seen:
                self.retransmissions[(*key, kind)] += 1
            seen.add(repeat)
            if message.cseq_method == "INVITE" or message.method == "INVITE":
                self.call_ids.add(message.call_id)
                if message.code == "200":
                    self.answered_at.setdefault(message.call_id, float(message.time))
