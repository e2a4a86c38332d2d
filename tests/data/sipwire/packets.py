# SPDX-License-Identifier: Apache-2.0
"""Ethernet, VLAN, IPv4, IPv6 and UDP. A packet is bytes; addresses are text."""

import ipaddress
import struct
from typing import NamedTuple

UDP = 17
TCP = 6
IPV6_FRAGMENT = 44
IPV6_HOP_BY_HOP, IPV6_ROUTING, IPV6_DESTINATION = 0, 43, 60
VLAN_TAG, SERVICE_TAG = 0x8100, 0x88A8
ARP = 0x0806


class Endpoint(NamedTuple):
    address: str
    port: int = 5060

    def __str__(self):
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


def checksum(data):
    """RFC 1071."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packed(address):
    return ipaddress.ip_address(address).packed


def is_ipv6(address):
    return ":" in address


# ---- transport ----


def pseudo_header(source, destination, protocol, length):
    """RFC 9293 section 3.1, RFC 8200 section 8.1."""
    addresses = packed(source.address) + packed(destination.address)
    if is_ipv6(source.address):
        return addresses + struct.pack("!II", length, protocol)
    return addresses + struct.pack("!HH", protocol, length)


def udp(source, destination, payload):
    length = 8 + len(payload)
    header = struct.pack("!HHHH", source.port, destination.port, length, 0)
    pseudo = pseudo_header(source, destination, UDP, length)
    total = checksum(pseudo + header + payload) or 0xFFFF  # 0 would say "none", RFC 768
    return header[:6] + struct.pack("!H", total) + payload


def tcp(source, destination, payload, sequence=1, acknowledgement=1, flags=0x18, options=b""):
    """`options`: a multiple of four bytes."""
    words = 5 + len(options) // 4
    header = struct.pack("!HHII", source.port, destination.port, sequence, acknowledgement)
    header += struct.pack("!BBHHH", words << 4, flags, 65535, 0, 0) + options
    pseudo = pseudo_header(source, destination, TCP, len(header) + len(payload))
    return header[:16] + struct.pack("!H", checksum(pseudo + header + payload)) + header[18:] + payload


# ---- network ----


def ipv4(source, destination, payload, protocol=UDP, options=b"", identification=0, offset=0, more=False):
    """`offset` in bytes. Options are padded with end-of-list to a multiple of four."""
    options += b"\0" * (-len(options) % 4)
    words = 5 + len(options) // 4
    flags = (0x2000 if more else 0) | offset // 8
    header = struct.pack(
        "!BBHHHBBH", 4 << 4 | words, 0, words * 4 + len(payload), identification, flags, 64, protocol, 0
    )
    header += packed(source) + packed(destination) + options
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def ipv6(source, destination, payload, protocol=UDP, extensions=()):
    """`extensions`: (type, bytes after the next-header byte and, but for the fragment header, the length)."""
    types = [kind for kind, _ in extensions] + [protocol]
    chain = b""
    for (kind, body), following in zip(extensions, types[1:]):
        if kind == IPV6_FRAGMENT:
            chain += bytes([following, 0]) + body
        else:
            body += b"\1" + bytes([-(len(body) + 4) % 8]) + bytes(-(len(body) + 4) % 8)  # PadN
            chain += bytes([following, (len(body) + 2) // 8 - 1]) + body
    header = struct.pack("!IHBB", 6 << 28, len(chain) + len(payload), types[0], 64)
    return header + packed(source) + packed(destination) + chain + payload


def ip(source, destination, payload, **options):
    build = ipv6 if is_ipv6(source) else ipv4
    return build(source, destination, payload, **options)


def datagram(source, destination, payload, **options):
    """UDP in IP, of the version that the source's address has."""
    return ip(source.address, destination.address, udp(source, destination, payload), **options)


def fragments(source, destination, payload, size, identification=0x1234):
    """The IP packets of one UDP datagram, `size` bytes (a multiple of eight) of it in each."""
    whole = udp(source, destination, payload)
    parts = []
    for offset in range(0, len(whole), size):
        piece, more = whole[offset : offset + size], offset + size < len(whole)
        parts.append(fragment(source, destination, piece, offset, more, identification))
    return parts


def fragment(source, destination, piece, offset, more, identification=0x1234):
    if not is_ipv6(source.address):
        return ipv4(
            source.address,
            destination.address,
            piece,
            identification=identification,
            offset=offset,
            more=more,
        )
    header = (IPV6_FRAGMENT, struct.pack("!HI", offset | more, identification))
    return ipv6(source.address, destination.address, piece, extensions=[header])


# ---- link ----

MAC_FROM = bytes.fromhex("020000000001")
MAC_TO = bytes.fromhex("020000000002")


def ethertype_of(packet):
    return 0x86DD if packet[0] >> 4 == 6 else 0x0800


def ethernet(packet, tags=(), ethertype=None):
    """`tags`: (ethertype, VLAN id), the outer one first."""
    header = MAC_TO + MAC_FROM
    for kind, vlan in tags:
        header += struct.pack("!HH", kind, vlan)
    return header + struct.pack("!H", ethertype or ethertype_of(packet)) + packet


def cooked(packet):
    """Linux cooked, version 1 (link type 113)."""
    return struct.pack("!HHH8sH", 0, 1, 6, MAC_FROM + b"\0\0", ethertype_of(packet)) + packet


def cooked2(packet, interface=2):
    """Linux cooked, version 2 (link type 276)."""
    return struct.pack("!HHIHBB8s", ethertype_of(packet), 0, interface, 1, 0, 6, MAC_FROM + b"\0\0") + packet


def raw(packet):
    return packet


def null(packet):
    return struct.pack("<I", 30 if packet[0] >> 4 == 6 else 2) + packet


def loop(packet):
    return struct.pack(">I", 24 if packet[0] >> 4 == 6 else 2) + packet


def arp(address):
    """Who has `address`? 28 bytes in an Ethernet frame."""
    body = (
        struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1)
        + MAC_FROM
        + packed("192.0.2.1")
        + bytes(6)
        + packed(address)
    )
    return ethernet(body, ethertype=ARP)
