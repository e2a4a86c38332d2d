# SPDX-License-Identifier: Apache-2.0
"""Calls that go on until they are told to end, and what sipp's own logs say was sent and received."""

import collections
import os
import signal

from lab import sipp

from .case import start_kamailio


class WatchedCalls:
    def __init__(self, lab, folder, cleanup, rate, milliseconds):
        start_kamailio(lab, folder, cleanup)
        self._logs = {side: os.path.join(folder, f"messages-of-the-{side}.csv") for side in ("caller", "callee")}
        log = {side: ("-trace_shortmsg", "-shortmessage_file", path) for side, path in self._logs.items()}
        sipp.callee(lab, folder, "callee-answers", 5080, arguments=log["callee"])
        self._start = lambda: sipp.caller(
            lab, folder, "caller-talks", "answer", "-r", rate, "-d", milliseconds, "-l", 10 * rate, *log["caller"]
        )
        self._caller = None

    def start(self):
        self._caller = self._start()

    def end(self):
        """Those that have begun are brought to their end."""
        self._caller.send(signal.SIGUSR1)
        self._caller.wait(30)

    def succeeded(self):
        return self._caller.succeeded()

    def failed(self):
        return self._caller.failed()

    def requests(self):
        """{(direction, method): number} as the proxy's host should have seen them."""
        seen = collections.Counter()
        for side, way, direction in (("caller", "S", "inbound"), ("callee", "R", "outbound")):
            with open(self._logs[side], encoding="utf-8") as lines:
                for line in lines:
                    *_, told_way, _, _, first = line.rstrip("\n").split("\t")
                    if told_way == way and not first.startswith("SIP/2.0"):
                        seen[direction, first.split()[0]] += 1
        return dict(seen)
