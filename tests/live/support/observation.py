# SPDX-License-Identifier: Apache-2.0
"""One run of many calls through the proxy, watched by sipsonde and by tcpdump, for several tests."""

from lab import sipp
from lab.topology import PROXY_TO_CALLEE, PROXY_TO_CALLER, TO_CALLEE, TO_CALLER

from .capture import Capture, Truth
from .case import new_folder, new_topology, start_agent, start_kamailio
from .streams import StreamCapture, StreamTruth


class Observation:
    """`sockets`: sipp's word for connections over TCP, "t1" for one and "tn" for one each call; else it is UDP."""

    def __init__(
        self,
        cleanup,
        calls,
        loss_percent=0,
        scenario="caller-talks",
        hold_ms=1500,
        quiet_seconds=1.0,
        configuration="",
        rate=25,
        sockets=None,
    ):
        folder, lab = new_folder(cleanup), new_topology(cleanup)
        if loss_percent:
            lab.lose(loss_percent)
        start_kamailio(lab, folder, cleanup)
        sipp.callee(lab, folder, "callee-answers", 5080, arguments=("-t", "t1") if sockets else ())
        recorder = StreamCapture if sockets else Capture
        captures = [
            recorder(lab.proxy, folder, TO_CALLER, PROXY_TO_CALLER),
            recorder(lab.proxy, folder, TO_CALLEE, PROXY_TO_CALLEE),
        ]
        for capture in captures:
            cleanup(capture.stop)
        self.agent = start_agent(lab, folder, cleanup, configuration=configuration)

        over = ("-t", sockets, "-max_socket", 4096) if sockets else ()
        self.caller = sipp.caller(
            lab, folder, scenario, "answer", "-m", calls, "-r", rate, "-d", hold_ms, *over
        )
        self.caller.wait(240)
        # The agent's counters last, so that no packet is in the captures alone.
        self.agent.quiet_metrics(quiet_seconds)
        for capture in captures:
            capture.finish()
        self.rows = self.agent.rows(at_least=2 * self.caller.succeeded(), seconds=15)
        self.metrics = self.agent.metrics()
        self.events = self.agent.events()
        self.truth = (StreamTruth if sockets else Truth)(captures)
        self.captures = captures

    def rows_of(self, direction, **values):
        return [
            row
            for row in self.rows
            if row["direction"] == direction and all(row[key] == value for key, value in values.items())
        ]
