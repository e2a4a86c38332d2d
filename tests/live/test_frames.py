# SPDX-License-Identifier: Apache-2.0
"""Frames as they come on real wires: tagged, large, in fragments, several messages in one buffer."""

import contextlib
import functools
import itertools
import socket
import struct

from lab.process import wait_until
from lab.topology import CALLER, PROXY_TO_CALLER, TO_CALLER

from support.case import LiveCase
from support.frames import (
    ETH_ARP,
    ETH_IPV4,
    ETH_IPV6,
    ETH_QINQ,
    ETH_VLAN,
    Frame,
    ipv4,
    ipv6,
    options_request,
    udp,
    udp_frame,
)

UDP_SEGMENT = 103  # linux/udp.h
ATTACHMENTS = ("tc", "clsact", "xdp")

# Frames with one OPTIONS each: name → (ethertype, the packet around a UDP datagram, tags).
CARRIERS = {
    "plain": (ETH_IPV4, ipv4, ()),
    "a VLAN": (ETH_IPV4, ipv4, ((ETH_VLAN, 42),)),
    "a priority tag": (ETH_IPV4, ipv4, ((ETH_VLAN, 5 << 13),)),
    "QinQ": (ETH_IPV4, ipv4, ((ETH_QINQ, 100), (ETH_VLAN, 42))),
    "two VLANs of the same type": (ETH_IPV4, ipv4, ((ETH_VLAN, 100), (ETH_VLAN, 42))),
    "IPv4 options": (
        ETH_IPV4,
        lambda datagram: ipv4(datagram, options=b"\x01" * 4 + b"\x94\x04\x00\x00"),
        (),
    ),
    "IPv6": (ETH_IPV6, ipv6, ()),
    "IPv6 in a VLAN": (ETH_IPV6, ipv6, ((ETH_VLAN, 42),)),
    "IPv6 with hop-by-hop options": (
        ETH_IPV6,
        lambda datagram: ipv6(struct.pack("!BB6x", 17, 0) + datagram, 0),
        (),
    ),
}


class Frames(LiveCase):
    def difference(self, agent, send, family, *labels, count=1, **only):
        """What a family gained by sending; waits until as much came."""
        before = agent.metrics().by(family, *labels, **only)
        send()

        def gained():
            now = agent.metrics().by(family, *labels, **only)
            return {
                key: value - before.get(key, 0) for key, value in now.items() if value != before.get(key, 0)
            }

        with contextlib.suppress(TimeoutError):  # what came is compared by the caller
            wait_until(lambda: sum(gained().values()) >= count, 3, "")
        agent.quiet_metrics(0.3)
        return gained()

    def for_each_attachment(self, check, **more):
        for attach in ATTACHMENTS:
            agent = self.agent(
                interfaces=(TO_CALLER,), configuration=f"attach: {attach}\n", name=f"agent-{attach}", **more
            )
            check(agent, attach)
            self.assertEqual(agent.end(), 0, attach)

    def test_every_carrier_is_seen_both_ways(self):
        def check(agent, attach):
            for name, (ethertype, carry, tags) in CARRIERS.items():
                for way, direction in (("send_from_caller", "inbound"), ("send_from_proxy", "outbound")):
                    with self.subTest(attach=attach, carrier=name, direction=direction):
                        frame = Frame(self.lab, ethertype, carry(udp(options_request())), tags)
                        self.assertEqual(
                            self.difference(
                                agent, getattr(frame, way), "sip_requests_total", "direction", "method"
                            ),
                            {(direction, "OPTIONS"): 1},
                        )

        self.for_each_attachment(check)

    def test_what_is_not_sip_is_other_and_counted(self):
        arp = struct.pack(
            "!HHBBH6s4s6s4s",
            1,
            0x0800,
            6,
            4,
            2,
            bytes(6),
            socket.inet_aton("192.0.2.1"),
            bytes(6),
            socket.inet_aton("192.0.2.2"),
        )
        others = {
            "ARP": Frame(self.lab, ETH_ARP, arp + bytes(18)),
            "CRLF keep-alive": udp_frame(self.lab, b"\r\n\r\n"),
            "SSDP": udp_frame(self.lab, b"NOTIFY * HTTP/1.1\r\nHost: 239.255.255.250:1900\r\n\r\n"),
            "random bytes": udp_frame(self.lab, bytes(range(128, 256))),
        }

        def check(agent, attach):
            for name, frame in others.items():
                with self.subTest(attach=attach, frame=name):
                    # The caller answers nothing to these but port unreachable, which is `other` too.
                    gained = self.difference(
                        agent,
                        frame.send_from_caller,
                        "sipsonde_packets_total",
                        "verdict",
                        direction="ingress",
                    )
                    self.assertEqual(gained, {("other",): 1})
            self.assertEqual(agent.metrics().sum("sip_malformed_total"), 0)

        self.for_each_attachment(check)

    def test_broken_sip_is_malformed_and_nothing_else(self):
        agent = self.agent(interfaces=(TO_CALLER,))
        broken = udp_frame(self.lab, options_request().replace(b"CSeq: 1 OPTIONS", b"CSeq: 1 INVITE"))
        self.assertEqual(
            self.difference(agent, broken.send_from_caller, "sip_malformed_total", "reason", "stage"),
            {("cseq-method", "kernel"): 1},
        )
        self.assertEqual(agent.metrics().sum("sip_requests_total"), 0)

    def test_a_large_mtu_is_seen_by_every_hook(self):
        for namespace, interface in ((self.lab.proxy, TO_CALLER), (self.lab.caller, "eth0")):
            namespace.ip("link", "set", interface, "mtu", "9000")

        def check(agent, attach):
            for way, direction in (("send_from_caller", "inbound"), ("send_from_proxy", "outbound")):
                with self.subTest(attach=attach, direction=direction):
                    frame = udp_frame(self.lab, options_request(padding=8000))
                    self.assertEqual(
                        self.difference(agent, getattr(frame, way), "sip_requests_total", "direction"),
                        {(direction,): 1},
                    )

        self.for_each_attachment(check)

    def test_each_segment_of_a_buffer_is_counted(self):
        buffers = {
            "equal": [options_request() for _ in range(10)],
            "a shorter last one": [options_request(40) for _ in range(7)] + [options_request(0)],
        }
        ways = {
            "inbound": (self.lab.caller, CALLER, PROXY_TO_CALLER),
            "outbound": (self.lab.proxy, PROXY_TO_CALLER, CALLER),
        }

        def check(agent, attach):
            for (name, messages), (direction, way) in itertools.product(buffers.items(), ways.items()):
                with self.subTest(attach=attach, lengths=name, direction=direction):
                    count, before = len(messages), agent.metrics().sum(
                        "sipsonde_packets_total", verdict="sip"
                    )
                    send = functools.partial(self.send_in_one_buffer, *way, messages)
                    gained = self.difference(agent, send, "sip_requests_total", "direction", count=count)
                    self.assertEqual(gained, {(direction,): count})
                    packets = agent.metrics().sum("sipsonde_packets_total", verdict="sip") - before
                    self.assertEqual(packets, count)

        self.for_each_attachment(check)

    @staticmethod
    def send_in_one_buffer(sender, own, far, messages):
        """UDP_SEGMENT: one sendmsg, cut below the hooks into datagrams of the first one's size."""
        with sender.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.bind((own, 0))
            out.sendmsg(
                [b"".join(messages)],
                [(socket.IPPROTO_UDP, UDP_SEGMENT, struct.pack("=H", len(messages[0])))],
                0,
                (far, 5060),
            )

    def test_fragments_are_put_together_in_any_order(self):
        datagram = udp(options_request(padding=2500))
        parts = [(0, datagram[:1480], True), (1480, datagram[1480:], False)]

        def check(agent, attach):
            for number, order in enumerate((parts, parts[::-1])):
                with self.subTest(attach=attach, reversed=bool(number)):
                    send = functools.partial(self.send_fragments, 7000 + number, order)
                    gained = self.difference(agent, send, "sip_requests_total", "direction")
                    self.assertEqual(gained, {("inbound",): 1})
                    put_together = agent.metrics().sum("sipsonde_messages_total", path="reassembled")
                    self.assertEqual(put_together, number + 1)

        self.for_each_attachment(check)

    def send_fragments(self, identification, parts):
        for offset, payload, more in parts:
            field = offset // 8 | (
                0x2000 if more else 0
            )  # RFC 791, section 3.1: offset in eights, bit `more`
            packet = ipv4(payload, identification=identification, fragment=field)
            Frame(self.lab, ETH_IPV4, packet).send_from_caller()
