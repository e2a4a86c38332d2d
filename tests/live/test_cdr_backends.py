# SPDX-License-Identifier: Apache-2.0
"""Records that must arrive: at an HTTP receiver that fails in every way, at rsyslog over TCP, UDP and TLS, and over a
`kill -9` of the agent."""

import os
import shutil
import signal
import ssl

from lab import sipp
from lab.process import wait_until
from lab.rsyslog import Rsyslog
from lab.topology import TO_CALLER

from support.case import LiveCase, start_kamailio
from support.certificate import Authority
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


class BackendCase(LiveCase):
    def setUp(self):
        super().setUp()
        self.receiver = self.rsyslog = None
        start_kamailio(self.lab, self.folder, self.addCleanup)
        sipp.callee(self.lab, self.folder, "callee-answers", 5080)

    def start_receiver(self, port=8080, tls=None):
        self.receiver = RecordReceiver(self.lab.proxy, port, tls)
        self.addCleanup(self.receiver.stop)

    def start_rsyslog(self, tls=None):
        self.rsyslog = Rsyslog(self.lab.proxy, self.folder, HOME, TCP_PORT, UDP_PORT, tls)
        self.addCleanup(self.rsyslog.stop)

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


class Backends(BackendCase):
    def setUp(self):
        super().setUp()
        self.start_receiver()
        self.start_rsyslog()

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


class OverTls(BackendCase):
    """An HTTP receiver and rsyslog, whose certificates are of an authority of their own."""

    def setUp(self):
        super().setUp()
        authority, stranger = Authority(self.folder, "ours"), Authority(self.folder, "a-stranger")
        self.trusted, self.not_trusted = authority.certificate, stranger.certificate
        self.certificate, self.key = authority.issue("receiver", HOME)
        self.ca_file = os.path.join(self.folder, "ca.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        self.start_receiver(8443, context)
        self.start_rsyslog()

    def start_rsyslog(self, tls=None):
        super().start_rsyslog((self.certificate, self.key, self.trusted))

    def all_come_once(self, agent, legs):
        wait_until(lambda: len(self.stored()) == legs, 10, "the store is not complete")
        for rows in (self.receiver.rows, lambda: self.told("imtcp")):
            self.assertEqual(self.wait_for_all(rows, legs), self.stored())
        for sink in ("cdr-http", "cdr-syslog"):
            agent.wait_for("sipsonde_sink_sent_total", legs, sink=sink)
        self.assertEqual(agent.metrics().sum("sipsonde_sink_dropped_total"), 0)

    def test_rows_go_to_whom_the_authority_vouches_for_and_to_nobody_else(self):
        shutil.copy(self.not_trusted, self.ca_file)
        agent = self.agent(
            configuration=f"""
cdr:
  http: {{url: "https://{HOME}:8443/cdr", ca_file: {self.ca_file}, timeout: 2s}}
  syslog: {{address: "tls://{HOME}:{TCP_PORT}", ca_file: {self.ca_file}}}
"""
        )
        self.call()
        for sink in ("cdr-http", "cdr-syslog"):
            wait_until(
                lambda: agent.metrics().sum("sipsonde_sink_failed_total", sink=sink) > 1, 10, "nothing failed"
            )  # pylint: disable=cell-var-from-loop
            self.assertEqual(agent.metrics().sum("sipsonde_sink_sent_total", sink=sink), 0)
            self.assertRegex(agent.errors(), f"{sink}: .*certificate")
        self.assertIn("cdr.syslog.ca_file", agent.errors())
        self.assertEqual((self.receiver.rows(), self.told("imtcp")), ([], []))

        shutil.copy(self.trusted, self.ca_file)
        agent.send(signal.SIGHUP)
        self.all_come_once(agent, LEGS)

        self.rsyslog.stop()
        self.call()
        wait_until(lambda: len(self.stored()) == 2 * LEGS, 10, "the store is not complete")
        self.start_rsyslog()
        self.all_come_once(agent, 2 * LEGS)
        self.assertEqual(agent.end(), 0, agent.errors())
