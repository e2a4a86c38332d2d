# SPDX-License-Identifier: Apache-2.0
"""A receiver of HEPv3 that keeps every packet it gets: datagrams, or connections in the clear or in TLS."""

import collections
import socket
import ssl
import struct
import threading

from lab.process import wait_until

SIP, RTCP_JSON, MOS_REPORT = 1, 5, 35
Packet = collections.namedtuple("Packet", "kind source destination time protocol capture_id call_id agent key payload")


def decode(data):
    """One packet; ValueError when it does not hold."""
    if data[:4] != b"HEP3" or struct.unpack_from(">H", data, 4)[0] != len(data):
        raise ValueError(f"no HEPv3: {data[:60]!r}")
    chunks, at = {}, 6
    while at < len(data):
        vendor, kind, length = struct.unpack_from(">HHH", data, at)
        if length < 6 or at + length > len(data) or vendor != 0 or kind in chunks:
            raise ValueError(f"chunk {vendor}/{kind:#x} of {length} bytes at {at}")
        chunks[kind] = data[at + 6 : at + length]
        at += length

    def number(kind):
        return int.from_bytes(chunks[kind], "big")

    ipv4 = number(0x01) == socket.AF_INET
    family, first = (socket.AF_INET, 0x03) if ipv4 else (socket.AF_INET6, 0x05)
    return Packet(
        kind=number(0x0B),
        source=(socket.inet_ntop(family, chunks[first]), number(0x07)),
        destination=(socket.inet_ntop(family, chunks[first + 1]), number(0x08)),
        time=number(0x09) + number(0x0A) / 1e6,
        protocol=number(0x02),
        capture_id=number(0x0C),
        call_id=chunks.get(0x11, b"").decode(),
        agent=chunks.get(0x13, b"").decode(),
        key=chunks.get(0x0E, b"").decode(),
        payload=chunks[0x0F],
    )


class Receiver:
    """Listens when it is made. `tls`: a folder with key.pem and certificate.pem."""

    def __init__(self, namespace, address, port, transport="udp", tls=None):
        kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
        self._socket = namespace.socket(socket.AF_INET, kind)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self._socket.bind((address, port))
        self._connections = []
        self._context = None
        if tls:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(f"{tls}/certificate.pem", f"{tls}/key.pem")
        self.packets, self.faults = [], []
        if transport != "udp":
            self._socket.listen()
        threading.Thread(target=self._datagrams if transport == "udp" else self._accept, daemon=True).start()

    def of_kind(self, kind):
        return [packet for packet in list(self.packets) if packet.kind == kind]

    def wait_for(self, kind, count, seconds=10):
        wait_until(
            lambda: len(self.of_kind(kind)) >= count,
            seconds,
            f"{len(self.of_kind(kind))} packets of type {kind} instead of {count}; {self.faults[:3]}",
        )
        return self.of_kind(kind)

    def close(self):
        for one in (self._socket, *self._connections):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()

    def _take(self, data):
        try:
            self.packets.append(decode(data))
        except (ValueError, KeyError) as fault:
            self.faults.append(repr(fault))

    def _datagrams(self):
        try:
            while True:
                self._take(self._socket.recv(65536))
        except OSError:
            pass  # closed

    def _accept(self):
        try:
            while True:
                connection = self._socket.accept()[0]
                threading.Thread(target=self._connection, args=(connection,), daemon=True).start()
        except OSError:
            pass  # closed

    def _connection(self, connection):
        try:
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
            self._connections.append(connection)
            stream = connection.makefile("rb")
            while head := stream.read(6):
                self._take(head + stream.read(struct.unpack(">H", head[4:])[0] - 6))
        except (OSError, struct.error) as fault:
            self.faults.append(repr(fault))
