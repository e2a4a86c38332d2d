# SPDX-License-Identifier: Apache-2.0
"""SIP over WebSocket: phones of this folder and SIP.js against Kamailio's module, and two ends that compress; held
against what tshark reads of the same segments."""

import os
import shutil
import threading
import time
import unittest

from lab import sipp
from lab.kamailio import WEBSOCKET_PORT
from lab.process import Process, run, wait_until
from lab.topology import PROXY_TO_CALLER, TO_CALLEE, TO_CALLER

from support.case import new_folder, new_topology, start_agent, start_kamailio
from support.streams import StreamCapture, StreamTruth
from support.websocket import CLOSE, PING, PONG, BrowserPhone

PROGRAMS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs")
PYTHON = "/usr/bin/python3"  # the distribution's, which has the distribution's packages
SIPJS = os.environ.get("SIPSONDE_SIPJS") or os.path.expanduser("~/.cache/sipsonde/sipjs")
COMPRESSED_PORT = 8090
REQUESTS = 40


class OverWebSocket:
    """To be mixed into a TestCase whose class calls begin() and finish(); tests hold for whatever passed between."""

    @classmethod
    def begin(cls, with_kamailio=True):
        cls.folder, cls.lab = new_folder(cls.addClassCleanup), new_topology(cls.addClassCleanup)
        if with_kamailio:
            cls.kamailio = start_kamailio(cls.lab, cls.folder, cls.addClassCleanup, websocket=True)
            sipp.callee(cls.lab, cls.folder, "callee-answers", 5080)
        cls.capture = StreamCapture(cls.lab.proxy, cls.folder, TO_CALLER, PROXY_TO_CALLER)
        cls.addClassCleanup(cls.capture.stop)
        cls.agent = start_agent(cls.lab, cls.folder, cls.addClassCleanup, interfaces=(TO_CALLER, TO_CALLEE))

    @classmethod
    def finish(cls, legs=0):
        cls.rows = cls.agent.rows(at_least=legs)
        cls.metrics = cls.agent.quiet_metrics()
        cls.capture.finish()
        cls.truth = StreamTruth([cls.capture])

    def test_requests_per_method_equal_the_capture(self):
        self.assertGreater(sum(self.truth.requests.values()), 0)
        self.assertEqual(
            self.metrics.by("sip_requests_total", "direction", "method", transport="ws"), dict(self.truth.requests)
        )

    def test_responses_per_code_equal_the_capture(self):
        self.assertEqual(
            self.metrics.by("sip_responses_total", "direction", "method", "code", transport="ws"),
            dict(self.truth.responses),
        )

    def test_every_message_was_put_together(self):
        self.assertEqual(
            self.metrics.sum("sipsonde_messages_total", path="reassembled"),
            sum(self.truth.requests.values()) + sum(self.truth.responses.values()),
        )

    def test_nothing_is_malformed_lost_or_repeated(self):
        for family in ("sip_malformed_total", "sipsonde_ring_dropped_total", "sip_retransmissions_total"):
            with self.subTest(family):
                self.assertEqual(self.metrics.by(family), {})

    def legs(self, call_id):
        """(direction, transport) of its rows, each of which must be whole."""
        rows = [row for row in self.rows if row["call_id"] == call_id]
        for row in rows:
            self.assertEqual((row["disposition"], row["coverage"]), ("answered", "full"))
        return sorted((row["direction"], row["transport"]) for row in rows)


class Browsers(OverWebSocket, unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.begin()
        caller, callee = (BrowserPhone(cls.lab.caller, user) for user in ("browser-a", "browser-b"))
        for phone in (caller, callee):
            cls.addClassCleanup(phone.socket.close)
            phone.register()
        cls._call(caller, "answer", "to-a-trunk@ws")
        answering = threading.Thread(target=callee.answer)
        answering.start()
        cls._call(caller, "browser-b", "to-a-browser@ws")
        answering.join(5)
        cls._say_in_odd_ways(caller)
        cls.finish(legs=4)

    @staticmethod
    def _call(phone, user, call_id):
        answer = phone.call(user, call_id)
        phone.acknowledge(answer, call_id)
        time.sleep(0.3)
        phone.hang_up(answer, call_id)

    @staticmethod
    def _say_in_odd_ways(phone):
        """Frames in one segment, a frame in many, a ping between, a keep-alive, a close."""

        def options(number):
            return phone.request("OPTIONS", f"sip:{PROXY_TO_CALLER}", f"options-{number}@ws")

        frames = [phone.socket.frame(options(number)) for number in range(3)]
        phone.socket.send_bytes(b"".join(frames))
        for _ in frames:
            phone.final()
        frame = phone.socket.frame(options(3))
        for start in range(0, len(frame), 60):
            phone.socket.send_bytes(frame[start : start + 60])
            time.sleep(0.02)
        phone.final()
        phone.socket.send("still there", PING)
        phone.socket.send("\r\n\r\n")
        replies = {phone.socket.next(), phone.socket.next()}
        if (PONG, b"still there") not in replies:
            raise RuntimeError(f"Kamailio does not answer a ping: {replies}")
        phone.socket.send(b"\x03\xe8", CLOSE)  # RFC 6455, section 7.4.1: normal

    def test_a_browsers_call_is_a_leg_over_websocket_and_one_beyond_the_proxy(self):
        self.assertEqual(self.legs("to-a-trunk@ws"), [("inbound", "ws"), ("outbound", "udp")])

    def test_a_call_between_browsers_has_both_legs_over_websocket(self):
        self.assertEqual(self.legs("to-a-browser@ws"), [("inbound", "ws"), ("outbound", "ws")])

    def test_a_message_is_one_however_it_was_cut(self):
        self.assertEqual(
            self.metrics.sum("sip_requests_total", method="OPTIONS", direction="inbound", transport="ws"), 4
        )

    def test_registrations_are_counted(self):
        self.assertEqual(
            self.metrics.sum("sip_responses_total", method="REGISTER", code="200", transport="ws"), 2
        )


class Compressed(OverWebSocket, unittest.TestCase):
    """permessage-deflate, which Kamailio does not have, by a server and a client that both do."""

    @classmethod
    def setUpClass(cls):
        if run(PYTHON, "-c", "import websockets", check=False).returncode != 0:
            raise unittest.SkipTest("needs the package python3-websockets")
        cls.begin(with_kamailio=False)
        server = cls._peer(cls.lab.proxy, "serve")
        wait_until(lambda: COMPRESSED_PORT in cls.lab.proxy.tcp_ports(), 10, "the server does not listen")
        client = cls._peer(cls.lab.caller, "ask", str(REQUESTS))
        cls.asked = client.wait(20), client.output().strip()
        server.stop()
        cls.finish()

    @classmethod
    def _peer(cls, namespace, role, *more):
        program = os.path.join(PROGRAMS, "websocket_peer.py")
        peer = Process(
            namespace.command(PYTHON, program, role, PROXY_TO_CALLER, str(COMPRESSED_PORT), *more),
            log=os.path.join(cls.folder, f"{role}.log"),
        )
        cls.addClassCleanup(peer.stop)
        return peer

    def test_every_request_was_answered_and_seen(self):
        self.assertEqual(self.asked, (0, str(REQUESTS)))
        self.assertEqual(self.metrics.sum("sip_requests_total", method="OPTIONS", transport="ws"), REQUESTS)
        self.assertEqual(self.metrics.sum("sip_responses_total", method="OPTIONS", transport="ws"), REQUESTS)

    def test_the_messages_were_compressed(self):
        compressed = self.capture.read("-Y", "websocket.rsv == 4 && sip")
        self.assertEqual(len(compressed.splitlines()), 2 * REQUESTS)


class JavaScript(OverWebSocket, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not shutil.which("node"):
            raise unittest.SkipTest("needs Node.js")
        if not os.path.isdir(os.path.join(SIPJS, "node_modules", "sip.js")):
            raise unittest.SkipTest(f"needs SIP.js: npm install --prefix {SIPJS} sip.js ws")
        cls.begin()
        program = os.path.join(PROGRAMS, "sipjs_phone.mjs")
        phone = Process(
            cls.lab.caller.command(
                "node", program, SIPJS, f"ws://{PROXY_TO_CALLER}:{WEBSOCKET_PORT}", "sipjs", "answer"
            ),
            log=os.path.join(cls.folder, "sipjs.log"),
        )
        cls.addClassCleanup(phone.stop)
        cls.ended = phone.wait(40), phone.output().strip()
        cls.finish(legs=2)

    def test_its_call_has_both_legs(self):
        self.assertEqual(self.ended, (0, "done"))
        self.assertEqual(len(self.truth.call_ids), 1)
        self.assertEqual(self.legs(*self.truth.call_ids), [("inbound", "ws"), ("outbound", "udp")])
