# SPDX-License-Identifier: Apache-2.0
"""Records that must arrive: at an HTTP receiver that fails in every way, at rsyslog over TCP and UDP, and over a
`kill -9` of the agent."""

import os
import signal

from lab import sipp
from lab.process import wait_until
from lab.rsyslog import Rsyslog
from lab.topology import TO_CALLER

from support.case import LiveCase, start_kamailio
from support.records import RecordReceiver, key_of, once_each, stored_rows

HOME = "127.0.0.1"  # of the proxy's namespace
TCP_PORT, UDP_PORT = 1601, 1602
CALLS = 6
LEGS = 2 * CALLS  # the proxy sees each call come in and go out


def configuration(transport, port):
    return f"""
cdr:
  http: {{url: "http://{HOME}:8080/cdr?from=edge", auth_header: Bearer tok123, batch: 8, timeout: 2s}}
  syslog: {{address: "{transport}://{HOME}:{port}", facility: local3}}
node: edge-1
"""


class Backends(LiveCase):
    def setUp(self):
        super().setUp()
        self.receiver = RecordReceiver(self.lab.proxy)
        self.addCleanup(self.receiver.stop)
        self.rsyslog = Rsyslog(self.lab.proxy, self.folder, HOME, TCP_PORT, UDP_PORT)
        self.addCleanup(self.rsyslog.stop)
        start_kamailio(self.lab, self.folder, self.addCleanup)
        sipp.callee(self.lab, self.folder, "callee-answers", 5080)

    def call(self):
        caller = sipp.caller(self.lab, self.folder, "caller-talks", "answer", "-m", CALLS, "-r", 10, "-d", 300)
        caller.wait(30)
        self.assertEqual(caller.succeeded(), CALLS, caller.complaint())

    def stored(self):
        return stored_rows(os.path.join(self.folder, "agent", "store"))

    def wait_for_all(self, rows, count, seconds=15):
        wait_until(
            lambda: len(once_each(rows())) >= count, seconds, f"{len(once_each(rows()))} of {count} rows came"
        )
        return rows()

    def told(self, source):
        return [message["row"] for message in self.rsyslog.told(source)]

    def assert_same_rows(self, came, stored):
        """All of them, as they are and in their order; what came twice counts once."""
        self.assertEqual([key_of(row) for row in once_each(came)], [key_of(row) for row in stored])
        self.assertEqual(once_each(came), stored)
        for row in came:
            self.assertIn(row, stored)

    def test_every_row_arrives_whatever_happens(self):
        # An HTTP receiver that fails in every way; rsyslog over TCP, which does not.
        self.receiver.script = [(500, {}, b"broken"), "stall", "reset", (503, {"Retry-After": "1"}, b"soon")]
        agent = self.agent(configuration=configuration("tcp", TCP_PORT))
        self.call()
        came = self.wait_for_all(self.receiver.rows, LEGS)
        self.assert_same_rows(came, self.stored())
        self.assertEqual(len(came), LEGS, "rows that were never confirmed came twice")
        path, headers = self.receiver.requests[-1]
        self.assertEqual((path, headers["Authorization"]), ("/cdr?from=edge", "Bearer tok123"))
        self.assertEqual(headers["Content-Type"], "application/json")
        self.assertLessEqual(max(map(len, self.receiver.batches)), 8)
        self.assertGreaterEqual(self.receiver.times[4] - self.receiver.times[3], 1)  # Retry-After
        self.assertEqual(self.wait_for_all(lambda: self.told("imtcp"), LEGS), self.stored())
        head = self.rsyslog.told("imtcp")[0]
        expected = {"priority": "158", "host": "edge-1", "application": "sipsonde", "id": "cdr"}
        self.assertEqual({name: head[name] for name in expected}, expected)
        for sink in ("cdr-http", "cdr-syslog"):
            agent.wait_for("sipsonde_sink_sent_total", LEGS, sink=sink)
            agent.wait_for("sipsonde_sink_queue_depth", 0, sink=sink)
        metrics = agent.metrics()
        self.assertEqual(metrics.sum("sipsonde_sink_failed_total", sink="cdr-http"), 4)
        self.assertEqual(metrics.sum("sipsonde_sink_failed_total", sink="cdr-syslog"), 0)
        self.assertEqual(metrics.sum("sipsonde_sink_dropped_total"), 0)
        self.assertEqual(agent.errors().count("cdr-http: "), 2, agent.errors())  # away, and back

        # Killed while the receiver is away, with rows that nobody has.
        self.receiver.stop()
        self.call()
        wait_until(lambda: len(self.stored()) == 2 * LEGS, 10, "the store is not complete")
        agent.send(signal.SIGKILL)
        agent.wait(5)
        self.receiver.start()
        agent = self.agent(configuration=configuration("udp", UDP_PORT))
        self.call()
        came = self.wait_for_all(self.receiver.rows, 3 * LEGS)
        self.assert_same_rows(came, self.stored())
        syslog = self.wait_for_all(lambda: self.told("imtcp") + self.told("imudp"), 3 * LEGS)
        self.assert_same_rows(syslog, self.stored())
        self.assertGreaterEqual(len(self.told("imudp")), LEGS)

        # What cannot be told at the end waits for the next start, and that is no error.
        self.receiver.stop()
        self.call()
        wait_until(lambda: len(self.stored()) == 4 * LEGS, 10, "the store is not complete")
        self.assertEqual(agent.end(), 0, agent.errors())
        self.assertIn(f"cdr-http: {LEGS} rows wait in the store for the next start", agent.errors())
        self.wait_for_all(lambda: self.told("imtcp") + self.told("imudp"), 4 * LEGS)

    def test_a_backend_without_the_store_is_refused(self):
        status, said = self.refused(
            "run", "-i", TO_CALLER, configuration=configuration("tcp", TCP_PORT) + "store: off\n"
        )
        self.assertEqual((status, said.count("\n")), (2, 1), said)
        self.assertIn("cdr.http.url: reads the store, which is off", said)
