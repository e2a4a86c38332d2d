# SPDX-License-Identifier: Apache-2.0
"""SIP that no interface shows: Kamailio tells by HEP what passes it, while sipsonde watches a link where nothing does."""

import socket
import unittest

from lab import sipp
from lab.baresip import Baresip
from lab.process import wait_until
from lab.topology import CALLER, PROXY_TO_CALLEE, PROXY_TO_CALLER, TO_CALLEE, TO_CALLER

from support.capture import Capture, Truth
from support.case import LiveCase, new_folder, new_topology, start_agent, start_kamailio
from support.certificate import make_certificate

IDLE = "idle0"
CALLS = 60


def configuration(transport):
    return f'hep_listen: "{transport}://{PROXY_TO_CALLER}:9060"\nlocal_networks: [{PROXY_TO_CALLER}, {PROXY_TO_CALLEE}]\n'


def add_idle_link(lab):
    """A link of the proxy on which nobody sends anything."""
    lab.proxy.ip("link", "add", IDLE, "type", "veth", "peer", "name", "idle1")
    for interface in (IDLE, "idle1"):
        lab.proxy.sysctl(f"net.ipv6.conf.{interface}.disable_ipv6", 1)
        lab.proxy.ip("link", "set", interface, "up")


class Told:
    """Calls through a Kamailio that tells of them; captures of its interfaces are the truth."""

    def __init__(self, cleanup, transport, calls=CALLS, loss_percent=0):
        folder, lab = new_folder(cleanup), new_topology(cleanup)
        add_idle_link(lab)
        if loss_percent:
            lab.lose(loss_percent, proxy_too=False)  # what the proxy loses it cannot tell of
        self.agent = start_agent(
            lab, folder, cleanup, interfaces=(IDLE,), configuration=configuration(transport)
        )
        self.kamailio = start_kamailio(
            lab, folder, cleanup, hep=f"sip:{PROXY_TO_CALLER}:9060;transport={transport}"
        )
        sipp.callee(lab, folder, "callee-answers", 5080)
        captures = [
            Capture(lab.proxy, folder, TO_CALLER, PROXY_TO_CALLER),
            Capture(lab.proxy, folder, TO_CALLEE, PROXY_TO_CALLEE),
        ]
        for capture in captures:
            cleanup(capture.stop)
        self.caller = sipp.caller(lab, folder, "caller-talks", "answer", "-m", calls, "-r", 20, "-d", 1000)
        self.caller.wait(120)
        self.rows = self.agent.rows(at_least=2 * self.caller.succeeded(), seconds=15)
        for capture in captures:
            capture.finish()
        self.truth = Truth(captures)
        self.statistics = self.kamailio.statistics()
        self.metrics = self.agent.metrics()


class WhatKamailioTellsIsTrue:
    """To be mixed into a TestCase whose class has `seen`."""

    seen = None

    def test_the_watched_link_was_idle(self):
        self.assertEqual(self.seen.metrics.sum("sipsonde_packets_total"), 0)

    def test_requests_and_responses_equal_what_passed_the_proxy(self):
        metrics, truth = self.seen.metrics, self.seen.truth
        self.assertGreater(sum(truth.requests.values()), 0)
        self.assertEqual(
            metrics.by("sip_requests_total", "direction", "method", transport="udp"), dict(truth.requests)
        )
        self.assertEqual(
            metrics.by("sip_responses_total", "direction", "method", "code", transport="udp"),
            dict(truth.responses),
        )
        self.assertEqual(
            metrics.by("sip_retransmissions_total", "direction", "method", "kind"), dict(truth.retransmissions)
        )

    def test_what_came_in_equals_what_kamailio_counts(self):
        metrics, statistics = self.seen.metrics, self.seen.statistics
        self.assertEqual(
            metrics.sum("sip_requests_total", direction="inbound"), statistics["rcv_requests"]
        )
        self.assertEqual(
            metrics.sum("sip_responses_total", direction="outbound"), statistics["rcv_replies"]
        )
        for method in ("INVITE", "ACK", "BYE"):
            with self.subTest(method):
                self.assertEqual(
                    metrics.sum("sip_requests_total", direction="inbound", method=method),
                    statistics[f"rcv_requests_{method.lower()}"],
                )

    def test_every_call_has_a_row_for_each_leg_as_sipp_counts(self):
        succeeded = self.seen.caller.succeeded()
        self.assertGreater(succeeded, 0, self.seen.caller.complaint())
        for direction in ("inbound", "outbound"):
            with self.subTest(direction):
                rows = [row for row in self.seen.rows if row["direction"] == direction]
                self.assertEqual(sorted(row["call_id"] for row in rows), sorted(self.seen.truth.call_ids))
                self.assertEqual([row for row in rows if row["transport"] != "udp"], [])
                answered = [row for row in rows if row["disposition"] == "answered"]
                self.assertEqual(len(answered), succeeded)

    def test_every_packet_was_sip_and_its_time_was_taken(self):
        metrics = self.seen.metrics
        messages = metrics.sum("sipsonde_messages_total", path="reassembled")
        self.assertEqual(metrics.by("sipsonde_hep_packets_total", "result"), {("sip",): messages})
        self.assertEqual(metrics.by("sipsonde_hep_times_replaced_total", "reason"), {})
        self.assertEqual(metrics.sum("sip_malformed_total"), 0)


class TimesAreTrue:
    """The same, where nothing is sent twice."""

    seen = None

    def test_times_are_those_of_the_calls(self):
        answered = [row for row in self.seen.rows if row["disposition"] == "answered"]
        self.assertTrue(answered)
        for row in answered:
            self.assertAlmostEqual(row["billable_seconds"], 1.0, delta=0.5)
            seen_at = self.seen.truth.answered_at[row["call_id"]]
            self.assertAlmostEqual(row["answer_timestamp_ms"] / 1000, seen_at, delta=0.5)


class OverUdp(WhatKamailioTellsIsTrue, TimesAreTrue, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.seen = Told(cls.addClassCleanup, "udp")


class OverTcp(WhatKamailioTellsIsTrue, TimesAreTrue, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.seen = Told(cls.addClassCleanup, "tcp")


class WithLoss(WhatKamailioTellsIsTrue, unittest.TestCase):
    """Every retransmission is told, and told as one."""

    @classmethod
    def setUpClass(cls):
        cls.seen = Told(cls.addClassCleanup, "udp", calls=40, loss_percent=3)

    def test_there_were_retransmissions(self):
        self.assertGreater(self.seen.metrics.sum("sip_retransmissions_total"), 0)


class Hep(LiveCase):
    def setUp(self):
        super().setUp()
        add_idle_link(self.lab)

    def test_signalling_over_tls_is_told_apart(self):
        agent = self.agent(interfaces=(IDLE,), configuration=configuration("udp"))
        start_kamailio(
            self.lab,
            self.folder,
            self.addCleanup,
            hep=f"sip:{PROXY_TO_CALLER}:9060",
            tls=make_certificate(self.folder, "proxy", PROXY_TO_CALLER),
        )
        sipp.callee(self.lab, self.folder, "callee-answers", 5080)
        phone = Baresip(
            self.lab.caller, self.folder, "from-tls", CALLER, f"{PROXY_TO_CALLER}:5061", 0, "PCMU", transport="tls"
        )
        self.addCleanup(phone.stop)
        wait_until(
            lambda: agent.metrics().sum("sip_responses_total", method="REGISTER", code="200"),
            15,
            f"the phone is not registered: {phone.output()[-600:]}",
        )
        phone.dial("answer", f"{PROXY_TO_CALLER}:5061")
        agent.wait_for("sip_calls_active", 2, seconds=15)
        phone.hang_up()
        rows = {row["direction"]: row for row in agent.rows(at_least=2)}

        metrics = agent.metrics()
        self.assertEqual(rows["inbound"]["transport"], "tls")
        self.assertEqual(rows["outbound"]["transport"], "udp")
        self.assertEqual({row["disposition"] for row in rows.values()}, {"answered"})
        for method in ("REGISTER", "INVITE", "ACK", "BYE"):
            with self.subTest(method):
                self.assertEqual(
                    set(metrics.by("sip_requests_total", "transport", method=method, direction="inbound")),
                    {("tls",)},
                )
        self.assertEqual(metrics.sum("sipsonde_packets_total"), 0)
        self.assertEqual(agent.end(), 0)

    def test_an_address_that_is_taken_ends_the_start(self):
        taken = self.lab.proxy.call(lambda: socket.create_server((PROXY_TO_CALLER, 9060)))
        self.addCleanup(taken.close)
        status, said = self.refused("run", "-i", IDLE, configuration=configuration("tcp"))
        self.assertEqual(status, 1, said)
        self.assertIn(f"tcp://{PROXY_TO_CALLER}:9060", said)

    def test_a_setting_that_is_wrong_ends_the_start(self):
        status, said = self.refused("run", "-i", IDLE, configuration="hep_listen: 127.0.0.1:9060\n")
        self.assertEqual(status, 2, said)
        self.assertIn("refused.yaml:1", said)
        self.assertIn("udp://", said)
