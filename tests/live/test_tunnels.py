# SPDX-License-Identifier: Apache-2.0
"""Calls inside of tunnels: through VXLAN devices of two kernels' namespaces, and as frames made by hand for the
encapsulations that no device here makes. What counts is the packet inside; tshark is the witness."""

import socket
import time
import unittest

from lab.sipp import Sipp
from lab.topology import CALLER, PROXY_TO_CALLER, TO_CALLER
from sipwire import packets, tunnels

from support.capture import Capture, Truth
from support.case import LiveCase, new_folder, new_topology, start_agent
from support.talk import Talk

INNER_CALLER, INNER_CALLEE = "10.70.0.2", "10.70.0.1"
CALLS = 40
PACKET_SECONDS = 0.02  # of RTP

TUNNELS = {
    "GRE": (tunnels.gre(),),
    "GRE with key and sequence": (tunnels.gre(key=7, sequence=1),),
    "ERSPAN II": (tunnels.erspan(2),),
    "ERSPAN III": (tunnels.erspan(3, subheader=True),),
    "IP in IP": (tunnels.ip_in_ip(),),
    "6in4": (tunnels.six_in_four(),),
    "VXLAN": (tunnels.vxlan(),),
    "GENEVE": (tunnels.geneve(options=tunnels.geneve_option(1, b"\0\1\2\3")),),
    "GTP-U": (tunnels.gtp_u(extensions=[tunnels.PDU_SESSION]),),
    "TZSP": (tunnels.tzsp(),),
    "MPLS": (tunnels.mpls(100, 200),),
    "PPPoE": (tunnels.pppoe(),),
    "MPLS in GRE in VXLAN": (tunnels.vxlan(), tunnels.gre(key=1), tunnels.mpls(16)),
}


def make_vxlan(namespace, interface, own, far, address):
    namespace.ip(
        *("link", "add", "vxlan0", "type", "vxlan", "id", "42", "dev", interface),
        *("local", own, "remote", far, "dstport", "4789", "nolearning"),
    )
    namespace.sysctl("net.ipv6.conf.vxlan0.disable_ipv6", 1)
    namespace.ip("addr", "add", f"{address}/24", "dev", "vxlan0")
    namespace.ip("link", "set", "vxlan0", "up")


class VxlanDevice(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.folder, cls.lab = new_folder(cls.addClassCleanup), new_topology(cls.addClassCleanup)
        make_vxlan(cls.lab.caller, "eth0", CALLER, PROXY_TO_CALLER, INNER_CALLER)
        make_vxlan(cls.lab.proxy, TO_CALLER, PROXY_TO_CALLER, CALLER, INNER_CALLEE)
        capture = Capture(cls.lab.proxy, cls.folder, TO_CALLER, PROXY_TO_CALLER)
        cls.addClassCleanup(capture.stop)
        agent = start_agent(cls.lab, cls.folder, cls.addClassCleanup, interfaces=(TO_CALLER,))
        cls.talk = Talk("talk@vxlan", INNER_CALLER, INNER_CALLEE)
        cls._talk()
        cls._call()
        cls.rows = agent.rows(at_least=CALLS + 1)
        cls.metrics = agent.quiet_metrics()
        cls.events = agent.events()
        capture.finish()
        cls.truth = Truth([capture])

    @classmethod
    def _talk(cls):
        """Through sockets, so that the device of each side wraps and unwraps."""
        ends = {
            end: (cls.lab.caller if end.address == INNER_CALLER else cls.lab.proxy)
            for datagram in cls.talk.datagrams()
            for end in (datagram.source, datagram.destination)
        }
        sockets = {}
        for end, namespace in ends.items():
            sockets[end] = namespace.socket(socket.AF_INET, socket.SOCK_DGRAM)
            cls.addClassCleanup(sockets[end].close)
            sockets[end].bind(end)
        for datagram in cls.talk.datagrams():
            sockets[datagram.source].sendto(datagram.payload, datagram.destination)
            if not datagram.from_caller:
                time.sleep(PACKET_SECONDS)

    @classmethod
    def _call(cls):
        callee = Sipp(cls.lab.proxy, cls.folder, "callee-answers", INNER_CALLEE, 5080)
        cls.addClassCleanup(callee.stop)
        time.sleep(0.5)
        cls.caller = Sipp(
            *(cls.lab.caller, cls.folder, "caller-talks", INNER_CALLER, 5070, "-s", "answer"),
            *("-m", CALLS, "-r", 25, "-d", 300, f"{INNER_CALLEE}:5080"),
        )
        cls.addClassCleanup(cls.caller.stop)
        cls.caller.wait(60)

    def test_counters_are_those_of_the_capture(self):
        self.assertEqual(self.caller.succeeded(), CALLS, self.caller.complaint())
        self.assertEqual(
            self.metrics.by("sip_requests_total", "direction", "method", transport="udp"), dict(self.truth.requests)
        )
        self.assertEqual(
            self.metrics.by("sip_responses_total", "direction", "method", "code", transport="udp"),
            dict(self.truth.responses),
        )
        self.assertEqual(len(self.truth.call_ids), CALLS + 1)

    def test_every_packet_of_media_is_counted(self):
        each = self.talk.media_packets // 2
        self.assertEqual(
            self.metrics.by("rtp_packets_total", "direction", "codec"),
            {("inbound", "PCMU"): each, ("outbound", "PCMU"): each},
        )

    def test_rows_have_the_addresses_inside(self):
        self.assertEqual(len(self.rows), CALLS + 1)
        self.assertEqual({row["src"].rsplit(":", 1)[0] for row in self.rows}, {INNER_CALLER})
        talk = next(row for row in self.rows if row["call_id"] == self.talk.call_id)
        self.assertEqual((talk["disposition"], talk["coverage"], talk["codec"]), ("answered", "full", "PCMU"))
        self.assertEqual(talk["packets_sent"], self.talk.media_packets // 2)

    def test_events_of_messages_name_the_tunnel(self):
        told = [event for event in self.events if event["event"] == "sip.invite"]
        self.assertEqual(len(told), CALLS + 1)
        self.assertEqual({event["attributes"].get("tunnel") for event in told}, {"vxlan"})


class Encapsulations(LiveCase):
    def test_a_call_in_each_is_a_call_with_its_media(self):
        capture = Capture(self.lab.proxy, self.folder, TO_CALLER, PROXY_TO_CALLER)
        self.addCleanup(capture.stop)
        agent = self.agent(interfaces=(TO_CALLER,))
        talks = {
            name: Talk(f"{place}@tunnels", *self._ends(place, around))
            for place, (name, around) in enumerate(TUNNELS.items())
        }
        for name, talk in talks.items():
            self._send(talk, TUNNELS[name])
        rows = {row["call_id"]: row for row in agent.rows(at_least=len(talks))}
        metrics, events = agent.quiet_metrics(), agent.events()
        capture.finish()
        self.assertEqual({message.call_id for message in capture.messages()}, {talk.call_id for talk in talks.values()})
        for name, talk in talks.items():
            with self.subTest(name):
                self.assertIn(talk.call_id, rows)
                row, each = rows[talk.call_id], talk.media_packets // 2
                self.assertEqual((row["disposition"], row["coverage"], row["codec"]), ("answered", "full", "PCMU"))
                self.assertEqual((row["packets_sent"], row["packets_received"]), (each, each))
                told = {
                    event["attributes"].get("tunnel")
                    for event in events
                    if (event["call_id"], event["event"]) == (talk.call_id, "sip.invite")
                }
                self.assertEqual(told, {tunnels.names(*TUNNELS[name])})
        self.assertEqual(metrics.sum("sip_requests_total"), sum(len(talk.requests) for talk in talks.values()))
        self.assertEqual(metrics.sum("sip_responses_total"), sum(talk.responses for talk in talks.values()))
        self.assertEqual(metrics.by("sip_malformed_total"), {})

    @staticmethod
    def _ends(place, around):
        """Its own for each, so that no medium is taken for that of another."""
        if around[-1].name == "6in4":
            return f"2001:db8:70:{place}::2", f"2001:db8:70:{place}::1"
        return f"10.70.{place}.2", f"10.70.{place}.1"

    def _send(self, talk, around):
        sides = {True: (self.lab.caller, "eth0"), False: (self.lab.proxy, TO_CALLER)}
        raw = {}
        for from_caller, (namespace, interface) in sides.items():
            raw[from_caller] = namespace.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            self.addCleanup(raw[from_caller].close)
            raw[from_caller].bind((interface, 0))
        for datagram in talk.datagrams():
            packet = packets.datagram(datagram.source, datagram.destination, datagram.payload)
            raw[datagram.from_caller].send(tunnels.frame(packet, *around))
            if not datagram.from_caller:
                time.sleep(0.002)
