# SPDX-License-Identifier: Apache-2.0
"""RTP, RTCP, STUN and DTLS payloads (RFC 3550, RFC 8489, RFC 6347)."""

import struct


def rtp(sequence, timestamp, ssrc, payload_type=0, payload=bytes(160), marker=False):
    head = struct.pack(
        "!BBHII", 0x80, marker << 7 | payload_type, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc
    )
    return head + payload


def rtcp_sender_report(ssrc, packets, octets, ntp=(3_976_214_400, 0), timestamp=0):
    return struct.pack("!BBHIIIIII", 0x80, 200, 6, ssrc, *ntp, timestamp, packets, octets)


def rtcp_receiver_report(ssrc, source, fraction=0, lost=0, highest=0, jitter=0):
    block = struct.pack("!IIIIII", source, fraction << 24 | lost & 0xFFFFFF, highest, jitter, 0, 0)
    return struct.pack("!BBHI", 0x81, 201, 7, ssrc) + block


def rtcp_description(ssrc, name=b"a@b.example"):
    item = bytes([1, len(name)]) + name + b"\0"
    item += bytes(-len(item) % 4)
    return struct.pack("!BBHI", 0x81, 202, 1 + len(item) // 4, ssrc) + item


def stun_binding(transaction=b"sipsonde-tst"):
    return struct.pack("!HHI", 0x0001, 0, 0x2112A442) + transaction


def dtls_client_hello():
    """As much of a ClientHello as its record header promises; what is inside is nobody's business here."""
    hello = struct.pack("!H32sBBHHBB", 0xFEFD, bytes(range(32)), 0, 0, 2, 0xC02B, 1, 0)
    handshake = struct.pack(
        "!B3sH3s3s", 1, len(hello).to_bytes(3, "big"), 0, bytes(3), len(hello).to_bytes(3, "big")
    )
    return struct.pack("!BHHHIH", 22, 0xFEFF, 0, 0, 0, len(handshake + hello)) + handshake + hello
