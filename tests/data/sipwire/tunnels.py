# SPDX-License-Identifier: Apache-2.0
"""Tunnels around a packet. A layer is bytes with their ethertype; a tunnel puts one layer into another, so that they
nest in any order."""

import struct
from typing import Callable, NamedTuple

from sipwire import packets
from sipwire.packets import Endpoint

IPV4, IPV6 = 0x0800, 0x86DD
TRANSPARENT_ETHERNET, MPLS, PPPOE_SESSION = 0x6558, 0x8847, 0x8864
ERSPAN_II, ERSPAN_III = 0x88BE, 0x22EB
IP_IN_IP, IPV6_IN_IP, GRE = 4, 41, 47  # of the protocol numbers

FROM, TO = "198.51.100.101", "198.51.100.102"
FROM6, TO6 = "2001:db8:ffff::101", "2001:db8:ffff::102"
VXLAN_PORT, GENEVE_PORT, GTP_U_PORT, TZSP_PORT = 4789, 6081, 2152, 37008


class Layer(NamedTuple):
    data: bytes
    ethertype: int


class Tunnel(NamedTuple):
    name: str  # as events tell it
    put: Callable  # Layer -> Layer


def frame(packet, *tunnels):
    """An Ethernet frame with an IP packet in tunnels, the outermost first."""
    layer = Layer(packet, packets.ethertype_of(packet))
    for tunnel in reversed(tunnels):
        layer = tunnel.put(layer)
    return packets.ethernet(layer.data, ethertype=layer.ethertype)


def names(*tunnels):
    return "/".join(tunnel.name for tunnel in tunnels)


# ---- below an IP header ----


def _ip(payload, protocol, ends):
    packet = packets.ip(*ends, payload, protocol=protocol)
    return Layer(packet, packets.ethertype_of(packet))


def _ethernet(layer):
    return packets.ethernet(layer.data, ethertype=layer.ethertype)


def _gre_header(ethertype, payload, key, sequence, checksum):
    """RFC 2784, RFC 2890."""
    flags = checksum << 15 | (key is not None) << 13 | (sequence is not None) << 12
    rest = b"" if key is None else struct.pack("!I", key)
    rest += b"" if sequence is None else struct.pack("!I", sequence)
    head = struct.pack("!HH", flags, ethertype)
    if checksum:
        total = packets.checksum(head + bytes(4) + rest + payload)
        head += struct.pack("!HH", total, 0)
    return head + rest + payload


def gre(key=None, sequence=None, checksum=False, ethernet=False, ends=(FROM, TO)):
    """`ethernet`: with a frame instead of a packet."""

    def put(layer):
        inside, kind = (_ethernet(layer), TRANSPARENT_ETHERNET) if ethernet else layer
        return _ip(_gre_header(kind, inside, key, sequence, checksum), GRE, ends)

    return Tunnel("gre", put)


def erspan(version=2, session=7, subheader=False, ends=(FROM, TO)):
    """draft-foschiano-erspan: II with its eight bytes, III with twelve and, by the O bit, eight more."""

    def put(layer):
        head = struct.pack("!HH", (version - 1) << 12 | 42, 3 << 11 | session)  # with a VLAN, untruncated
        if version == 2:
            head += struct.pack("!I", 9)
        else:
            # The timestamp; then no group, a frame of Ethernet, microseconds, and whether platform data follow.
            head += struct.pack("!IHH", 0x01020304, 0, 1 << 1 | subheader)
            head += bytes(8) if subheader else b""
        kind = ERSPAN_II if version == 2 else ERSPAN_III
        return _ip(_gre_header(kind, head + _ethernet(layer), None, 1, False), GRE, ends)

    return Tunnel("erspan", put)


def ip_in_ip(ends=(FROM, TO)):
    """RFC 2003, and for IPv6 inside RFC 4213."""
    return Tunnel("ipip", lambda layer: _ip(layer.data, IP_IN_IP, ends))


def six_in_four(ends=(FROM, TO)):
    return Tunnel("6in4", lambda layer: _ip(layer.data, IPV6_IN_IP, ends))


# ---- below a UDP header ----


def _udp(payload, port, ends, source_port):
    source, destination = Endpoint(ends[0], source_port or port), Endpoint(ends[1], port)
    packet = packets.datagram(source, destination, payload)
    return Layer(packet, packets.ethertype_of(packet))


def vxlan(network=42, ends=(FROM, TO), port=VXLAN_PORT, source_port=49152):
    """RFC 7348."""
    head = struct.pack("!II", 0x08 << 24, network << 8)
    return Tunnel("vxlan", lambda layer: _udp(head + _ethernet(layer), port, ends, source_port))


def geneve(network=42, options=b"", ethernet=True, ends=(FROM, TO), port=GENEVE_PORT, source_port=49153):
    """RFC 8926. `options`: whole words."""

    def put(layer):
        inside, kind = (_ethernet(layer), TRANSPARENT_ETHERNET) if ethernet else layer
        head = struct.pack("!BBHI", len(options) // 4, 0, kind, network << 8) + options
        return _udp(head + inside, port, ends, source_port)

    return Tunnel("geneve", put)


def geneve_option(kind, data, group=0x0102):
    return struct.pack("!HBB", group, kind, len(data) // 4) + data


def gtp_u(tunnel=0x1234, sequence=None, extensions=(), ends=(FROM, TO), source_port=None):
    """3GPP TS 29.281. `extensions`: (type, bytes that with two more fill words)."""

    def put(layer):
        optional = b""
        if sequence is not None or extensions:
            kinds = [kind for kind, _ in extensions] + [0]
            optional = struct.pack("!HBB", sequence or 0, 0, kinds[0])
            for (_, data), following in zip(extensions, kinds[1:]):
                optional += bytes([(len(data) + 2) // 4]) + data + bytes([following])
        flags = 0x30 | bool(extensions) << 2 | (sequence is not None) << 1
        head = struct.pack("!BBHI", flags, 255, len(optional) + len(layer.data), tunnel)
        return _udp(head + optional + layer.data, GTP_U_PORT, ends, source_port)

    return Tunnel("gtp-u", put)


PDU_SESSION = (0x85, bytes([0x00, 0x09]))  # 3GPP TS 38.415: downlink, flow 9


def tzsp(tags=b"\x0a\1\xc8\x0d\2\0\0", ends=(FROM, TO), source_port=40000):
    """TaZmen Sniffer Protocol: a received packet of Ethernet, behind tagged fields and their end."""
    head = struct.pack("!BBH", 1, 0, 1) + tags + b"\1"
    return Tunnel("tzsp", lambda layer: _udp(head + _ethernet(layer), TZSP_PORT, ends, source_port))


# ---- below an Ethernet header ----


def mpls(*labels):
    """RFC 3032, the outermost label first."""
    labels = labels or (16,)
    stack = b"".join(
        struct.pack("!I", label << 12 | (place == len(labels) - 1) << 8 | 64) for place, label in enumerate(labels)
    )
    return Tunnel("mpls", lambda layer: Layer(stack + layer.data, MPLS))


def pppoe(session=9):
    """RFC 2516 with a protocol of PPP."""

    def put(layer):
        protocol = struct.pack("!H", {IPV4: 0x0021, IPV6: 0x0057}[layer.ethertype])
        head = struct.pack("!BBHH", 0x11, 0, session, 2 + len(layer.data))
        return Layer(head + protocol + layer.data, PPPOE_SESSION)

    return Tunnel("pppoe", put)
