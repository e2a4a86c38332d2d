# SPDX-License-Identifier: Apache-2.0
"""DTLS handshakes as they are seen from outside (RFC 6347, RFC 5764): records and messages in the clear, noise where
they are protected."""

import base64
import hashlib
import random
import struct

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE = 20, 21, 22
CLIENT_HELLO, SERVER_HELLO, HELLO_VERIFY, CERTIFICATE, SERVER_KEY_EXCHANGE = 1, 2, 3, 11, 12
CERTIFICATE_REQUEST, SERVER_HELLO_DONE, CERTIFICATE_VERIFY, CLIENT_KEY_EXCHANGE = 13, 14, 15, 16
HANDSHAKE_FAILURE, BAD_CERTIFICATE = 40, 42  # alerts

USE_SRTP = struct.pack("!HHHHB", 14, 5, 2, 1, 0)  # SRTP_AES128_CM_HMAC_SHA1_80, no MKI


def der_of(pem):
    """The certificate in a file of PEM."""
    body = pem.partition(b"-----BEGIN CERTIFICATE-----")[2].partition(b"-----END")[0]
    return base64.b64decode(body)


def fingerprint(der):
    """The value of a=fingerprint (RFC 8122 section 5)."""
    digest = hashlib.sha256(der).hexdigest().upper()
    return "sha-256 " + ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))


class Side:
    """One end: numbers its records and its messages."""

    def __init__(self, seed, certificate=b""):
        self.noise, self.certificate = random.Random(seed), certificate
        self.random = self.noise.randbytes(32)
        self.records, self.messages, self.epoch = 0, 0, 0

    def record(self, kind, body, version=0xFEFD):
        sequence = self.epoch << 48 | self.records
        self.records += 1
        return struct.pack("!BHQH", kind, version, sequence, len(body)) + body

    def message(self, kind, body, size=None):
        """A handshake message, in records of at most `size` of its bytes."""
        number, self.messages = self.messages, self.messages + 1
        size = size or max(len(body), 1)
        parts = []
        for offset in range(0, max(len(body), 1), size):
            part = body[offset : offset + size]
            head = struct.pack("!B3sH3s3s", kind, three(len(body)), number, three(offset), three(len(part)))
            parts.append(self.record(HANDSHAKE, head + part))
        return parts

    def client_hello(self, cookie=b""):
        body = struct.pack("!H32sBB", 0xFEFD, self.random, 0, len(cookie)) + cookie
        body += struct.pack("!HHBB", 2, 0xC02B, 1, 0) + struct.pack("!H", len(USE_SRTP)) + USE_SRTP
        return self.message(CLIENT_HELLO, body)

    def hello_verify(self, cookie):
        return self.message(HELLO_VERIFY, struct.pack("!HB", 0xFEFF, len(cookie)) + cookie)

    def server_hello(self):
        body = struct.pack("!H32sBHB", 0xFEFD, self.random, 0, 0xC02B, 0)
        return self.message(SERVER_HELLO, body + struct.pack("!H", len(USE_SRTP)) + USE_SRTP)

    def shown_certificate(self, size=None):
        chain = three(len(self.certificate)) + self.certificate
        return self.message(CERTIFICATE, three(len(chain)) + chain, size)

    def server_flight(self, size=None):
        return [
            *self.server_hello(),
            *self.shown_certificate(size),
            *self.message(SERVER_KEY_EXCHANGE, self.noise.randbytes(140)),
            *self.message(CERTIFICATE_REQUEST, b"\x01\x40\x00\x02\x04\x03\x00\x00"),
            *self.message(SERVER_HELLO_DONE, b""),
        ]

    def client_flight(self, size=None):
        return [
            *self.shown_certificate(size),
            *self.message(CLIENT_KEY_EXCHANGE, self.noise.randbytes(66)),
            *self.message(CERTIFICATE_VERIFY, self.noise.randbytes(75)),
            *self.finished(),
        ]

    def finished(self):
        """From here on everything is protected."""
        change = self.record(CHANGE_CIPHER_SPEC, b"\x01")
        self.epoch, self.records = 1, 0
        return [change, self.record(HANDSHAKE, self.noise.randbytes(40))]

    def alert(self, description):
        return [self.record(ALERT, bytes([2, description]))]


def three(number):
    return number.to_bytes(3, "big")


def datagrams(records, most=1200):
    """Records of a flight, as many in each datagram as there is room for."""
    packed = [b""]
    for record in records:
        if packed[-1] and len(packed[-1]) + len(record) > most:
            packed.append(b"")
        packed[-1] += record
    return packed
