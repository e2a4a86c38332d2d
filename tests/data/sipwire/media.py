# SPDX-License-Identifier: Apache-2.0
"""STUN and DTLS payloads, which share ports with media (RFC 8489, RFC 6347)."""

import struct


def stun_binding(transaction=b"sipsonde-tst"):
    return struct.pack("!HHI", 0x0001, 0, 0x2112A442) + transaction


def dtls_client_hello():
    """As much of a ClientHello as its record header promises; what is inside is nobody's business here."""
    hello = struct.pack("!H32sBBHHBB", 0xFEFD, bytes(range(32)), 0, 0, 2, 0xC02B, 1, 0)
    handshake = struct.pack(
        "!B3sH3s3s", 1, len(hello).to_bytes(3, "big"), 0, bytes(3), len(hello).to_bytes(3, "big")
    )
    return struct.pack("!BHHHIH", 22, 0xFEFF, 0, 0, 0, len(handshake + hello)) + handshake + hello
