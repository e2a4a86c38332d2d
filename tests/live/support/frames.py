# SPDX-License-Identifier: Apache-2.0
"""Frames made by hand and put on the wire of a topology as they are."""

import itertools
import socket
import struct

from lab.topology import CALLER, PROXY_TO_CALLER, TO_CALLER

ETH_IPV4, ETH_IPV6, ETH_ARP, ETH_VLAN, ETH_QINQ = 0x0800, 0x86DD, 0x0806, 0x8100, 0x88A8
UDP = 17
_number = itertools.count(1)


def options_request(padding=0, call_id=None):
    """A well-formed OPTIONS with a transaction and a Call-ID of its own."""
    number = next(_number)
    body = b"x" * padding
    return (
        f"OPTIONS sip:ping@{PROXY_TO_CALLER} SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP {CALLER}:5070;branch=z9hG4bK-live-{number:06}\r\n"
        f"From: <sip:live@{CALLER}>;tag=live{number:06}\r\n"
        f"To: <sip:ping@{PROXY_TO_CALLER}>\r\n"
        f"Call-ID: {call_id or f'live-{number:06}@example.com'}\r\n"
        f"CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n"
        f"Content-Length: {len(body):4}\r\n\r\n"
    ).encode() + body


def checksum(data):
    """RFC 1071."""
    total = sum(struct.unpack(f"!{len(data + bytes(len(data) % 2)) // 2}H", data + bytes(len(data) % 2)))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(
    payload,
    protocol=UDP,
    source=CALLER,
    destination=PROXY_TO_CALLER,
    options=b"",
    identification=0,
    fragment=0,
):
    words = 5 + len(options) // 4
    head = (
        struct.pack(
            "!BBHHHBBH4s4s",
            0x40 | words,
            0,
            words * 4 + len(payload),
            identification,
            fragment,
            64,
            protocol,
            0,
            socket.inet_aton(source),
            socket.inet_aton(destination),
        )
        + options
    )
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def ipv6(payload, next_header=UDP, source="fd00::2", destination="fd00::1"):
    return (
        struct.pack("!IHBB", 0x60000000, len(payload), next_header, 64)
        + socket.inet_pton(socket.AF_INET6, source)
        + socket.inet_pton(socket.AF_INET6, destination)
        + payload
    )


def udp(payload, source_port=5070, destination_port=5060):
    return struct.pack("!HHHH", source_port, destination_port, 8 + len(payload), 0) + payload


class Frame:
    """An Ethernet frame between caller and proxy. `tags` are (type, VLAN id), the outer one first."""

    def __init__(self, lab, ethertype, payload, tags=()):
        self._lab = lab
        types = [kind for kind, _ in tags] + [ethertype]
        self._rest = struct.pack("!H", types[0])
        for (_, vlan), following in zip(tags, types[1:]):
            self._rest += struct.pack("!HH", vlan, following)
        self._rest += payload

    def send_from_caller(self):
        """The proxy receives it."""
        self._send(self._lab.caller, "eth0", self._lab.proxy, TO_CALLER)

    def send_from_proxy(self):
        """It leaves the proxy."""
        self._send(self._lab.proxy, TO_CALLER, self._lab.caller, "eth0")

    def from_caller(self):
        """The bytes that the proxy receives."""
        return self._bytes(self._lab.caller, "eth0", self._lab.proxy, TO_CALLER)

    def _bytes(self, sender, sender_interface, receiver, receiver_interface):
        addresses = b"".join(
            bytes.fromhex(namespace.hardware_address(interface).replace(":", ""))
            for namespace, interface in ((receiver, receiver_interface), (sender, sender_interface))
        )
        return addresses + self._rest

    def _send(self, sender, sender_interface, receiver, receiver_interface):
        with raw_socket(sender, sender_interface) as raw:
            raw.send(self._bytes(sender, sender_interface, receiver, receiver_interface))


def raw_socket(sender, interface):
    """For frames as they are."""
    raw = sender.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    raw.bind((interface, 0))
    return raw


def udp_frame(lab, payload, tags=()):
    return Frame(lab, ETH_IPV4, ipv4(udp(payload)), tags)
