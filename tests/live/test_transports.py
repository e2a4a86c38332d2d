# SPDX-License-Identifier: Apache-2.0
"""SIP over TCP: many calls on one connection, a connection for each of a thousand calls, phones; held against sipp's
own counts and against what tshark puts together of the same segments."""

import unittest

from lab.topology import TO_CALLEE, TO_CALLER

from support.conversation import Call, Conversation
from support.observation import Observation
from support.promises import CountersAreTheTruth

CALLS_A_SECOND = 200
CONNECTIONS = 1000


def observation(of, cleanup, **more):
    """On a host that is short of time the stacks themselves give up calls, which says nothing of what was seen of
    them. Such a run is made again, twice at the most."""
    for _ in range(3):
        seen = Observation(cleanup, rate=CALLS_A_SECOND, **more)
        if seen.caller.failed() == 0:
            break
        print(f"note {of}: sipp counts {seen.caller.failed()} failed; made again", flush=True)
    return seen


class OverTcp(CountersAreTheTruth):
    transport = "tcp"

    def test_every_frame_is_counted(self):
        # tcpdump sees a buffer before it is cut into segments; what is counted are segments.
        for direction, frames in (
            ("ingress", self.seen.truth.frames_received),
            ("egress", self.seen.truth.frames_sent),
        ):
            with self.subTest(direction):
                counted = self.seen.metrics.sum("sipsonde_packets_total", direction=direction)
                self.assertGreaterEqual(counted, frames)

    def test_every_message_was_put_together(self):
        passed = sum(self.seen.truth.requests.values()) + sum(self.seen.truth.responses.values())
        self.assertEqual(self.seen.metrics.by("sipsonde_messages_total", "path"), {("reassembled",): passed})

    def test_nothing_counts_under_another_transport(self):
        for family in ("sip_requests_total", "sip_responses_total"):
            with self.subTest(family):
                self.assertEqual(set(self.seen.metrics.by(family, "transport")), {("tcp",)})

    def test_sipp_saw_as_many_messages(self):
        calls = self.seen.caller.succeeded()
        for method in ("INVITE", "ACK", "BYE"):
            with self.subTest(method):
                self.assertEqual(
                    self.seen.metrics.sum("sip_requests_total", method=method, direction="inbound"), calls
                )

    def test_response_time_was_measured_for_every_transaction(self):
        for method in ("INVITE", "BYE"):
            with self.subTest(method):
                self.assertEqual(
                    self.seen.metrics.sum("sip_response_time_seconds_count", method=method, stage="final"),
                    2 * self.seen.caller.succeeded(),
                )


class OneConnection(OverTcp, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.seen = observation("one connection", cls.addClassCleanup, calls=3 * CALLS_A_SECOND, sockets="t1")

    def test_it_was_one_connection(self):
        self.assertEqual([capture.connections() for capture in self.seen.captures], [1, 1])


class ManyConnections(OverTcp, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # The first call is still there when the last one begins.
        cls.seen = observation(
            "many connections", cls.addClassCleanup, calls=CONNECTIONS, hold_ms=6000, sockets="tn"
        )

    def test_it_was_a_connection_for_each_call(self):
        self.assertEqual(self.seen.captures[0].connections(), CONNECTIONS)


class Phones(unittest.TestCase):
    """Two baresip, their signalling over TCP through Kamailio, their media over UDP as always."""

    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.call = Call("tcp", "PCMU", transport="tcp")
        cls.seen = Conversation(cls.addClassCleanup, [cls.call], [TO_CALLER, TO_CALLEE], seconds=4)

    def test_both_legs_are_rows_over_tcp_with_their_media(self):
        for interface in (TO_CALLER, TO_CALLEE):
            with self.subTest(interface):
                row = self.call.row_of(self.seen.rows, interface)
                self.assertIsNotNone(row, "not one row")
                self.assertEqual(
                    (row["transport"], row["disposition"], row["coverage"], row["codec"]),
                    ("tcp", "answered", "full", "PCMU"),
                )
                self.assertGreater(row["packets_sent"], 100)
                self.assertGreater(row["packets_received"], 100)

    def test_registrations_came_over_tcp(self):
        registers = self.seen.metrics.by(
            "sip_requests_total", "transport", method="REGISTER", direction="inbound"
        )
        self.assertEqual(set(registers), {("tcp",)})
        self.assertGreaterEqual(registers[("tcp",)], 2)

    def test_nothing_is_malformed_or_lost(self):
        for family in ("sip_malformed_total", "sipsonde_ring_dropped_total", "sip_retransmissions_total"):
            with self.subTest(family):
                self.assertEqual(self.seen.metrics.by(family), {})
